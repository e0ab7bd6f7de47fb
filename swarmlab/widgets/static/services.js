// Services: what was asked beside what is.

function servicesView(ui) {
  const { store, state } = ui, services = new Map();
  const list = make("div", "swb-services");

  function makeService(id) {
    const row = make("div", "swb-service");
    const parts = {
      row, name: button("swb-service-name"), facts: make("span", "swb-facts"), pips: make("span", "swb-pips"),
      count: make("span", "swb-count"), less: button("swb-step", "−"), more: button("swb-step", "+"),
      publish: button("swb-open", "publish…"), form: publishForm(id),
    };
    parts.pips.setAttribute("aria-hidden", "true");
    row.setAttribute("role", "group");
    parts.name.addEventListener("click", () => store.select("service", id));
    parts.publish.setAttribute("aria-expanded", "false");
    parts.publish.addEventListener("click", () => {
      parts.form.hidden = !parts.form.hidden;
      parts.publish.setAttribute("aria-expanded", String(!parts.form.hidden));
      if (!parts.form.hidden) parts.form.querySelector("input").select();
    });
    row.append(make("span", "swb-who", make("span", "swb-hue"), parts.name), parts.facts, parts.pips,
      make("span", "swb-ask", parts.count, make("span", "swb-steps", parts.less, parts.more), parts.publish), parts.form);
    for (const [control, by] of [[parts.less, -1], [parts.more, 1]]) {
      control.addEventListener("click", () => canAct(state) && store.ask({ t: "scale", service: id, by }));
      control.preview = () => [state.host, `docker service scale ${state.s[id]?.name}=${Math.max(0, state.s[id]?.wanted + by)}`];
    }
    row.keys = { "+": parts.more, "=": parts.more, "-": parts.less };
    return parts;
  }

  function publishForm(id) {
    const form = make("form", "swb-publish"), go = button("swb-go", "publish");
    const [published, target] = ["published", "target"].map((name) => {
      const input = Object.assign(make("input", "swb-number"), { type: "number", min: 1, max: 65535, name, required: true });
      input.value = name === "published" ? 8080 : 80;
      return input;
    });
    go.type = "submit";
    form.hidden = true;
    form.append(make("label", "", "port on every node ", published), make("label", "", " → port in the container ", target), go);
    const line = () => `docker service update --publish-add published=${published.value},target=${target.value} ${state.s[id]?.name}`;
    go.preview = () => [state.host, line()];
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (canAct(state)) store.ask({ t: "publish", service: id, published: Number(published.value), target: Number(target.value) });
      form.hidden = true;
      services.get(id)?.publish.setAttribute("aria-expanded", "false");
      services.get(id)?.publish.focus();
    });
    return form;
  }

  function paint() {
    const rows = Object.entries(state.s).sort((a, b) => natural(a[1].name, b[1].name));
    for (const [id, parts] of services) if (!state.s[id]) services.delete(id), leave(ui, parts.row);
    for (const [id, service] of rows) {
      if (!services.has(id)) services.set(id, makeService(id));
      const parts = services.get(id), scalable = canAct(state) && service.mode.startsWith("replicated");
      const isJob = service.mode.endsWith("job");
      set(parts.row, "aria-label", `service ${service.name}`);
      set(parts.row, "data-service", service.name);
      parts.row.style.setProperty("--hue", service.hue);
      write(parts.name, service.name);
      set(parts.name, "aria-pressed", state.selected?.id === id);
      write(parts.facts, [service.image, service.mode === "replicated" ? "" : service.mode, service.ports,
        /^(|completed)$/.test(service.update) ? "" : `update ${service.update}`].filter(Boolean).join(" · "));
      const full = isJob ? service.completed : service.running;
      const shown = Math.min(Math.max(isJob ? service.total || service.wanted : service.wanted, full), 24);
      write(parts.pips, "●".repeat(Math.min(full, shown)) + "○".repeat(shown - Math.min(full, shown)));
      const done = isJob ? `, completed ${service.completed}${service.total ? ` of ${service.total}` : ""}` : "";
      write(parts.count, `wanted ${service.wanted} · running ${service.running}${done}`);
      parts.row.classList.toggle("swb-lacking", service.running < service.wanted && !done);
      for (const [control, words] of [[parts.less, "one fewer"], [parts.more, "one more"]]) {
        control.hidden = !scalable;
        set(control, "aria-label", `${words} ${service.name}: ${control.preview()[1]}`);
      }
      parts.less.disabled = service.wanted === 0;
      parts.publish.hidden = !canAct(state) || isJob;
      set(parts.publish, "aria-label", `publish a port of ${service.name}`);
      if (parts.publish.hidden) parts.form.hidden = true;
    }
    arrange(list, rows.map(([id]) => services.get(id).row));
  }

  return { element: list, paint };
}
