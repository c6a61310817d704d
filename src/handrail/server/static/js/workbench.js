/** The right side: terminal tabs, the search field, and the editor's tab when a file is open. */

import { post, Refusal } from "./api.js";
import { ask } from "./dialogs.js";
import { announce, byId, el, icon } from "./dom.js";
import { problem } from "./notices.js";
import { onState, state } from "./store.js";
import { idOf, TerminalView } from "./terminal.js";
import { t } from "./texts.js";

/** @typedef {import("./types.js").TerminalInfo} TerminalInfo */

/** @type {Map<string, TerminalView>} */
const views = new Map();
let active = "";
/** @type {{name: string, focus: boolean} | null} */
let awaited = null;
/** @type {{name: string, panel: HTMLElement, close: () => void} | null} */
let extra = null;
const EXTRA = "editor";

/** @returns {string} the terminal that commands without one of their own go to */
export function activeTerminal() {
  return views.has(active) ? active : ([...views.keys()][0] ?? "T1");
}

/** Brings a terminal to the front, as soon as the server has told of it.
 * @param {string} name @param {boolean} [focus] */
export function showTerminal(name, focus = true) {
  if (!views.has(name) && !(name === EXTRA && extra)) {
    awaited = { name, focus };
    return;
  }
  awaited = null;
  active = name;
  for (const [other, view] of views) other === name ? view.show() : view.hide();
  if (extra) extra.panel.hidden = name !== EXTRA;
  drawTabs(state().terminals);
  if (focus) name === EXTRA ? extra?.panel.focus() : views.get(name)?.focus();
}

/** Shows a panel of another kind (the editor) as a tab after the terminals.
 * @param {string} label @param {HTMLElement} panel @param {() => void} close */
export function showExtra(label, panel, close) {
  extra?.panel.remove();
  extra = { name: label, panel, close };
  byId("panels").append(panel);
  showTerminal(EXTRA);
}

export function hideExtra() {
  extra?.panel.remove();
  extra = null;
  if (active === EXTRA) showTerminal([...views.keys()][0] ?? "");
  drawTabs(state().terminals);
}

async function openNew() {
  try {
    showTerminal((await post("/api/terminals")).name);
  } catch (error) {
    problem(error);
  }
}

/** @param {string} name */
async function closeOne(name) {
  try {
    await post(`/api/terminals/${encodeURIComponent(name)}/close`);
  } catch (error) {
    if (!(error instanceof Refusal && error.status === 409)) return problem(error);
    const choice = await ask(t("terminals.close.title", { terminal: name }), t("terminals.close.body"), [
      { value: "yes", label: t("terminals.close.yes"), danger: true },
    ]);
    if (choice) await post(`/api/terminals/${encodeURIComponent(name)}/close`, { force: true }).catch(problem);
  }
}

/** @param {TerminalInfo[]} terminals */
function drawTabs(terminals) {
  const bar = byId("tabs");
  const told = JSON.stringify([terminals, active, extra?.name]);
  if (bar.dataset.told === told) return;
  bar.dataset.told = told;
  const focused = bar.contains(document.activeElement) ? document.activeElement?.id : "";
  const tabs = terminals.map((terminal) =>
    tab(terminal.name, terminal.name, terminal.state, () => closeOne(terminal.name)),
  );
  if (extra) tabs.push(tab(EXTRA, extra.name, "prompt", extra.close));
  const list = el(
    "div",
    { class: "tab-list", role: "tablist", "aria-label": t("terminals.label"), onkeydown: arrows },
    ...tabs,
  );
  bar.replaceChildren(
    list,
    el(
      "button",
      {
        type: "button",
        id: "new-terminal",
        class: "icon-button",
        "aria-label": t("terminals.new"),
        title: t("terminals.new"),
        onclick: openNew,
      },
      icon("plus"),
    ),
    el("span", { class: "spacer" }),
    el(
      "button",
      {
        type: "button",
        id: "copy-terminal",
        class: "icon-button",
        "aria-label": t("terminals.copy"),
        title: t("terminals.copy"),
        onclick: copyAll,
      },
      icon("copy"),
    ),
    el(
      "button",
      {
        type: "button",
        id: "find-terminal",
        class: "icon-button",
        "aria-label": t("terminals.search"),
        title: `${t("terminals.search")} (Ctrl+Shift+F)`,
        onclick: openSearch,
      },
      icon("search"),
    ),
  );
  if (focused) document.getElementById(focused)?.focus();
}

/** @param {string} name @param {string} label @param {string} how @param {() => void} close */
function tab(name, label, how, close) {
  const isActive = name === active;
  const mark =
    how === "running"
      ? el("span", { class: "dot busy" }, el("span", { class: "unseen" }, t("terminals.busy")))
      : how === "exited"
        ? el("span", { class: "dot ended" }, el("span", { class: "unseen" }, t("terminals.ended")))
        : null;
  return el(
    "div",
    { class: `tab ${isActive ? "active" : ""}`, role: "presentation" },
    el(
      "button",
      {
        type: "button",
        role: "tab",
        id: `tab-${idOf(name)}`,
        "aria-selected": String(isActive),
        "aria-controls": `panel-${idOf(name)}`,
        tabindex: isActive ? "0" : "-1",
        "data-terminal": name,
        "data-state": how,
        onclick: () => showTerminal(name),
      },
      mark,
      label,
    ),
    el(
      "button",
      {
        type: "button",
        class: "tab-close",
        tabindex: isActive ? "0" : "-1",
        "aria-label": t("terminals.close", { terminal: label }),
        title: t("terminals.close", { terminal: label }),
        onclick: close,
      },
      icon("cross"),
    ),
  );
}

/** Arrow keys walk the tabs. @param {KeyboardEvent} event */
function arrows(event) {
  const names = [...views.keys(), ...(extra ? [EXTRA] : [])];
  const at = names.indexOf(active);
  const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: names.length - 1 }[event.key];
  if (to === undefined || !names.length) return;
  event.preventDefault();
  const name = names[(to + names.length) % names.length] ?? active;
  showTerminal(name, false);
  document.getElementById(`tab-${idOf(name)}`)?.focus();
}

async function copyAll() {
  try {
    await navigator.clipboard.writeText(views.get(active)?.text() ?? "");
    announce(t("block.copied"));
  } catch {
    problem(new Error(t("block.copy.failed")));
  }
}

function openSearch() {
  const view = views.get(active);
  const old = document.getElementById("search");
  if (old || !view) return old?.querySelector("input")?.focus();
  const input = el("input", {
    type: "search",
    "aria-label": t("terminals.search"),
    placeholder: t("terminals.search"),
    oninput: () => view.search.findNext(input.value, { incremental: true }),
  });
  const close = () => {
    bar.remove();
    view.search.clearDecorations();
    view.focus();
  };
  const bar = el(
    "div",
    {
      id: "search",
      role: "search",
      onkeydown: (/** @type {KeyboardEvent} */ event) => {
        if (event.key === "Escape") close();
        if (event.key === "Enter")
          event.shiftKey ? view.search.findPrevious(input.value) : view.search.findNext(input.value);
      },
    },
    input,
    el(
      "button",
      {
        type: "button",
        class: "icon-button",
        "aria-label": t("terminals.search.previous"),
        title: t("terminals.search.previous"),
        onclick: () => view.search.findPrevious(input.value),
      },
      icon("up"),
    ),
    el(
      "button",
      {
        type: "button",
        class: "icon-button",
        "aria-label": t("terminals.search.next"),
        title: t("terminals.search.next"),
        onclick: () => view.search.findNext(input.value),
      },
      icon("down"),
    ),
    el(
      "button",
      {
        type: "button",
        class: "icon-button",
        "aria-label": t("terminals.search.close"),
        title: t("terminals.search.close"),
        onclick: close,
      },
      icon("cross"),
    ),
  );
  byId("panels").append(bar);
  input.focus();
}

/** @param {TerminalView} view @param {TerminalInfo} terminal */
function drawEnd(view, terminal) {
  const isEnded = terminal.state === "exited";
  if (isEnded === (view.panel.dataset.ended === "yes")) return;
  view.panel.dataset.ended = isEnded ? "yes" : "no";
  if (!isEnded) return view.say("");
  view.say(
    t("terminal.exited", { terminal: terminal.name }),
    el(
      "button",
      {
        type: "button",
        class: "button small",
        onclick: () =>
          post(`/api/terminals/${encodeURIComponent(terminal.name)}/restart`).then(() => view.focus(), problem),
      },
      t("terminal.reopen"),
    ),
  );
}

export function startWorkbench() {
  byId("panels").addEventListener("find", openSearch);
  onState((now) => {
    const names = now.terminals.map((terminal) => terminal.name);
    for (const [name, view] of views) {
      if (!names.includes(name)) {
        view.close();
        views.delete(name);
        if (active === name) active = "";
      }
    }
    for (const terminal of now.terminals) {
      const known = views.get(terminal.name);
      if (!known) {
        const view = new TerminalView(terminal.name);
        views.set(terminal.name, view);
        byId("panels").append(view.panel);
      }
      const view = views.get(terminal.name);
      if (view) drawEnd(view, terminal);
    }
    byId("panels").dataset.empty = names.length ? "no" : "yes";
    if (awaited && views.has(awaited.name)) showTerminal(awaited.name, awaited.focus);
    if (names[0] && !views.has(active) && !(active === EXTRA && extra)) showTerminal(names[0], false);
    drawTabs(now.terminals);
  });
}
