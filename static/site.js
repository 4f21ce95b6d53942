/* Small comforts only: every page works without this file. */
(() => {
  "use strict";
  const closest = (event, selector) => event.target instanceof Element ? event.target.closest(selector) : null;

  document.addEventListener("click", (event) => {
    const toast = closest(event, "[data-dismiss]");
    if (toast) toast.closest(".toast").remove();

    const opener = closest(event, "[data-dialog]");
    if (opener) document.getElementById(opener.dataset.dialog)?.showModal();

    // A click on the backdrop reaches the dialog element itself.
    if (event.target instanceof HTMLDialogElement) event.target.close();
    if (closest(event, "[data-close]")) closest(event, "dialog")?.close();
    if (closest(event, "[data-print]")) window.print();

    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const menu = document.querySelector("details.menu[open]");
    if (menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });

  function sayOffline() {
    const words = document.getElementById("offline-toast");
    const toasts = document.querySelector(".toasts");
    if (words && toasts && !toasts.querySelector("[data-offline]")) toasts.append(words.content.cloneNode(true));
  }

  // What was typed must survive a lost connection: the form is not sent, and says so.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!navigator.onLine) {
      event.preventDefault();
      sayOffline();
    } else if (form.getAttribute("aria-busy") === "true") {
      event.preventDefault();
    } else if (!event.defaultPrevented && form.method === "post" && !form.closest("[hx-post], [hx-put]")) {
      form.setAttribute("aria-busy", "true");
    }
  });
  document.addEventListener("htmx:sendError", sayOffline);
  // A page taken from the back-forward cache must not stay busy.
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[aria-busy]")) form.removeAttribute("aria-busy");
  });

  // After a refused form, the summary is what the reader needs first.
  document.querySelector("form[method=post] .form-errors, .form-errors + form[method=post]")?.focus();
})();
