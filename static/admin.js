/* The desk's keys and small comforts. Everything here also works by links and buttons without it. */
(() => {
  "use strict";

  const POLL_EVERY = 10_000; // milliseconds; a poll that finds nothing new costs the database one statement

  const typing = (element) =>
    element.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName);
  // A ticked box is no field one types in: the keys go on working after a click on it.
  const busy = (element) => typing(element) && element.type !== "checkbox";

  const post = (url) => {
    const token = document.querySelector("[name=csrfmiddlewaretoken]");
    const form = document.createElement("form");
    form.method = "post";
    form.action = url;
    if (token) form.append(token.cloneNode());
    document.body.append(form);
    form.submit();
  };

  const one = (selector) => document.querySelector(selector);
  const rows = () => [...document.querySelectorAll("[data-inbox] [data-case]")];
  const current = () => one("[data-inbox] [data-case].is-current");
  const picks = () => [...document.querySelectorAll("[data-inbox] [name=case]")];
  const markCurrent = (row) => rows().forEach((other) => other.classList.toggle("is-current", other === row));

  const step = (by) => {
    const all = rows();
    if (!all.length) return;
    const now = all.indexOf(current());
    const next = all[Math.min(all.length - 1, Math.max(0, now + by))];
    markCurrent(next);
    (next.querySelector(".desk-inbox__person a") || next.querySelector("a")).focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
  };

  const count = () => {
    const label = one("[data-bulk-count]");
    if (!label) return;
    const chosen = picks().filter((box) => box.checked).length;
    label.textContent = chosen;
    label.hidden = !chosen;
    one("[data-bulk]").classList.toggle("is-open", chosen > 0);
  };

  const pick = () => {
    const box = current()?.querySelector("[name=case]");
    if (!box) return;
    box.checked = !box.checked;
    count();
  };

  /* Go to the field that says to whom, or until when; with nothing chosen, the current case is. */
  const ask = (selector) => {
    const field = one(selector);
    if (!field) return;
    if (!picks().some((box) => box.checked)) pick();
    if (picks().some((box) => box.checked)) field.focus();
  };

  const keys = {
    j: () => step(1),
    k: () => step(-1),
    c: () => current()?.dataset.take && post(current().dataset.take),
    n: () => one("[data-take-next]")?.requestSubmit(),
    x: pick,
    a: () => ask("[data-bulk] [name=to]"),
    s: () => ask("[data-bulk] [name=until]"),
    z: () => one("[data-undo]")?.requestSubmit(),
    "?": () => one("[data-desk-keys]")?.showModal(),
  };

  const press = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || busy(event.target)) return;
    if (!keys[event.key] || !one("[data-inbox], [data-take-next]")) return;
    if (event.key === "?" && !one("[data-desk-keys]")) return;
    event.preventDefault();
    event.stopImmediatePropagation(); // Wagtail shows its own list of keys on "?"
    if (!one("dialog[open]")) keys[event.key]();
  };

  /* The live part of the queue comes anew; what was chosen, and where the reader stands, stays. htmx keeps the focus. */
  const kept = { row: "", chosen: new Set() };
  const before = (event) => {
    if (!event.target.matches("[data-live]")) return;
    kept.row = current()?.id || "";
    kept.chosen = new Set(picks().filter((box) => box.checked).map((box) => box.value));
  };
  const after = () => {
    if (!one("[data-live]")) return;
    picks().forEach((box) => {
      box.checked = kept.chosen.has(box.value);
    });
    const row = kept.row && document.getElementById(kept.row);
    if (row) markCurrent(row);
    count();
  };

  const start = () => {
    document.addEventListener("keydown", press, true);
    document.querySelectorAll("[data-desk-help]").forEach((button) => {
      button.hidden = false;
      button.addEventListener("click", keys["?"]);
    });
    document.addEventListener("focusin", (event) => {
      const row = event.target.closest?.("[data-inbox] [data-case]");
      if (row) markCurrent(row);
    });
    document.querySelectorAll("[data-submit-on-change]").forEach((form) => {
      form.addEventListener("change", () => form.requestSubmit());
      form.querySelector("[type=submit]").hidden = true;
    });
    document.addEventListener("change", (event) => {
      if (event.target.matches("[data-pick-all]")) {
        picks().forEach((box) => {
          box.checked = event.target.checked;
        });
      }
      if (event.target.matches("[data-pick-all], [data-inbox] [name=case]")) count();
    });
    document.body.addEventListener("htmx:beforeSwap", before);
    document.body.addEventListener("htmx:afterSettle", after);
    setInterval(() => {
      const live = one("[data-live]");
      if (live && !document.hidden && window.htmx) window.htmx.trigger(live, "desk:poll");
    }, POLL_EVERY);
    // Forms say how long writing a call down took, so that the school can see whether it costs an adviser time.
    document.querySelectorAll("[data-took]").forEach((field) => {
      const since = performance.now();
      field.form.addEventListener("submit", () => {
        field.value = Math.round(performance.now() - since);
      });
    });
    // A second click while the first is on its way does nothing; the server would not send twice either.
    document.querySelectorAll("form[data-once]").forEach((form) => {
      form.addEventListener("submit", (event) => {
        if (form.dataset.sent) event.preventDefault();
        form.dataset.sent = "yes";
      });
    });
    window.addEventListener("pageshow", () => {
      document.querySelectorAll("form[data-once]").forEach((form) => delete form.dataset.sent);
      count(); // a browser that goes back brings the ticks with it
    });
  };

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
