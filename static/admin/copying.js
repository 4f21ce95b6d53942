// Buttons that copy the words of the element they name. Without this script they stay hidden and one selects by hand.
for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) break;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const words = document.getElementById(button.dataset.copy).innerText;
    await navigator.clipboard.writeText(words);
    button.classList.add("is-copied");
    const said = document.createElement("span");
    said.setAttribute("role", "status");
    said.className = "sheet__copied";
    said.textContent = button.dataset.copied;
    button.after(said);
    setTimeout(() => {
      said.remove();
      button.classList.remove("is-copied");
    }, 2000);
  });
}
