/** The clickable commands of a page: buttons, what they do, and how the last run of each went. */

import { post, Refusal } from "./api.js";
import { ask } from "./dialogs.js";
import { announce, el, icon } from "./dom.js";
import { openEditor } from "./editor.js";
import { problem } from "./notices.js";
import { showView } from "./split.js";
import { state } from "./store.js";
import { t } from "./texts.js";
import { activeTerminal, showTerminal } from "./workbench.js";

/** @typedef {import("./types.js").BlockInfo} BlockInfo */
/** @typedef {import("./types.js").BlockState} BlockState */

/** Runs a block; asks what to do when its terminal is busy.
 * @param {BlockInfo} block @param {Record<string, unknown>} [how] @returns {Promise<void>} */
export async function run(block, how = {}) {
  const terminal = block.terminal ?? activeTerminal();
  try {
    const answer = await post(`/api/blocks/${block.id}/run`, { terminal, ...how });
    showTerminal(answer.terminal, false);
    showView("work");
  } catch (error) {
    if (!(error instanceof Refusal && error.status === 409 && error.detail?.busy)) return problem(error);
    const busy = /** @type {string} */ (error.detail.busy);
    showTerminal(busy, false);
    const other = { value: "other", label: t("busy.other") };
    const choice = await ask(t("busy.title", { terminal: busy }), t("busy.body"), [
      { value: "interrupt", label: t("busy.interrupt"), primary: true },
      ...(block.terminal ? [] : [other]),
      { value: "type", label: t("busy.type") },
    ]);
    if (choice) await run(block, { terminal: busy, when_busy: choice });
  }
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
  const button = el("button", { type: "button", class: "block-button copy", title: t("block.copy"), "data-do": "copy", onclick: () => copy(block.text, button) },
    icon("copy"), el("span", { class: "label" }, t("block.copy")));
  return button;
}

/** @param {BlockInfo} block */
function runButton(block) {
  const label = block.terminal ? t("block.run.in", { terminal: block.terminal }) : t("block.run");
  return el("button", { type: "button", class: "block-button run", "data-do": "run", "data-label": label, onclick: () => run(block) },
    el("span", { class: "mark", "aria-hidden": "true" }, icon("play")), el("span", { class: "label" }, label));
}

/** @param {BlockInfo} block */
function fileButton(block) {
  const label = block.action === "open" ? t("block.open") : t("block.write", { file: block.filename ?? "" });
  return el("button", { type: "button", class: "block-button file", "data-do": block.action, onclick: () => openEditor(block) },
    el("span", { class: "mark", "aria-hidden": "true" }, icon("file")), el("span", { class: "label" }, label));
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
    if (pieces.length > 1) text.replaceWith(...pieces.map((piece, index) => (index % 2 ? el("span", { class: "word" }, piece) : piece)));
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
      node.append(el("div", { class: "block-bar" },
        block.action === "execute" ? runButton(block) : null,
        block.action === "open" || block.action === "file" ? fileButton(block) : null,
        block.interrupt && el("span", { class: "fine" }, t("block.interrupts")),
        el("span", { class: "result", "data-result": block.id }),
        copyButton(block)));
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
  const button = el("button", { type: "button", class: `inline-button ${block.action}`, title: verb, "data-do": block.action === "execute" ? "run" : block.action,
    onclick: () => (isCopy ? copy(block.text, button) : block.action === "execute" ? run(block) : openEditor(block)) });
  node.replaceWith(button);
  button.append(node, el("span", { class: "mark", "aria-hidden": "true" }, icon(isCopy ? "copy" : block.action === "execute" ? "play" : "file")),
    el("span", { class: "unseen" }, ` (${verb})`), el("span", { class: "result", "data-result": block.id }));
}

/** @param {BlockState} done @returns {{tone: string, words: string, mark: string}} */
function outcome(done) {
  if (done.state === "running") return { tone: "running", words: t("block.running"), mark: "" };
  if (done.state === "typed") return { tone: "typed", words: t("block.typed"), mark: "" };
  if (done.ended === "shell-exited") return { tone: "failed", words: t("block.stopped"), mark: "cross" };
  if (done.ended === "incomplete") return { tone: "failed", words: t("block.incomplete"), mark: "cross" };
  if (done.ended === "timeout" || done.ended === "stalled") return { tone: "failed", words: t("block.timeout"), mark: "cross" };
  if (done.status === 0) return { tone: "ok", words: t("block.ok"), mark: "tick" };
  return { tone: "failed", words: t("block.failed", { status: done.status ?? "?" }), mark: "cross" };
}

/** Shows on every block how its last run went.
 * @param {ParentNode} root */
export function drawResults(root) {
  for (const node of root.querySelectorAll("[data-result]")) {
    const done = state().blocks[node.getAttribute("data-result") ?? ""];
    const holder = node.closest(".hr-block, .inline-button");
    const told = done ? JSON.stringify(done) : "";
    if (node.getAttribute("data-told") === told) continue;
    node.setAttribute("data-told", told);
    if (!done) {
      node.replaceChildren();
      holder?.removeAttribute("data-state");
      continue;
    }
    const { tone, words, mark } = outcome(done);
    holder?.setAttribute("data-state", tone);
    node.replaceChildren(tone === "running" ? el("span", { class: "spinner", "aria-hidden": "true" }) : mark ? icon(mark) : "",
      el("span", { class: "words" }, words));
  }
}
