// What makes the staff's room quicker: keys, rows that answer where they are touched, filters without a button,
// drafts that survive going away. Everything works without this file.
"use strict";

(() => {
  document.documentElement.classList.add("has-script");

  const first = (selector, from = document) => from.querySelector(selector);
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];

  // A full or forbidden store only means that nothing is remembered.
  const memory = (name) => ({
    get(key) {
      try {
        return window[name].getItem(key);
      } catch {
        return null;
      }
    },
    set(key, value) {
      try {
        if (value) {
          window[name].setItem(key, value);
        } else {
          window[name].removeItem(key);
        }
      } catch {
        // See above.
      }
    },
    forget(prefix) {
      try {
        for (const key of Object.keys(window[name]).filter((one) => one.startsWith(prefix))) {
          window[name].removeItem(key);
        }
      } catch {
        // See above.
      }
    },
    clear() {
      try {
        window[name].clear();
      } catch {
        // See above.
      }
    },
  });
  const sitting = memory("sessionStorage");
  const computer = memory("localStorage");

  // ---- menus close with Escape, or by going elsewhere ----

  const closeMenus = (inside) => {
    const open = all("details.s-menu[open]").filter((menu) => !inside || !menu.contains(inside));
    for (const menu of open) {
      menu.open = false;
    }
    return open[0];
  };
  document.addEventListener("click", (event) => closeMenus(event.target));
  document.addEventListener("focusin", (event) => closeMenus(event.target));

  // ---- the list: where I was ----

  const list = first("[data-rows]");
  const links = list ? all(".q-link", list) : [];
  const isLast = (link) => link.parentNode.classList.contains("is-last");

  const markLast = () => {
    const last = sitting.get("staff:last");
    for (const link of links) {
      link.parentNode.classList.toggle("is-last", link.getAttribute("href") === last);
    }
  };

  if (list) {
    sitting.set("staff:list", location.pathname + location.search);
    window.addEventListener("pageshow", markLast);
    list.addEventListener("click", (event) => {
      const link = event.target.closest(".q-row")?.querySelector(".q-link");
      if (!link || event.target.closest(".q-pick") || String(window.getSelection())) {
        return;
      }
      sitting.set("staff:last", link.getAttribute("href"));
      if (event.target !== link) {
        link.dispatchEvent(new MouseEvent("click", event));
      }
    });
  }

  const step = (by) => {
    if (!list) {
      first(by > 0 ? ".t-step[rel=next]" : ".t-step[rel=prev]")?.click();
      return;
    }
    let at = links.indexOf(document.activeElement);
    if (at < 0) {
      at = links.findIndex(isLast);
      at = at < 0 && by < 0 ? links.length : at;
    }
    const link = links[Math.max(0, Math.min(links.length - 1, at + by))];
    link.focus({ preventScroll: true });
    link.parentNode.scrollIntoView({ block: "nearest" });
  };

  // Back to the very list one came from, with its filters.
  const kept = sitting.get("staff:list");
  for (const back of all("a[data-back]")) {
    if (kept && kept.split("?")[0] === back.pathname) {
      back.href = kept;
    }
  }

  // ---- filters answer at once, in addresses without empty choices ----

  for (const form of all("form[data-filters]")) {
    form.addEventListener("change", () => form.requestSubmit());
    form.addEventListener("formdata", ({ formData }) => {
      for (const [name, value] of [...formData]) {
        if (value === "") {
          formData.delete(name);
        }
      }
    });
  }

  // ---- pressed, once ----

  let sending = null;
  document.addEventListener("submit", (event) => {
    if (event.target.method !== "post") {
      return;
    }
    if (sending === event.target) {
      event.preventDefault();
      return;
    }
    sending = event.target;
    event.submitter?.classList.add("is-pressed", "is-busy");
    if (sending.hasAttribute("data-forget")) {
      sitting.clear(); // Whoever sits down next finds no drafts.
      computer.forget("record:");
    }
  });
  window.addEventListener("pageshow", () => {
    sending = null;
    for (const button of all(".is-pressed")) {
      button.classList.remove("is-pressed", "is-busy");
    }
  });

  // ---- the open action: start typing; find the words again after going away ----

  const open = first("[data-draft]");
  if (open) {
    const fields = all("textarea[name]", open);
    const nameOf = (field) => `staff:draft:${location.pathname}:${field.name}`;

    const offer = (field, draft) => {
      field.value = draft;
      const note = document.createElement("p");
      const drop = document.createElement("button");
      note.className = "t-draft";
      note.setAttribute("role", "status");
      note.append(open.dataset.draftWords, drop);
      drop.type = "button";
      drop.className = "s-textbutton";
      drop.textContent = open.dataset.draftDrop;
      drop.addEventListener("click", () => {
        field.value = "";
        sitting.set(nameOf(field), null);
        note.remove();
        field.focus();
      });
      field.after(note);
    };

    for (const field of fields) {
      const draft = sitting.get(nameOf(field));
      if (draft && !field.value.trim()) {
        offer(field, draft);
      }
      field.addEventListener("input", () => sitting.set(nameOf(field), field.value));
    }
    open.addEventListener("submit", () => {
      for (const field of fields) {
        sitting.set(nameOf(field), null);
      }
    });

    // How long it is, where it is sent: as the preview says it, while it is written.
    for (const field of all("textarea[data-count]", open)) {
      const note = document.createElement("p");
      const part = Number(field.dataset.count);
      const words = part ? open.dataset.countParts : open.dataset.countWords;
      const count = () => {
        const length = [...field.value.trim()].length;
        note.textContent = words.replace("##", Math.ceil(length / (part || 1))).replace("#", length);
      };
      note.className = "t-count number";
      field.before(note);
      field.addEventListener("input", count);
      count();
    }

    // What must be read first takes the focus, else the first field. A field on a narrow page has to be scrolled to.
    const begin = () =>
      first("[data-read-first], .t-form-fields :is(textarea, select, input:not([type=hidden]))", open)?.focus({
        preventScroll: window.matchMedia("(min-width: 1001px)").matches,
      });
    if (!first(".error-summary", open)) {
      begin();
      // Going to #action, which the address names, takes the focus away again in some browsers.
      window.addEventListener("load", () => {
        requestAnimationFrame(() => document.activeElement === document.body && begin());
      });
    }
  }

  // What was done is where one goes on from, unless the page itself begins elsewhere.
  const said = first(".s-messages");
  if (said && !open && !first("[autofocus]")) {
    said.tabIndex = -1;
    said.focus({ preventScroll: true });
  }

  // A page that is shown once is no place to come back to: in the history stands where it leads.
  const once = first("[data-instead]");
  if (once) {
    history.replaceState(null, "", once.dataset.instead);
  }

  for (const button of all("[data-print]")) {
    button.addEventListener("click", () => window.print());
  }

  // ---- keys ----

  const help = document.getElementById("s-keys");
  const search = document.getElementById("s-q");
  if (!help) {
    return;
  }
  const wanted = first("[data-keys-on]", help);
  wanted.checked = computer.get("staff:keys") !== "off";
  const showKeys = () => document.documentElement.classList.toggle("without-keys", !wanted.checked);
  showKeys();
  wanted.addEventListener("change", () => {
    computer.set("staff:keys", wanted.checked ? null : "off");
    showKeys();
  });
  const showHelp = () => {
    help.showModal();
    first("button", help).focus();
  };
  for (const button of all("[data-help]")) {
    button.addEventListener("click", showHelp);
  }

  const keys = {
    "/": () => {
      search?.focus();
      search?.select();
    },
    "?": showHelp,
    j: () => step(1),
    k: () => step(-1),
    u: () => first("a[data-back]")?.click(),
    n: () => first("a[data-record-link]")?.click(),
  };
  // An application of a list: to the one before it, or after.
  if (first(".t-step")) {
    Object.assign(keys, { ArrowLeft: keys.k, ArrowRight: keys.j });
  }
  let wentFor = -Infinity; // when "g" was pressed: "i" may follow

  document.addEventListener("keydown", (event) => {
    const { key, target } = event;
    if (key === "Escape") {
      const menu = closeMenus();
      if (menu) {
        first("summary", menu).focus();
      } else if (search && target === search) {
        search.blur();
      }
      return;
    }
    const isTyping = target.matches?.("input, textarea, select, [contenteditable]");
    if (isTyping || help.open || !wanted.checked || event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    // A Turkish keyboard has ı where others have i.
    if ((key === "i" || key === "ı") && event.timeStamp - wentFor < 1500) {
      first(".s-brand").click();
    }
    wentFor = key === "g" ? event.timeStamp : -Infinity;
    // What can be done with the open application says its letter itself.
    const action = /^[a-z]$/.test(key) && first(`[data-key="${key}"]`);
    if (action && !event.repeat) {
      event.preventDefault();
      action.click();
    } else if (Object.hasOwn(keys, key)) {
      event.preventDefault();
      keys[key]();
    }
  });
})();
