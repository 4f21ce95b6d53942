// Puts a word where the cursor is in the text of a template, and asks for the preview anew.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-insert]");
  if (!button) return;
  const form = button.closest("form");
  const remembered = form.querySelector("[data-written-last]");
  const field = remembered || form.querySelector("textarea");
  field.focus();
  field.setRangeText(button.dataset.insert, field.selectionStart, field.selectionEnd, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
});

document.addEventListener("focusin", (event) => {
  const form = event.target.closest("#text-form");
  if (!form || !event.target.matches("textarea[name=body], input[name=subject]")) return;
  form.querySelectorAll("[data-written-last]").forEach((one) => one.removeAttribute("data-written-last"));
  event.target.setAttribute("data-written-last", "");
});
