/** The right side: a panel for each terminal the server tells of, and the one in front. */

import { copy, restartTerminal } from "./actions.js";
import { byId, el, isChanged } from "./dom.js";
import { openSearch } from "./search.js";
import { onState } from "./store.js";
import { drawTabs } from "./tabs.js";
import { TerminalView } from "./terminal.js";
import { t } from "./texts.js";
import { bring, front, onView, show, shown } from "./view.js";

/** @typedef {import("./types.js").TerminalInfo} TerminalInfo */

/** @type {Map<string, TerminalView>} */
const views = new Map();

const copyAll = () => copy(views.get(front())?.text() ?? "");
const find = () => openSearch(views.get(front()));

function draw() {
  const name = front();
  for (const [other, view] of views) other === name ? view.show() : view.hide();
  drawTabs(copyAll, find);
  if (!shown().wantsFocus || shown().tab !== name) return;
  show({ wantsFocus: false });
  const panel = views.get(name);
  if (panel) panel.focus();
  else document.getElementById("panel-editor")?.focus();
}

/** Makes a panel for each terminal, and removes those whose terminal was closed. @param {TerminalInfo[]} terminals */
function keepPanels(terminals) {
  for (const [name, view] of views) {
    if (terminals.some((terminal) => terminal.name === name)) continue;
    view.close();
    views.delete(name);
    // Another terminal of this name shall not come to the front by itself.
    if (shown().tab === name) bring(front(), false);
  }
  for (const terminal of terminals) {
    const view = views.get(terminal.name) ?? new TerminalView(terminal.name);
    if (!views.has(terminal.name)) {
      views.set(terminal.name, view);
      byId("panels").append(view.panel);
    }
    drawNotes(view, terminal);
  }
  byId("panels").dataset.empty = terminals.length ? "no" : "yes";
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

export function startWorkbench() {
  byId("panels").addEventListener("find", find);
  onView(draw);
  onState((now) => {
    keepPanels(now.terminals);
    draw();
  });
}
