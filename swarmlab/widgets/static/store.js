// The page's half of the cluster board: it keeps what the kernel sent and draws it.  No simulation here, and no
// wording: states, colours and sentences come from the kernel.
//
// These files are put together as one module, in the order that swarmlab/widgets/telling.py gives.

const PARTS = ["n", "k", "s", "h"]; // nodes, tasks, services, hosts
const KEPT = ["rev", "at", "say", "goals", "moment", "end", "playing", "speed"]; // of a delta, beside its parts
const MARKS = 200; // moments to jump to that a page keeps

// The store: what this page knows.  Shared by all views of one board.

function makeStore(model) {
  const state = {
    n: {}, k: {}, s: {}, h: {}, goals: [], looks: {}, nodeLooks: {}, marks: [], stages: [], charts: [], speeds: [1],
    rev: -1, at: 0, moment: null, end: 0, start: 0, say: "", command: null, selected: null, details: null, chart: null,
    comparison: null, compared: "",
  };
  const listeners = new Set();
  const tell = () => listeners.forEach((listener) => listener());
  const ask = (message) => model.send(message);

  function hear(message) {
    if (message.t === "f") {
      if (message.stage !== state.stage) Object.assign(state, { comparison: null, compared: "" });
      Object.assign(state, message);
    } else if (message.t === "d") {
      if (message.base !== state.rev) return void ask({ t: "hello" }); // something was lost on the way
      for (const part of PARTS) {
        for (const id of message.x?.[part] ?? []) delete state[part][id];
        for (const [id, fields] of Object.entries(message[part] ?? {})) {
          state[part][id] = { ...state[part][id], ...fields };
        }
      }
      for (const key of KEPT) if (key in message) state[key] = message[key];
      if (message.m) state.marks = [...state.marks, ...message.m].slice(-MARKS);
    } else if (message.t === "c") {
      state.command = message;
      if (message.code !== undefined) state.say = `${message.line}: ${message.said || "done"}`;
    } else if (message.t === "i") {
      if (state.selected?.id === message.id && state.selected.tab === message.tab) state.details = message;
    } else if (message.t === "p") {
      state.chart = message;
    } else if (message.t === "v") {
      state.comparison = message;
    }
    tell();
  }

  hear(structuredClone(model.get("snapshot") ?? {}));
  model.on("msg:custom", hear);
  ask({ t: "hello" });
  return {
    state,
    ask,
    listen: (listener) => (listeners.add(listener), () => listeners.delete(listener)),
    stop: () => model.off("msg:custom", hear),

    /** Look at one thing, on the page `tab` of it; null: at nothing. */
    select(kind, id, tab = "story") {
      state.selected = kind ? { kind, id, tab } : null;
      if (state.details?.id !== id) state.details = null;
      ask({ t: "select", ...state.selected });
      tell();
    },
    drawChart(name, service) {
      if (!name) state.chart = null;
      ask({ t: "chart", name, service });
      tell();
    },
    compareWith(name) {
      Object.assign(state, { compared: name, comparison: null });
      ask({ t: "compare", name });
      tell();
    },
  };
}

const inPast = (state) => state.moment !== null && state.moment !== undefined;
/** Whether controls do something: there is somebody to do it, and this is the present. */
const canAct = (state) => Boolean(state.controls) && !inPast(state);
