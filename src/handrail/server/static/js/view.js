/** What this tab has in front, which the server need not know. Actions change it, the page's parts draw it. */

import { state } from "./store.js";

/** The name of the editor's tab, beside the terminals'. */
export const EDITOR = "editor";

/**
 * `side`: what a narrow screen shows. `tab`: the terminal, or EDITOR, that was asked for last; it comes to the front as
 * soon as there is one. `before`: what was in front until then. `wantsFocus`: it takes the focus when it comes.
 * `file`: what the editor shows. `closed`: the failed check whose outcome was put away: as long as it fails for the
 * same reason, it stays so.
 * @typedef {{side: "lesson"|"work", tab: string, before: string, wantsFocus: boolean,
 *   file: {id: string, name: string, text: string} | null, closed: {page: string, reason: string}}} View
 */

/** @type {View} */
const view = {
  side: "lesson",
  tab: "",
  before: "",
  wantsFocus: false,
  file: null,
  closed: { page: "", reason: "" },
};
/** @type {Set<() => void>} */
const listeners = new Set();

/** @returns {Readonly<View>} */
export function shown() {
  return view;
}

/** @param {Partial<View>} change */
export function show(change) {
  Object.assign(view, change);
  for (const listener of listeners) listener();
}

/** @param {() => void} listener called on each change of what is shown */
export function onView(listener) {
  listeners.add(listener);
}

/** Brings a terminal or the editor to the front. @param {string} tab @param {boolean} [wantsFocus] */
export function bring(tab, wantsFocus = true) {
  show({ before: tab === view.tab ? view.before : front(), tab, wantsFocus });
}

/** @param {string} tab */
function exists(tab) {
  return tab === EDITOR ? view.file !== null : state().terminals.some((terminal) => terminal.name === tab);
}

/** @returns {string} the tab in front, "" while there is none */
export function front() {
  return [view.tab, view.before].find(exists) ?? state().terminals[0]?.name ?? "";
}

/** @returns {string} the terminal that commands without one of their own go to */
export function frontTerminal() {
  const terminals = [view.tab, view.before].filter((tab) => tab !== EDITOR);
  return terminals.find(exists) ?? state().terminals[0]?.name ?? "T1";
}
