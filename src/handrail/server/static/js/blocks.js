/** The clickable commands of a page: buttons, what they do, and how the last run of each went. */

import { post, Refusal } from "./api.js";
import { closeOutcome } from "./bar.js";
import { ask } from "./dialogs.js";
import { announce, el, icon } from "./dom.js";
import { openEditor } from "./editor.js";
import { problem } from "./notices.js";
import { showView } from "./split.js";
import { onState, state } from "./store.js";
import { t } from "./texts.js";
import { activeTerminal, showTerminal } from "./workbench.js";

/** @typedef {import("./types.js").BlockInfo} BlockInfo */
/** @typedef {import("./types.js").BlockState} BlockState */

/** The block that runs as soon as its terminal's prompt is back, by terminal. `asks`: its dialog is still open.
 * @typedef {{block: BlockInfo, asks: AbortController | null, isSent: boolean}} Waiting */
/** @type {Map<string, Waiting>} */
const waiting = new Map();

/** @param {unknown} error @returns {string} the terminal that is busy, when that is why the server refused */
function busyTerminal(error) {
  return error instanceof Refusal && error.status === 409 ? (error.detail?.busy ?? "") : "";
}

/** @param {string} id of a block @returns {string} the terminal whose prompt it waits for */
function waitsFor(id) {
  for (const [name, { block, asks }] of waiting) if (block.id === id && !asks) return name;
  return "";
}

/** Runs a block; asks what to do when its terminal is busy. One that waits already is taken back.
 * @param {BlockInfo} block @param {Record<string, unknown>} [how] @returns {Promise<void>} */
export async function run(block, how = {}) {
  if (waiting.delete(waitsFor(block.id))) return drawResults(document);
  const terminal = block.terminal ?? activeTerminal();
  try {
    const answer = await post(`/api/blocks/${block.id}/run`, { terminal, ...how });
    showTerminal(answer.terminal, false);
    showView("work");
    closeOutcome();
  } catch (error) {
    const busy = busyTerminal(error);
    if (!busy) return problem(error);
    showTerminal(busy, false);
    await askWhatToDo(block, busy);
  }
}

/** @param {BlockInfo} block @param {string} busy */
async function askWhatToDo(block, busy) {
  const asks = new AbortController();
  const mine = /** @type {Waiting} */ ({ block, asks, isSent: false });
  if (!waiting.has(busy)) waiting.set(busy, mine);
  runWaiting(busy);
  const choice = await ask(
    t("busy.title", { terminal: busy }),
    t("busy.body"),
    [
      { value: "wait", label: t("busy.wait"), primary: true },
      { value: "interrupt", label: t("busy.interrupt") },
      ...(block.terminal ? [] : [{ value: "other", label: t("busy.other") }]),
      { value: "type", label: t("busy.type") },
    ],
    asks.signal,
  );
  if (asks.signal.aborted) return;
  if (waiting.get(busy) === mine) waiting.delete(busy);
  if (choice === "wait") {
    mine.asks = null;
    waiting.set(busy, mine);
    announce(t("block.waiting", { terminal: busy }));
    runWaiting(busy);
    drawResults(document);
  } else if (choice) await run(block, { terminal: busy, when_busy: choice });
}

/** Runs what waits for a terminal when its prompt is back, as far as this page knows.
 * @param {string} name @returns {Promise<void>} */
async function runWaiting(name) {
  const entry = waiting.get(name);
  const known = state();
  const isFree = known.terminals.some((terminal) => terminal.name === name && terminal.state === "prompt");
  if (!entry || entry.isSent || !isFree) return;
  entry.isSent = true;
  try {
    await post(`/api/blocks/${entry.block.id}/run`, { terminal: name });
  } catch (error) {
    if (busyTerminal(error)) {
      // The page knew too little; what it has learnt meanwhile came while this was sent.
      entry.isSent = false;
      return state() === known ? undefined : runWaiting(name);
    }
    problem(error);
  }
  if (waiting.get(name) === entry) waiting.delete(name);
  entry.asks?.abort();
  drawResults(document);
}

export function startBlocks() {
  onState((now, before) => {
    for (const [name, entry] of waiting) {
      const isGone = !now.terminals.some((terminal) => terminal.name === name);
      if (isGone || now.epoch !== before?.epoch || now.forward || now.resetting) {
        waiting.delete(name);
        entry.asks?.abort();
      } else runWaiting(name);
    }
  });
}

/** @param {string} text @param {HTMLElement} button */
async function copy(text, button) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    problem(new Error(t("block.copy.failed")));
    return;
  }
  announce(t("block.copied"));
  const label = button.querySelector(".label");
  button.classList.add("copied");
  if (label) label.textContent = t("block.copied");
  setTimeout(() => {
    button.classList.remove("copied");
    if (label) label.textContent = t("block.copy");
  }, 1500);
}

/** @param {BlockInfo} block */
function copyButton(block) {
  const button = el(
    "button",
    {
      type: "button",
      class: "block-button copy",
      title: t("block.copy"),
      "data-do": "copy",
      onclick: () => copy(block.text, button),
    },
    icon("copy"),
    el("span", { class: "label" }, t("block.copy")),
  );
  return button;
}

/** @param {BlockInfo} block */
function runButton(block) {
  const label = block.terminal ? t("block.run.in", { terminal: block.terminal }) : t("block.run");
  return el(
    "button",
    { type: "button", class: "block-button run", "data-do": "run", "data-label": label, onclick: () => run(block) },
    el("span", { class: "mark", "aria-hidden": "true" }, icon("play")),
    el("span", { class: "label" }, label),
  );
}

/** @param {BlockInfo} block */
function fileButton(block) {
  const label = block.action === "open" ? t("block.open") : t("block.write", { file: block.filename ?? "" });
  return el(
    "button",
    { type: "button", class: "block-button file", "data-do": block.action, onclick: () => openEditor(block) },
    el("span", { class: "mark", "aria-hidden": "true" }, icon("file")),
    el("span", { class: "label" }, label),
  );
}

/** Lets a long command go on in the next line between its words only: browsers would break "--for" after the dashes.
 * @param {HTMLElement} code */
function keepWords(code) {
  const walker = document.createTreeWalker(code, NodeFilter.SHOW_TEXT);
  /** @type {Text[]} */
  const texts = [];
  while (walker.nextNode()) texts.push(/** @type {Text} */ (walker.currentNode));
  for (const text of texts) {
    const pieces = text.data.split(/(\S{0,30}-\S{0,30})/);
    if (pieces.length > 1)
      text.replaceWith(...pieces.map((piece, index) => (index % 2 ? el("span", { class: "word" }, piece) : piece)));
  }
}

/** Puts the buttons on every block of a page just shown.
 * @param {HTMLElement} root @param {BlockInfo[]} blocks */
export function decorate(root, blocks) {
  for (const block of blocks) {
    const node = root.querySelector(`[data-block="${block.id}"]`);
    if (!(node instanceof HTMLElement)) continue;
    if (block.inline) decorateInline(node, block);
    else {
      node.append(
        el(
          "div",
          { class: "block-bar" },
          block.action === "execute" ? runButton(block) : null,
          block.action === "open" || block.action === "file" ? fileButton(block) : null,
          block.interrupt && el("span", { class: "fine" }, t("block.interrupts")),
          el("span", { class: "result", "data-result": block.id }),
          copyButton(block),
        ),
      );
      const pre = node.querySelector("pre");
      if (pre) keepWords(pre);
    }
  }
  drawResults(root);
}

/** An inline command is itself the button.
 * @param {HTMLElement} node @param {BlockInfo} block */
function decorateInline(node, block) {
  const isCopy = block.action === "copy";
  const verb = isCopy ? t("block.copy") : block.action === "execute" ? t("block.run") : t("block.open");
  const button = el("button", {
    type: "button",
    class: `inline-button ${block.action}`,
    title: verb,
    "data-do": block.action === "execute" ? "run" : block.action,
    onclick: () => (isCopy ? copy(block.text, button) : block.action === "execute" ? run(block) : openEditor(block)),
  });
  node.replaceWith(button);
  button.append(
    node,
    el(
      "span",
      { class: "mark", "aria-hidden": "true" },
      icon(isCopy ? "copy" : block.action === "execute" ? "play" : "file"),
    ),
    el("span", { class: "unseen" }, ` (${verb})`),
    el("span", { class: "result", "data-result": block.id }),
  );
}

/** @param {BlockState} done @returns {{tone: string, words: string, mark: string}} */
function outcome(done) {
  if (done.state === "running") return { tone: "running", words: t("block.running"), mark: "" };
  if (done.state === "typed") return { tone: "typed", words: t("block.typed"), mark: "" };
  if (done.ended === "shell-exited") return { tone: "failed", words: t("block.stopped"), mark: "cross" };
  if (done.ended === "incomplete") return { tone: "failed", words: t("block.incomplete"), mark: "cross" };
  if (done.ended === "timeout" || done.ended === "stalled")
    return { tone: "failed", words: t("block.timeout"), mark: "cross" };
  if (done.status === 0) return { tone: "ok", words: t("block.ok"), mark: "tick" };
  return { tone: "failed", words: t("block.failed", { status: done.status ?? "?" }), mark: "cross" };
}

/** Shows on every block how its last run went, or that it waits.
 * @param {ParentNode} root */
export function drawResults(root) {
  for (const node of root.querySelectorAll("[data-result]")) {
    const id = node.getAttribute("data-result") ?? "";
    const done = state().blocks[id];
    const terminal = waitsFor(id);
    const holder = node.closest(".hr-block, .inline-button");
    const told = terminal || done ? JSON.stringify([terminal, done]) : "";
    if (node.getAttribute("data-told") === told) continue;
    node.setAttribute("data-told", told);
    holder?.querySelector('[data-do="run"] .mark')?.replaceChildren(icon(terminal ? "cross" : "play"));
    const label = holder?.querySelector('[data-do="run"] .label');
    if (label) label.textContent = terminal ? t("block.waiting.undo") : (label.closest("button")?.dataset.label ?? "");
    if (!terminal && !done) {
      node.replaceChildren();
      holder?.removeAttribute("data-state");
      continue;
    }
    const { tone, words, mark } =
      terminal || !done ? { tone: "waiting", words: t("block.waiting", { terminal }), mark: "clock" } : outcome(done);
    holder?.setAttribute("data-state", tone);
    node.replaceChildren(
      tone === "running" ? el("span", { class: "spinner", "aria-hidden": "true" }) : mark ? icon(mark) : "",
      el("span", { class: "words" }, words),
    );
  }
}
