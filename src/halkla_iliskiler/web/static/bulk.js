// How far the work on many applications is: asked every second while the page is looked at; over, the page shows it.
"use strict";

(() => {
  const place = document.querySelector("[data-progress]");
  const bar = place.querySelector("progress");
  const words = place.querySelector("[data-progress-words]");
  const PAUSE = 1000;
  let timer = 0;

  const ask = async () => {
    try {
      const answer = await fetch(place.dataset.progress, {
        redirect: "manual",
        headers: { Accept: "application/json" },
      });
      if (!answer.ok) {
        location.reload();
        return;
      }
      const said = await answer.json();
      if (said.over) {
        location.reload();
        return;
      }
      bar.max = said.total;
      bar.value = said.done;
      if (words.textContent !== said.words) {
        words.textContent = said.words;
      }
    } catch {
      // No network for a moment: the next time will do.
    }
    wait();
  };

  const wait = () => {
    clearTimeout(timer);
    if (!document.hidden) {
      timer = setTimeout(ask, PAUSE);
    }
  };

  document.addEventListener("visibilitychange", wait);
  wait();
})();
