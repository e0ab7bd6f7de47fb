// The way of one request: hosts as boxes, stations in them, a dot that runs along; below, the same hop by hop in words.

const HOP = 260; // ms from one station to the next

function hopsView(ui) {
  const { state } = ui;
  const element = make("section", "swt-way"), headline = make("h3", "swb-drawer-head swt-headline");
  const picture = make("div", "swt-picture"), dot = make("span", "swt-dot"), list = make("ol", "swt-list");
  const outcome = make("div", "swt-outcome"), symptom = make("p", "swt-symptom"), help = make("p", "swt-help");
  const repair = button("swb-open swt-repair", "type it");
  element.setAttribute("aria-label", "the way of the request");
  picture.setAttribute("aria-hidden", "true"); // the list says the same
  repair.preview = () => state.path?.repair;
  repair.addEventListener("click", () => ui.ask({ t: "repair" }));
  outcome.append(symptom, help, repair);
  element.append(headline, picture, list, outcome);
  let drawn = null, pills = [], items = [];

  /** A box for each host in turn; VXLAN stands between two of them. */
  function boxes(hops) {
    const parts = [];
    let box = null, host = null;
    pills = hops.map((hop) => {
      const pill = make("span", `swt-station${hop.passed ? "" : " swt-failed"}`, hop.passed ? hop.station : `✕ ${hop.station}`);
      if (hop.container && ["container", "answer", "client"].includes(hop.station)) pill.append(make("b", "", ` ${hop.container}`));
      if (hop.station === "vxlan") {
        pill.classList.add("swt-tunnel");
        parts.push(pill);
        box = null;
        return pill;
      }
      if (!box || host !== hop.host) {
        if (box) parts.push(make("span", "swt-wire"));
        host = hop.host;
        box = make("div", "swt-box", make("span", "swt-box-name", host));
        parts.push(box);
      }
      box.append(pill);
      return pill;
    });
    picture.replaceChildren(...parts, dot);
  }

  function words(hops) {
    items = hops.map((hop) => {
      const item = make("li", hop.passed ? "" : "swt-failed", make("span", "swt-ms", `${hop.ms.toFixed(1)} ms`),
        make("span", "swt-where", hop.container ? `${hop.host}/${hop.container}` : hop.host),
        make("b", "swt-name", `${hop.passed ? "" : "✕ "}${hop.station}`), make("span", "swt-told", ...marked(hop.text)));
      return item;
    });
    list.replaceChildren(...items);
  }

  function run() {
    dot.hidden = true;
    if (CALM.matches || ui.first) return;
    const around = picture.getBoundingClientRect();
    const points = pills.map((pill) => {
      const r = pill.getBoundingClientRect();
      return { transform: `translate(${r.left - around.left + r.width / 2 - 6}px,${r.top - around.top - 7}px)` };
    });
    [pills, items].forEach((row) => row.forEach((each, place) =>
      each.animate([{ opacity: 0.15 }, { opacity: 1 }], { duration: 200, delay: HOP * place, fill: "backwards" })));
    if (points.length < 2) return;
    dot.hidden = false;
    const going = dot.animate(points, { duration: HOP * (points.length - 1), easing: "linear", fill: "forwards" });
    going.finished.then(() => (dot.hidden = true), () => 0);
  }

  function paint() {
    const { path, number } = state;
    element.hidden = !path;
    if (!path || drawn === number) return;
    drawn = number;
    const failed = path.hops.some((hop) => !hop.passed) && Boolean(path.symptom);
    write(headline, path.headline);
    headline.prepend(failed ? "✕ " : "✓ ");
    boxes(path.hops);
    words(path.hops);
    symptom.replaceChildren(...marked(path.symptom));
    help.replaceChildren(...marked(path.help));
    outcome.hidden = !path.symptom && !path.help;
    repair.hidden = !path.repair;
    if (path.repair) repair.setAttribute("aria-label", `type it: ${path.repair[1]}`);
    run();
  }

  return { element, paint };
}
