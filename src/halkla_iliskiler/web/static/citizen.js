// The citizen's pages work without this file. With it: subjects are proposed while somebody types, photos are seen
// before they are sent, nothing typed is lost when a page is left, and a pressed button says that it was pressed.
"use strict";

(() => {
  const memory = {
    get(key) {
      try {
        return JSON.parse(sessionStorage.getItem(key)) || {};
      } catch {
        return {};
      }
    },
    set(key, value) {
      try {
        sessionStorage.setItem(key, JSON.stringify(value));
      } catch {
        // A full or forbidden store only means that there is no draft.
      }
    },
    drop(key) {
      try {
        sessionStorage.removeItem(key);
      } catch {
        // See above.
      }
    },
  };

  const { nonce } = document.currentScript;

  // ---- pressed, once ----

  // Enter in a field presses a button nobody sees; what it stands for is the form's own.
  const submitterOf = (event) =>
    (event.submitter && !event.submitter.dataset.default && event.submitter) ||
    event.target.querySelector("button[type=submit], button:not([type])");
  let sending = null;
  document.addEventListener("submit", (event) => {
    if (sending === event.target) {
      event.preventDefault();
      return;
    }
    sending = event.target;
    const button = submitterOf(event);
    if (button) {
      button.classList.add("is-pressed");
      if (button.classList.contains("button")) {
        button.classList.add("is-busy");
      }
    }
  });
  const released = () => {
    sending = null;
    for (const button of document.querySelectorAll(".is-pressed")) {
      button.classList.remove("is-pressed", "is-busy");
    }
  };
  window.addEventListener("pageshow", released);

  // ---- sending: what was typed stays here until the answer has come ----

  // So long without a byte in either direction means that nobody is there.
  const SILENCE = 30000;

  function sendCarefully(form) {
    if (document.querySelector("base[target]")) {
      // In another website's frame: the answer opens a window of its own.
      return;
    }
    const words = document.body.dataset;
    let note = null;
    let bar = null;
    let pressed = null;

    const say = (text, again) => {
      if (!note) {
        note = document.createElement("div");
        note.className = "message is-soon connection";
        note.setAttribute("role", "alert");
        const icon = document.createElement("span");
        icon.className = "icon icon-warning";
        icon.setAttribute("aria-hidden", "true");
        const button = document.createElement("button");
        button.type = "submit";
        button.className = "button is-quiet";
        button.textContent = words.again;
        note.append(icon, document.createElement("span"), button);
        form.querySelector(".form-actions").prepend(note);
      }
      note.querySelector("span:not(.icon)").textContent = text;
      note.querySelector("button").hidden = !again;
      note.scrollIntoView({ block: "nearest" });
    };

    const failed = () => {
      released();
      bar?.remove();
      bar = null;
      say(words.offline, true);
    };

    window.addEventListener("online", () => note && form.isConnected && say(words.online, true));

    form.addEventListener("submit", (event) => {
      // Another language is another page, head and all.
      if (event.defaultPrevented || sending === form || event.submitter?.name === "speak") {
        return;
      }
      event.preventDefault();
      // "Send again" means what was pressed before.
      pressed = note?.contains(event.submitter) ? pressed : submitterOf(event);
      const data = new FormData(form);
      if (pressed && pressed.name) {
        data.append(pressed.name, pressed.value);
      }
      const request = new XMLHttpRequest();
      let silence = 0;
      const heard = () => {
        clearTimeout(silence);
        silence = setTimeout(() => request.abort(), SILENCE);
      };
      const ended = () => clearTimeout(silence);
      request.open("POST", pressed?.hasAttribute("formaction") ? pressed.formAction : form.action);
      request.upload.addEventListener("progress", (progress) => {
        heard();
        if (progress.lengthComputable && progress.total > 200000) {
          if (!bar) {
            bar = document.createElement("progress");
            bar.className = "sending-bar";
            bar.setAttribute("aria-label", words.sending);
            form.querySelector(".form-actions").prepend(bar);
          }
          bar.max = progress.total;
          bar.value = progress.loaded;
        }
      });
      request.addEventListener("progress", heard);
      for (const end of ["error", "abort"]) {
        request.addEventListener(end, () => {
          ended();
          failed();
        });
      }
      request.addEventListener("load", () => {
        ended();
        if (!answered(request, form)) {
          failed();
        }
      });
      heard();
      request.send(data);
    });
  }

  // The answer is either another page, or this one with what is to be put right.
  function answered(request, form) {
    const isOther = request.responseURL && new URL(request.responseURL).pathname !== new URL(form.action).pathname;
    if (isOther && request.status < 400) {
      memory.drop(form.dataset.draftKey);
      if (!form.closest(".small-form")) {
        location.assign(request.responseURL);
        return true;
      }
      // A small form leads back to its own page, which says once that it was done: it is shown as it came.
      history.replaceState(null, "", request.responseURL);
    }
    const fresh = new DOMParser().parseFromString(request.responseText, "text/html");
    const main = fresh.querySelector("main");
    if (!main) {
      // Whatever that was, it was not ours (a gateway, a log-in page of a network): the form stays.
      return false;
    }
    document.title = fresh.title;
    document.querySelector("main").replaceWith(document.importNode(main, true));
    // A script that came in this way does not run: it is asked for again, in the name of this page.
    for (const script of document.querySelectorAll("main script[src]")) {
      const again = document.createElement("script");
      again.nonce = nonce;
      again.src = script.src;
      script.replaceWith(again);
    }
    released();
    enhance();
    if (!document.querySelector(".error-summary")) {
      document.querySelector("main [autofocus], main").focus();
      window.scrollTo(0, 0);
    }
    return true;
  }

  // ---- everything below is done for the page, and once more for a form that comes back with what is to be put right ----

  function enhance() {
    // ---- focus on what went wrong ----

    const summary = document.querySelector(".error-summary");
    if (summary) {
      summary.focus();
      summary.addEventListener("click", (event) => {
        const link = event.target.closest("a[href^='#']");
        const target = link && document.getElementById(link.hash.slice(1));
        if (target && target.matches("input, select, textarea")) {
          event.preventDefault();
          target.closest("fieldset, .field")?.scrollIntoView({ block: "start" });
          target.focus({ preventScroll: true });
        }
      });
    }

    // ---- buttons that need a script ----

    for (const button of document.querySelectorAll("[data-print]")) {
      button.hidden = false;
      button.addEventListener("click", () => window.print());
    }
    if (history.length > 1) {
      for (const button of document.querySelectorAll("[data-back]")) {
        button.hidden = false;
        button.addEventListener("click", () => history.back());
      }
    }

    // ---- a draft, in this tab only, until the application is received ----

    for (const done of document.querySelectorAll("[data-draft-done]")) {
      memory.drop("draft:" + done.dataset.draftDone);
    }

    const kept = "input[type=text], input[type=tel], input[type=email], input:not([type]), textarea, select";

    function keepDraft(form, key) {
      const read = () => {
        const draft = memory.get(key);
        for (const control of form.querySelectorAll(kept)) {
          // What no person sees, and what nobody wants kept in a browser, is in no draft.
          if (control.name && !control.closest(".trap, [data-private]")) {
            draft[control.name] = control.value;
          }
        }
        for (const radio of form.querySelectorAll("input[type=radio]:checked")) {
          draft[radio.name] = radio.value;
        }
        memory.set(key, draft);
      };
      form.dataset.draftKey = key;
      let timer = 0;
      form.addEventListener("input", () => {
        clearTimeout(timer);
        timer = setTimeout(read, 300);
      });
      form.addEventListener("submit", read);
      window.addEventListener("pagehide", read);
    }

    function restoreDraft(form, key) {
      const draft = memory.get(key);
      for (const control of form.querySelectorAll(kept)) {
        if (control.name in draft && control.value === "" && draft[control.name]) {
          control.value = draft[control.name];
        }
      }
      for (const name of new Set(Array.from(form.querySelectorAll("input[type=radio]"), (radio) => radio.name))) {
        const radios = Array.from(form.querySelectorAll("input[type=radio]")).filter((radio) => radio.name === name);
        const wanted = radios.find((radio) => radio.value === draft[name]);
        if (wanted) {
          wanted.checked = true;
        }
      }
      for (const details of form.querySelectorAll("details")) {
        const select = details.querySelector("select");
        if (select && select.value) {
          details.open = true;
        }
      }
    }

    for (const form of document.querySelectorAll("form[data-draft]")) {
      const key = "draft:" + form.dataset.draft;
      restoreDraft(form, key);
      keepDraft(form, key);
    }
    for (const holder of document.querySelectorAll("[data-draft-forms]")) {
      const key = "draft:" + holder.dataset.draftForms;
      for (const form of holder.querySelectorAll("form")) {
        // What the server sends back after a refusal is newer than any draft.
        if (!holder.dataset.refused) {
          restoreDraft(form, key);
        }
        keepDraft(form, key);
      }
    }

    // ---- subjects proposed while typing ----

    for (const box of document.querySelectorAll(".category")) {
      const form = box.closest("form");
      const words = form && form.elements[box.dataset.words];
      const place = box.querySelector(".category-proposals");
      const status = box.querySelector("[role=status]");
      const listed = box.querySelector(".category-all select");
      const details = box.querySelector(".category-all");
      const url = box.dataset.proposalsUrl;
      let chosen = Boolean(box.querySelector("input[type=radio]:checked:not([data-unknown])") || (listed && listed.value));
      let asked = words ? words.value.trim() : "";
      let timer = 0;
      let current = null;

      const mark = () => {
        const unknown = place.querySelector("[data-unknown]");
        if (listed && listed.value) {
          for (const radio of place.querySelectorAll("input[type=radio]")) {
            radio.checked = false;
          }
          chosen = true;
        } else if (unknown && !place.querySelector("input[type=radio]:checked")) {
          unknown.checked = true;
        }
      };

      // What belongs to the subject: its questions, whose it is, and what to do first.
      const belonging = form && form.querySelector("[data-questions-url]");
      const bring = async (value) => {
        const holder = form.querySelector("[data-questions-url]");
        const body = new URLSearchParams({ category: value, csrf_token: form.elements.csrf_token?.value || "" });
        for (const control of holder.querySelectorAll("input[name^='q-'], select[name^='q-']")) {
          if (!/^(checkbox|radio)$/.test(control.type) || control.checked) {
            body.append(control.name, control.value);
          }
        }
        try {
          const answer = await fetch(holder.dataset.questionsUrl, { method: "POST", body, credentials: "same-origin" });
          const fresh = answer.ok && new DOMParser().parseFromString(await answer.text(), "text/html").querySelector(".asked");
          const now = place.querySelector("input[type=radio]:checked")?.value || (listed && listed.value) || "";
          if (fresh && now === value) {
            for (const alarm of fresh.querySelectorAll("[data-alarm]")) {
              if (document.querySelector(`[data-alarms] [data-alarm="${alarm.dataset.alarm}"]`)) {
                alarm.remove();
              }
            }
            const part = document.importNode(fresh, true);
            form.querySelector("[data-questions-url]").replaceWith(part);
            askWhereAnswered(part);
            part.querySelectorAll(".photos").forEach(showPhotos);
          }
        } catch {
          // Without an answer they are asked when the form is sent.
        }
      };

      place.addEventListener("change", (event) => {
        chosen = true;
        if (listed) {
          listed.value = "";
        }
        if (belonging) {
          bring(event.target.value);
        }
      });
      if (listed) {
        listed.addEventListener("change", () => {
          mark();
          if (belonging) {
            bring(listed.value);
          }
        });
      }

      if (!url || !words) {
        continue;
      }

      const propose = async () => {
        const text = words.value.trim();
        if (text.length < 4 || text === asked) {
          return;
        }
        asked = text;
        current?.abort();
        current = new AbortController();
        const body = new URLSearchParams({ words: text });
        const token = form.elements.csrf_token;
        if (token) {
          body.set("csrf_token", token.value);
        }
        try {
          const answer = await fetch(url, { method: "POST", body, credentials: "same-origin", signal: current.signal });
          const html = answer.ok ? (await answer.text()).trim() : "";
          const fresh = new DOMParser().parseFromString(html, "text/html");
          const alarms = fresh.querySelector(".alarms");
          const shown = document.querySelector("[data-alarms]");
          if (answer.ok && shown && (alarms?.textContent || "").trim() !== shown.textContent.trim()) {
            shown.replaceChildren(...Array.from(alarms?.childNodes || [], (node) => document.importNode(node, true)));
          }
          const where = form.elements.neighbourhood;
          if (alarms && where && where.value === "" && alarms.dataset.neighbourhood) {
            where.value = alarms.dataset.neighbourhood;
            where.dispatchEvent(new Event("change", { bubbles: true }));
          }
          // Somebody may have chosen while we asked, and what is under a finger never moves.
          if (!html || chosen || place.contains(document.activeElement)) {
            return;
          }
          const choices = fresh.querySelector(".choices");
          if (!choices) {
            return;
          }
          place.replaceChildren(document.importNode(choices, true));
          const before = form.dataset.draftKey && memory.get(form.dataset.draftKey)[box.dataset.name];
          const again = before && Array.from(place.querySelectorAll("input")).find((radio) => radio.value === before);
          if (again) {
            again.checked = true;
            chosen = true;
            if (belonging && before) {
              bring(before);
            }
          }
          status.textContent = fresh.querySelector(".proposals-status")?.textContent || "";
          if (details && !listed.value) {
            details.open = false;
          }
        } catch {
          // Without an answer the form stays as it is.
        }
      };

      words.addEventListener("input", () => {
        clearTimeout(timer);
        timer = setTimeout(propose, 500);
      });
      words.addEventListener("blur", propose);
      // A draft that has just come back is worth asking about, too.
      if (words.value.trim() !== words.defaultValue.trim()) {
        asked = "";
        propose();
      }
    }

    for (const holder of document.querySelectorAll("[data-questions-url]")) {
      askWhereAnswered(holder);
      holder.closest("form").addEventListener("change", (event) => {
        if (event.target.name?.startsWith("q-")) {
          askWhereAnswered(event.target.form.querySelector("[data-questions-url]"));
        }
      });
    }

    document.querySelectorAll(".photos").forEach(showPhotos);

    const withPhotos = Array.from(document.querySelectorAll(".photos"), (box) => box.closest("form"));
    for (const form of new Set([...document.querySelectorAll("[data-draft-forms] form"), ...withPhotos])) {
      sendCarefully(form);
    }
  }

  // ---- a question that another answer calls for is there only then; what was typed in it comes back with it ----

  function askWhereAnswered(holder) {
    for (const asked of holder.querySelectorAll("[data-only-if]")) {
      const wanted = JSON.parse(asked.dataset.onlyAnswers);
      const others = Array.from(holder.querySelectorAll("input, select")).filter(
        (control) => control.name === asked.dataset.onlyIf && (!/^(checkbox|radio)$/.test(control.type) || control.checked),
      );
      const isAsked = others.some((control) => !control.disabled && wanted.includes(control.value));
      asked.hidden = !isAsked;
      asked.querySelector(".only-if-note").hidden = true;
      for (const control of asked.querySelectorAll("input, select, textarea")) {
        control.disabled = !isAsked;
      }
    }
  }

  // ---- photos: seen, taken away, never more than allowed ----

  function showPhotos(box) {
    const input = box.querySelector(".photos-input");
    const list = box.querySelector(".photos-list");
    const status = box.querySelector(".photos-status");
    const limit = Number(box.dataset.limit) || 5;
    let files = [];
    try {
      new DataTransfer();
    } catch {
      return;
    }

    box.classList.add("is-alive");

    const room = () => {
      const stored = box.querySelectorAll("input[name=kept]").length;
      const removed = box.querySelectorAll("input[name=removed]:checked").length;
      return Math.max(0, limit - stored + removed);
    };

    const show = () => {
      const transfer = new DataTransfer();
      for (const file of files) {
        transfer.items.add(file);
      }
      input.files = transfer.files;
      for (const picture of list.querySelectorAll("img")) {
        URL.revokeObjectURL(picture.src);
      }
      list.replaceChildren(
        ...files.map((file) => {
          const item = document.createElement("li");
          item.className = "photo";
          const picture = document.createElement("img");
          picture.className = "photo-picture";
          picture.alt = "";
          picture.src = URL.createObjectURL(file);
          const name = document.createElement("span");
          name.className = "photo-name";
          name.textContent = file.name;
          const remove = document.createElement("button");
          remove.type = "button";
          remove.className = "button is-plain";
          remove.textContent = box.dataset.remove;
          remove.setAttribute("aria-label", `${box.dataset.remove}: ${file.name}`);
          remove.addEventListener("click", () => {
            files = files.filter((other) => other !== file);
            show();
            status.textContent = box.dataset.removed;
            input.focus();
          });
          item.append(picture, name, remove);
          return item;
        }),
      );
      list.hidden = files.length === 0;
    };

    input.addEventListener("change", () => {
      const same = (one, other) => one.name === other.name && one.size === other.size && one.lastModified === other.lastModified;
      const fresh = Array.from(input.files).filter((file) => !files.some((other) => same(file, other)));
      // Where there is room for one, another takes its place.
      const all = limit === 1 && fresh.length ? fresh : files.concat(fresh);
      status.textContent = all.length > room() ? `${box.dataset.tooMany} ${limit}` : "";
      files = all.slice(0, room());
      show();
    });
  }

  enhance();
})();
