// The place of the matter: the device's own position when somebody asks for it, a mark on the city's map where there is
// one, and what is already open there. Everything listens on the document, so a form that comes back needs nothing.
"use strict";

(() => {
  document.documentElement.classList.add("knows-place");

  const say = (box, words) => {
    box.querySelector(".location-said").textContent = words || "";
  };

  // ---- the point ----

  function put(box, latitude, longitude, words) {
    const form = box.closest("form");
    form.elements.latitude.value = latitude.toFixed(5);
    form.elements.longitude.value = longitude.toFixed(5);
    box.classList.add("is-set");
    say(box, words);
    showMark(box, latitude, longitude);
    askSame(form);
  }

  function takeAway(box) {
    const form = box.closest("form");
    form.elements.latitude.value = form.elements.longitude.value = "";
    box.classList.remove("is-set");
    say(box, box.dataset.removed);
    box.querySelector(".map-mark")?.setAttribute("visibility", "hidden");
    box.querySelector("[data-locate]").focus();
    askSame(form);
  }

  function locate(box) {
    say(box, box.dataset.asking);
    const failed = () => say(box, box.dataset.failed);
    if (!navigator.geolocation) {
      failed();
      return;
    }
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => put(box, coords.latitude, coords.longitude, box.dataset.added),
      failed,
      { enableHighAccuracy: true, timeout: 15000, maximumAge: 60000 },
    );
  }

  // ---- the map ----

  const scale = (map) => ({
    west: Number(map.dataset.west),
    north: Number(map.dataset.north),
    x: Number(map.dataset.xScale),
    y: Number(map.dataset.yScale),
  });

  function showMark(box, latitude, longitude) {
    const map = box.querySelector(".map");
    if (map) {
      const { west, north, x, y } = scale(map);
      moveMark(map, (longitude - west) * x, (north - latitude) * y);
    }
  }

  function moveMark(map, x, y) {
    const { width, height } = map.viewBox.baseVal;
    const mark = map.querySelector(".map-mark");
    const at = { x: Math.min(Math.max(x, 0), width), y: Math.min(Math.max(y, 0), height) };
    mark.setAttribute("transform", `translate(${at.x} ${at.y})`);
    mark.setAttribute("visibility", "visible");
    map.dataset.x = at.x;
    map.dataset.y = at.y;
  }

  function choose(map) {
    const box = map.closest(".location");
    const { west, north, x, y } = scale(map);
    const point = map.createSVGPoint();
    point.x = Number(map.dataset.x);
    point.y = Number(map.dataset.y);
    const area = Array.from(map.querySelectorAll(".map-area")).find((shape) => shape.isPointInFill(point));
    const words = `${box.dataset.marked} ${area?.dataset.name || ""}`.trim();
    put(box, north - point.y / y, west + point.x / x, words);
  }

  const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

  document.addEventListener("keydown", (event) => {
    const map = event.target.closest?.(".map");
    if (!map) {
      return;
    }
    const { width, height } = map.viewBox.baseVal;
    const step = STEPS[event.key];
    if (step) {
      event.preventDefault();
      const pace = event.shiftKey ? 50 : 5;
      const from = "x" in map.dataset ? [Number(map.dataset.x), Number(map.dataset.y)] : [width / 2, height / 2];
      moveMark(map, from[0] + step[0] * pace, from[1] + step[1] * pace);
    } else if ((event.key === "Enter" || event.key === " ") && "x" in map.dataset) {
      event.preventDefault();
      choose(map);
    }
  });

  document.addEventListener("click", (event) => {
    const box = event.target.closest?.(".location");
    if (!box) {
      return;
    }
    if (event.target.closest("[data-locate]")) {
      locate(box);
    } else if (event.target.closest("[data-unlocate]")) {
      takeAway(box);
    } else if (event.target.closest(".map")) {
      const map = event.target.closest(".map");
      const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(map.getScreenCTM().inverse());
      moveMark(map, point.x, point.y);
      choose(map);
    }
  });

  // ---- what is already open there ----

  const ASKED_BY = ["category", "category_listed", "neighbourhood", "neighbourhood_typed"];
  let current = null;

  function told(form) {
    const data = new FormData(form);
    const value = (name) => String(data.get(name) || "");
    return {
      csrf_token: value("csrf_token"),
      category: value("category") || value("category_listed"),
      neighbourhood: value("neighbourhood"),
      neighbourhood_typed: value("neighbourhood_typed"),
      latitude: value("latitude"),
      longitude: value("longitude"),
    };
  }

  async function askSame(form) {
    const box = form.querySelector(".same-thing");
    if (!box) {
      return;
    }
    const place = box.querySelector(".same-thing-place");
    const values = told(form);
    current?.abort();
    if (!values.category || !(values.neighbourhood || values.neighbourhood_typed || values.latitude)) {
      place.replaceChildren();
      return;
    }
    current = new AbortController();
    try {
      const answer = await fetch(box.dataset.url, {
        method: "POST",
        body: new URLSearchParams(values),
        credentials: "same-origin",
        signal: current.signal,
      });
      // What is under a finger never moves.
      if (!answer.ok || place.contains(document.activeElement)) {
        return;
      }
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
      const before = place.querySelector("input[type=radio]:checked")?.value;
      const status = fresh.querySelector(".same-thing-status")?.textContent || "";
      fresh.querySelector(".same-thing-status")?.remove();
      place.replaceChildren(...Array.from(fresh.body.children, (node) => document.importNode(node, true)));
      const again = Array.from(place.querySelectorAll("input[type=radio]")).find((radio) => radio.value === before);
      if (again) {
        again.checked = true;
      }
      box.querySelector("[role=status]").textContent = status;
    } catch {
      // Without an answer the question is asked when the form is sent.
    }
  }

  document.addEventListener("change", (event) => {
    if (ASKED_BY.includes(event.target.name) && event.target.form) {
      askSame(event.target.form);
    }
  });
})();
