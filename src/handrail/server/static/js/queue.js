/** The commands that run as soon as the prompt of their terminal is back: at most one for each terminal. */

/** @typedef {import("./types.js").BlockInfo} BlockInfo */

/** `isSent`: the server has been asked to run it. @typedef {{block: BlockInfo, isSent: boolean}} Waiting */

/** @type {Map<string, Waiting>} */
export const queue = new Map();

/** @param {string} id of a block @returns {string} the terminal whose prompt it waits for, "" when it waits for none */
export function waitsFor(id) {
  for (const [name, { block }] of queue) if (block.id === id) return name;
  return "";
}
