/** Sentences about something that went wrong or goes on, above the lesson; each kind has one place. */

import { byId, el, icon } from "./dom.js";
import { t } from "./texts.js";

/** Shows a sentence until it is replaced, closed or hidden.
 * @param {string} kind @param {string} text
 * @param {{tone?: "info"|"warn"|"bad", button?: {label: string, action: () => void}, closable?: boolean}} [options] */
export function notice(kind, text, options = {}) {
  const existing = byId("notices").querySelector(`[data-kind="${kind}"]`);
  if (existing?.getAttribute("data-says") === text) return;
  const node = el(
    "div",
    { class: `notice ${options.tone ?? "info"}`, "data-kind": kind, "data-says": text },
    el("span", {}, text),
    options.button &&
      el("button", { type: "button", class: "button small", onclick: options.button.action }, options.button.label),
    options.closable &&
      el(
        "button",
        { type: "button", class: "icon-button", "aria-label": t("dialog.close"), onclick: () => hideNotice(kind) },
        icon("cross"),
      ),
  );
  if (existing) existing.replaceWith(node);
  else byId("notices").append(node);
}

/** @param {string} kind */
export function hideNotice(kind) {
  byId("notices").querySelector(`[data-kind="${kind}"]`)?.remove();
}

/** Why a request did not work, in words. @param {unknown} error @returns {string} */
export function messageOf(error) {
  return error instanceof Error && error.message ? error.message : t("request.failed");
}

/** Shows why a request did not work.
 * @param {unknown} error */
export function problem(error) {
  if (error instanceof Error && error.message) notice("problem", error.message, { tone: "bad", closable: true });
  // Its own kind: it goes as soon as the player answers again.
  else notice("unreachable", t("request.failed"), { tone: "bad", closable: true });
}
