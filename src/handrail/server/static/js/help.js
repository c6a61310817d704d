/** The list of keys: from the menu, or by "?" wherever nothing is typed. */

import { el, iconButton, TYPED } from "./dom.js";
import { t } from "./texts.js";

/** What each key does, by where it does it: [keys, text]. */
const KEYS = /** @type {Record<string, [string, string][]>} */ ({
  "help.page": [
    ["Tab", "help.tab"],
    ["Enter", "help.enter"],
    ["F6", "help.f6"],
    ["← →", "help.arrows"],
    ["Esc", "help.escape"],
    ["Page Up, Page Down", "help.presenter"],
    ["?", "help.question"],
  ],
  "help.terminal": [
    ["Ctrl+C", "help.c"],
    ["Ctrl+D", "help.d"],
    ["Ctrl+Z", "help.z"],
    ["Ctrl+S", "help.s"],
    ["Ctrl+Shift+C", "help.copy"],
    ["Ctrl+Shift+V", "help.paste"],
    ["Ctrl+Shift+F", "help.find"],
  ],
  "help.editor": [
    ["Ctrl+S", "help.save"],
    ["Ctrl+F", "help.editor.find"],
    ["Esc, Tab", "help.editor.leave"],
    ["F2", "help.rename"],
    ["Delete", "help.delete"],
  ],
});

export function openHelp() {
  const dialog = el(
    "dialog",
    { class: "dialog help", "aria-labelledby": "help-title" },
    el(
      "div",
      { class: "help-top" },
      el("h2", { id: "help-title" }, t("help.title")),
      iconButton("cross", t("dialog.close"), { autofocus: true, onclick: () => dialog.close() }),
    ),
    ...Object.entries(KEYS).flatMap(([place, keys]) => [
      el("h3", {}, t(place)),
      el("dl", {}, ...keys.flatMap(([key, text]) => [el("dt", {}, el("kbd", {}, key)), el("dd", {}, t(text))])),
    ]),
  );
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

export function startHelp() {
  document.addEventListener("keydown", (event) => {
    const isTyped = event.target instanceof Element && event.target.closest(`${TYPED}, dialog`);
    if (event.key !== "?" || event.ctrlKey || event.altKey || event.metaKey || isTyped) return;
    event.preventDefault();
    openHelp();
  });
}
