/** What one person prefers in this browser: colours, text size, screen-reader mode. Kept in localStorage. */

/** `divider`: the lesson's share of the window in percent, null while it was never moved. `presenter`: the size of
 * terminal text before the presenter view, null without it.
 * @typedef {{theme: "auto"|"light"|"dark", fontSize: number, reader: boolean, divider: number | null,
 *   presenter: number | null}} Settings */

const KEY = "handrail.settings";
const SMALLEST = 9;
const LARGEST = 28;

/** @type {Settings} */
const values = { theme: "auto", fontSize: 14, reader: false, divider: null, presenter: null, ...stored() };
/** @type {Set<() => void>} */
const listeners = new Set();
const systemDark = matchMedia("(prefers-color-scheme: dark)");
systemDark.addEventListener("change", apply);

function stored() {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? "{}");
  } catch {
    return {};
  }
}

/** @returns {Readonly<Settings>} */
export function settings() {
  return values;
}

/** @param {Partial<Settings>} change */
export function change(change) {
  Object.assign(values, change);
  values.fontSize = Math.min(LARGEST, Math.max(SMALLEST, values.fontSize));
  localStorage.setItem(KEY, JSON.stringify(values));
  apply();
}

/** @param {() => void} listener called on each change of settings or of the system's colours */
export function onSettings(listener) {
  listeners.add(listener);
}

/** @returns {boolean} */
export function isDark() {
  return values.theme === "dark" || (values.theme === "auto" && systemDark.matches);
}

export function apply() {
  document.documentElement.dataset.theme = isDark() ? "dark" : "light";
  for (const listener of listeners) listener();
}
