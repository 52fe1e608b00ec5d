// Ticking applications in a list: x ticks the current row, with Shift a whole range, and the bar says how many.
"use strict";

(() => {
  const list = document.querySelector("[data-rows]");
  const bar = document.querySelector("[data-bulk]");
  if (!list || !bar) {
    return;
  }
  const boxes = [...list.querySelectorAll('.q-pick input[type="checkbox"]')];
  const count = bar.querySelector("[data-bulk-count]");
  const whole = bar.querySelector("[data-bulk-page]");
  let last = null;

  const show = () => {
    const picked = boxes.filter((box) => box.checked).length;
    const words = bar.dataset.bulkWords.replace("#", picked);
    bar.classList.toggle("is-shown", picked > 0);
    if (count.textContent !== words) {
      count.textContent = words;
    }
    whole.checked = picked === boxes.length;
    whole.indeterminate = picked > 0 && picked < boxes.length;
  };

  list.addEventListener("click", (event) => {
    const box = event.target.closest('.q-pick input[type="checkbox"]');
    if (!box) {
      return;
    }
    if (event.shiftKey && last && last !== box) {
      const [from, to] = [boxes.indexOf(last), boxes.indexOf(box)].sort((one, other) => one - other);
      for (const between of boxes.slice(from, to + 1)) {
        between.checked = box.checked;
      }
    }
    last = box;
    show();
  });

  whole.addEventListener("change", () => {
    for (const box of boxes) {
      box.checked = whole.checked;
    }
    show();
  });

  bar.querySelector("[data-bulk-drop]").addEventListener("click", () => {
    for (const box of boxes) {
      box.checked = false;
    }
    show();
    list.querySelector(".q-link")?.focus();
  });

  document.addEventListener("keydown", (event) => {
    const isTyping = event.target.matches?.('input:not([type="checkbox"]), textarea, select, [contenteditable]');
    const isOff = document.documentElement.classList.contains("without-keys") || document.querySelector("dialog[open]");
    if (isTyping || isOff || event.ctrlKey || event.metaKey || event.altKey || event.repeat) {
      return;
    }
    if (event.key === "e" && event.target.closest?.(".q-pick")) {
      // A ticked box has the focus; from a row the letter on the button does it.
      event.preventDefault();
      bar.querySelector("[data-key]").click();
    }
    if (event.key !== "x") {
      return;
    }
    const row = document.activeElement.closest?.(".q-row") || list.querySelector(".q-row.is-last");
    const box = row?.querySelector('.q-pick input[type="checkbox"]');
    if (box) {
      event.preventDefault();
      box.checked = !box.checked;
      last = box;
      show();
    }
  });

  // A browser that comes back to the page has kept what was ticked.
  window.addEventListener("pageshow", show);
  show();
})();
