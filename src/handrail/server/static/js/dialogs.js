/** Questions in a modal <dialog>: the browser keeps the focus inside and Escape cancels. */

import { el } from "./dom.js";
import { t } from "./texts.js";

/** Asks; resolves to the chosen value, or null when cancelled.
 * @param {string} title @param {string} body
 * @param {{value: string, label: string, primary?: boolean, danger?: boolean}[]} choices
 * @param {AbortSignal} [settled] closes it, as if cancelled, when there is nothing left to ask
 * @returns {Promise<string | null>} */
export function ask(title, body, choices, settled) {
  return new Promise((resolve) => {
    const buttons = choices.map((choice) =>
      el(
        "button",
        {
          type: "button",
          class: `button ${choice.primary ? "primary" : ""} ${choice.danger ? "danger" : ""}`,
          autofocus: choice.primary,
          "data-choice": choice.value,
          onclick: () => dialog.close(choice.value),
        },
        choice.label,
      ),
    );
    const cancel = el(
      "button",
      { type: "button", class: "button quiet", onclick: () => dialog.close("") },
      t("dialog.cancel"),
    );
    const dialog = el(
      "dialog",
      { class: "dialog", "aria-labelledby": "dialog-title", "aria-describedby": "dialog-body" },
      el("h2", { id: "dialog-title" }, title),
      el("p", { id: "dialog-body" }, body),
      el("div", { class: "dialog-buttons" }, ...buttons, cancel),
    );
    dialog.addEventListener("close", () => {
      const chosen = dialog.returnValue;
      dialog.remove();
      resolve(chosen || null);
    });
    document.body.append(dialog);
    dialog.showModal();
    settled?.addEventListener("abort", () => dialog.close(""));
  });
}
