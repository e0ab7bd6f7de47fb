// The quiz's page: a form of one question, as browsers know it.  What is right, the kernel says.

let quizzes = 0;

function drawQuiz(model, el) {
  const root = make("section", "swb swq"), name = `swq-${++quizzes}`, ui = { root, point: () => {} };
  let state = {}, frame = 0, speaking = 0, asked = ""; // what was asked from here, so that the focus follows the answer
  const ask = (message) => { asked = message.t; model.send(message); };
  const go = (number) => ask({ t: "go", number });

  const title = make("h2", "swb-title"), status = make("span", "swb-mark"), bar = make("progress", "swq-bar");
  const back = button("swb-go swq-back", "previous"), next = button("swb-go swq-next", "next");
  const jump = make("select", "swb-select swq-jump");
  const form = make("form", "swq-form"), field = make("fieldset", "swq-field"), legend = make("legend", "swq-question");
  const choices = make("div", "swq-choices"), send = button("swb-go swq-send", "answer");
  const verdict = make("div", "swq-verdict"), see = button("swb-go swq-see", "show me the experiment");
  const seen = make("pre", "swq-seen"), result = make("div", "swq-result"), again = button("swb-go swq-again", "forget my answers");
  const trouble = make("p", "swb-bad"), live = make("div", "swb-live");
  live.setAttribute("role", "status");
  live.setAttribute("aria-live", "polite");
  bar.setAttribute("aria-label", "questions answered");
  seen.setAttribute("aria-label", "experiment");
  result.setAttribute("role", "group");
  result.setAttribute("aria-label", "result");
  seen.tabIndex = 0;
  send.type = "submit";

  field.append(legend, choices);
  form.append(field, send);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const chosen = form.querySelector("input:checked");
    if (chosen && !state.locked) ask({ t: "answer", id: state.id, choice: chosen.value });
  });
  back.addEventListener("click", () => go(state.place));
  next.addEventListener("click", () => go(state.place + 2));
  see.addEventListener("click", () => ask({ t: "see" }));
  const sure = (is) => {
    again.classList.toggle("swq-sure", is);
    write(again, is ? "really forget all answers of this round" : "forget my answers");
  };
  again.addEventListener("click", () => {
    if (again.classList.contains("swq-sure")) ask({ t: "restart" });
    sure(!again.classList.contains("swq-sure"));
  });
  again.addEventListener("blur", () => sure(false));
  jump.addEventListener("change", () => go(Number(jump.value)));
  root.append(make("div", "swb-head", title, status, bar), form, verdict, see, seen,
    make("div", "swq-ways", back, make("label", "", "question ", jump), next), result, again, trouble, live);
  el.append(root);
  const keys = useKeys(ui);

  function paintChoices() {
    const anew = choices.dataset.of !== state.id;
    if (anew) {
      choices.dataset.of = state.id;
      choices.replaceChildren(...state.choices.map(([letter, text]) => {
        const input = Object.assign(make("input", ""), { type: "radio", name, value: letter });
        return make("label", "swq-choice", input, make("b", "", letter), make("span", "", ...marked(text)), make("span", "swq-sign"));
      }));
    }
    for (const label of choices.children) {
      const input = label.firstChild, right = Boolean(state.right) && input.value === state.right;
      const wrong = state.verdict === "wrong" && input.value === state.chosen;
      if (anew || state.locked) input.checked = input.value === state.chosen;
      input.disabled = state.locked;
      label.classList.toggle("swq-right", right);
      label.classList.toggle("swq-wrong", wrong);
      write(label.lastChild, right ? "✔ right" : wrong ? "✘ your answer" : input.value === state.chosen ? "your answer" : "");
    }
  }

  function paint() {
    frame = 0;
    state = model.get("shown");
    write(title, state.title);
    write(status, state.status);
    set(root, "aria-label", state.title);
    Object.assign(bar, { max: state.count, value: state.answered.filter(Boolean).length });
    const numbers = state.answered.map((answered, place) => [String(place + 1), `${place + 1}${answered ? " ✓" : ""}`]);
    options(jump, numbers, String(state.place + 1));
    legend.replaceChildren(...marked(`${state.place + 1}. ${state.question}`));
    paintChoices();
    send.hidden = state.locked;
    back.disabled = state.place === 0;
    next.disabled = state.place === state.count - 1;
    verdict.hidden = !state.verdict;
    const said = state.verdict === "right" ? "✔ Right. " : "✘ Not so. ";
    verdict.replaceChildren(make("b", "", said), ...marked(`${state.why} (Lesson ${state.lesson})`));
    verdict.className = `swq-verdict swq-is-${state.verdict || "open"}`;
    see.hidden = !state.verdict || Boolean(state.seen);
    seen.hidden = !state.seen;
    write(seen, state.seen);
    result.hidden = !state.result.length;
    result.replaceChildren(...state.result.map((line) => make("p", "", ...marked(line))));
    again.hidden = !state.answered.some(Boolean);
    trouble.hidden = !state.trouble;
    write(trouble, state.trouble);
    keys.rove();
    if (asked === "see") seen.focus();
    else if (asked === "answer") [see, next, back].find((place) => !place.hidden && !place.disabled)?.focus();
    else if (asked) (form.querySelector("input:checked:enabled") ?? form.querySelector("input:enabled") ?? see).focus();
    asked = "";
    if (state.say !== live.textContent) {
      clearTimeout(speaking);
      speaking = setTimeout(() => write(live, state.say), 400);
    }
  }

  const change = () => (frame ||= requestAnimationFrame(paint));
  model.on("change:shown", change);
  paint();
  return () => {
    model.off("change:shown", change);
    cancelAnimationFrame(frame);
    clearTimeout(speaking);
    keys.stop();
    root.remove();
  };
}

export default { render: ({ model, el }) => drawQuiz(model, el) };
