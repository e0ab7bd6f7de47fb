// The time bar: play, pause, step, scrub, jump to an event, return to the present, branch off.

const SCRUB_EVERY = 60; // ms between two places that are sent while the slider is dragged

function timebarView(ui) {
  const { store, state } = ui;
  const bar = make("div", "swb-time-bar"), ticks = make("div", "swb-ticks");
  const tool = (name, label, act) => {
    const made = button("swb-tool", icon(name));
    made.setAttribute("aria-label", label);
    made.title = label;
    made.addEventListener("click", act);
    return made;
  };
  const back = tool("back", "to the moment before", () => store.ask({ t: "step", by: -1 }));
  const play = tool("play", "let time run", () => store.ask(state.playing ? { t: "pause" } : { t: "play", speed: Number(speed.value) }));
  const next = tool("next", "to the next moment", () => store.ask({ t: "step", by: 1 }));
  const now = button("swb-now", icon("now"), "now");
  now.addEventListener("click", () => store.ask({ t: "present" }));
  const branch = button("swb-branch", icon("branch"), "what if…");
  branch.setAttribute("aria-label", "what if: go on from this moment with a copy of the swarm");
  branch.addEventListener("click", () => store.ask({ t: "branch" }));
  branch.preview = () => ["", `lab.fork(${inPast(state) ? `at=${state.moment}_000_000` : ""})`];
  const slider = Object.assign(make("input", "swb-slider"), { type: "range", step: "any" });
  slider.setAttribute("aria-label", "moment of the session");
  const speed = make("select", "swb-select"), jump = make("select", "swb-select swb-jump");
  speed.setAttribute("aria-label", "speed of time");
  jump.setAttribute("aria-label", "jump to an event");
  ticks.setAttribute("aria-hidden", "true");
  bar.setAttribute("role", "group");
  bar.setAttribute("aria-label", "time");
  bar.append(make("span", "swb-tools", back, play, next), make("span", "swb-track", ticks, slider), now, speed, jump, branch);

  let waiting = 0, wanted = null, held = false;
  const end = () => Math.max((inPast(state) ? state.end : state.at) * 1000, state.marks.at(-1)?.[0] ?? 0, state.start + 1);

  function send() {
    waiting = 0;
    if (wanted === null) return;
    store.ask(wanted >= end() ? { t: "present" } : { t: "seek", at: Math.floor(wanted) });
    wanted = null;
  }
  slider.addEventListener("input", () => {
    wanted = Number(slider.value);
    waiting ||= setTimeout(send, SCRUB_EVERY);
  });
  slider.addEventListener("keydown", (event) => { // the browser's own step would be a hundredth of the session
    const by = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 }[event.key];
    if (by) store.ask({ t: "step", by });
    else if (event.key === "End") store.ask({ t: "present" });
    else if (event.key === "Home") store.ask({ t: "seek", at: state.start });
    else return;
    event.preventDefault();
  });
  slider.addEventListener("pointerdown", () => (held = true));
  slider.addEventListener("pointerup", () => (held = false));
  speed.addEventListener("change", () => state.playing && store.ask({ t: "play", speed: Number(speed.value) }));
  jump.addEventListener("change", () => {
    if (jump.value) store.ask({ t: "seek", at: Number(jump.value) });
    jump.value = "";
  });

  function paint() {
    const past = inPast(state), from = state.start, to = end(), shown = past ? state.moment : to;
    bar.hidden = !state.at;
    set(slider, "min", from);
    set(slider, "max", to);
    if (!held && wanted === null) slider.value = shown;
    set(slider, "aria-valuetext", past ? `${clockOfMs(shown)}, in the past` : `${clock(state.at)}, the present`);
    const runs = Boolean(state.playing), canRun = past || state.simulated;
    play.hidden = !canRun;
    if (play.dataset.icon !== String(runs)) play.replaceChildren(icon(runs ? "pause" : "play"));
    play.dataset.icon = String(runs);
    const label = runs ? "let time stand" : past ? "play the past" : "let time run";
    set(play, "aria-label", label);
    set(play, "title", label);
    next.disabled = !canRun;
    now.hidden = !past;
    branch.hidden = !state.simulated;
    speed.hidden = !canRun;
    options(speed, state.speeds.map((x) => [String(x), `${x}×`]), document.activeElement === speed ? speed.value : String(state.speed ?? 1));
    const marks = state.marks.filter(([at]) => at >= from);
    options(jump, [["", "jump to…"], ...marks.slice(-80).reverse().map(([at, , words]) => [String(at), `${clockOfMs(at).slice(0, 8)} ${words}`])], "");
    jump.hidden = !marks.length;
    const key = `${from} ${Math.round(to / 1000)} ${marks.length} ${marks.at(-1)?.[0]}`;
    if (ticks.dataset.key !== key) {
      ticks.dataset.key = key;
      ticks.replaceChildren(...marks.map(([at, kind]) => {
        const tick = make("span", `swb-tick-mark swb-tick-${kind}`);
        tick.style.setProperty("--place", (at - from) / (to - from));
        return tick;
      }));
    }
    ui.root.classList.toggle("swb-past", past);
  }

  return { element: bar, paint, stop: () => clearTimeout(waiting) };
}
