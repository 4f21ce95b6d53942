// A browser whose owner said yes tells how this visit began; one that did not tells nothing. Nothing is stored here.
(() => {
  const strip = document.querySelector("[data-remembered]");
  const told = strip ? strip.dataset.remembered : "";
  if (!told || !navigator.sendBeacon || navigator.webdriver) return;
  const before = document.referrer;
  const isOurs = before && new URL(before).host === location.host;
  if (isOurs && told !== "join") return; // the visit began on another page
  const facts = new URLSearchParams({ page: location.pathname + location.search, referrer: before });
  navigator.sendBeacon("/came/", facts);
})();
