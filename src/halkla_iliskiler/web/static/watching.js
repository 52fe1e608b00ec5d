// Asks now and then, while the page is looked at, who else has the ticket open and whether it was changed meanwhile.
"use strict";

(() => {
  const place = document.querySelector("[data-watching]");
  const PAUSE = 20000;
  let timer = 0;

  const say = (others, changed) => {
    const words = others + changed;
    if (place.dataset.said === words) {
      return; // A screen reader says it once.
    }
    place.dataset.said = words;
    place.replaceChildren(others);
    if (changed) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "s-textbutton";
      button.textContent = changed;
      // What is being typed stays in the browser (see staff.js), and comes back with the page.
      button.addEventListener("click", () => location.reload());
      place.append(" ", button);
    }
  };

  const ask = async () => {
    try {
      const answer = await fetch(place.dataset.watching, { redirect: "error", headers: { Accept: "application/json" } });
      if (answer.ok) {
        const { others, changed } = await answer.json();
        say(others, changed);
      }
    } catch {
      // No network, or signed out: what is on the page stays.
    }
  };

  const wait = () => {
    clearTimeout(timer);
    if (!document.hidden) {
      timer = setTimeout(async () => {
        await ask();
        wait();
      }, PAUSE);
    }
  };

  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) {
      ask();
    }
    wait();
  });
  wait();
})();
