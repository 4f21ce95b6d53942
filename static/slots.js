// Says once for each page view that a commercial slot was really seen: half of it in sight for a second.
// Nothing is stored and nothing about the reader is sent; machines that drive a browser do not count.
(() => {
  if (window.slotsWatched || navigator.webdriver || !navigator.sendBeacon || !window.IntersectionObserver) return;
  window.slotsWatched = true;
  const waiting = new Map();

  const forget = (element) => {
    clearTimeout(waiting.get(element));
    waiting.delete(element);
  };

  const watch = () => {
    const observer = new IntersectionObserver((entries) => {
      for (const { target, isIntersecting } of entries) {
        forget(target);
        if (!isIntersecting) continue;
        waiting.set(target, setTimeout(() => {
          if (document.visibilityState !== "visible") return;
          observer.unobserve(target);
          target.dataset.seen = "";
          navigator.sendBeacon(target.dataset.slot);
        }, 1000));
      }
    }, { threshold: 0.5 });
    for (const element of document.querySelectorAll("[data-slot]")) observer.observe(element);

    // A page in the background is not read; when the reader comes back, the second starts anew.
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState !== "visible") {
        for (const element of [...waiting.keys()]) forget(element);
        return;
      }
      for (const element of document.querySelectorAll("[data-slot]:not([data-seen])")) {
        observer.unobserve(element);
        observer.observe(element);
      }
    });
  };

  // A page that the browser makes ready in advance has no reader yet.
  if (document.prerendering) document.addEventListener("prerenderingchange", watch, { once: true });
  else watch();
})();
