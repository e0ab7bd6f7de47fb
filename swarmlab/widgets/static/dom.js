// Small tools for the document.  Text and attributes are written only when they change.

const collator = new Intl.Collator("en", { numeric: true });
const natural = (a, b) => (a === b ? 0 : collator.compare(a, b));

function make(tag, className, ...children) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.append(...children);
  return element;
}

function button(className, ...children) {
  const element = make("button", `swb-button ${className}`, ...children);
  element.type = "button";
  element.tabIndex = -1;
  return element;
}

function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function set(element, name, value) {
  if (element.getAttribute(name) !== String(value)) element.setAttribute(name, value);
}

/** Put `elements` into `parent` in this order, moving only those that are elsewhere. */
function arrange(parent, elements) {
  let next = parent.firstElementChild;
  for (const element of elements) {
    while (next?.classList.contains("swb-leaving")) next = next.nextElementSibling;
    if (element === next) next = next.nextElementSibling;
    else parent.insertBefore(element, next);
  }
}

function badge(className) {
  const element = make("span", `swb-badge ${className}`);
  element.setAttribute("aria-hidden", "true");
  return element;
}

function paintBadge(element, look) {
  write(element, look?.glyph ?? "?");
  element.style.setProperty("--state", look?.colour || "transparent");
  element.classList.toggle("swb-hollow", !look?.colour);
}

// Pictures on buttons are drawn, not typed: no font has them all.
const ICONS = {
  power: "M8 1.5v6M4.4 3.6a5.5 5.5 0 1 0 7.2 0",
  play: "M4.5 2.5v11l9-5.5z",
  pause: "M4.5 2.5v11M11.5 2.5v11",
  next: "M3.5 2.5v11l7.5-5.5zM13 2.5v11",
  back: "M12.5 2.5v11L5 8zM3 2.5v11",
  first: "M3 2.5v11M8.5 3v10L4 8zM13.5 3v10L9 8z",
  now: "M13 2.5v11M7.5 3v10L12 8zM2.5 3v10L7 8z",
  branch: "M4 14.5V9.5c0-4 8-2 8-6.5M4 1.5v9M9.7 4.6L12 2l2.3 2.6",
  close: "M3.5 3.5l9 9M12.5 3.5l-9 9",
  shield: "M8 1.5l5.5 2v4c0 3.500-2.300 5.700-5.500 7-3.200-1.300-5.500-3.500-5.500-7v-4z",
};

function icon(name) {
  const holder = document.createElement("template"); // the parser knows what an svg is
  holder.innerHTML = `<svg viewBox="0 0 16 16" class="swb-icon swb-icon-${name}" aria-hidden="true"><path d="${ICONS[name]}"/></svg>`;
  return holder.content.firstChild;
}

function options(select, pairs, chosen) {
  const key = JSON.stringify(pairs);
  if (select.dataset.options !== key) {
    select.dataset.options = key;
    select.replaceChildren(...pairs.map(([value, words]) => Object.assign(make("option", "", words), { value })));
  }
  if (select.value !== chosen) select.value = chosen;
}

/** A table whose first row are the names of its columns. */
function table(rows, caption) {
  const [head = [], ...body] = rows;
  const cells = (row, tag) => row.map((cell) => {
    const element = make(tag, "", String(cell));
    if (tag === "th") element.scope = "col";
    return element;
  });
  const made = make("table", "swb-table", make("thead", "", make("tr", "", ...cells(head, "th"))),
    make("tbody", "", ...body.map((row) => make("tr", "", ...cells(row, "td")))));
  made.prepend(make("caption", "", caption));
  return made;
}

/** What stands between backticks is code. */
const marked = (text) => text.split("`").map((part, place) => (place % 2 ? make("code", "", part) : part));

const clock = (seconds) => (seconds ? new Date(seconds * 1000).toISOString().slice(11, 19) : "");
const clockOfMs = (ms) => new Date(ms).toISOString().slice(11, 21);

function ago(seconds) {
  if (seconds < 120) return `${Math.max(0, seconds)} s`;
  if (seconds < 7200) return `${Math.floor(seconds / 60)} min`;
  return `${Math.floor(seconds / 3600)} h`;
}

function mib(amount) {
  return amount >= 1024 ? `${Number((amount / 1024).toPrecision(3))} GiB` : `${amount} MiB`;
}
