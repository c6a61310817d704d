/** What this window shows, which the server need not know. Actions change it, the page's parts draw it. */

/**
 * `side`: what a narrow screen shows. `wantsFocus`: the tab in front takes the focus when it comes. `closed`: the failed
 * check whose outcome was put away: as long as it fails for the same reason, it stays so.
 * @typedef {{side: "lesson"|"work", wantsFocus: boolean, closed: {page: string, reason: string}}} View
 */

/** @type {View} */
const view = {
  side: "lesson",
  wantsFocus: false,
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
