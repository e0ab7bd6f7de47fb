// Nodes are columns: what the swarm says of a node, and how its machine really is.  Machines outside of a swarm come last.

const AVAILABILITIES = ["active", "pause", "drain"];

function columnsView(ui) {
  const { store, state } = ui, columns = new Map();
  const hosts = make("div", "swb-hosts"), nothing = make("p", "swb-nothing");

  function makeColumn(id) {
    const column = make("div", "swb-host");
    const parts = {
      column, star: make("span", "swb-star", "★"), name: button("swb-host-name"), role: make("span", "swb-role"),
      addr: make("span", "swb-addr"), badge: badge("swb-node-badge"), state: make("span", "swb-node-state"),
      room: make("div", "swb-room"), wall: make("div", "swb-wall"), trouble: make("div", "swb-trouble"),
      power: button("swb-power", icon("power")), chips: make("div", "swb-chips"), older: make("div", "swb-more"), choices: {},
    };
    parts.words = make("div", "swb-room-words");
    parts.held = make("div", "swb-room-words");
    parts.meters = ["cpu", "memory"].map((name) => make("span", `swb-meter swb-meter-${name}`, make("span", "swb-fill")));
    parts.room.append(parts.words, parts.held, make("span", "swb-meters", ...parts.meters));
    parts.wallWords = make("span", "");
    parts.wall.append(icon("shield"), parts.wallWords);
    parts.star.setAttribute("aria-hidden", "true");
    for (const meter of parts.meters) meter.setAttribute("aria-hidden", "true");
    column.setAttribute("role", "group");
    parts.name.addEventListener("click", () => store.select(state.n[id] ? "node" : "host", id));
    const choice = (parts.choice = make("div", "swb-choice"));
    choice.setAttribute("role", "group");
    for (const to of AVAILABILITIES) {
      const control = (parts.choices[to] = button("swb-segment", to));
      control.addEventListener("click", () => {
        if (canAct(state) && state.n[id]?.availability !== to) store.ask({ t: "availability", node: id, to });
      });
      control.line = () => `docker node update --availability ${to} ${state.n[id]?.name}`;
      control.preview = () => (state.n[id]?.availability === to ? null : [state.host, control.line()]);
      choice.append(control);
    }
    const isOff = () => hostOf(id)?.trouble.startsWith("machine off") ?? false;
    parts.power.line = () => `lab.faults.${isOff() ? "start" : "stop"}("${hostOf(id)?.name}")`;
    parts.power.preview = () => ["", parts.power.line()];
    parts.power.addEventListener("click", () => canAct(state) && store.ask({ t: "power", host: hostOf(id)?.name, on: isOff() }));
    column.append(
      make("div", "swb-host-head", make("div", "swb-host-line", parts.star, parts.name, parts.power),
        make("div", "swb-host-line", parts.badge, parts.state, parts.addr),
        make("div", "swb-host-line", parts.role, parts.wall), parts.room, parts.trouble, choice),
      parts.chips, parts.older);
    column.keys = { d: parts.choices.drain, p: parts.choices.pause, a: parts.choices.active };
    return parts;
  }

  const hostOf = (id) => state.h[state.n[id]?.name ?? id];

  function paintMeter(meter, used, all) {
    meter.hidden = !all;
    meter.firstChild.style.inlineSize = `${all ? Math.min(100, (100 * used) / all) : 0}%`;
  }

  function paintNode(id, parts, node) {
    const place = node.leader ? ", leader" : node.reachability ? `, ${node.reachability}` : "", role = node.role + place;
    set(parts.column, "data-availability", node.availability);
    set(parts.column, "data-state", node.state);
    parts.star.hidden = !node.leader;
    write(parts.role, role);
    write(parts.state, node.state);
    paintBadge(parts.badge, state.nodeLooks[node.state]);
    const held = [node.used_cpus ? `${node.used_cpus} CPU` : "", node.used_memory ? mib(node.used_memory) : ""].filter(Boolean);
    const has = node.cpus ? `${node.cpus} CPU, ${mib(node.memory)}` : "";
    const reserved = held.length ? `reserved ${held.join(", ")}` : "", room = [has, reserved].filter(Boolean).join(", ");
    write(parts.words, has);
    write(parts.held, reserved);
    paintMeter(parts.meters[0], node.used_cpus, held.length && node.cpus);
    paintMeter(parts.meters[1], node.used_memory, held.length && node.memory);
    set(parts.choice, "aria-label", `availability of ${node.name}`);
    for (const to of AVAILABILITIES) {
      const control = parts.choices[to];
      set(control, "aria-pressed", node.availability === to);
      set(control, "aria-label", `${to}: ${control.line()}`);
      set(control, "aria-disabled", !canAct(state));
    }
    return [`node ${node.name}`, role, node.state, node.availability, node.addr, room];
  }

  function paint() {
    const nodes = Object.entries(state.n).sort(
      (a, b) => (a[1].role !== "manager") - (b[1].role !== "manager") || natural(a[1].name, b[1].name));
    const names = new Set(nodes.map(([, node]) => node.name));
    const loose = Object.entries(state.h).filter(([name]) => !names.has(name));
    const all = [...nodes, ...loose], known = new Set(all.map(([id]) => id));
    for (const [id, parts] of columns) if (!known.has(id)) columns.delete(id), leave(ui, parts.column);
    for (const [id, thing] of all) {
      if (!columns.has(id)) columns.set(id, makeColumn(id));
      const parts = columns.get(id), node = state.n[id], host = hostOf(id);
      const wall = host && host.firewall !== "open for the swarm" ? `firewall ${host.firewall}` : "";
      const trouble = host?.trouble ?? "";
      set(parts.column, "data-node", thing.name);
      set(parts.column, "data-machine", host?.trouble ?? "");
      write(parts.name, thing.name);
      set(parts.name, "aria-pressed", state.selected?.id === id);
      write(parts.addr, node ? node.addr : host.address);
      const facts = node ? paintNode(id, parts, node) : [`host ${host.name}`, "not in a swarm", host.address];
      if (!node) {
        set(parts.column, "data-state", "none");
        write(parts.state, "not in a swarm");
        parts.star.hidden = true;
        paintBadge(parts.badge, null);
      }
      for (const part of [parts.room, parts.choice, parts.chips, parts.role]) part.hidden = !node;
      set(parts.column, "aria-label", [...facts, wall, trouble].filter(Boolean).join(", "));
      parts.wall.hidden = !wall;
      write(parts.wallWords, host?.firewall ?? "");
      parts.trouble.hidden = !trouble;
      write(parts.trouble, trouble && node?.state === "ready" ? `${trouble}, and the swarm has not noticed` : trouble);
      parts.power.hidden = !(canAct(state) && state.simulated && host);
      set(parts.power, "aria-label", parts.power.line());
      parts.power.classList.toggle("swb-is-off", parts.power.line().includes("start"));
    }
    arrange(hosts, all.map(([id]) => columns.get(id).column));
    nothing.hidden = all.length > 0;
    if (!all.length) write(nothing, state.say);
  }

  return { element: hosts, nothing, columns, paint };
}
