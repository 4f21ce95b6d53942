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
