/** The clickable commands: on a page, and those that a failed check offers. */

import { copy, run } from "./actions.js";
import { el, icon, once } from "./dom.js";
import { drawResults } from "./results.js";
import { openFile } from "./editor.js";
import { t } from "./texts.js";

/** @typedef {import("./types.js").BlockInfo} BlockInfo */

/** Copies, and says so on the button for a moment. @param {string} text @param {HTMLElement} button */
async function copyFrom(text, button) {
  if (!(await copy(text))) return;
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
      onclick: () => copyFrom(block.text, button),
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
    { type: "button", class: "block-button run", "data-do": "run", "data-label": label, ...once(() => run(block)) },
    el("span", { class: "mark", "aria-hidden": "true" }, icon("play")),
    el("span", { class: "label" }, label),
  );
}

/** @param {BlockInfo} block */
function fileButton(block) {
  const label = block.action === "open" ? t("block.open") : t("block.write", { file: block.filename ?? "" });
  return el(
    "button",
    { type: "button", class: "block-button file", "data-do": block.action, onclick: () => openFile(block) },
    el("span", { class: "mark", "aria-hidden": "true" }, icon("file")),
    el("span", { class: "label" }, label),
  );
}

/** The longest word that fits into a line of a block on a phone; a longer one has to be broken somewhere. */
const LONGEST_WORD = 34;

/** Lets a long command go on in the next line between its words only: browsers would break "--for" after the dashes.
 * @param {HTMLElement} code */
function keepWords(code) {
  const walker = document.createTreeWalker(code, NodeFilter.SHOW_TEXT);
  /** @type {Text[]} */
  const texts = [];
  while (walker.nextNode()) texts.push(/** @type {Text} */ (walker.currentNode));
  for (const text of texts) {
    const pieces = text.data.split(/(\s+)/);
    const kept = pieces.map((piece) =>
      piece.includes("-") && piece.length <= LONGEST_WORD ? el("span", { class: "word" }, piece) : piece,
    );
    text.replaceWith(...kept);
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

/** A command that a failed check offers: the command, and a button that runs it.
 * @param {string} id @param {string} text @returns {HTMLElement} */
export function offer(id, text) {
  /** @type {BlockInfo} */
  const block = {
    id,
    action: "execute",
    terminal: null,
    text,
    interrupt: false,
    filename: null,
    inline: true,
    line: 0,
  };
  const code = el("code", {}, text);
  keepWords(code);
  return el("span", { class: "offer" }, code, runButton(block), el("span", { class: "result", "data-result": id }));
}

/** An inline command is itself the button.
 * @param {HTMLElement} node @param {BlockInfo} block */
function decorateInline(node, block) {
  const isCopy = block.action === "copy";
  const act = () => (isCopy ? copyFrom(block.text, button) : block.action === "execute" ? run(block) : openFile(block));
  const verb = isCopy ? t("block.copy") : block.action === "execute" ? t("block.run") : t("block.open");
  const button = el("button", {
    type: "button",
    class: `inline-button ${block.action}`,
    title: verb,
    "data-do": block.action === "execute" ? "run" : block.action,
    ...once(act),
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
