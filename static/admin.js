/* The desk's keys and small comforts. Everything here also works by links and buttons without it. */
(() => {
  "use strict";

  const typing = (element) =>
    element.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName);

  const post = (url) => {
    const token = document.querySelector("[name=csrfmiddlewaretoken]");
    const form = document.createElement("form");
    form.method = "post";
    form.action = url;
    if (token) form.append(token.cloneNode());
    document.body.append(form);
    form.submit();
  };

  const rows = () => [...document.querySelectorAll("[data-inbox] [data-case]")];
  const current = () => document.querySelector("[data-inbox] [data-case].is-current");

  const step = (by) => {
    const all = rows();
    if (!all.length) return;
    const now = all.indexOf(current());
    const next = all[Math.min(all.length - 1, Math.max(0, now + by))];
    all.forEach((row) => row.classList.toggle("is-current", row === next));
    next.querySelector("a").focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
  };

  const keys = {
    j: () => step(1),
    k: () => step(-1),
    c: () => current()?.dataset.take && post(current().dataset.take),
    n: () => document.querySelector("[data-take-next]")?.requestSubmit(),
    "?": () => document.querySelector("[data-desk-keys]")?.showModal(),
  };

  const press = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (!keys[event.key] || !document.querySelector("[data-inbox], [data-take-next]")) return;
    if (event.key === "?" && !document.querySelector("[data-desk-keys]")) return;
    event.preventDefault();
    event.stopImmediatePropagation(); // Wagtail shows its own list of keys on "?"
    if (!document.querySelector("dialog[open]")) keys[event.key]();
  };

  const start = () => {
    document.addEventListener("keydown", press, true);
    document.querySelectorAll("[data-desk-help]").forEach((button) => {
      button.hidden = false;
      button.addEventListener("click", keys["?"]);
    });
    document.querySelector("[data-inbox]")?.addEventListener("focusin", (event) => {
      const row = event.target.closest("[data-case]");
      if (row) rows().forEach((one) => one.classList.toggle("is-current", one === row));
    });
    document.querySelectorAll("[data-submit-on-change]").forEach((form) => {
      form.addEventListener("change", () => form.requestSubmit());
      form.querySelector("[type=submit]").hidden = true;
    });
    document.querySelector("[data-pick-all]")?.addEventListener("change", (event) => {
      document.querySelectorAll("[data-inbox] [name=case]").forEach((box) => {
        box.checked = event.target.checked;
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
    });
  };

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
