/** Making elements without a framework and without ever parsing HTML. */

/** @typedef {Record<string, string | number | boolean | ((event: any) => void) | undefined | null>} Properties */

/** Makes an element. `on…` keys are listeners, true is an empty attribute, false/null/undefined leaves it out.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag @param {Properties} [properties]
 * @param {...(Node | string | null | undefined | false)} children
 * @returns {HTMLElementTagNameMap[K]} */
export function el(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (typeof value === "function") node.addEventListener(key.slice(2), value);
    else node.setAttribute(key, value === true ? "" : String(value));
  }
  node.append(
    .../** @type {(Node|string)[]} */ (
      children.filter((child) => child !== null && child !== undefined && child !== false)
    ),
  );
  return node;
}

/** Where somebody types. */
export const TYPED = "input, textarea, select, [contenteditable='true']";

/** The element with this id, which the static page has.
 * @param {string} id @returns {HTMLElement} */
export function byId(id) {
  const node = document.getElementById(id);
  if (!node) throw new Error(`no element #${id}`);
  return node;
}

const SHAPES = /** @type {Record<string, string>} */ ({
  play: "M5 3.5v9l7.5-4.5z",
  copy: "M6 5V3.5A1 1 0 0 1 7 2.5h5A1.5 1.5 0 0 1 13.5 4v5a1 1 0 0 1-1 1H11M3.5 6h6A1.5 1.5 0 0 1 11 7.5v5A1.5 1.5 0 0 1 9.5 14h-6A1.5 1.5 0 0 1 2 12.5v-5A1.5 1.5 0 0 1 3.500 6z",
  clock: "M8 2a6 6 0 1 0 0 12 6 6 0 0 0 0-12zM8 5v3.500l2.500 1.500",
  tick: "M3 8.500l3.500 3.500L13 4.500",
  cross: "M4 4l8 8M12 4l-8 8",
  notice: "M8 3v6.500M8 12.250v.500",
  stop: "M4.500 4.500h7v7h-7z",
  plus: "M8 3v10M3 8h10",
  search: "M7 2.500a4.500 4.500 0 1 1 0 9 4.500 4.500 0 0 1 0-9zM10.500 10.500L14 14",
  menu: "M2.500 4h11M2.500 8h11M2.500 12h11",
  up: "M4 10l4-4 4 4",
  down: "M4 6l4 4 4-4",
  left: "M10 3.500L5.500 8l4.500 4.500",
  right: "M6 3.500L10.500 8 6 12.500",
  folder: "M2 4h4l1.500 1.500H14v7.500H2z",
  pen: "M3 13l.6-2.800L10.800 3l2.200 2.200-7.200 7.200z",
  bin: "M3 4.500h10M6 4.500V3h4v1.500M4.500 4.500l.6 8.500h5.800l.6-8.500",
  eye: "M1.500 8C3 5.300 5.300 4 8 4s5 1.300 6.500 4C13 10.700 10.700 12 8 12S3 10.700 1.500 8zM8 6.300a1.700 1.700 0 1 0 0 3.400 1.700 1.700 0 0 0 0-3.400z",
  file: "M4 2h5l3 3v9H4zM9 2v3h3",
  beside: "M2.500 3h11v10h-11zM8 3v10",
  below: "M2.500 3h11v10h-11zM2.500 8h11",
  reload: "M13 8a5 5 0 1 1-1.500-3.550M13 2.500v3h-3",
  outside: "M9.500 2.500h4v4M13.500 2.500L7.500 8.500M11.500 9v4.500h-9v-9H7",
  lock: "M4.500 7.500h7v6h-7zM6 7.500V5a2 2 0 0 1 4 0v2.500",
});

/** A decorative line icon, hidden from assistive technology.
 * @param {string} name */
export function icon(name) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("class", name === "play" || name === "stop" ? "icon solid" : "icon");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(space, "path");
  path.setAttribute("d", SHAPES[name] ?? "");
  svg.append(path);
  return svg;
}

/** A button that shows an icon only; its label is its name and its tooltip.
 * @param {string} shape @param {string} label @param {Properties} properties */
export function iconButton(shape, label, properties) {
  return el(
    "button",
    { type: "button", class: "icon-button", "aria-label": label, title: label, ...properties },
    icon(shape),
  );
}

/** What makes a button act once however it is pressed: not for the second half of a double click, nor again and again
 * while Enter is held.
 * @param {() => void} act @returns {Properties} */
export function once(act) {
  return {
    onclick: (/** @type {MouseEvent} */ event) => event.detail > 1 || act(),
    onkeydown: (/** @type {KeyboardEvent} */ event) => event.repeat && event.preventDefault(),
  };
}

/** @type {WeakMap<object, string>} */
const drawn = new WeakMap();

/** Whether what a place is drawn from is not what it was when this was asked last: time to draw it again.
 * @param {object} place @param {...unknown} from
 * @returns {boolean} */
export function isChanged(place, ...from) {
  const wanted = JSON.stringify(from);
  if (drawn.get(place) === wanted) return false;
  drawn.set(place, wanted);
  return true;
}

/** What a mouse button or a finger is down on. @type {Node | null} */
let pressed = null;
/** What is to be filled when that is released. @type {Map<HTMLElement, () => void>} */
const waiting = new Map();

/** Once the click is through. */
function release() {
  setTimeout(() => {
    pressed = null;
    for (const fill of waiting.values()) fill();
    waiting.clear();
  });
}

if (typeof document !== "undefined") {
  document.addEventListener("pointerdown", (event) => (pressed = /** @type {Node} */ (event.target)), true);
  for (const name of ["pointerup", "pointercancel"]) document.addEventListener(name, release, true);
}

/** Fills a place anew; the focus stays on the part with the same value of this attribute. A button that is gone when it
 * is released gets no click: so what is pressed stays until then.
 * @param {HTMLElement} place @param {string} attribute @param {...(Node | string)} parts */
export function refill(place, attribute, ...parts) {
  if (place.contains(pressed)) {
    waiting.set(place, () => refill(place, attribute, ...parts));
    return;
  }
  const focused = place.contains(document.activeElement) ? document.activeElement?.getAttribute(attribute) : null;
  place.replaceChildren(...parts);
  if (focused) /** @type {HTMLElement | null} */ (place.querySelector(`[${attribute}="${focused}"]`))?.focus();
}

/** Says something to a screen reader without moving the focus.
 * @param {string} text */
export function announce(text) {
  byId("announcer").textContent = text;
}
