/** The presenter view: large type, and a page of the lesson piece by piece, each up to its next command. */

import { announce, byId, el, iconButton, TYPED } from "./dom.js";
import { settings, change } from "./settings.js";
import { t } from "./texts.js";

/** Readable from the last row. */
const TERMINAL_FONT = 20;

/** @type {Element[][]} */
let pieces = [];
let at = 0;
/** Whether the page that comes next is shown from its end: somebody went back to it. */
let fromEnd = false;
/** @type {MutationObserver | null} */
let watching = null;
const place = el("output", {});
const controls = el(
  "nav",
  { id: "presenter", "aria-label": t("presenter.label") },
  iconButton("up", t("presenter.previous"), { "data-do": "piece-back", onclick: () => go(-1) }),
  place,
  iconButton("down", t("presenter.next"), { "data-do": "piece-next", onclick: () => go(1) }),
);

/** The article's elements, cut after each one that holds a command. @returns {Element[][]} */
function cut() {
  /** @type {Element[][]} */
  const found = [[]];
  const body = byId("lesson").querySelector(":scope > .page");
  for (const node of body?.children ?? []) {
    found[found.length - 1]?.push(node);
    if (node.matches(".block") || node.querySelector(".block-bar")) found.push([]);
  }
  return found.filter((piece) => piece.length);
}

function draw() {
  const isFirst = at === 0;
  byId("lesson").dataset.piece = isFirst ? "first" : "later";
  pieces.forEach((piece, number) => piece.forEach((node) => node.classList.toggle("elsewhere", number !== at)));
  place.textContent = t("presenter.place", { number: at + 1, count: pieces.length });
  byId("scroller").scrollTo({ top: 0, behavior: "instant" });
}

/** @param {number} by */
function go(by) {
  const to = at + by;
  if (to < 0 || to >= pieces.length) {
    fromEnd = by < 0;
    const button = byId("bar").querySelector(`[data-do="${by < 0 ? "back" : "next"}"]`);
    if (button instanceof HTMLElement) button.click();
    return;
  }
  at = to;
  draw();
  announce(place.textContent ?? "");
  const run = pieces[at]?.map((node) => node.querySelector('[data-do="run"]')).find(Boolean);
  if (run instanceof HTMLElement) run.focus({ preventScroll: true });
}

function begin() {
  pieces = cut();
  at = fromEnd ? Math.max(pieces.length - 1, 0) : 0;
  fromEnd = false;
  draw();
}

/** Page Up and Page Down, which the keys of a presenter's remote are, wherever the focus is; arrows where nobody types.
 * @param {KeyboardEvent} event */
function press(event) {
  if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
  const by = { PageDown: 1, PageUp: -1, ArrowRight: 1, ArrowLeft: -1 }[event.key];
  const isElsewhere = event.target instanceof Element && event.target.closest(`${TYPED}, dialog, [role]`);
  if (by === undefined || (event.key.startsWith("Arrow") && isElsewhere)) return;
  event.preventDefault();
  event.stopPropagation();
  go(by);
}

/** Begins or ends the view. */
export function present() {
  const isOn = settings().presenter !== null;
  document.documentElement.toggleAttribute("data-presenter", isOn);
  if (!isOn) {
    watching?.disconnect();
    watching = null;
    controls.remove();
    removeEventListener("keydown", press, true);
    for (const node of document.querySelectorAll(".elsewhere")) node.classList.remove("elsewhere");
    delete byId("lesson").dataset.piece;
    return;
  }
  if (watching) return;
  if (!document.querySelector("link[href$='presenter.css']"))
    document.head.append(el("link", { rel: "stylesheet", href: "static/css/presenter.css" }));
  byId("bar").before(controls);
  addEventListener("keydown", press, true);
  watching = new MutationObserver(begin);
  watching.observe(byId("lesson"), { childList: true });
  begin();
}

/** Switches it; the terminals' text is as large as it was when it ends. */
export function switchPresenter() {
  const { presenter, fontSize } = settings();
  if (presenter === null) change({ presenter: fontSize, fontSize: Math.max(fontSize, TERMINAL_FONT) });
  else change({ presenter: null, fontSize: presenter });
  present();
}
