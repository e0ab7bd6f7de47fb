// One view of a board, put together from its parts.

function draw(store, el) {
  const { state } = store;
  const ui = { store, state, root: make("section", "swb"), first: true, point: () => 0 };
  const { root } = ui;
  let frame = 0, spoken = "", speaking = 0;

  const title = make("h2", "swb-title"), mark = make("span", "swb-mark"), time = make("span", "swb-time");
  const stages = make("span", "swb-stages"), compare = make("select", "swb-select");
  const history = button("swb-toggle", "show older tasks");
  history.setAttribute("aria-pressed", "false");
  stages.setAttribute("role", "group");
  stages.setAttribute("aria-label", "branches");
  compare.setAttribute("aria-label", "compare with another branch");
  compare.addEventListener("change", () => store.compareWith(compare.value));
  const goals = make("aside", "swb-goals"), goalsOf = make("div", "swb-goals-of"), goalList = make("ul", "swb-goal-list");
  goals.setAttribute("aria-label", "goals");
  goals.append(goalsOf, goalList);
  const strip = make("div", "swb-strip"), live = make("div", "swb-live");
  live.setAttribute("role", "status");
  live.setAttribute("aria-live", "polite");

  const services = servicesView(ui), columns = columnsView(ui), chips = chipsView(ui, columns.columns);
  const timebar = timebarView(ui), panels = panelsView(ui);
  const stage = make("div", "swb-stage", services.element, columns.nothing, columns.element, chips.element);
  root.append(make("div", "swb-head", title, mark, stages, compare, time, history),
    make("div", "swb-body", stage, goals), strip, timebar.element, panels.element, live);
  el.append(root);

  // The strip: what was typed last and what came of it; below, what a control would type, or one task in a line.

  const typed = make("div", "swb-typed"), pointed = make("div", "swb-pointed");
  strip.append(typed, pointed);

  function prompt([host, line]) {
    return [make("span", "swb-prompt", host ? `[root@${host} ~]# ` : ">>> "), make("code", "", line)];
  }

  function paintTyped() {
    const { command } = state;
    typed.hidden = !command;
    if (!command) return;
    const { host, line, code, said } = command, ended = code !== undefined;
    const words = ended ? ` ${code === 0 ? "✓" : "✕"} ${said || (code === 0 ? "done" : `exit status ${code}`)}` : " …";
    typed.replaceChildren(...(line ? prompt([host, line]) : []), make("span", ended && code ? "swb-said swb-bad" : "swb-said", words));
  }

  ui.point = (element = root.querySelector(".swb-button:hover") ?? (root.contains(document.activeElement) ? document.activeElement : null)) => {
    const details = element?.details?.(), preview = (canAct(state) || element?.classList.contains("swb-branch")) && element?.preview?.();
    if (details) pointed.replaceChildren(details);
    else if (preview) pointed.replaceChildren(make("span", "swb-hint", "would type  "), ...prompt(preview));
    else {
      const hint = inPast(state) ? "This is the past: controls are off. " : state.controls ? "Controls type docker commands, shown here. " : "";
      pointed.replaceChildren(make("span", "swb-hint", `${hint}Choose a task, a node or a service to see its story.`));
    }
  };

  function paintHead() {
    const past = inPast(state);
    write(title, state.title ?? "");
    write(mark, state.badge ?? "");
    write(time, clock(state.at));
    set(time, "data-past", past ? `the past; now ${clock(state.end)}` : "");
    set(root, "aria-label", `${state.title ?? "Swarm"}, ${state.badge ?? ""}`);
    const many = (state.stages?.length ?? 0) > 1, key = JSON.stringify([state.stages, state.stage]);
    stages.hidden = compare.hidden = !many;
    if (many && stages.dataset.key !== key) {
      stages.dataset.key = key;
      stages.replaceChildren(...state.stages.map((name) => {
        const tab = button("swb-segment", name);
        tab.setAttribute("aria-pressed", name === state.stage);
        tab.addEventListener("click", () => name !== state.stage && store.ask({ t: "show", name }));
        return tab;
      }));
    }
    if (many) {
      const others = state.stages.filter((name) => name !== state.stage);
      options(compare, [["", "compare with…"], ...others.map((name) => [name, `compare with ${name}`])], state.compared);
    }
    history.hidden = !Object.values(state.k).some((task) => task.old > 1);
  }

  function paintGoals() {
    goals.hidden = !state.goals.length;
    const key = JSON.stringify(state.goals);
    if (goals.hidden || goals.dataset.key === key) return;
    goals.dataset.key = key;
    const reached = state.goals.filter(([, done]) => done).length;
    write(goalsOf, `${state.goals[0][2] ?? "Goals"} · ${reached} of ${state.goals.length}`);
    goalList.replaceChildren(...state.goals.map(([text, done]) =>
      make("li", done ? "swb-done" : "", make("span", "swb-tick", done ? "✓" : "○"),
        make("span", "swb-spoken", done ? "reached: " : "not yet: "), ...marked(text))));
  }

  function speak() {
    if (state.say === spoken) return;
    clearTimeout(speaking);
    speaking = setTimeout(() => write(live, (spoken = state.say)), 800);
  }

  const keys = useKeys(ui);

  function paint() {
    frame = 0;
    paintHead();
    services.paint();
    columns.paint();
    chips.paint();
    paintGoals();
    paintTyped();
    timebar.paint();
    panels.paint();
    ui.point();
    keys.rove();
    speak();
    ui.first = false;
  }

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
    timebar.stop();
    keys.stop();
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
