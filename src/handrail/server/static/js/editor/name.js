/** Asks for the name of a file. */

import { el } from "../dom.js";
import { t } from "../texts.js";

/** @param {string} title @param {string} name that is there to begin with
 * @returns {Promise<string>} "" when cancelled */
export function askName(title, name) {
  const input = el("input", {
    id: "file-name",
    autocomplete: "off",
    spellcheck: "false",
    maxlength: 1000,
    required: true,
  });
  input.value = name;
  const dialog = el(
    "dialog",
    { class: "dialog", "aria-labelledby": "dialog-title" },
    el(
      "form",
      { method: "dialog" },
      el("h2", { id: "dialog-title" }, title),
      el("label", { for: "file-name" }, t("editor.name")),
      input,
      el(
        "div",
        { class: "dialog-buttons" },
        el("button", { class: "button primary", value: "ok" }, t("editor.name.ok")),
        el("button", { type: "button", class: "button quiet", onclick: () => dialog.close("") }, t("dialog.cancel")),
      ),
    ),
  );
  document.body.append(dialog);
  dialog.showModal();
  input.focus();
  input.setSelectionRange(name.lastIndexOf("/") + 1, name.length);
  return new Promise((resolve) =>
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue ? input.value.trim().replace(/^~?\/+|\/+$/g, "") : "");
    }),
  );
}
