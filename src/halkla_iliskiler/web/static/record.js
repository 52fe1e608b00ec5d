// The entry by staff, quicker: who is calling shows while the number is typed, subjects and answers while the words are;
// everything has a key; and what was typed outlives the browser until it is recorded. Without this file the same
// buttons send the form.
"use strict";

(() => {
  const DRAFT = "record:draft:";
  const KEPT_FOR = 12 * 3600 * 1000;

  // A full or forbidden store only means that there is no draft.
  const store = {
    get(key) {
      try {
        return JSON.parse(localStorage.getItem(key));
      } catch {
        return null;
      }
    },
    set(key, value) {
      try {
        localStorage.setItem(key, JSON.stringify(value));
        return true;
      } catch {
        return false;
      }
    },
    drop(prefix) {
      try {
        for (const key of Object.keys(localStorage).filter((name) => name.startsWith(prefix))) {
          localStorage.removeItem(key);
        }
      } catch {
        // See above.
      }
    },
  };

  // ---- after filing: nothing of this call is left, and Enter begins the next ----

  const done = document.querySelector("[data-record-done]");
  if (done) {
    store.drop(DRAFT);
    done.querySelector("[data-record-next]").focus();
    return;
  }

  const form = document.querySelector("form[data-record]");
  const draftKey = DRAFT + form.dataset.record;
  const first = (selector) => form.querySelector(selector);
  const all = (selector) => [...form.querySelectorAll(selector)];
  const { phone, words } = form.elements;

  // ---- what was typed is kept, until it is recorded ----

  const keeps = (control) =>
    control.name && control.type !== "file" && !control.matches("[data-private]") && !/^(csrf_token|kept|removed|asked)$/.test(control.name);
  const controls = () => [...form.elements].filter((one) => one.matches("input, select, textarea") && keeps(one));
  const isTicked = (control) => control.type === "radio" || control.type === "checkbox";
  const said = (control) => (isTicked(control) ? control.checked : control.value !== "") && control.type !== "hidden";
  const isEmpty = () => ![phone, words, form.elements.name, form.elements.street, form.elements.place].some((one) => one.value.trim());

  const snapshot = () => {
    const values = {};
    for (const control of controls()) {
      if (!isTicked(control) || control.checked) {
        (values[control.name] ||= []).push(control.value);
      }
    }
    return values;
  };

  let timer = 0;
  let isLeft = false; // by somebody who signs out: nothing stays behind
  const keep = () => {
    clearTimeout(timer);
    if (isEmpty() || isLeft) {
      store.drop(draftKey);
      return;
    }
    const kept = store.set(draftKey, { at: Date.now(), values: snapshot() });
    first("[data-kept]").textContent = kept ? first("[data-kept]").dataset.words : "";
  };
  const keepSoon = () => {
    clearTimeout(timer);
    timer = setTimeout(keep, 250);
  };

  const fillIn = (values) => {
    for (const control of controls()) {
      const wanted = values[control.name];
      if (isTicked(control)) {
        control.checked = Boolean(wanted?.includes(control.value));
      } else if (wanted?.length) {
        control.value = wanted[0];
      }
    }
    for (const more of all("details.more")) {
      more.open ||= [...more.querySelectorAll("input, textarea")].some(said);
    }
  };

  const begin = () => {
    store.drop(draftKey);
    location.assign(`${form.getAttribute("action")}?tamam=1`);
  };

  const restore = (draft) => {
    fillIn(draft.values);
    const note = document.createElement("p");
    const drop = document.createElement("button");
    note.className = "r-restored";
    note.setAttribute("role", "status");
    drop.type = "button";
    drop.className = "s-textbutton";
    drop.textContent = form.dataset.drop;
    drop.addEventListener("click", begin);
    note.append(form.dataset.restored, " ", drop);
    first(".r-head").after(note);
  };

  if (form.dataset.fresh) {
    store.drop(draftKey);
    history.replaceState(null, "", location.pathname);
  }
  const draft = store.get(draftKey);
  let pending = null;
  if (draft && Date.now() - draft.at > KEPT_FOR) {
    store.drop(draftKey);
  } else if (draft && !form.dataset.refused) {
    restore(draft);
    pending = draft.values;
  }
  form.addEventListener("input", keepSoon);
  form.addEventListener("change", keepSoon);
  window.addEventListener("pagehide", keep);
  document.addEventListener("submit", (event) => {
    isLeft ||= event.target.hasAttribute("data-forget");
  });

  // ---- parts that answer ----

  const ask = async (address, values, controller) => {
    const body = new URLSearchParams(values);
    body.set("csrf_token", form.elements.csrf_token.value);
    const answer = await fetch(address, { method: "POST", body, credentials: "same-origin", signal: controller.signal });
    if (!answer.ok) {
      return null;
    }
    return new DOMParser().parseFromString(await answer.text(), "text/html");
  };

  const put = (fresh) => {
    for (const part of fresh.querySelectorAll("[data-part]")) {
      const now = first(`[data-part="${part.dataset.part}"]`);
      // What is under a finger never moves.
      if (now && !now.contains(document.activeElement) && now.innerHTML !== part.innerHTML) {
        now.replaceWith(document.importNode(part, true));
      }
    }
    // What the caller's own list shows need not stand there a second time.
    const own = new Set(all("[data-part=caller] button[name=ticket]").map((button) => button.value));
    for (const row of all("[data-part=near] .r-ticket")) {
      row.hidden = own.has(row.querySelector("button[name=ticket]").value);
    }
    const near = first("[data-part=near] .r-ask");
    if (near) {
      near.hidden = !all("[data-part=near] .r-ticket").some((row) => !row.hidden);
    }
  };

  // ---- who is calling ----

  let asking = null;
  let askedPhone = "";
  const lookUp = async () => {
    const typed = phone.value.trim();
    const digits = typed.replace(/\D/g, "");
    if (typed === askedPhone || (typed && digits.length < 10)) {
      return;
    }
    askedPhone = typed;
    asking?.abort();
    asking = new AbortController();
    const values = { phone: typed };
    if (form.elements.related_to?.value) {
      values.related_to = form.elements.related_to.value;
    }
    try {
      const fresh = await ask(form.dataset.caller, values, asking);
      if (fresh) {
        put(fresh);
      }
    } catch {
      // Without an answer the button is still there.
    }
  };
  let phoneTimer = 0;
  phone.addEventListener("input", () => {
    clearTimeout(phoneTimer);
    phoneTimer = setTimeout(lookUp, 250);
  });

  // ---- what it is about ----

  const choice = () => first("input[name=category]:checked")?.value || form.elements.category_listed.value || "";
  let helping = null;
  let helped = "";
  const help = async () => {
    const data = new FormData(form);
    const values = [...data].filter(([name, value]) => typeof value === "string" && /^(words|channel|neighbourhood_typed|street|place|related_to|q-.*)$/.test(name));
    // What was kept may be chosen among proposals that have not come back yet.
    values.push(["category", choice() || pending?.category?.[0] || ""]);
    const asked = JSON.stringify(values);
    if (asked === helped) {
      return;
    }
    helped = asked;
    helping?.abort();
    helping = new AbortController();
    try {
      const fresh = await ask(form.dataset.helpUrl, values, helping);
      if (!fresh) {
        return;
      }
      const place = fresh.querySelector("[data-place]")?.dataset.place;
      put(fresh);
      if (pending) {
        // Answers that were kept belong to questions that have only now come back.
        fillIn({ ...snapshot(), ...Object.fromEntries(Object.entries(pending).filter(([name]) => name.startsWith("q-"))) });
        pending = null;
      }
      if (first("input[name=category]:checked")?.value) {
        form.elements.category_listed.value = "";
      }
      const where = form.elements.neighbourhood_typed;
      if (place && !where.value && document.activeElement !== where) {
        where.value = place;
        help();
      }
    } catch {
      // Without an answer the form stays as it is.
    }
  };
  let helpTimer = 0;
  const helpSoon = () => {
    clearTimeout(helpTimer);
    helpTimer = setTimeout(help, 400);
  };
  words.addEventListener("input", helpSoon);
  form.addEventListener("change", (event) => {
    const { name } = event.target;
    if (name === "category_listed") {
      for (const radio of all("input[name=category]")) {
        radio.checked = false;
      }
    }
    if (/^(category|category_listed|neighbourhood_typed|street|words)$/.test(name)) {
      helpSoon();
    }
    if (name === "channel") {
      showOwn();
    }
  });

  const showOwn = () => {
    const channel = first("input[name=channel]:checked")?.value;
    for (const part of all("[data-channel]")) {
      part.hidden = part.dataset.channel !== channel;
    }
  };

  // ---- clicks ----

  form.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) {
      return;
    }
    if (button.name === "look_up") {
      event.preventDefault();
      askedPhone = "";
      lookUp();
    } else if (button.name === "person") {
      event.preventDefault();
      for (const name of ["name", "email", "address"]) {
        if (button.dataset[name]) {
          form.elements[name].value = button.dataset[name];
        }
      }
      keep();
      words.focus();
    }
  });
  // A radio that is clicked again is taken back: nothing is related for ever by a slip.
  form.addEventListener("pointerdown", (event) => {
    const radio = event.target.closest("label")?.querySelector("input[name=related_to]");
    if (radio?.checked) {
      radio.addEventListener("click", () => setTimeout(() => (radio.checked = false)), { once: true });
    }
  });

  // ---- keys: digits for the parts, by the place of the key, so that every keyboard has them ----

  const emergency = document.getElementById("r-emergency");
  const parts = {
    Digit1: () => phone,
    Digit2: () => words,
    Digit3: () => first("[data-part=proposals] input") || form.elements.category_listed,
    Digit4: () => form.elements.neighbourhood_typed,
    Digit5: () => form.elements.email,
    Digit6: () => first(".r-own:not([hidden]) :is(input, select)") || form.elements.regime,
    Digit7: () => first("button[name=outcome]"),
    Digit8: () => first("button[name=ticket]"),
    Digit9: () => first("input[name=channel]:checked"),
  };
  document.addEventListener("keydown", (event) => {
    if (event.key === "F2") {
      event.preventDefault();
      emergency.open = !emergency.open;
      (emergency.open ? emergency.querySelector("summary") : words).focus();
    } else if (event.key === "Escape" && emergency.open) {
      emergency.open = false;
      words.focus();
    } else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      form.requestSubmit(first("button[name=file]"));
    } else if (event.altKey && !event.ctrlKey && !event.metaKey && event.code === "Digit0") {
      event.preventDefault();
      begin();
    } else if (event.altKey && !event.ctrlKey && !event.metaKey && Object.hasOwn(parts, event.code)) {
      event.preventDefault();
      const target = parts[event.code]();
      target?.focus();
      target?.scrollIntoView({ block: "nearest" });
    } else if (event.key === "Enter" && event.target.matches("#record input:not([type=file])")) {
      // Enter in a field never sends anything by accident; in the number it looks up.
      event.preventDefault();
      if (event.target === phone) {
        askedPhone = "";
        lookUp();
        words.focus();
      }
    }
  });
  first("[data-record-new]").addEventListener("click", (event) => {
    event.preventDefault();
    begin();
  });

  // ---- now ----

  showOwn();
  const summary = first("#r-errors");
  if (summary) {
    summary.focus();
  } else if (pending) {
    lookUp();
    help();
    (words.value ? words : phone).focus();
  } else {
    phone.focus();
  }
})();
