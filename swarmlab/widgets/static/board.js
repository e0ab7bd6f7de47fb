// The page's half of the cluster board: it keeps what the kernel sent and draws it.  No simulation here, and no
// wording: states, colours and sentences come from swarmlab/views.py.
//
// A task never moves in Swarm.  When a slot gets a new task, its new chip flies out of the old one, which stays
// behind, hollow.

const FLIGHT = 480; // ms
const MANY = 300; // from here on tasks are small squares, and nothing flies
const CALM = globalThis.matchMedia?.("(prefers-reduced-motion: reduce)") ?? { matches: false };
const PARTS = ["n", "k", "s"]; // nodes, tasks, services
const AVAILABILITIES = ["active", "pause", "drain"];
const collator = new Intl.Collator("en", { numeric: true });
const natural = (a, b) => (a === b ? 0 : collator.compare(a, b));

// The store: what this page knows.  Shared by all views of one board.

function makeStore(model) {
  const state = { n: {}, k: {}, s: {}, goals: [], looks: {}, nodeLooks: {}, rev: -1, at: 0, say: "", command: null };
  const listeners = new Set();
  const tell = () => listeners.forEach((listener) => listener());

  function hear(message) {
    if (message.t === "f") {
      Object.assign(state, message);
    } else if (message.t === "d") {
      if (message.base !== state.rev) return void model.send({ t: "hello" }); // something was lost on the way
      for (const part of PARTS) {
        for (const id of message.x?.[part] ?? []) delete state[part][id];
        for (const [id, fields] of Object.entries(message[part] ?? {})) {
          state[part][id] = { ...state[part][id], ...fields };
        }
      }
      for (const key of ["rev", "at", "say", "goals"]) if (key in message) state[key] = message[key];
    } else if (message.t === "c") {
      state.command = message;
      if (message.code !== undefined) state.say = `${message.line}: ${message.said || "done"}`;
    }
    tell();
  }

  hear(structuredClone(model.get("snapshot") ?? {}));
  model.on("msg:custom", hear);
  model.send({ t: "hello" });
  return {
    state,
    ask: (message) => model.send(message),
    listen: (listener) => (listeners.add(listener), () => listeners.delete(listener)),
    stop: () => model.off("msg:custom", hear),
  };
}

// Small tools for the document.  Text and attributes are written only when they change.

function make(tag, className, ...children) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.append(...children);
  return element;
}

function button(className, ...children) {
  const element = make("button", `swb-button ${className}`, ...children);
  element.type = "button";
  element.tabIndex = -1;
  return element;
}

function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function set(element, name, value) {
  if (element.getAttribute(name) !== String(value)) element.setAttribute(name, value);
}

/** Put `elements` into `parent` in this order, moving only those that are elsewhere. */
function arrange(parent, elements) {
  let next = parent.firstElementChild;
  for (const element of elements) {
    while (next?.classList.contains("swb-leaving")) next = next.nextElementSibling;
    if (element === next) next = next.nextElementSibling;
    else parent.insertBefore(element, next);
  }
}

function badge(className) {
  const element = make("span", `swb-badge ${className}`);
  element.setAttribute("aria-hidden", "true");
  return element;
}

function paintBadge(element, look) {
  write(element, look?.glyph ?? "?");
  element.style.setProperty("--state", look?.colour || "transparent");
  element.classList.toggle("swb-hollow", !look?.colour);
}

const clock = (seconds) => (seconds ? new Date(seconds * 1000).toISOString().slice(11, 19) : "");

function ago(seconds) {
  if (seconds < 120) return `${Math.max(0, seconds)} s`;
  if (seconds < 7200) return `${Math.floor(seconds / 60)} min`;
  return `${Math.floor(seconds / 3600)} h`;
}

// One view.

function draw(store, el) {
  const { state } = store;
  const columns = new Map(), chips = new Map(), services = new Map();
  let first = true, frame = 0, spoken = "", speaking = 0, focused = null;

  const title = make("span", "swb-title"), mark = make("span", "swb-mark"), time = make("span", "swb-time");
  const history = button("swb-toggle", "show older tasks");
  history.setAttribute("aria-pressed", "false");
  const goals = make("ul", "swb-goals"), list = make("div", "swb-services"), hosts = make("div", "swb-hosts");
  const nothing = make("p", "swb-nothing");
  const tray = make("div", "swb-tray", make("div", "swb-tray-title", "On no node"), make("div", "swb-chips"));
  const strip = make("div", "swb-strip"), live = make("div", "swb-live");
  live.setAttribute("role", "status");
  live.setAttribute("aria-live", "polite");
  const root = make("section", "swb", make("div", "swb-head", title, mark, time, history), goals, list, nothing, hosts,
    tray, strip, live);
  el.append(root);

  // Services.

  function makeService(id) {
    const row = make("div", "swb-service");
    const parts = {
      row, name: make("span", "swb-service-name"), facts: make("span", "swb-facts"), pips: make("span", "swb-pips"),
      count: make("span", "swb-count"), less: button("swb-step", "−"), more: button("swb-step", "+"),
    };
    parts.pips.setAttribute("aria-hidden", "true");
    row.setAttribute("role", "group");
    row.append(make("span", "swb-who", make("span", "swb-hue"), parts.name), parts.facts, parts.pips,
      make("span", "swb-ask", parts.count, make("span", "swb-steps", parts.less, parts.more)));
    for (const [control, by] of [[parts.less, -1], [parts.more, 1]]) {
      control.addEventListener("click", () => store.ask({ t: "scale", service: id, by }));
      control.preview = () => `docker service scale ${state.s[id]?.name}=${Math.max(0, state.s[id]?.wanted + by)}`;
    }
    row.keys = { "+": parts.more, "=": parts.more, "-": parts.less };
    return parts;
  }

  function paintServices() {
    const rows = Object.entries(state.s).sort((a, b) => natural(a[1].name, b[1].name));
    for (const [id, parts] of services) if (!state.s[id]) services.delete(id), leave(parts.row);
    for (const [id, service] of rows) {
      if (!services.has(id)) services.set(id, makeService(id));
      const parts = services.get(id), scalable = state.controls && service.mode.startsWith("replicated");
      set(parts.row, "aria-label", `service ${service.name}`);
      set(parts.row, "data-service", service.name);
      parts.row.style.setProperty("--hue", service.hue);
      write(parts.name, service.name);
      write(parts.facts, [service.image, service.mode === "replicated" ? "" : service.mode, service.ports,
        /^(|completed)$/.test(service.update) ? "" : `update ${service.update}`].filter(Boolean).join(" · "));
      const shown = Math.min(Math.max(service.wanted, service.running), 24);
      const pips = "●".repeat(Math.min(service.running, shown)) + "○".repeat(shown - Math.min(service.running, shown));
      write(parts.pips, pips);
      const done = service.mode.endsWith("job") ? `, completed ${service.completed}` : "";
      write(parts.count, `wanted ${service.wanted} · running ${service.running}${done}`);
      parts.row.classList.toggle("swb-lacking", service.running < service.wanted && !done);
      for (const [control, words] of [[parts.less, "one fewer"], [parts.more, "one more"]]) {
        control.hidden = !scalable;
        set(control, "aria-label", `${words} ${service.name}: ${control.preview()}`);
      }
      parts.less.disabled = service.wanted === 0;
    }
    arrange(list, rows.map(([id]) => services.get(id).row));
  }

  // Nodes.

  function makeColumn(id) {
    const column = make("div", "swb-host");
    const parts = {
      column, star: make("span", "swb-star", "★"), name: make("span", "swb-host-name"), role: make("span", "swb-role"),
      addr: make("span", "swb-addr"), badge: badge("swb-node-badge"), state: make("span", "swb-node-state"),
      chips: make("div", "swb-chips"), older: make("div", "swb-more"), choices: {},
    };
    parts.star.setAttribute("aria-hidden", "true");
    column.setAttribute("role", "group");
    const choice = make("div", "swb-choice");
    choice.setAttribute("role", "group");
    parts.choice = choice;
    for (const to of AVAILABILITIES) {
      const control = (parts.choices[to] = button("swb-segment", to));
      control.addEventListener("click", () => {
        if (state.n[id]?.availability !== to) store.ask({ t: "availability", node: id, to });
      });
      const line = () => `docker node update --availability ${to} ${state.n[id]?.name}`;
      control.line = line;
      control.preview = () => (state.n[id]?.availability === to ? "" : line());
      choice.append(control);
    }
    column.append(
      make("div", "swb-host-head", make("div", "swb-host-line", parts.star, parts.name, parts.role),
        make("div", "swb-host-line", parts.badge, parts.state, parts.addr), choice),
      parts.chips, parts.older);
    column.keys = { d: parts.choices.drain, p: parts.choices.pause, a: parts.choices.active };
    return parts;
  }

  function paintColumns() {
    const nodes = Object.entries(state.n).sort(
      (a, b) => (a[1].role !== "manager") - (b[1].role !== "manager") || natural(a[1].name, b[1].name));
    for (const [id, parts] of columns) if (!state.n[id]) columns.delete(id), leave(parts.column);
    for (const [id, node] of nodes) {
      if (!columns.has(id)) columns.set(id, makeColumn(id));
      const place = node.leader ? ", leader" : node.reachability === "unreachable" ? ", unreachable" : "";
      const parts = columns.get(id), role = node.role + place;
      set(parts.column, "data-node", node.name);
      set(parts.column, "data-availability", node.availability);
      set(parts.column, "data-state", node.state);
      set(parts.column, "aria-label", `node ${node.name}, ${role}, ${node.state}, ${node.availability}, ${node.addr}`);
      parts.star.hidden = !node.leader;
      write(parts.name, node.name);
      write(parts.role, role);
      write(parts.addr, node.addr);
      write(parts.state, node.state);
      paintBadge(parts.badge, state.nodeLooks[node.state]);
      set(parts.choice, "aria-label", `availability of ${node.name}`);
      for (const to of AVAILABILITIES) {
        const control = parts.choices[to];
        set(control, "aria-pressed", node.availability === to);
        set(control, "aria-label", `${to}: ${control.line()}`);
        set(control, "aria-disabled", !state.controls);
      }
    }
    arrange(hosts, nodes.map(([id]) => columns.get(id).column));
    nothing.hidden = nodes.length > 0;
    if (!nodes.length) write(nothing, state.say);
  }

  // Tasks.

  function makeChip(id) {
    const chip = button("swb-chip");
    const parts = {
      chip, badge: badge("swb-task-badge"), label: make("span", "swb-label"), word: make("span", "swb-word"),
      wish: make("span", "swb-wish"), note: make("span", "swb-note"),
    };
    chip.append(make("span", "swb-who", parts.badge, parts.label), parts.word, parts.wish, parts.note);
    chip.details = () => describe(id);
    chip.dataset.task = id;
    return parts;
  }

  function describe(id) {
    const task = state.k[id], node = state.n[task?.node];
    if (!task) return "";
    return [`task ${task.label}.${id}`, node ? `on ${node.name}` : "on no node",
      `${task.state} for ${ago(state.at - task.since)}`, `desired ${task.desired}`, task.note,
      task.container ? `container ${task.container.slice(0, 12)}` : ""].filter(Boolean).join(" · ");
  }

  function paintChip(parts, task, hue) {
    const { chip } = parts, look = state.looks[task.state], node = state.n[task.node];
    if (parts.task === task && parts.hue === hue && parts.node === node) return; // a change makes a new object
    Object.assign(parts, { task, hue, node });
    const differs = task.desired !== task.state && !(look?.ended && task.old);
    const wrong = task.note && (task.state === "failed" || task.state === "rejected" || !task.node);
    if (chip.dataset.state && chip.dataset.state !== task.state) beat(parts.badge);
    set(chip, "data-state", task.state);
    set(chip, "data-desired", task.desired);
    set(chip, "data-label", task.label);
    chip.style.setProperty("--hue", hue ?? "#999");
    chip.classList.toggle("swb-ended", Boolean(look?.ended));
    chip.classList.toggle("swb-unwanted", task.old > 0);
    chip.classList.toggle("swb-older", task.old > 1);
    paintBadge(parts.badge, look);
    write(parts.label, task.label);
    write(parts.word, task.state);
    write(parts.wish, differs ? task.desired : "");
    write(parts.note, wrong ? task.note : "");
    set(chip, "aria-label", [`${task.label} ${task.state}`, differs ? `desired ${task.desired}` : "",
      node ? `on ${node.name}` : "on no node", wrong ? task.note : ""].filter(Boolean).join(", "));
  }

  function paintChips() {
    const tasks = Object.entries(state.k), dense = tasks.length > MANY, still = first || dense || CALM.matches;
    root.classList.toggle("swb-dense", dense);
    const hues = new Map(Object.values(state.s).map((service) => [service.name, service.hue]));
    const slots = new Map(), fresh = [], from = new Map();
    for (const [id, parts] of chips) if (!state.k[id]) chips.delete(id), leave(parts.chip);
    const heaps = new Map([["", []]]);
    for (const id of columns.keys()) heaps.set(id, []);
    for (const [id, task] of tasks) {
      const home = heaps.has(task.node) ? task.node : "";
      if (!chips.has(id)) {
        chips.set(id, makeChip(id));
        fresh.push(id);
      } else {
        if (!still && chips.get(id).home !== home) from.set(id, chips.get(id).chip.getBoundingClientRect());
        const slot = `${task.service}.${task.slot || task.node}`;
        if (!(state.k[slots.get(slot)]?.old < task.old)) slots.set(slot, id);
      }
      chips.get(id).home = home;
      paintChip(chips.get(id), task, hues.get(task.service));
      heaps.get(home).push([id, task]);
    }
    for (const [home, heap] of heaps) {
      heap.sort(([i, a], [j, b]) => natural(a.service, b.service) || a.slot - b.slot || natural(a.label, b.label)
        || a.old - b.old || b.made - a.made || (i < j ? -1 : 1));
      const parts = columns.get(home), older = heap.filter(([, task]) => task.old > 1).length;
      arrange(parts ? parts.chips : tray.lastElementChild, heap.map(([id]) => chips.get(id).chip));
      if (parts) write(parts.older, older && !root.classList.contains("swb-all") ? `${older} older` : "");
    }
    tray.hidden = heaps.get("").length === 0;
    history.hidden = !tasks.some(([, task]) => task.old > 1);
    if (still) return;
    for (const id of fresh) {
      const task = state.k[id], before = chips.get(slots.get(`${task.service}.${task.slot || task.node}`));
      if (before && !task.old) from.set(id, before.chip.getBoundingClientRect());
      else appear(chips.get(id).chip);
    }
    for (const [id, start] of from) fly(chips.get(id).chip, start);
  }

  // Motion.

  function fly(chip, start) {
    const end = chip.getBoundingClientRect(), dx = start.left - end.left, dy = start.top - end.top;
    if (!start.width || (!dx && !dy)) return;
    chip.classList.add("swb-flying");
    chip.animate([{ transform: `translate(${dx}px,${dy}px)`, opacity: 0.5 }, { transform: "none", opacity: 1 }],
      { duration: FLIGHT, easing: "cubic-bezier(.3,.1,.2,1)" }).finished
      .catch(() => 0).then(() => chip.classList.remove("swb-flying"));
  }

  function appear(chip) {
    chip.animate([{ transform: "scale(.85)", opacity: 0 }, { transform: "none", opacity: 1 }], { duration: 260, easing: "ease-out" });
  }

  function beat(element) {
    if (!CALM.matches) element.animate([{ transform: "scale(1.35)" }, { transform: "none" }], { duration: 300, easing: "ease-out" });
  }

  function leave(element) {
    if (element.contains(document.activeElement)) {
      const group = element.parentElement?.closest(".swb-host") ?? root;
      [...group.querySelectorAll(".swb-button")].find((e) => !element.contains(e) && e.offsetParent)?.focus();
    }
    if (first || CALM.matches || root.classList.contains("swb-dense")) return element.remove();
    element.classList.add("swb-leaving");
    element.setAttribute("aria-hidden", "true");
    element.inert = true;
    element.animate([{ opacity: 1 }, { opacity: 0, transform: "scale(.85)" }], { duration: 260, easing: "ease-in", fill: "forwards" })
      .finished.catch(() => 0).then(() => element.remove());
  }

  // The strip: what was typed last and what came of it; below, what a control would type, or one task in full.

  const typed = make("div", "swb-typed"), pointed = make("div", "swb-pointed");
  strip.append(typed, pointed);

  function prompt(host, line) {
    return [make("span", "swb-prompt", `[root@${host} ~]# `), make("code", "", line)];
  }

  function paintTyped() {
    const { command } = state;
    typed.hidden = !command;
    if (!command) return;
    const { host, line, code, said } = command, ended = code !== undefined;
    const words = ended ? ` ${code === 0 ? "✓" : "✕"} ${said || (code === 0 ? "done" : `exit status ${code}`)}` : " …";
    typed.replaceChildren(...prompt(host, line), make("span", ended && code ? "swb-said swb-bad" : "swb-said", words));
  }

  function paintPointed(element = root.querySelector(".swb-button:hover") ?? (root.contains(document.activeElement) ? document.activeElement : null)) {
    const details = element?.details?.(), preview = state.controls && element?.preview?.();
    if (details) pointed.replaceChildren(details);
    else if (preview) pointed.replaceChildren(make("span", "swb-hint", "would type  "), ...prompt(state.host, preview));
    else {
      const hint = state.controls ? "Controls type docker commands, shown here. " : "";
      pointed.replaceChildren(make("span", "swb-hint", `${hint}Tasks show their state, and → the desired one where it differs.`));
    }
  }

  function paintGoals() {
    goals.hidden = !state.goals.length;
    goals.replaceChildren(...state.goals.map(([text, done]) => {
      const item = make("li", done ? "swb-done" : "", make("span", "swb-tick", done ? "✓" : "○"), text);
      item.setAttribute("aria-label", `${done ? "reached" : "not yet"}: ${text}`);
      return item;
    }));
  }

  function speak() {
    if (state.say === spoken) return;
    clearTimeout(speaking);
    speaking = setTimeout(() => write(live, (spoken = state.say)), 800);
  }

  function paint() {
    frame = 0;
    write(title, state.title ?? "");
    write(mark, state.badge ?? "");
    write(time, clock(state.at));
    set(root, "aria-label", `${state.title ?? "Swarm"}, ${state.badge ?? ""}`);
    paintServices();
    paintColumns();
    paintChips();
    paintGoals();
    paintTyped();
    paintPointed();
    rove();
    speak();
    first = false;
  }

  // Keyboard: one tab stop, arrows to the nearest control in that direction.  Keys do not reach JupyterLab, where
  // "x" would cut the cell.

  const reachable = () => [...root.querySelectorAll(".swb-button")].filter((e) => e.offsetParent && !e.disabled && !e.inert);

  function rove() {
    if (focused && root.contains(focused) && focused.offsetParent && !focused.disabled) return;
    if (focused) focused.tabIndex = -1;
    focused = reachable()[0] ?? null;
    if (focused) focused.tabIndex = 0;
  }

  function nearest(start, key) {
    const a = start.getBoundingClientRect(), across = key === "ArrowLeft" || key === "ArrowRight";
    const sign = key === "ArrowLeft" || key === "ArrowUp" ? -1 : 1;
    let best = null, least = Infinity;
    for (const element of reachable()) {
      const b = element.getBoundingClientRect();
      const dx = (b.left + b.right - a.left - a.right) / 2, dy = (b.top + b.bottom - a.top - a.bottom) / 2;
      const along = sign * (across ? dx : dy), aside = Math.abs(across ? dy : dx);
      const overlaps = b.left < a.right && a.left < b.right;
      if (element === start || along < 4) continue;
      const cost = along + aside * (across ? 4 : overlaps ? 0.2 : 3);
      if (cost < least) [best, least] = [element, cost];
    }
    return best;
  }

  root.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.key === "Tab" || event.key === "Escape") return;
    event.stopPropagation();
    const here = event.target.closest(".swb-button");
    if (!here) return;
    let go = null;
    if (event.key.startsWith("Arrow")) go = nearest(here, event.key);
    else if (event.key === "Home") go = reachable()[0];
    else if (event.key === "End") go = reachable().at(-1);
    else {
      const control = here.closest(".swb-host, .swb-service")?.keys[event.key];
      if (control && !control.hidden) control.click();
      return;
    }
    event.preventDefault();
    go?.focus();
  });
  root.addEventListener("focusin", (event) => {
    const here = event.target.closest(".swb-button");
    if (!here) return;
    if (focused) focused.tabIndex = -1;
    focused = here;
    focused.tabIndex = 0;
    paintPointed(here);
  });
  root.addEventListener("focusout", (event) => root.contains(event.relatedTarget) || paintPointed(null));
  root.addEventListener("mouseover", (event) => paintPointed(event.target.closest(".swb-button") ?? undefined));
  root.addEventListener("mouseleave", () => paintPointed(null));
  history.addEventListener("click", () => {
    const all = root.classList.toggle("swb-all");
    history.setAttribute("aria-pressed", all);
    paint();
  });

  const forget = store.listen(() => (frame ||= requestAnimationFrame(paint)));
  paint();
  return () => {
    forget();
    cancelAnimationFrame(frame);
    clearTimeout(speaking);
    root.remove();
  };
}

// A function as default export runs once per model: its closure is the only place that initialize and render share.
export default () => {
  let store;
  return {
    initialize({ model }) {
      store = makeStore(model);
      return () => store.stop();
    },
    render({ el }) {
      return draw(store, el);
    },
  };
};
