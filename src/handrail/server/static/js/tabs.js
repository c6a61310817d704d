/** The tabs above the terminals: one for each, and the editor's when a file is open. */

import { closeTerminal, newTerminal } from "./actions.js";
import { byId, el, icon, iconButton, isChanged, refill } from "./dom.js";
import { state } from "./store.js";
import { idOf } from "./terminal.js";
import { t } from "./texts.js";
import { bring, EDITOR, front, show, shown } from "./view.js";

function closeEditor() {
  show({ file: null });
  bring(front());
}

/** @param {() => void} copyAll @param {() => void} find what the buttons at the right do with the terminal in front */
export function drawTabs(copyAll, find) {
  const { terminals } = state();
  const { file } = shown();
  const bar = byId("tabs");
  if (!isChanged(bar, terminals, front(), file?.name)) return;
  const tabs = terminals.map(({ name, state: how }) => tab(name, name, how, () => closeTerminal(name)));
  if (file) tabs.push(tab(EDITOR, file.name, "prompt", closeEditor));
  refill(
    bar,
    "id",
    el("div", { class: "tab-list", role: "tablist", "aria-label": t("terminals.label"), onkeydown: arrows }, ...tabs),
    iconButton("plus", t("terminals.new"), { id: "new-terminal", onclick: newTerminal }),
    el("span", { class: "spacer" }),
    iconButton("copy", t("terminals.copy"), { id: "copy-terminal", onclick: copyAll }),
    iconButton("search", t("terminals.search"), {
      id: "find-terminal",
      title: `${t("terminals.search")} (Ctrl+Shift+F)`,
      onclick: find,
    }),
  );
}

/** @param {string} how the terminal's state */
function mark(how) {
  if (how === "running") return el("span", { class: "dot busy" }, el("span", { class: "unseen" }, t("terminals.busy")));
  if (how === "exited")
    return el("span", { class: "dot ended" }, el("span", { class: "unseen" }, t("terminals.ended")));
  return null;
}

/** @param {string} name @param {string} label @param {string} how @param {() => void} close */
function tab(name, label, how, close) {
  const isFront = name === front();
  const closing = t("terminals.close", { terminal: label });
  return el(
    "div",
    { class: `tab ${isFront ? "active" : ""}`, role: "presentation" },
    el(
      "button",
      {
        type: "button",
        role: "tab",
        id: `tab-${idOf(name)}`,
        "aria-selected": String(isFront),
        "aria-controls": `panel-${idOf(name)}`,
        tabindex: isFront ? "0" : "-1",
        "data-terminal": name,
        "data-state": how,
        onclick: () => bring(name),
      },
      mark(how),
      label,
    ),
    el(
      "button",
      {
        type: "button",
        class: "tab-close",
        tabindex: isFront ? "0" : "-1",
        "aria-label": closing,
        title: closing,
        onclick: close,
      },
      icon("cross"),
    ),
  );
}

/** Arrow keys walk the tabs. @param {KeyboardEvent} event */
function arrows(event) {
  const names = [...state().terminals.map(({ name }) => name), ...(shown().file ? [EDITOR] : [])];
  const at = names.indexOf(front());
  const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: names.length - 1 }[event.key];
  if (to === undefined || !names.length) return;
  event.preventDefault();
  const name = names[(to + names.length) % names.length] ?? front();
  bring(name, false);
  document.getElementById(`tab-${idOf(name)}`)?.focus();
}
