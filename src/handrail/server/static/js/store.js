/** The State as the server last sent it, and whoever draws from it. */

import { Reconnecting } from "./reconnect.js";

/** @typedef {import("./types.js").State} State */

/** @type {State | null} */
let current = null;
/** @type {Set<(state: State, before: State | null) => void>} */
const listeners = new Set();
/** @type {Set<(connection: {up: boolean, delay: number}) => void>} */
const watchers = new Set();
/** @type {Reconnecting | null} */
let link = null;
/** Server time minus this computer's, in seconds. */
let skew = 0;

/** @returns {State} */
export function state() {
  if (!current) throw new Error("the state has not arrived yet");
  return current;
}

/** @param {(state: State, before: State | null) => void} listener called now (if there is a state) and on each change
 * @returns {() => void} stops it */
export function onState(listener) {
  listeners.add(listener);
  if (current) listener(current, null);
  return () => listeners.delete(listener);
}

/** @param {(connection: {up: boolean, delay: number}) => void} watcher */
export function onConnection(watcher) {
  watchers.add(watcher);
}

/** @param {State} next */
export function take(next) {
  const before = current;
  current = next;
  skew = next.now - Date.now() / 1000;
  for (const listener of listeners) listener(next, before);
}

/** Follows the server; needs to be called once. */
export function follow() {
  link = new Reconnecting("events", {
    open: () => watchers.forEach((watcher) => watcher({ up: true, delay: 0 })),
    message: (data) => take(JSON.parse(data)),
    lost: (delay) => watchers.forEach((watcher) => watcher({ up: false, delay })),
  });
}

/** Tries the connection at once. */
export function reconnect() {
  link?.retryNow();
}

/** Seconds by the server's clock, which this computer's need not agree with. @param {number} moment @returns {number} */
export function secondsSince(moment) {
  return Math.max(0, Math.floor(Date.now() / 1000 + skew - moment));
}

/** @param {string} id @returns {import("./types.js").PageInfo} */
export function page(id) {
  const found = state().pages.find((candidate) => candidate.id === id);
  if (!found) throw new Error(`no page ${id}`);
  return found;
}
