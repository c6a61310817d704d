/** The tabs of the work area, whatever is in them, and which of them is in front. */

import { byId } from "./dom.js";
import { show } from "./view.js";

/**
 * `id`: unique; terminals have their names. `kind`: tabs of one kind stand together. `label`: what the tab is called.
 * `state`: a terminal's, or "" for nothing to tell. `panel`: what it shows, hidden until `show` is called.
 * `show` is called on each change of the view while the tab is in front, `hide` while it is not, `focus` when it is to
 * take the focus. `close`: somebody wants it gone; it may ask, and calls `remove` when it goes.
 * `find` and `text`: for those that can be searched and copied.
 * @typedef {{id: string, kind: "terminal"|"editor"|"preview", label: string,
 *   state: ""|"starting"|"prompt"|"running"|"exited"|"unsaved", panel: HTMLElement,
 *   show(): void, hide(): void, focus(): void, close(): void, find?(): void, text?(): string}} Tab
 */

/** @type {Tab[]} */
const open = [];
/** Ids of what was in front, the last one first. It begins with what was asked for and may not be there yet: that comes
 * to the front as soon as it is. @type {string[]} */
let recent = [];

const ORDER = ["terminal", "editor", "preview"];

/** @returns {readonly Tab[]} in the order of their buttons */
export function tabs() {
  return open;
}

/** @param {string} id */
export function tab(id) {
  return open.find((each) => each.id === id);
}

/** An id as part of an element's id. @param {string} id */
export function idOf(id) {
  return id.replace(/[^\w-]/g, (letter) => `_${letter.codePointAt(0)}`);
}

/** The attributes that make an element the panel of a tab. @param {string} id */
export function panelOf(id) {
  return { role: "tabpanel", id: `panel-${idOf(id)}`, "aria-labelledby": `tab-${idOf(id)}`, hidden: true };
}

/** Adds a tab and its panel. @param {Tab} added */
export function add(added) {
  open.push(added);
  open.sort((one, other) => ORDER.indexOf(one.kind) - ORDER.indexOf(other.kind));
  byId("panels").append(added.panel);
  show({});
}

/** Takes a tab and its panel away. Another one of its id shall not come to the front by itself. @param {Tab} removed */
export function remove(removed) {
  const at = open.indexOf(removed);
  if (at < 0) return;
  const hadFocus = removed.panel.contains(document.activeElement);
  open.splice(at, 1);
  removed.panel.remove();
  recent = recent.filter((id) => id !== removed.id);
  show(hadFocus ? { wantsFocus: true } : {});
}

/** Brings a tab to the front. @param {string} id @param {boolean} [wantsFocus] */
export function bring(id, wantsFocus = true) {
  recent = [...new Set([id, front(), ...recent])];
  show({ wantsFocus });
}

/** @returns {Tab[]} the one in front, then those that were before, then those that never were */
export function inOrder() {
  const before = recent.map(tab).filter((each) => each !== undefined);
  return [...before, ...open.filter((each) => !before.includes(each))];
}

/** @returns {string} the id of the tab in front, "" while there is none */
export function front() {
  return inOrder()[0]?.id ?? "";
}

/** Whether what was asked for last is there. */
export function isHere() {
  return !recent.length || front() === recent[0];
}

/** @returns {string} the terminal that commands without one of their own go to */
export function frontTerminal() {
  const terminals = open.filter(({ kind }) => kind === "terminal").map(({ id }) => id);
  return recent.find((id) => terminals.includes(id)) ?? terminals[0] ?? "T1";
}
