/** What a person can do on the page. Each is one request to the server; why one did not work is told in a notice. */

import { post, Refusal } from "./api.js";
import { question, ask } from "./dialogs.js";
import { announce, TYPED } from "./dom.js";
import { problem } from "./notices.js";
import { queue, waitsFor } from "./queue.js";
import { onState, state } from "./store.js";
import { bring, front, frontTerminal } from "./tabs.js";
import { t } from "./texts.js";
import { show } from "./view.js";

/** @typedef {import("./types.js").BlockInfo} BlockInfo */

/** Pages and checks */

/** Goes to a page; the server refuses one that is not open yet. @param {string} id */
export function goTo(id) {
  return post(`pages/${id}/open`).catch(problem);
}

/** @param {string} id */
export function check(id) {
  return post(`pages/${id}/check`).catch(problem);
}

/** Leaves a page without its check. @param {string} id @param {string} next */
export function skip(id, next) {
  return post(`pages/${id}/skip`).then(() => goTo(next), problem);
}

/** Puts away what a failed check said: it has been read, and what is done now may change it. */
export function closeOutcome() {
  const now = state();
  const result = now.checks[now.current];
  if (result?.state !== "failed") return;
  show({ closed: { page: now.current, reason: result.reason } });
}

/** @param {string} page @param {number} index of the question @param {string | number[]} given
 * @returns {Promise<boolean | undefined>} whether it is right */
export async function answerQuiz(page, index, given) {
  try {
    return (await post(`quizzes/${page}/${index}`, { answer: given })).right;
  } catch (error) {
    problem(error);
  }
}

/** Commands */

/** The commands that were sent and of whose run the server has not told yet; whether it has answered.
 * @type {Map<string, boolean>} */
const sent = new Map();

/** The command that was run here last, until its program has waited for input or ended.
 * @type {{id: string, terminal: string} | null} */
let watched = null;

/** Takes the focus to the terminal when what a click has begun waits there for somebody to type. */
function followInput() {
  if (!watched || sent.has(watched.id)) return;
  const { id, terminal } = watched;
  const run = state().blocks[id];
  const place = state().terminals.find(({ name }) => name === terminal);
  if (!place || !run || run.state === "ended") watched = null;
  else if (place.awaits) {
    watched = null;
    const isElsewhere = document.querySelector("dialog") || document.activeElement?.matches(TYPED);
    if (!isElsewhere && front() === terminal) bring(terminal);
  }
}

/** @param {string} id of a block */
function isRunning(id) {
  return sent.has(id) || state().blocks[id]?.state === "running";
}

/** @param {unknown} error @returns {string} the terminal that is busy, when that is why the server refused */
function busyTerminal(error) {
  return error instanceof Refusal && error.status === 409 ? (error.detail?.busy ?? "") : "";
}

/** Runs a block; asks what to do when its terminal is busy. One that waits already is taken back, and one that runs
 * goes on undisturbed.
 * @param {BlockInfo} block @param {{terminal?: string, when_busy?: string}} [how] @returns {Promise<void>} */
export async function run(block, how = {}) {
  if (queue.delete(waitsFor(block.id))) return show({});
  if (isRunning(block.id)) return;
  sent.set(block.id, false);
  try {
    const answer = await post(`blocks/${block.id}/run`, { terminal: block.terminal ?? frontTerminal(), ...how });
    sent.set(block.id, true);
    watched = { id: block.id, terminal: answer.terminal };
    bring(answer.terminal, false);
    show({ side: "work" });
    // What the outcome itself offers is no reason to put it away: there may be more to do.
    if (block.line) closeOutcome();
  } catch (error) {
    sent.delete(block.id);
    const busy = busyTerminal(error);
    if (!busy) return problem(error);
    bring(busy, false);
    await askWhatToDo(block, busy);
  }
}

/** Stops a command: the server presses Ctrl-C where it runs. @param {string} id of the block */
export function stop(id) {
  return post(`blocks/${id}/stop`).catch(problem);
}

/** @param {string} terminal */
function isFree(terminal) {
  return state().terminals.some(({ name, state: how }) => name === terminal && how === "prompt");
}

/** @param {BlockInfo} block @param {string} terminal */
function busyWords(block, terminal) {
  if (isFree(terminal))
    return {
      title: t("free.title", { terminal }),
      body: t("free.body"),
      choices: [{ value: "now", label: t("free.run"), primary: true }],
    };
  return {
    title: t("busy.title", { terminal }),
    body: t("busy.body"),
    choices: [
      { value: "wait", label: t("busy.wait"), primary: true },
      { value: "interrupt", label: t("busy.interrupt") },
      ...(block.terminal ? [] : [{ value: "other", label: t("busy.other") }]),
      { value: "type", label: t("busy.type") },
    ],
  };
}

/** Asks, and runs nothing unless it is told to: a terminal that is free meanwhile changes the question only.
 * @param {BlockInfo} block @param {string} busy the terminal */
async function askWhatToDo(block, busy) {
  let words = busyWords(block, busy);
  const asked = question(words);
  const forget = onState((now, before) => {
    if (isWaitingOver(busy, now, before)) return asked.cancel();
    const other = busyWords(block, busy);
    if (other.title !== words.title) asked.reword((words = other));
  });
  const choice = await asked.answer;
  forget();
  if (choice === "now") await run(block, { terminal: busy });
  else if (choice === "wait") {
    queue.set(busy, { block, isSent: false });
    announce(t("block.waiting", { terminal: busy }));
    show({});
    await runWaiting(busy);
  } else if (choice) await run(block, { terminal: busy, when_busy: choice });
}

/** Whether there is nothing left that a command could wait for.
 * @param {string} terminal @param {import("./types.js").State} now @param {import("./types.js").State | null} before */
function isWaitingOver(terminal, now, before) {
  const isGone = !now.terminals.some(({ name }) => name === terminal);
  return isGone || (before !== null && now.epoch !== before.epoch) || now.forward !== null || now.resetting;
}

/** Runs what waits for a terminal when its prompt is back, as far as this page knows.
 * @param {string} name @returns {Promise<void>} */
async function runWaiting(name) {
  const entry = queue.get(name);
  const known = state();
  if (!entry || entry.isSent || !isFree(name)) return;
  entry.isSent = true;
  try {
    await post(`blocks/${entry.block.id}/run`, { terminal: name });
  } catch (error) {
    if (busyTerminal(error)) {
      // The page knew too little; what it has learnt meanwhile came while this was sent.
      entry.isSent = false;
      return state() === known ? undefined : runWaiting(name);
    }
    problem(error);
  }
  if (queue.get(name) === entry) queue.delete(name);
  show({});
}

/** Follows the terminals: commands that wait for them, programs that wait for input. */
export function startActions() {
  onState((now, before) => {
    for (const [id, isAnswered] of sent) if (isAnswered) sent.delete(id);
    followInput();
    for (const name of queue.keys()) {
      if (isWaitingOver(name, now, before)) queue.delete(name);
      else runWaiting(name);
    }
  });
}

/** The clipboard */

/** @param {string} text @returns {Promise<boolean>} whether the browser let us */
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    problem(new Error(t("block.copy.failed")));
    return false;
  }
  announce(t("block.copied"));
  return true;
}

/** Terminals */

export function newTerminal() {
  return post("terminals").then(({ name }) => bring(name), problem);
}

/** Asks before it closes one in which a command runs. @param {string} name */
export async function closeTerminal(name) {
  const path = `terminals/${encodeURIComponent(name)}/close`;
  try {
    await post(path);
  } catch (error) {
    if (!busyTerminal(error)) return problem(error);
    const choice = await ask(t("terminals.close.title", { terminal: name }), t("terminals.close.body"), [
      { value: "yes", label: t("terminals.close.yes"), danger: true },
    ]);
    if (choice) await post(path, { force: true }).catch(problem);
  }
}

/** Opens a new shell where one has ended. @param {string} name */
export function restartTerminal(name) {
  return post(`terminals/${encodeURIComponent(name)}/restart`).then(() => bring(name), problem);
}

/** Services */

/** Shows a service beside the terminals. @param {{port: number, host?: string, path?: string}} service */
export async function openPreview(service) {
  try {
    const { id } = await post("previews", service);
    bring(`preview:${id}`);
    show({ side: "work" });
  } catch (error) {
    problem(error);
  }
}

/** Opens a service in a browser tab of its own, where its own address leads to another machine.
 * @param {{port: number, path: string}} service */
export function openPreviewOutside(service) {
  return openInTab(async () => previewAddress((await post("previews", service)).id, service.path));
}

/** @param {() => Promise<string>} address fetches it */
export async function openInTab(address) {
  try {
    window.open(await address(), "_blank", "noopener,noreferrer");
  } catch (error) {
    problem(error);
  }
}

/** @param {string} id */
export function closePreview(id) {
  return post(`previews/${id}/close`).catch(problem);
}

/** An address that shows the service once, in a frame or a tab. @param {string} id @param {string} path
 * @returns {Promise<string>} */
export async function previewAddress(id, path) {
  return (await post(`previews/${id}/ticket`, { path })).url;
}

/** The whole lesson */

/** @param {string} page */
export function fastForward(page) {
  return post(`forward/${page}`).catch(problem);
}

export function stopForward() {
  return post("forward/stop").catch(problem);
}

/** @param {boolean} on whether a waiting step is checked again by itself */
export function setAutoCheck(on) {
  return post("auto-check", { on }).catch(problem);
}

/** @param {string} page */
export async function resetPage(page) {
  const choice = await ask(t("reset.page.title"), t("reset.page.body"), [
    { value: "yes", label: t("reset.page.yes"), danger: true },
  ]);
  if (choice === "yes") await post(`pages/${page}/reset`).catch(problem);
}

export async function startOver() {
  const choice = await ask(t("reset.title"), t("reset.body"), [{ value: "yes", label: t("reset.yes"), danger: true }]);
  if (choice === "yes") await post("reset").catch(problem);
}

/** Closes every lesson and removes what they have made. @param {import("./types.js").Course} course */
export async function stopAll({ removes, single }) {
  const body = t(single ? "stop.body.one" : removes ? "stop.body" : "stop.body.each", { script: removes });
  const choice = await ask(t("stop.title"), body, [{ value: "yes", label: t("stop.yes"), danger: true }]);
  if (choice === "yes") await post("/api/home/stop-all").catch(problem);
}
