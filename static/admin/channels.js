/* The strip that shows who rings, above every page, and the count of characters of a text. Both are extras:
   calls stand on their own page, and the server says when a text is too long. */
(() => {
  const ASK_EVERY = 4000;

  function strip() {
    const place = document.createElement("div");
    place.id = "channels-ringing";
    place.setAttribute("aria-live", "assertive");
    document.body.append(place);
    let shown = "";
    const ask = async () => {
      if (!document.hidden) {
        try {
          const answer = await fetch(place.dataset.from, { headers: { "X-Requested-With": "fetch" }, redirect: "error" });
          if (answer.status !== 200) return;
          const html = (await answer.text()).trim();
          const calls = [...html.matchAll(/data-call="([^"]+)"/g)].map((found) => found[1]).join();
          if (calls !== shown) {
            shown = calls;
            place.innerHTML = html;
          }
        } catch {
          /* The next time asks again. */
        }
      }
      window.setTimeout(ask, ASK_EVERY);
    };
    const source = document.querySelector("script[data-channels-ringing]:not([data-channels-ringing=\"\"])");
    if (!source) return;
    place.dataset.from = source.dataset.channelsRinging;
    ask();
  }

  function count(field) {
    const output = document.getElementById(field.dataset.counted);
    const tell = () => {
      const chosen = field.form.querySelector("input[name=channel]:checked");
      const length = [...field.value].length;
      const longest = Number(chosen?.dataset.longest || 0);
      const part = Number(chosen?.dataset.part || 0);
      // Letters outside GSM 03.38 make a part 70 characters long instead of 160.
      const wide = /[^\x20-\x7eàéèìòùñüöäåÀÉÑÜÖÄÅçÇ¿¡£€\n\r]|[áíóúïÁÍÓÚÏÈÒçl·]/.test(field.value);
      const size = part && wide ? 70 : part;
      const parts = size ? ` · ${Math.max(1, Math.ceil(length / size))} ${output.dataset.parts}` : "";
      output.textContent = `${length}${longest ? ` / ${longest}` : ""} ${output.dataset.words}${length ? parts : ""}`;
      field.setCustomValidity("");
      field.maxLength = longest || 4096;
    };
    field.form.addEventListener("input", tell);
    tell();
  }

  document.addEventListener("DOMContentLoaded", () => {
    strip();
    document.querySelectorAll("[data-counted]").forEach(count);
  });
})();
