/* In the queue a deadline opens why it is then, in a card above the list; Escape closes it. */
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[data-why]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || !window.htmx || !HTMLElement.prototype.showPopover) return;
  event.preventDefault();
  let card = document.getElementById("clocks-why");
  if (!card) {
    card = document.createElement("div");
    card.id = "clocks-why";
    card.className = "clocks-why";
    card.popover = "auto";
    card.tabIndex = -1;
    document.body.append(card);
    card.addEventListener("toggle", (toggled) => {
      if (toggled.newState === "closed") card.opener?.isConnected && card.opener.focus();
    });
  }
  window.htmx.ajax("GET", link.href, { target: card, swap: "innerHTML" }).then(() => {
    card.opener = link;
    card.showPopover();
    card.focus();
  });
});
