/* The questions of a case by keyboard: o, a and x decide about the one in focus, the arrows lead to the next. */
document.addEventListener("keydown", (event) => {
  const question = event.target.closest?.("[data-question]");
  if (!question || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    const next = event.key === "ArrowDown" ? question.nextElementSibling : question.previousElementSibling;
    const button = next?.querySelector("button");
    if (button) {
      event.preventDefault();
      button.focus();
    }
    return;
  }
  const button = question.querySelector(`button[data-key="${CSS.escape(event.key)}"]`);
  if (button) {
    event.preventDefault();
    event.stopPropagation();
    button.click();
  }
});

/* The button that was pressed is gone afterwards: focus stays on its question. */
let decided = "";
document.addEventListener("htmx:beforeRequest", (event) => {
  const question = event.target.closest?.("[data-question]");
  decided = question ? (question.querySelector("input[name=topic]")?.value ?? "") : "";
});
document.addEventListener("htmx:afterSettle", () => {
  if (!decided) return;
  const field = document.querySelector(`[data-question] input[name=topic][value="${CSS.escape(decided)}"]`);
  field?.closest("[data-question]").querySelector("button")?.focus();
  decided = "";
});
