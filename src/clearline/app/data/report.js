// What the report's overview gains where scripts run: moving and enlarging the map, and one moment in time.
// The page says everything without it.
"use strict";
(() => {
  const map = document.querySelector("svg[data-live]");
  if (!map) return;
  const [, , wide, tall] = map.getAttribute("viewBox").split(" ").map(Number);
  const most = 200;
  let zoom = 1, x = 0, y = 0;

  const still = [...map.querySelectorAll("[data-at]")].map((item) => [item, ...item.dataset.at.split(" ").map(Number)]);
  const hatches = [...map.querySelectorAll("pattern")];
  const bars = map.querySelector(".scale");

  function show() {
    const w = wide / zoom, h = tall / zoom;
    x = Math.min(Math.max(x, -w / 2), wide - w / 2);
    y = Math.min(Math.max(y, -h / 2), tall - h / 2);
    map.setAttribute("viewBox", `${x} ${y} ${w} ${h}`);
    for (const [item, px, py] of still) item.setAttribute("transform", `translate(${px} ${py}) scale(${1 / zoom})`);
    for (const hatch of hatches) hatch.setAttribute("patternTransform", `scale(${1 / zoom})`);
    // The scale bars and the names of the grid belong to the whole map: enlarged, the bars shrink with what they measure.
    const corner = `translate(${x + w} ${y + h}) scale(${1 / zoom}) translate(${-wide} ${-tall})`;
    bars.setAttribute("transform", corner);
    scale();
  }

  const unit = [...bars.querySelectorAll("path")].map((bar) => {
    const [, right] = /H([\d.]+)/.exec(bar.getAttribute("d")) || [];
    const left = Number(/^M([\d.-]+)/.exec(bar.getAttribute("d"))[1]);
    const label = bar.nextElementSibling;
    const [amount, name] = label.textContent.split(" ");
    const km = name === "m" ? Number(amount) / 1000 : Number(amount);
    return { bar, label, right: Number(right), each: (Number(right) - left) / km, name: name === "m" ? "km" : name };
  });

  function scale() {
    for (const { bar, label, right, each, name } of unit) {
      const about = (wide * 0.2) / (each * zoom);
      const power = 10 ** Math.floor(Math.log10(about));
      const amount = [5, 2, 1].find((step) => step * power <= about * 1.000001) * power;
      const long = amount * each * zoom;
      const d = bar.getAttribute("d");
      const top = /^M[\d.-]+ ([\d.-]+)/.exec(d)[1];
      bar.setAttribute("d", `M${right - long} ${top}v5H${right}v-5`);
      label.setAttribute("x", right - long - 6);
      const metres = name === "km" && amount < 1;
      label.textContent = metres ? `${Math.round(amount * 1000)} m` : `${Number(amount.toPrecision(3))} ${name}`;
    }
  }

  function enlarge(by, px = x + wide / zoom / 2, py = y + tall / zoom / 2) {
    const next = Math.min(Math.max(zoom * by, 1), most);
    x = px - ((px - x) * zoom) / next;
    y = py - ((py - y) * zoom) / next;
    zoom = next;
    if (zoom === 1) x = y = 0;
    show();
  }

  function move(dx, dy) {
    x += dx / zoom;
    y += dy / zoom;
    show();
  }

  function whole() {
    zoom = 1;
    x = y = 0;
    show();
  }

  function under(event) {
    const box = map.getBoundingClientRect();
    const w = wide / zoom, h = tall / zoom;
    return [x + ((event.clientX - box.left) / box.width) * w, y + ((event.clientY - box.top) / box.height) * h];
  }

  const keys = {
    "+": () => enlarge(1.5), "=": () => enlarge(1.5), "-": () => enlarge(1 / 1.5), "0": whole, Home: whole,
    ArrowLeft: () => move(-80, 0), ArrowRight: () => move(80, 0), ArrowUp: () => move(0, -80), ArrowDown: () => move(0, 80),
  };
  map.setAttribute("tabindex", "0");
  map.setAttribute("aria-label", "Map. Arrow keys move it, plus and minus enlarge and reduce it, 0 shows all of it.");
  map.addEventListener("keydown", (event) => {
    const act = keys[event.key];
    if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    act();
  });
  map.addEventListener("wheel", (event) => {
    // The page scrolls under the wheel, as everywhere, until the map is chosen by a click or a key, or Ctrl is held.
    if (!event.ctrlKey && document.activeElement !== map) return;
    event.preventDefault();
    enlarge(event.deltaY < 0 ? 1.25 : 0.8, ...under(event));
  }, { passive: false });

  const held = new Map();
  let moved = false;
  map.addEventListener("pointerdown", (event) => {
    held.set(event.pointerId, [event.clientX, event.clientY]);
    moved = false;
  });
  map.addEventListener("pointermove", (event) => {
    if (!held.has(event.pointerId)) return;
    const before = [...held.values()];
    const [lastX, lastY] = held.get(event.pointerId);
    const dx = event.clientX - lastX, dy = event.clientY - lastY;
    if (!moved && Math.hypot(dx, dy) < 4) return;
    moved = true;
    map.setPointerCapture(event.pointerId);
    held.set(event.pointerId, [event.clientX, event.clientY]);
    const box = map.getBoundingClientRect();
    if (held.size === 1) move((-dx * wide) / box.width, (-dy * tall) / box.height);
    else if (held.size === 2) {
      const apart = (two) => Math.hypot(two[0][0] - two[1][0], two[0][1] - two[1][1]);
      enlarge(apart([...held.values()]) / Math.max(1, apart(before)), ...under(event));
    }
  });
  for (const name of ["pointerup", "pointercancel", "lostpointercapture"])
    map.addEventListener(name, (event) => held.delete(event.pointerId));
  map.addEventListener("click", (event) => { if (moved) event.preventDefault(); else map.focus({ preventScroll: true }); }, true);

  const stage = document.createElement("div");
  stage.className = "stage";
  map.replaceWith(stage);
  const tools = document.createElement("div");
  tools.className = "tools";
  for (const [sign, name, act] of [["+", "Enlarge", keys["+"]], ["−", "Reduce", keys["-"]], ["⤢", "Show all", whole]]) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = sign;
    button.title = name;
    button.setAttribute("aria-label", name);
    button.addEventListener("click", act);
    tools.append(button);
  }
  stage.append(map, tools);

  // One moment in time: what is not there then fades. At the far left all times are shown.
  const acts = [...map.querySelectorAll(".act")].map((act) => [act, Number(act.dataset.from), act.dataset.until === "" ? Infinity : Number(act.dataset.until)]);
  const first = Math.min(...acts.map((act) => act[1]));
  const ends = acts.map((act) => act[2]).filter(Number.isFinite);
  const last = Math.max(...ends, ...acts.map((act) => act[1]));
  if (acts.length > 1 && last > first) {
    const row = document.createElement("label");
    row.className = "when";
    const slider = document.createElement("input");
    slider.type = "range";
    slider.min = "0";
    slider.max = "1000";
    slider.value = "0";
    const told = document.createElement("output");
    const tell = () => {
      const share = Number(slider.value);
      const at = first + ((last - first) * (share - 1)) / 999;
      told.textContent = share === 0 ? "all times" : `${new Date(at).toISOString().slice(0, 19)}Z`;
      for (const [act, from, until] of acts) act.classList.toggle("past", share > 0 && (at < from || at > until));
    };
    slider.addEventListener("input", tell);
    row.append("Show at ", slider, told);
    stage.after(row);
    tell();
  }
  show();
  document.documentElement.dataset.ready = "1";
})();
