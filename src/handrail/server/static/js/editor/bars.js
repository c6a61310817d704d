/** What is to be said about an open file, and what can be done about it. */

import { el } from "../dom.js";
import { t } from "../texts.js";
import { compare } from "./codemirror.js";

/** @typedef {import("./document.js").Document} Document
 * @typedef {{keep: () => void, take: () => void, close: () => void, discard: () => void, saveAs: () => void}} Actions */

/** @param {string} label @param {string} name @param {() => void} act */
function button(label, name, act) {
  return el("button", { type: "button", class: "button small", "data-do": name, onclick: act }, label);
}

/** @param {string} kind @param {string} text @param {...(Node | false)} buttons */
function bar(kind, text, ...buttons) {
  return el("div", { class: "editor-note", "data-note": kind }, el("span", {}, text), ...buttons);
}

/** @param {Document} file @param {Actions} actions @returns {HTMLElement[]} */
export function bars(file, actions) {
  const made = [];
  const { conflict } = file;
  if (conflict && !conflict.version)
    made.push(
      bar(
        "removed",
        t("editor.removed", { file: file.path }),
        button(t("editor.again"), "keep", actions.keep),
        button(t("editor.close"), "close", actions.close),
      ),
    );
  else if (conflict)
    made.push(
      bar(
        "changed",
        t("editor.changed", { file: file.path }),
        button(t("editor.keep"), "keep", actions.keep),
        conflict.text !== null && button(t("editor.take"), "take", actions.take),
        conflict.text !== null && button(t("editor.both"), "both", () => showBoth(file, conflict.text ?? "", actions)),
      ),
    );
  if (file.failure && !conflict)
    made.push(
      bar(
        "failed",
        t("editor.failed", { reason: file.failure }),
        button(t("editor.save.as"), "save-as", actions.saveAs),
      ),
    );
  if (file.isRestored)
    made.push(bar("draft", t("editor.draft"), button(t("editor.draft.discard"), "discard", actions.discard)));
  return made;
}

/** @param {Document} file @param {string} other @param {Actions} actions */
function showBoth(file, other, actions) {
  const place = el("div", { class: "editor-compare" });
  /** @param {() => void} act */
  const choose = (act) => () => {
    dialog.close();
    act();
  };
  const dialog = el(
    "dialog",
    { class: "dialog wide", "aria-labelledby": "dialog-title" },
    el("h2", { id: "dialog-title" }, file.path),
    el("div", { class: "editor-sides" }, el("span", {}, t("editor.mine")), el("span", {}, t("editor.disk"))),
    place,
    el(
      "div",
      { class: "dialog-buttons" },
      button(t("editor.keep"), "keep", choose(actions.keep)),
      button(t("editor.take"), "take", choose(actions.take)),
      el("button", { type: "button", class: "button quiet", onclick: () => dialog.close() }, t("dialog.cancel")),
    ),
  );
  document.body.append(dialog);
  dialog.showModal();
  const view = compare(place, file.path, file.text, other);
  dialog.addEventListener("close", () => {
    view.destroy();
    dialog.remove();
  });
}
