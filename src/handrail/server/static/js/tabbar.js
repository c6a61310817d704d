/** The buttons of the tabs, and what can be done with the one in front. */

import { copy, newTerminal } from "./actions.js";
import { byId, el, icon, iconButton, isChanged, refill } from "./dom.js";
import { EDITOR, openEditor } from "./editor.js";
import { first, how, second, split } from "./layout.js";
import { bring, front, idOf, tab, tabs } from "./tabs.js";
import { t } from "./texts.js";

/** @typedef {import("./tabs.js").Tab} Tab */

/** What the dot of a tab says. */
const DOTS = /** @type {Record<string, [string, string]>} */ ({
  running: ["busy", "terminals.busy"],
  exited: ["ended", "terminals.ended"],
  unsaved: ["unsaved", "editor.unsaved"],
});

export function drawTabs() {
  const bar = byId("tabs");
  const shown = tabs().map(({ id, label, state }) => [id, label, state]);
  if (!isChanged(bar, shown, front(), how(), second())) return;
  const inFront = tab(front());
  refill(
    bar,
    "id",
    el(
      "div",
      { class: "tab-list", onkeydown: arrows },
      // The list itself owns nothing but tabs: the buttons that close them stand beside it.
      el("span", {
        role: "tablist",
        "aria-label": t("tabs.label"),
        "aria-multiselectable": how() ? "true" : null,
        "aria-owns": owned(),
      }),
      ...tabs().map(button),
    ),
    iconButton("plus", t("terminals.new"), { id: "new-terminal", onclick: newTerminal }),
    ...(tab(EDITOR) ? [] : [iconButton("pen", t("editor.open"), { id: "open-editor", onclick: openEditor })]),
    el("span", { class: "spacer" }),
    .../** @type {const} */ (["beside", "below"]).map((wanted) =>
      iconButton(wanted, t(`layout.${wanted}`), {
        id: `split-${wanted}`,
        "aria-pressed": String(how() === wanted),
        onclick: () => split(wanted),
      }),
    ),
    ...(inFront?.text ? [iconButton("copy", t("terminals.copy"), { id: "copy-terminal", onclick: copyAll })] : []),
    ...(inFront?.find
      ? [
          iconButton("search", t("terminals.search"), {
            id: "find-terminal",
            title: `${t("terminals.search")} (Ctrl+Shift+F)`,
            onclick: () => tab(front())?.find?.(),
          }),
        ]
      : []),
  );
}

function owned() {
  return tabs()
    .map(({ id }) => `tab-${idOf(id)}`)
    .join(" ");
}

function copyAll() {
  copy(tab(front())?.text?.() ?? "");
}

/** @param {string} state of a tab */
function mark(state) {
  const [kind, text] = DOTS[state] ?? [];
  return kind && text && el("span", { class: `dot ${kind}` }, el("span", { class: "unseen" }, t(text)));
}

/** @param {Tab} shown */
function button(shown) {
  const isFront = shown.id === front();
  const isSeen = [first(), second()].includes(shown.id);
  const closing = t("tabs.close", { tab: shown.label });
  const id = idOf(shown.id);
  return el(
    "div",
    { class: `tab ${isFront ? "active" : isSeen ? "seen" : ""}`, role: "presentation" },
    el(
      "button",
      {
        type: "button",
        role: "tab",
        id: `tab-${id}`,
        "aria-selected": String(isSeen),
        "aria-controls": `panel-${id}`,
        tabindex: isFront ? "0" : "-1",
        "data-kind": shown.kind,
        "data-state": shown.state,
        onclick: () => bring(shown.id),
      },
      mark(shown.state),
      shown.label,
    ),
    el(
      "button",
      {
        type: "button",
        class: "tab-close",
        tabindex: isFront ? "0" : "-1",
        "aria-label": closing,
        title: closing,
        onclick: () => shown.close(),
      },
      icon("cross"),
    ),
  );
}

/** Arrow keys walk the tabs. @param {KeyboardEvent} event */
function arrows(event) {
  const ids = tabs().map(({ id }) => id);
  const at = ids.indexOf(front());
  const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: ids.length - 1 }[event.key];
  if (to === undefined || !ids.length) return;
  event.preventDefault();
  const id = ids[(to + ids.length) % ids.length] ?? front();
  bring(id, false);
  document.getElementById(`tab-${idOf(id)}`)?.focus();
}
