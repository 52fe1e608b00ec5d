// Asks every few seconds, while the page is looked at, what is new in the list; says it in a button and moves nothing.
"use strict";

(() => {
  const bar = document.querySelector("[data-news]");
  const PAUSE = 20000;
  let timer = 0;
  let isOver = false;

  const show = (words) => {
    if (bar.textContent === words) {
      return; // A screen reader says it once.
    }
    bar.replaceChildren();
    if (words) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "button q-news-button";
      button.textContent = words;
      button.addEventListener("click", () => location.reload());
      bar.append(button);
    }
  };

  const showCounts = (counts) => {
    for (const place of document.querySelectorAll("[data-count]")) {
      const words = counts[place.dataset.count];
      if (words !== undefined && place.textContent !== words) {
        place.textContent = words;
      }
    }
  };

  const ask = async () => {
    try {
      const answer = await fetch(bar.dataset.news, { redirect: "manual", headers: { Accept: "application/json" } });
      if (answer.type === "opaqueredirect" || answer.status === 403) {
        isOver = true;
        show(bar.dataset.newsOver);
      } else if (answer.ok) {
        const said = await answer.json();
        show(said.news);
        showCounts(said.counts);
      }
    } catch {
      // No network for a moment: the next time will do.
    }
  };

  const wait = () => {
    clearTimeout(timer);
    if (!document.hidden && !isOver) {
      timer = setTimeout(async () => {
        await ask();
        wait();
      }, PAUSE);
    }
  };

  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && !isOver) {
      ask();
    }
    wait();
  });
  wait();
})();
