// Below the board: one thing in full, a chart, a comparison of two branches.

const CAPTIONS = { story: "every state, oldest first", slot: "all tasks of this slot, newest first", machine: "the machine under the node" };

function panelsView(ui) {
  const { store, state } = ui;
  const panels = make("div", "swb-panels");

  // One thing in full.

  const drawer = make("section", "swb-drawer"), head = make("h3", "swb-drawer-head"), tabs = make("div", "swb-tabs");
  const kill = button("swb-open swb-kill", "kill its container"), close = button("swb-close", icon("close"));
  const body = make("div", "swb-drawer-body");
  drawer.setAttribute("aria-label", "one thing in full");
  tabs.setAttribute("role", "group");
  tabs.setAttribute("aria-label", "what to see of it");
  body.tabIndex = 0;
  body.setAttribute("role", "region");
  close.setAttribute("aria-label", "close");
  close.addEventListener("click", () => {
    const back = ui.root.querySelector(".swb-button[aria-pressed=true]:is(.swb-chip, .swb-service-name, .swb-host-name)");
    store.select(null);
    back?.focus();
  });
  const killed = () => state.k[state.selected?.id];
  kill.preview = () => [state.n[killed()?.node]?.name, `docker kill ${killed()?.container.slice(0, 12)}`];
  kill.addEventListener("click", () => store.ask({ t: "kill", task: state.selected?.id }));
  drawer.append(make("div", "swb-drawer-top", head, tabs, kill, close), body);

  function paintDrawer() {
    const { selected, details } = state, task = killed();
    drawer.hidden = !selected;
    if (!selected) return void (drawer.shown = null);
    kill.hidden = !(canAct(state) && task?.container && state.n[task.node] && !state.looks[task.state]?.ended);
    if (!kill.hidden) set(kill, "aria-label", `kill its container: ${kill.preview()[1]}`);
    if (!details || details.tab !== selected.tab) return void paintAsking(selected);
    if (details === drawer.shown) return;
    const scrolled = drawer.shown?.id === details.id && drawer.shown.tab === details.tab ? body.scrollTop : 0;
    drawer.shown = details;
    write(head, details.head);
    body.setAttribute("aria-label", `${details.tab} of ${details.head}`);
    tabs.replaceChildren(...details.tabs.map((name) => {
      const tab = button("swb-tab", name);
      tab.setAttribute("aria-pressed", name === details.tab);
      tab.addEventListener("click", () => store.select(details.kind, details.id, name));
      return tab;
    }));
    const caption = details.kind === "task" && details.tab === "slot" ? CAPTIONS.slot : CAPTIONS[details.tab];
    body.replaceChildren(details.table ? table(details.table, caption) : make("pre", "swb-text", details.text));
    for (const cell of body.querySelectorAll("tbody td:nth-child(2)")) {
      if (details.kind === "task" && details.tab === "story") cell.prepend(mark(cell.textContent));
    }
    body.scrollTop = scrolled;
  }

  /** The kernel is still thinking: asking why may replay the whole session. */
  function paintAsking(selected) {
    if (drawer.shown === selected) return;
    drawer.shown = selected;
    for (const tab of tabs.children) tab.setAttribute("aria-pressed", tab.textContent === selected.tab);
    body.replaceChildren(make("pre", "swb-text", "…"));
  }

  function mark(word) {
    const made = badge("swb-small");
    paintBadge(made, state.looks[word]);
    return made;
  }

  // A chart.

  const chart = make("section", "swb-chart"), which = make("select", "swb-select"), of = make("select", "swb-select");
  const picture = make("img", "swb-picture"), summary = make("p", "swb-summary"), behind = make("details", "swb-behind");
  chart.setAttribute("aria-label", "chart");
  which.setAttribute("aria-label", "chart");
  of.setAttribute("aria-label", "service of the chart");
  behind.append(make("summary", "", "the table behind it"), make("div", "swb-scroll"));
  const draw = () => store.drawChart(which.value, of.value);
  which.addEventListener("change", draw);
  of.addEventListener("change", draw);
  chart.append(make("div", "swb-chart-head", make("span", "swb-panel-name", "Chart"), which, of), picture, summary, behind);

  function paintChart() {
    chart.hidden = !state.charts?.length;
    if (chart.hidden) return;
    options(which, [["", "none"], ...state.charts.map((name) => [name, name])], which.value);
    const services = Object.values(state.s).map((service) => service.name).sort(natural);
    options(of, [["", "all, or the first"], ...services.map((name) => [name, name])], of.value);
    of.hidden = !which.value || !services.length;
    const drawn = which.value && state.chart?.name === which.value ? state.chart : null;
    for (const part of [picture, summary, behind]) part.hidden = !drawn;
    if (!drawn || drawn === chart.shown) return;
    chart.shown = drawn;
    picture.hidden = behind.hidden = !drawn.svg;
    if (drawn.svg) {
      picture.src = `data:image/svg+xml;base64,${drawn.svg}`;
      picture.alt = drawn.alt;
      const scroll = behind.lastElementChild;
      scroll.tabIndex = 0;
      scroll.replaceChildren(table(drawn.table, drawn.alt));
    }
    write(summary, drawn.alt);
  }

  // Two branches.

  const comparison = make("section", "swb-comparison");
  comparison.setAttribute("aria-label", "comparison of branches");

  function paintComparison() {
    const found = state.compared ? state.comparison : null;
    comparison.hidden = !found;
    if (!found || found === comparison.shown) return;
    comparison.shown = found;
    const same = found.table.length < 2;
    const title = make("span", "swb-panel-name", same ? `No difference to “${found.with}”` : `What differs from “${found.with}”`);
    const scroll = make("div", "swb-scroll", ...(same ? [] : [table(found.table, "at the moment shown")]));
    if (!same) scroll.tabIndex = 0;
    comparison.replaceChildren(title, scroll);
  }

  panels.append(comparison, drawer, chart);
  return { element: panels, paint: () => (paintDrawer(), paintChart(), paintComparison()) };
}
