// The request tracer's page: what the kernel shows is drawn, what is clicked is asked for.  The kernel does the rest.

let tracers = 0;

function drawTracer(model, el) {
  const state = {}, ui = { state, root: make("section", "swb swt"), first: true, point: () => 0, ask: (message) => model.send(message) };
  const { root, ask } = ui, id = `swt-${++tracers}`;
  let frame = 0, speaking = 0;

  const title = make("h2", "swb-title"), mark = make("span", "swb-mark");
  const from = make("select", "swb-select"), to = make("input", "swb-select swt-to"), targets = make("datalist", "");
  const one = button("swb-go swt-one", "send 1 request"), many = button("swb-go swt-many", "send 100");
  const reach = button("swb-toggle swt-reach", "who reaches whom"), names = button("swb-toggle swt-names-open", "names");
  const live = make("div", "swb-live");
  targets.id = `${id}-targets`;
  Object.assign(to, { type: "text", spellcheck: false, autocomplete: "off", placeholder: "192.168.1.11:8080, web:80, 8080" });
  to.setAttribute("list", targets.id);
  live.setAttribute("role", "status");
  live.setAttribute("aria-live", "polite");
  const send = (times) => ask({ t: "send", client: from.value, target: to.value, times });
  from.addEventListener("change", () => ask({ t: "choose", client: from.value, target: to.value }));
  to.addEventListener("keydown", (event) => event.key === "Enter" && send(1));
  one.addEventListener("click", () => send(1));
  many.addEventListener("click", () => send(100));
  reach.addEventListener("click", () => ask({ t: "reach", on: !state.matrix }));
  names.addEventListener("click", () => ask({ t: "names", on: !state.names }));
  const form = make("div", "swt-form", make("label", "", "from ", from), make("label", "swt-to-label", "to ", to), targets, one, many);

  // The strip: what was typed last and what came of it.

  const typed = make("div", "swb-typed"), pointed = make("div", "swb-pointed"), strip = make("div", "swb-strip", typed, pointed);
  const prompt = ([host, line]) => [make("span", "swb-prompt", `[root@${host} ~]# `), make("code", "", line)];

  function paintTyped() {
    typed.hidden = !state.typed;
    if (!state.typed) return;
    const { host, line, code, said } = state.typed, ended = code !== undefined;
    const words = ended ? ` ${code === 0 ? "✓" : "✕"} ${said || (code === 0 ? "done" : `exit status ${code}`)}` : " …";
    typed.replaceChildren(...(line ? prompt([host, line]) : []), make("span", ended && code ? "swb-said swb-bad" : "swb-said", words));
  }

  ui.point = (element = root.contains(document.activeElement) ? document.activeElement : null) => {
    const preview = element?.preview?.();
    pointed.replaceChildren(...(preview ? [make("span", "swb-hint", "would type  "), ...prompt(preview)]
      : [make("span", "swb-hint", "Requests are sent by a line that is typed at a shell, shown here.")]));
  };

  // Who answered.

  const hits = make("section", "swt-hits");
  hits.setAttribute("aria-label", "who answered");

  function paintHits() {
    const { sent } = state;
    hits.hidden = !sent;
    if (!sent || hits.shown === sent) return;
    hits.shown = sent;
    const rows = sent.shares.map(([name, host, count]) => [name, host, count]);
    if (sent.failed) rows.push([`failed: ${sent.reason}`, "", sent.failed]);
    const made = table([["CONTAINER", "HOST", "REQUESTS"], ...rows], `who answered ${sent.requests === 1 ? "the request" : `the ${sent.requests} requests`}`);
    [...made.tBodies[0].rows].forEach((row, place) => {
      const bar = make("span", `swt-bar${rows[place][1] ? "" : " swt-bar-failed"}`);
      bar.style.inlineSize = `${(100 * rows[place][2]) / sent.requests}%`;
      const count = row.cells[2], number = make("span", "swt-number", count.textContent);
      bar.setAttribute("aria-hidden", "true");
      count.replaceChildren(make("div", "swt-count", number, make("span", "swt-bar-room", bar)));
    });
    hits.replaceChildren(made);
  }

  // Who reaches whom: each cell is a way that can be chosen.

  const matrix = make("section", "swt-matrix"), grid = make("div", "swb-scroll"), legend = make("p", "swb-summary");
  matrix.setAttribute("aria-label", "who reaches whom");
  grid.tabIndex = 0;
  matrix.append(grid, legend);

  function paintMatrix() {
    const found = state.matrix;
    set(reach, "aria-pressed", Boolean(found));
    matrix.hidden = !found;
    const key = JSON.stringify(found);
    if (!found || matrix.key === key) return;
    matrix.key = key;
    const focused = grid.contains(document.activeElement) ? document.activeElement.dataset.way : null;
    const made = table([["from \\ to", ...found.targets], ...found.rows.map(([client, cells]) => [client, ...cells.map(([, cell]) => cell)])],
      "as curl -m 5 finds it now; choose a cell to ask that way");
    [...made.tBodies[0].rows].forEach((row, place) => {
      const [client, cells] = found.rows[place], head = make("th", "", client);
      head.scope = "row";
      row.cells[0].replaceWith(head);
      cells.forEach(([outcome, cell], column) => {
        const target = found.targets[column], way = button("swt-cell", cell), [, colour, words] = state.looks[outcome];
        way.style.setProperty("--state", colour || "transparent");
        way.dataset.way = `${client} ${target}`;
        way.classList.toggle("swb-hollow", !colour);
        way.setAttribute("aria-label", `${client} to ${target}: ${words}`);
        way.title = words;
        way.addEventListener("click", () => {
          [from.value, to.value] = [client, target];
          ask({ t: "choose", client, target });
        });
        row.cells[column + 1].replaceChildren(way);
      });
    });
    const outcomes = new Set(found.rows.flatMap(([, cells]) => cells.map(([outcome]) => outcome)));
    write(legend, Object.entries(state.looks).filter(([name]) => outcomes.has(name)).map(([, [glyph, , words]]) => `${glyph} ${words}`).join("   "));
    grid.replaceChildren(made);
    if (focused) [...grid.querySelectorAll(".swt-cell")].find((cell) => cell.dataset.way === focused)?.focus();
  }

  // Names, as the chosen place sees them.

  const inspector = make("section", "swt-names"), name = make("input", "swb-select"), query = button("swb-go swt-ask", "ask");
  const rows = make("div", "swb-scroll");
  inspector.setAttribute("aria-label", "names");
  rows.tabIndex = 0;
  Object.assign(name, { type: "text", spellcheck: false, autocomplete: "off", placeholder: "tasks.web" });
  const asks = () => name.value && ask({ t: "ask", client: from.value, name: name.value });
  name.addEventListener("keydown", (event) => event.key === "Enter" && asks());
  query.addEventListener("click", asks);
  inspector.append(make("div", "swt-form", make("label", "", "ask for the name ", name), query), rows);

  function paintNames() {
    set(names, "aria-pressed", Boolean(state.names));
    inspector.hidden = !state.names;
    const key = JSON.stringify([state.client, state.names]);
    if (!state.names || inspector.key === key) return;
    inspector.key = key;
    const made = table([["NAME", "ASKED FROM", "SCOPE", "SERVER", "ANSWER", "WHAT IT IS"], ...state.names], `what names mean on ${state.client}`);
    for (const row of made.tBodies[0].rows) row.cells[5].replaceChildren(...marked(row.cells[5].textContent));
    rows.replaceChildren(made);
  }

  const hops = hopsView(ui);
  root.append(make("div", "swb-head", title, mark, reach, names), form, strip, hops.element, hits, matrix, inspector, live);
  el.append(root);
  const keys = useKeys(ui);

  function paint() {
    frame = 0;
    Object.assign(state, model.get("lists"), model.get("shown"));
    write(title, state.title);
    write(mark, state.badge);
    set(root, "aria-label", `${state.title}, ${state.badge}`);
    const pending = state.typed && state.typed.code === undefined;
    set(root, "aria-busy", Boolean(pending));
    options(from, state.places.map((place) => [place, place]), state.client);
    options(targets, state.targets.map((target) => [target, target]), undefined);
    if (document.activeElement !== to && to.value !== state.target) to.value = state.target;
    paintTyped();
    hops.paint();
    paintHits();
    paintMatrix();
    paintNames();
    ui.point();
    keys.rove();
    if (state.say !== live.textContent) {
      clearTimeout(speaking);
      speaking = setTimeout(() => write(live, state.say), 400);
    }
    ui.first = false;
  }

  const change = () => (frame ||= requestAnimationFrame(paint));
  model.on("change:lists", change);
  model.on("change:shown", change);
  paint();
  return () => {
    model.off("change:lists", change);
    model.off("change:shown", change);
    cancelAnimationFrame(frame);
    clearTimeout(speaking);
    keys.stop();
    root.remove();
  };
}

export default { render: ({ model, el }) => drawTracer(model, el) };
