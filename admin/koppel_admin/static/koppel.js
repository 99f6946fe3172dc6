// Light and dark without a reload, and pages that keep themselves up to date; everything works without this file.
"use strict";

(() => {
  const root = document.documentElement;
  const form = document.getElementById("theme");
  if (form) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const button = form.querySelector("button");
      const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
      const next = dark ? "light" : "dark";
      root.dataset.theme = next;
      button.value = dark ? "dark" : "light";
      const secure = location.protocol === "https:" ? "; secure" : "";
      document.cookie = `theme=${next}; path=/; max-age=31536000; samesite=lax${secure}`;
    });
  }

  for (const box of document.querySelectorAll("[data-tick-all]")) {
    box.hidden = false;
    box.querySelector("input").addEventListener("change", (event) => {
      for (const one of document.querySelectorAll(`input[name="${box.dataset.tickAll}"]`)) one.checked = event.target.checked;
    });
  }

  // the second press of a double click is not sent; going back to the page makes its buttons work again
  let sent = new WeakSet();
  document.addEventListener("submit", (event) => {
    if (event.target.method !== "post" || event.target.id === "theme") return;
    if (sent.has(event.target)) event.preventDefault();
    sent.add(event.target);
  });
  addEventListener("pageshow", () => { sent = new WeakSet(); });

  const live = document.getElementById("live");
  const seconds = Number(live && live.dataset.refresh);
  if (!seconds) return;
  const pause = document.getElementById("pause");
  let paused = false;
  if (pause) {
    pause.hidden = false;
    pause.addEventListener("click", () => {
      paused = !paused;
      pause.setAttribute("aria-pressed", String(paused));
    });
  }

  const refresh = async () => {
    const here = document.getElementById("live");
    const busy = paused || document.hidden || here.contains(document.activeElement) || here.querySelector("details[open]");
    if (!busy) {
      try {
        const answer = await fetch(location.href, { headers: { Accept: "text/html" }, credentials: "same-origin" });
        if (answer.redirected) return;
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const fresh = page.getElementById("live");
        if (!answer.ok || !fresh || here.contains(document.activeElement)) throw new Error("no news");
        const verdict = document.getElementById("verdict");
        const said = fresh.querySelector("#verdict");
        if (verdict && said && verdict.textContent === said.textContent) said.replaceWith(verdict);
        here.replaceWith(document.adoptNode(fresh));
        const updated = page.getElementById("updated");
        if (updated) document.getElementById("updated").textContent = updated.textContent;
        if (!fresh.dataset.refresh) return;
      } catch {
        // no answer now; the next round tries again
      }
    }
    setTimeout(refresh, seconds * 1000);
  };
  setTimeout(refresh, seconds * 1000);
})();
