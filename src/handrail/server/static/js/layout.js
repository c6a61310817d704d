/** Two tabs at once: which of them has a place of its own beside or below the others, and how large it is. Kept for each
 * lesson in localStorage; until it is changed, as the lesson's index has it. */

import { newTerminal } from "./actions.js";
import { byId, el } from "./dom.js";
import { onState, state } from "./store.js";
import { bring, front, inOrder, tab, tabs } from "./tabs.js";
import { t } from "./texts.js";
import { onView, show } from "./view.js";

/**
 * `how`: where the second place is. `second`: the id of its tab, or the kind of which it takes one. `share`: the first
 * place's part in percent.
 * @typedef {{how: ""|"beside"|"below", second: string, share: number}} Layout
 */

const KEY = "handrail.layout.";
const SMALLEST = 15;
const LARGEST = 85;
/** As many pixels as one place needs: what is narrower shows one tab at a time. */
const NARROW = matchMedia("(max-width: 760px)");

/** The layouts that the index can ask for, where they show two things at once. @type {Record<string, [string, number]>} */
const NAMED = {
  "editor-terminal": ["terminal", 60],
  "editor-terminal-v1": ["terminal", 60],
  "editor-terminal-split": ["terminal", 60],
  "vscode-terminal-split": ["terminal", 60],
  "terminal-terminal": ["T2", 50],
  "terminal-iframe": ["preview", 50],
  "terminal-iframe-split": ["preview", 50],
  "editor-iframe-split": ["preview", 50],
};

/** @type {Layout} */
let layout = { how: "", second: "", share: 50 };

/** @param {Partial<Layout>} change */
function keep(change) {
  layout = { ...layout, ...change };
  localStorage.setItem(KEY + state().lesson, JSON.stringify(layout));
  show({});
}

/** @param {string} named by the index @returns {Layout} */
function begin(named) {
  const kept = localStorage.getItem(KEY + state().lesson);
  if (kept) return JSON.parse(kept);
  const [second, share] = NAMED[named] ?? ["", 50];
  return { how: second ? "below" : "", second, share };
}

/** @returns {string} the tab in the second place, "" while there is one place only */
export function second() {
  if (!layout.how || NARROW.matches || tabs().length < 2) return "";
  return (tab(layout.second) ?? tabs().find(({ kind }) => kind === layout.second))?.id ?? "";
}

/** @returns {string} the tab in the first place */
export function first() {
  const other = second();
  return inOrder().find(({ id }) => id !== other)?.id ?? "";
}

/** @returns {""|"beside"|"below"} */
export function how() {
  return second() ? layout.how : "";
}

/** Gives the tab in front a place of its own; where there is no other one, a new terminal. Asked again, one place is left.
 * @param {"beside"|"below"} wanted */
export async function split(wanted) {
  if (how() === wanted) return keep({ how: "" });
  if (how()) return keep({ how: wanted });
  if (tabs().length < 2) await newTerminal();
  keep({ how: wanted, second: front() });
}

function draw() {
  const place = byId("panels");
  place.dataset.split = how() || "none";
  place.style.setProperty("--share", `${layout.share}%`);
  for (const { id, panel } of tabs()) panel.dataset.place = id === second() ? "second" : "first";
  const divider = byId("panels-divider");
  divider.hidden = !how();
  divider.setAttribute("aria-orientation", how() === "beside" ? "vertical" : "horizontal");
  divider.setAttribute("aria-valuenow", String(Math.round(layout.share)));
}

/** @param {number} percent */
function move(percent) {
  keep({ share: Math.round(Math.min(LARGEST, Math.max(SMALLEST, percent)) * 10) / 10 });
}

/** @param {KeyboardEvent} event */
function step(event) {
  const by = { ArrowLeft: -2, ArrowUp: -2, ArrowRight: 2, ArrowDown: 2 }[event.key];
  if (!by) return;
  event.preventDefault();
  move(layout.share + by);
}

/** @param {PointerEvent} event */
function drag(event) {
  const divider = byId("panels-divider");
  const { left, top, width, height } = byId("panels").getBoundingClientRect();
  divider.setPointerCapture(event.pointerId);
  // A frame would keep the pointer's movements to itself.
  document.documentElement.dataset.dragging = "yes";
  /** @param {PointerEvent} moved */
  const follow = ({ clientX, clientY }) =>
    move(100 * (how() === "beside" ? (clientX - left) / width : (clientY - top) / height));
  divider.addEventListener("pointermove", follow);
  divider.addEventListener(
    "lostpointercapture",
    () => {
      divider.removeEventListener("pointermove", follow);
      delete document.documentElement.dataset.dragging;
    },
    { once: true },
  );
}

/** Needs the state: layouts are a lesson's. */
export function startLayout() {
  byId("panels").append(
    el("div", {
      id: "panels-divider",
      role: "separator",
      tabindex: "0",
      "aria-label": t("layout.divider"),
      "aria-valuemin": SMALLEST,
      "aria-valuemax": LARGEST,
      onkeydown: step,
      onpointerdown: drag,
    }),
  );
  layout = begin(state().layout);
  const preview = tabs().find(({ kind }) => kind === "preview");
  if (state().layout === "iframe" && preview) bring(preview.id, false);
  onView(draw);
  onState(draw);
  NARROW.addEventListener("change", () => show({}));
}
