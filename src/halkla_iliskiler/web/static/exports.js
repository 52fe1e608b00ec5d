// A file that is being made says how far it is. Without this the page has a link that looks again.
"use strict";

(() => {
  const EVERY = 2000;
  const LONGEST = 30000;

  function follow(item) {
    const bar = item.querySelector("progress");
    const words = item.querySelector("[data-export-words]");
    let wait = EVERY;

    async function look() {
      try {
        const answer = await fetch(item.dataset.export, { headers: { Accept: "application/json" } });
        if (!answer.ok) throw new Error(String(answer.status));
        const said = await answer.json();
        if (said.state !== "waiting" && said.state !== "running") {
          location.reload();
          return;
        }
        wait = EVERY;
        if (bar.value !== said.done) {
          bar.max = said.total;
          bar.value = said.done;
          words.textContent = said.words;
        }
      } catch {
        // The server is busy or gone for a moment: ask less often, never give up.
        wait = Math.min(wait * 2, LONGEST);
      }
      setTimeout(look, wait);
    }

    setTimeout(look, wait);
  }

  document.querySelectorAll("[data-export]").forEach(follow);
})();
