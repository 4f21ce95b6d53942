// The preview of a form: what stands in the editor is sent along and comes back as visitors will see it.
(() => {
  const place = document.querySelector("[data-form-preview]");
  if (!place) return;
  const editor = place.closest("form");
  const frame = place.querySelector("iframe");
  const language = place.querySelector("[data-language]");
  const width = place.querySelector("[data-width]");
  let waiting = 0, asked = 0;

  const show = async () => {
    const number = ++asked;
    const address = `${place.dataset.formPreview}?language=${language.value}`;
    try {
      const answer = await fetch(address, { method: "POST", body: new FormData(editor), credentials: "same-origin" });
      const page = await answer.text();
      if (answer.ok && number === asked) frame.srcdoc = page;
    } catch { /* the connection failed: the next change asks again */ }
  };
  const later = () => { clearTimeout(waiting); waiting = setTimeout(() => { if (place.offsetParent) show(); }, 400); };

  editor.addEventListener("input", later);
  editor.addEventListener("change", later);
  language.addEventListener("change", show);
  width.addEventListener("change", () => { frame.style.inlineSize = width.value === "360px" ? "360px" : ""; });
  new IntersectionObserver(([{ isIntersecting }]) => { if (isIntersecting) show(); }).observe(place);
})();
