/** A tab for each terminal that the server tells of. */

import { restartTerminal } from "./actions.js";
import { el, isChanged } from "./dom.js";
import { onState } from "./store.js";
import { add, remove } from "./tabs.js";
import { TerminalView } from "./terminal.js";
import { t } from "./texts.js";

/** @typedef {import("./types.js").TerminalInfo} TerminalInfo */

/** @type {Map<string, TerminalView>} */
const views = new Map();

/** Makes a tab for each terminal, and removes those whose terminal was closed. @param {TerminalInfo[]} terminals */
function keepTabs(terminals) {
  for (const [name, view] of views) {
    if (terminals.some((terminal) => terminal.name === name)) continue;
    views.delete(name);
    remove(view);
    view.dispose();
  }
  for (const terminal of terminals) {
    const view = views.get(terminal.name) ?? new TerminalView(terminal.name);
    if (!views.has(terminal.name)) {
      views.set(terminal.name, view);
      add(view);
    }
    drawNotes(view, terminal);
  }
}

/** Says what a learner may not have seen coming. @param {TerminalView} view @param {TerminalInfo} terminal */
function drawNotes(view, { name, state: how, suspended, stopped }) {
  if (!isChanged(view, how === "exited", suspended, stopped)) return;
  view.say("suspended", suspended ? t("terminal.suspended") : "");
  view.say("stopped", stopped ? t("terminal.stopped") : "");
  view.say(
    "end",
    how === "exited" ? t("terminal.exited", { terminal: name }) : "",
    el("button", { type: "button", class: "button small", onclick: () => restartTerminal(name) }, t("terminal.reopen")),
  );
}

export function startTerminals() {
  onState((now) => keepTabs(now.terminals));
}
