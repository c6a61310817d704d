/** Questions in a modal <dialog>: the browser keeps the focus inside and Escape cancels. */

import { el } from "./dom.js";
import { t } from "./texts.js";

/** @typedef {{value: string, label: string, primary?: boolean, danger?: boolean}} Choice
 * @typedef {{title: string, body: string, choices: Choice[]}} Words */

/** A question on the screen: `answer` is the chosen value, or null when cancelled; `reword` asks in other words;
 * `cancel` closes it when there is nothing left to ask.
 * @param {Words} words
 * @returns {{answer: Promise<string | null>, reword: (words: Words) => void, cancel: () => void}} */
export function question(words) {
  const dialog = el("dialog", {
    class: "dialog",
    "aria-labelledby": "dialog-title",
    "aria-describedby": "dialog-body",
  });
  /** @param {Words} words */
  const draw = ({ title, body, choices }) =>
    dialog.replaceChildren(
      el("h2", { id: "dialog-title" }, title),
      el("p", { id: "dialog-body" }, body),
      el(
        "div",
        { class: "dialog-buttons" },
        ...choices.map((choice) =>
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
        ),
        el("button", { type: "button", class: "button quiet", onclick: () => dialog.close("") }, t("dialog.cancel")),
      ),
    );
  const answer = new Promise((resolve) =>
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue || null);
    }),
  );
  draw(words);
  document.body.append(dialog);
  dialog.showModal();
  return {
    answer,
    reword: (other) => {
      draw(other);
      /** @type {HTMLElement | null} */ (dialog.querySelector("[autofocus], button"))?.focus();
    },
    cancel: () => dialog.close(""),
  };
}

/** Asks; resolves to the chosen value, or null when cancelled.
 * @param {string} title @param {string} body @param {Choice[]} choices
 * @returns {Promise<string | null>} */
export function ask(title, body, choices) {
  return question({ title, body, choices }).answer;
}
