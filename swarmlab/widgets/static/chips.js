// Tasks are chips in the column of their node: the service's colour at the edge, the state as a glyph on its colour and
// as a word.  Over MANY tasks they are small squares, and nothing flies.

const MANY = 300;
const HEALTH = { healthy: "♥", starting: "♡" }; // the word is in the label and the details

function chipsView(ui, columns) {
  const { store, state } = ui, chips = new Map();
  const tray = make("div", "swb-tray", make("div", "swb-tray-title", "On no node"), make("div", "swb-chips"));

  function makeChip(id) {
    const chip = button("swb-chip");
    const parts = {
      chip, badge: badge("swb-task-badge"), label: make("span", "swb-label"), age: make("span", "swb-age"),
      word: make("span", "swb-word"), wish: make("span", "swb-wish"), health: make("span", "swb-health"), note: make("span", "swb-note"),
    };
    chip.append(parts.badge);
    chip.details = () => describe(id);
    chip.dataset.task = id;
    chip.addEventListener("click", () => store.select("task", id));
    return parts;
  }

  /** Give a chip its words; in a dense board it has none, as thousands of elements would have to be laid out. */
  function fill(parts) {
    const { chip, age, health, word, wish, note } = parts;
    chip.replaceChildren(make("span", "swb-who", parts.badge, parts.label), age, health, word, wish, note);
    parts.full = true;
  }

  function describe(id) {
    const task = state.k[id], node = state.n[task?.node];
    if (!task) return "";
    return [`task ${task.label}.${id}`, node ? `on ${node.name}` : "on no node",
      `${task.state} for ${ago(state.at - task.since)}`, `desired ${task.desired}`, task.health, task.note,
      task.container ? `container ${task.container.slice(0, 12)}` : ""].filter(Boolean).join(" · ");
  }

  function paintChip(id, parts, task, hue, dense) {
    const { chip } = parts, look = state.looks[task.state], node = state.n[task.node];
    if (!dense && !parts.full) fill(parts);
    if (!dense) write(parts.age, ago(state.at - task.since));
    set(chip, "aria-pressed", state.selected?.id === id);
    if (parts.task === task && parts.hue === hue && parts.node === node) return; // a change makes a new object
    const differs = task.desired !== task.state && !(look?.ended && task.old);
    const wrong = task.note && (task.state === "failed" || task.state === "rejected" || !task.node);
    if (!dense && parts.task && parts.task.state !== task.state) beat(parts.badge);
    Object.assign(parts, { task, hue, node });
    set(chip, "data-state", task.state);
    set(chip, "data-desired", task.desired);
    set(chip, "data-label", task.label);
    set(chip, "data-health", task.health);
    chip.style.setProperty("--hue", hue ?? "#999");
    chip.classList.toggle("swb-ended", Boolean(look?.ended));
    chip.classList.toggle("swb-unwanted", task.old > 0);
    chip.classList.toggle("swb-older", task.old > 1);
    paintBadge(parts.badge, look);
    write(parts.label, task.label);
    write(parts.word, task.state);
    write(parts.wish, differs ? task.desired : "");
    write(parts.health, HEALTH[task.health] ?? task.health);
    write(parts.note, wrong ? task.note : "");
    set(chip, "aria-label", [`${task.label} ${task.state}`, differs ? `desired ${task.desired}` : "", task.health,
      node ? `on ${node.name}` : "on no node", wrong ? task.note : ""].filter(Boolean).join(", "));
  }

  const slotOf = (task) => `${task.service}.${task.slot || task.node}`;

  function paint() {
    const tasks = Object.entries(state.k), dense = tasks.length > MANY, still = ui.first || dense || CALM.matches;
    ui.root.classList.toggle("swb-dense", dense);
    const hues = new Map(Object.values(state.s).map((service) => [service.name, service.hue]));
    const slots = new Map(), fresh = [], from = new Map();
    for (const [id, parts] of chips) if (!state.k[id]) chips.delete(id), leave(ui, parts.chip);
    const heaps = new Map([["", []]]);
    for (const id of columns.keys()) heaps.set(id, []);
    for (const [id, task] of tasks) {
      const home = heaps.has(task.node) ? task.node : "";
      if (!chips.has(id)) {
        chips.set(id, makeChip(id));
        fresh.push(id);
      } else {
        if (!still && chips.get(id).home !== home) from.set(id, chips.get(id).chip.getBoundingClientRect());
        if (!(state.k[slots.get(slotOf(task))]?.old < task.old)) slots.set(slotOf(task), id);
      }
      chips.get(id).home = home;
      paintChip(id, chips.get(id), task, hues.get(task.service), dense);
      heaps.get(home).push([id, task]);
    }
    for (const [home, heap] of heaps) {
      heap.sort(([i, a], [j, b]) => natural(a.service, b.service) || a.slot - b.slot || natural(a.label, b.label)
        || a.old - b.old || b.made - a.made || (i < j ? -1 : 1));
      const parts = columns.get(home), older = heap.filter(([, task]) => task.old > 1).length;
      arrange(parts ? parts.chips : tray.lastElementChild, heap.map(([id]) => chips.get(id).chip));
      if (parts) write(parts.older, older && !ui.root.classList.contains("swb-all") ? `${older} older` : "");
    }
    tray.hidden = heaps.get("").length === 0;
    if (still) return;
    for (const id of fresh) {
      const task = state.k[id], before = chips.get(slots.get(slotOf(task)));
      if (before && !task.old) from.set(id, before.chip.getBoundingClientRect());
      else appear(chips.get(id).chip);
    }
    for (const [id, start] of from) fly(chips.get(id).chip, start);
  }

  return { element: tray, paint };
}
