// Keyboard: the buttons of a board are one tab stop, arrows go to the nearest one in that direction.  Sliders, choices and
// numbers are stops of their own.  Keys do not reach the notebook, where "x" would cut the cell.

function useKeys(ui) {
  const { root } = ui;
  let focused = null;
  const reachable = () => [...root.querySelectorAll(".swb-button")].filter((e) => e.offsetParent && !e.disabled && !e.inert);

  function rove() {
    if (focused && root.contains(focused) && !focused.closest("[hidden]") && !focused.disabled) return; // no layout for this
    if (focused) focused.tabIndex = -1;
    focused = reachable()[0] ?? null;
    if (focused) focused.tabIndex = 0;
  }

  function nearest(start, key) {
    const a = start.getBoundingClientRect(), across = key === "ArrowLeft" || key === "ArrowRight";
    const sign = key === "ArrowLeft" || key === "ArrowUp" ? -1 : 1;
    let best = null, least = Infinity;
    for (const element of reachable()) {
      const b = element.getBoundingClientRect();
      const dx = (b.left + b.right - a.left - a.right) / 2, dy = (b.top + b.bottom - a.top - a.bottom) / 2;
      const along = sign * (across ? dx : dy), aside = Math.abs(across ? dy : dx);
      const overlaps = b.left < a.right && a.left < b.right;
      if (element === start || along < 4) continue;
      const cost = along + aside * (across ? 4 : overlaps ? 0.2 : 3);
      if (cost < least) [best, least] = [element, cost];
    }
    return best;
  }

  // Notebook 7 takes arrows for itself before they come here, unless the element that has the focus forbids it.
  const isOurs = (event) => !(event.ctrlKey || event.metaKey || event.altKey || event.key === "Tab" || event.key === "Escape");
  const guard = (event) => root.contains(event.target) && event.target.toggleAttribute("data-lm-suppress-shortcuts", isOurs(event));
  window.addEventListener("keydown", guard, true);

  root.addEventListener("keydown", (event) => {
    if (!isOurs(event)) return;
    event.stopPropagation();
    const here = event.target.closest(".swb-button");
    if (!here) return;
    let go = null;
    if (event.key.startsWith("Arrow")) go = nearest(here, event.key);
    else if (event.key === "Home") go = reachable()[0];
    else if (event.key === "End") go = reachable().at(-1);
    else {
      const control = here.closest(".swb-host, .swb-service")?.keys[event.key];
      if (control && !control.hidden) control.click();
      return;
    }
    event.preventDefault();
    go?.focus();
  });
  root.addEventListener("focusin", (event) => {
    const here = event.target.closest(".swb-button");
    if (!here) return;
    if (focused) focused.tabIndex = -1;
    focused = here;
    focused.tabIndex = 0;
    ui.point(here);
  });
  root.addEventListener("focusout", (event) => root.contains(event.relatedTarget) || ui.point(null));
  root.addEventListener("mouseover", (event) => ui.point(event.target.closest(".swb-button") ?? undefined));
  root.addEventListener("mouseleave", () => ui.point(null));
  return { rove, stop: () => window.removeEventListener("keydown", guard, true) };
}
