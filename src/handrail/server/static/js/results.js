/** How the last run of each command went, shown beside it; a command that runs can be stopped. */

import { stop } from "./actions.js";
import { el, icon, isChanged, once } from "./dom.js";
import { elapsed } from "./elapsed.js";
import { waitsFor } from "./queue.js";
import { onState, state } from "./store.js";
import { t } from "./texts.js";
import { onView } from "./view.js";

/** @typedef {import("./types.js").BlockState} BlockState */

/** What bash says of a command that Ctrl-Z has paused. */
const SUSPENDED = 148;

/** @param {BlockState} done @returns {{tone: string, words: string, mark: string}} */
function outcome(done) {
  if (done.state === "running") return { tone: "running", words: t("block.running"), mark: "" };
  if (done.state === "typed") return { tone: "typed", words: t("block.typed"), mark: "" };
  if (done.ended === "shell-exited") return { tone: "failed", words: t("block.stopped"), mark: "cross" };
  if (done.ended === "incomplete") return { tone: "failed", words: t("block.incomplete"), mark: "cross" };
  if (done.ended === "timeout" || done.ended === "stalled")
    return { tone: "failed", words: t("block.timeout"), mark: "cross" };
  if (done.status === SUSPENDED) return { tone: "typed", words: t("block.suspended"), mark: "clock" };
  if (done.status === 0 && done.commands.length)
    return { tone: "partly", words: partly(done.commands), mark: "notice" };
  if (done.status === 0) return { tone: "ok", words: t("block.ok"), mark: "tick" };
  return { tone: "failed", words: t("block.failed", { status: done.status ?? "?" }), mark: "cross" };
}

/** That commands before the last one failed. @param {BlockState["commands"]} commands */
function partly(commands) {
  const count = commands.length;
  const failed = commands.filter((each) => each.status).length;
  if (failed > 1) return t("block.partly.many", { failed, count });
  const at = commands.findIndex((each) => each.status);
  return t("block.partly", { number: at + 1, count, status: commands[at]?.status ?? "?" });
}

/** The words of a result; of a block with several commands a button that shows how each of them ended.
 * @param {string} id of the block @param {string} words @param {BlockState["commands"]} commands */
function wordsOf(id, words, commands) {
  if (!commands.length) return [el("span", { class: "words" }, words)];
  const list = `statuses-${id}`;
  const rows = commands.map(({ status, text }, at) =>
    el(
      "span",
      { class: status ? "failed" : "" },
      el("code", {}, text || t("block.command", { number: at + 1 })),
      el("span", {}, t("block.command.status", { status })),
    ),
  );
  return [
    el("button", { type: "button", class: "words", "aria-describedby": list }, words),
    el("span", { class: "statuses", role: "tooltip", id: list }, ...rows),
  ];
}

/** The button that stops a command stands beside its result; of a command in a line, behind it.
 * @param {Element} node with the result @param {string} id of the block @param {boolean} isRunning
 * @param {boolean} isStopping */
function drawStop(node, id, isRunning, isStopping) {
  const before = node.closest(".inline-button") ?? node;
  const old = before.nextElementSibling?.matches('[data-do="stop"]') ? before.nextElementSibling : null;
  if (isRunning && !old)
    before.after(
      el(
        "button",
        {
          type: "button",
          class: "block-button halt",
          "data-do": "stop",
          title: t("block.stop.title"),
          ...once(() => stop(id)),
        },
        icon("stop"),
        el("span", { class: "label" }, t("block.stop")),
      ),
    );
  else if (isRunning && old) {
    if (isStopping) old.setAttribute("aria-disabled", "true");
    else old.removeAttribute("aria-disabled");
    const label = old.querySelector(".label");
    if (label) label.textContent = t(isStopping ? "block.stopping" : "block.stop");
  }
  if (isRunning || !old) return;
  const hadFocus = old === document.activeElement;
  old.remove();
  if (hadFocus) runButtonOf(node)?.focus();
}

/** @param {Element} node with the result @returns {HTMLElement | null} */
function runButtonOf(node) {
  return node.closest(".inline-button") ?? node.parentElement?.querySelector('[data-do="run"]') ?? null;
}

/** Shows on every command how its last run went, or that it waits.
 * @param {ParentNode} root */
export function drawResults(root) {
  for (const node of root.querySelectorAll("[data-result]")) {
    const id = node.getAttribute("data-result") ?? "";
    const run = state().blocks[id];
    const terminal = waitsFor(id);
    if (!isChanged(node, terminal, run)) continue;
    const isRunning = !terminal && run?.state === "running";
    const holder = node.closest(".hr-block, .inline-button, .offer");
    const button = runButtonOf(node);
    const label = button?.querySelector(".label");
    button?.querySelector(".mark")?.replaceChildren(icon(terminal ? "cross" : "play"));
    if (label) label.textContent = terminal ? t("block.waiting.undo") : (button?.dataset.label ?? "");
    if (isRunning) button?.setAttribute("aria-disabled", "true");
    else button?.removeAttribute("aria-disabled");
    drawStop(node, id, isRunning, run?.stopping ?? false);
    if (!terminal && !run) {
      node.replaceChildren();
      holder?.removeAttribute("data-state");
      continue;
    }
    const { tone, words, mark } =
      terminal || !run ? { tone: "waiting", words: t("block.waiting", { terminal }), mark: "clock" } : outcome(run);
    holder?.setAttribute("data-state", tone);
    node.replaceChildren(
      isRunning ? el("span", { class: "spinner", "aria-hidden": "true" }) : mark ? icon(mark) : "",
      ...(isRunning
        ? [el("span", { class: "words" }, words, elapsed(run.since))]
        : wordsOf(id, words, (!node.closest(".inline-button") && !terminal && run?.commands) || [])),
    );
  }
}

export function startResults() {
  onView(() => drawResults(document));
  onState(() => drawResults(document));
}
