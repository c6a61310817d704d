/** The search field over a terminal. */

import { byId, el, iconButton } from "./dom.js";
import { t } from "./texts.js";

/** Opens it, or goes back to it. @param {import("./terminal.js").TerminalView} view the terminal in front */
export function openSearch(view) {
  const old = document.getElementById("search");
  if (old) return old?.querySelector("input")?.focus();
  const next = () => view.search.findNext(input.value);
  const previous = () => view.search.findPrevious(input.value);
  const close = () => {
    field.remove();
    view.search.clearDecorations();
    view.focus();
  };
  const input = el("input", {
    type: "search",
    "aria-label": t("terminals.search"),
    placeholder: t("terminals.search"),
    oninput: () => view.search.findNext(input.value, { incremental: true }),
  });
  const field = el(
    "div",
    {
      id: "search",
      role: "search",
      onkeydown: (/** @type {KeyboardEvent} */ event) => {
        if (event.key === "Escape") close();
        if (event.key === "Enter") event.shiftKey ? previous() : next();
      },
    },
    input,
    iconButton("up", t("terminals.search.previous"), { onclick: previous }),
    iconButton("down", t("terminals.search.next"), { onclick: next }),
    iconButton("cross", t("terminals.search.close"), { onclick: close }),
  );
  byId("panels").append(field);
  input.focus();
}
