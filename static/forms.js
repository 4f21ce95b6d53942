// Says once for each page view that a form was seen, begun, or left, and after which field. Nothing is stored, nothing
// about the reader or of what they write is sent; whoever asks not to be followed is not counted at all.
(() => {
  if (window.formsWatched || navigator.webdriver || !navigator.sendBeacon || !window.IntersectionObserver) return;
  window.formsWatched = true;
  if (navigator.doNotTrack === "1" || navigator.globalPrivacyControl) return;

  const say = (form, what, field = "") => {
    const address = form.dataset.asked.replace(/shown\/$/, `${what}/`);
    const asked = new URLSearchParams({ v: form.dataset.variant });
    if (field) asked.set("field", field);
    navigator.sendBeacon(`${address}?${asked}`);
  };

  const watch = (form) => {
    let begun = Number(form.dataset.step) > 1, last = "", sent = false;
    form.addEventListener("input", ({ target }) => {
      if (!target.name) return;
      last = target.name;
      if (begun) return;
      begun = true;
      say(form, "begun");
    });
    form.addEventListener("submit", () => { sent = true; });
    addEventListener("pagehide", () => { if (begun && last && !sent) say(form, "left", last); });
    if (Number(form.dataset.step) > 1) return;
    const seen = new IntersectionObserver((entries) => {
      for (const { isIntersecting } of entries) {
        if (!isIntersecting) continue;
        seen.disconnect();
        say(form, "shown");
      }
    }, { threshold: 0.2 });
    seen.observe(form);
  };

  const start = () => { for (const form of document.querySelectorAll("form[data-asked]")) watch(form); };
  if (document.prerendering) document.addEventListener("prerenderingchange", start, { once: true });
  else start();
})();
