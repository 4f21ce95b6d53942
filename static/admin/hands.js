/* Says that one is writing, once the answer is being typed. Without it, colleagues see that one is looking. */
(() => {
  "use strict";

  document.addEventListener("input", (event) => {
    const form = document.querySelector("[data-presence]");
    if (!form || !event.target.closest(".desk-reply")) return;
    const doing = form.elements.doing;
    if (doing.value === "writing") return;
    doing.value = "writing";
    form.dispatchEvent(new CustomEvent("hands:writing"));
  });
})();

/* What is being written to somebody outlives the page: another act on the case, a login that ran out, a colleague who
   took over, a letter that is chosen late. It stays in this tab until it was sent. */
(() => {
  "use strict";

  const form = document.querySelector("form[data-writing]");
  if (!form) return;
  const place = `writing:${form.dataset.writing}`;
  const names = ["subject", "body", "purpose", "draft"]; // the last two are of the letter it was started from
  const fields = () => names.map((name) => form.elements[name]).filter(Boolean);
  const sentSoFar = () => document.querySelectorAll(".desk-talk__line--out").length;
  const keep = (more = {}) => {
    const written = Object.fromEntries(fields().map((one) => [one.name, one.value]));
    sessionStorage.setItem(place, JSON.stringify({ ...written, ...more }));
  };

  const kept = JSON.parse(sessionStorage.getItem(place) || "null");
  const wasSent = kept?.sentBefore !== undefined && sentSoFar() > kept.sentBefore;
  if (wasSent) sessionStorage.removeItem(place);
  else if (kept) {
    fields().forEach((one) => {
      if (kept[one.name] !== undefined) one.value = kept[one.name];
    });
  }

  // A letter chosen after one has begun to write comes above what was written.
  let isEdited = Boolean(kept) && !wasSent;
  let typed = "";
  form.addEventListener("input", (event) => {
    if (!names.includes(event.target.name)) return;
    isEdited = true;
    keep();
  });
  form.addEventListener("submit", () => (isEdited || typed) && keep({ sentBefore: sentSoFar() }));
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (event.target.id !== "desk-template" || !isEdited) return;
    typed = form.elements.body.value;
    isEdited = false;
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    const asked = event.detail.requestConfig?.elt;
    if (!asked?.closest?.(".desk-reply")) return;
    if (asked.id === "desk-template" && typed) form.elements.body.value += `\n\n${typed}`;
    if (typed || isEdited) keep();
  });
})();
