// Motion.  A task never moves in Swarm: when a slot gets a new task, its new chip flies out of the old one, which
// stays behind, hollow.  Nothing moves for those who asked their system for reduced motion, nor in a dense board.

const FLIGHT = 480; // ms
const CALM = globalThis.matchMedia?.("(prefers-reduced-motion: reduce)") ?? { matches: false };

function fly(chip, start) {
  const end = chip.getBoundingClientRect(), dx = start.left - end.left, dy = start.top - end.top;
  if (!start.width || (!dx && !dy)) return;
  chip.classList.add("swb-flying");
  chip.animate([{ transform: `translate(${dx}px,${dy}px)`, opacity: 0.5 }, { transform: "none", opacity: 1 }],
    { duration: FLIGHT, easing: "cubic-bezier(.3,.1,.2,1)" }).finished
    .catch(() => 0).then(() => chip.classList.remove("swb-flying"));
}

function appear(chip) {
  chip.animate([{ transform: "scale(.85)", opacity: 0 }, { transform: "none", opacity: 1 }], { duration: 260, easing: "ease-out" });
}

function beat(element) {
  if (!CALM.matches) element.animate([{ transform: "scale(1.35)" }, { transform: "none" }], { duration: 300, easing: "ease-out" });
}

/** Let an element go; the focus does not go with it. */
function leave(ui, element) {
  if (element.contains(document.activeElement)) {
    const group = element.parentElement?.closest(".swb-host") ?? ui.root;
    [...group.querySelectorAll(".swb-button")].find((e) => !element.contains(e) && e.offsetParent)?.focus();
  }
  if (ui.first || CALM.matches || ui.root.classList.contains("swb-dense")) return element.remove();
  element.classList.add("swb-leaving");
  element.setAttribute("aria-hidden", "true");
  element.inert = true;
  element.animate([{ opacity: 1 }, { opacity: 0, transform: "scale(.85)" }], { duration: 260, easing: "ease-in", fill: "forwards" })
    .finished.catch(() => 0).then(() => element.remove());
}
