/** Under the lesson: Back, Check with its outcome, Next. */

import { post } from "./api.js";
import { announce, byId, el, icon } from "./dom.js";
import { goTo } from "./header.js";
import { notice, hideNotice, problem } from "./notices.js";
import { onState, page as pageInfo, state } from "./store.js";
import { t } from "./texts.js";

/** @typedef {import("./types.js").State} State */
/** @typedef {import("./types.js").CheckState} CheckState */

/** The failed check whose panel was closed: as long as it fails for the same reason, it stays closed. */
let closed = { page: "", reason: "" };

/** Server time minus this computer's, in seconds. */
let skew = 0;

/** @param {State} now */
function neighbours(now) {
  const index = now.pages.findIndex((page) => page.id === now.current);
  return { previous: now.pages[index - 1], next: now.pages[index + 1] };
}

/** @param {string} id */
async function check(id) {
  try {
    await post(`/api/pages/${id}/check`);
  } catch (error) {
    problem(error);
  }
}

/** @param {State} now */
function whyLocked(now) {
  const answered = now.quizzes[now.current];
  if (answered && answered.includes(false)) return t("bar.locked.quiz");
  return t("bar.locked");
}

/** @param {State} now */
function buttons(now) {
  const info = pageInfo(now.current);
  const { previous, next } = neighbours(now);
  const doing = now.checks[now.current];
  const isChecking = doing?.state === "running";
  const back =
    previous &&
    el(
      "button",
      { type: "button", class: "button quiet", "data-do": "back", onclick: () => goTo(previous.id) },
      icon("left"),
      el("span", {}, t("bar.back")),
    );
  const checker =
    info.check &&
    el(
      "button",
      {
        type: "button",
        class: `button ${info.passed ? "" : "primary"}`,
        "data-do": "check",
        "aria-disabled": isChecking ? "true" : null,
        onclick: () => !isChecking && check(info.id),
      },
      isChecking ? el("span", { class: "spinner", "aria-hidden": "true" }) : icon("tick"),
      el("span", {}, info.passed || doing?.state === "failed" ? t("bar.check.again") : t("bar.check")),
    );
  const nextLabel = info.kind === "intro" ? t("bar.start") : next?.kind === "finish" ? t("bar.finish") : t("bar.next");
  const go =
    next &&
    el(
      "button",
      {
        type: "button",
        class: `button ${next.open ? "primary" : ""}`,
        "data-do": "next",
        "aria-disabled": next.open ? null : "true",
        title: next.open ? null : whyLocked(now),
        onclick: () => {
          if (next.open) return goTo(next.id);
          notice("locked", whyLocked(state()), { closable: true });
        },
      },
      next.open ? "" : icon("lock"),
      el("span", {}, nextLabel),
      icon("right"),
    );
  const skip =
    next &&
    !next.open &&
    now.canSkip &&
    el(
      "button",
      {
        type: "button",
        class: "button quiet",
        "data-do": "skip",
        onclick: () => post(`/api/pages/${info.id}/skip`).then(() => goTo(next.id), problem),
      },
      t(info.check ? "bar.skip" : "bar.skip.quiz"),
    );
  return [back || el("span", {}), el("span", { class: "bar-right" }, skip, checker, go)];
}

/** @param {CheckState} result */
function elapsed(result) {
  return Math.max(0, Math.floor(Date.now() / 1000 + skew - result.since));
}

/** The reason as its author laid it out: columns under each other, and a line that goes on under its own text.
 * @param {string} text */
function reason(text) {
  if (!/^ |\S {2,}\S/m.test(text)) return el("pre", { class: "reason", tabindex: "0" }, text);
  return el(
    "pre",
    { class: "reason aligned", tabindex: "0" },
    ...text
      .split("\n")
      .map((line) =>
        el(
          "span",
          { class: "line", style: `--column: ${/^(?:[^:]{1,20}: +| +)/.exec(line)?.[0].length ?? 0}ch` },
          `${line}\n`,
        ),
      ),
  );
}

/** Puts away what a failed check said: it has been read, and what is done now may change it. */
export function closeOutcome() {
  const now = state();
  const result = now.checks[now.current];
  if (result?.state !== "failed" && result?.state !== "error") return;
  closed = { page: now.current, reason: result.reason };
  draw(now);
}

/** @param {State} now */
function outcome(now) {
  const result = now.checks[now.current];
  const info = pageInfo(now.current);
  if (!result) return null;
  const isSame =
    result.state === "running" ? result.quiet : result.state !== "passed" && result.reason === closed.reason;
  if (closed.page === info.id && isSame) return null;
  if (result.state === "running") {
    return el(
      "div",
      { class: "outcome running" },
      el("span", { class: "spinner", "aria-hidden": "true" }),
      el("span", { id: "elapsed" }, t("check.running", { seconds: elapsed(result) })),
    );
  }
  const isPassed = result.state === "passed";
  const title = isPassed ? t("check.passed") : result.state === "failed" ? t("check.failed") : t("check.error");
  const took = t("check.duration", { seconds: result.duration.toFixed(1) });
  return el(
    "div",
    { class: `outcome ${result.state}`, "data-outcome": result.state },
    icon(isPassed ? "tick" : "cross"),
    el(
      "div",
      { class: "outcome-text" },
      el("p", {}, el("strong", {}, title), " ", el("span", { class: "fine" }, took)),
      isPassed ? el("p", {}, t("check.passed.note")) : reason(result.reason),
      result.hint && !isPassed ? el("p", { class: "hint" }, el("strong", {}, `${t("check.hint")}: `), result.hint) : "",
      now.autoCheck && !info.passed ? el("p", { class: "fine" }, t("check.waiting")) : "",
    ),
    isPassed
      ? ""
      : el(
          "button",
          {
            type: "button",
            class: "icon-button",
            "data-do": "close",
            "aria-label": t("dialog.close"),
            title: t("dialog.close"),
            onclick: () => {
              closeOutcome();
              /** @type {HTMLElement | null} */ (byId("bar").querySelector('[data-do="check"]'))?.focus();
            },
          },
          icon("cross"),
        ),
  );
}

/** @param {State} now @param {State | null} before */
function tell(now, before) {
  const result = now.checks[now.current];
  const earlier = before?.checks[now.current];
  if (before && before.epoch !== now.epoch) announce("");
  if (!result || !before || result.state === earlier?.state || (result.quiet && result.state !== "passed")) return;
  if (result.state === "running") announce(t("check.running.said"));
  else if (result.state === "passed") announce(t("check.passed"));
  else announce(`${t("check.failed")}. ${result.reason} ${result.hint}`);
}

let drawn = "";

/** @param {State} now */
function draw(now) {
  const wanted = JSON.stringify([
    now.current,
    now.pages,
    now.checks[now.current],
    now.canSkip,
    now.autoCheck,
    now.quizzes[now.current],
    closed,
  ]);
  if (wanted === drawn) return;
  drawn = wanted;
  const bar = byId("bar");
  const focused = bar.contains(document.activeElement) ? document.activeElement?.getAttribute("data-do") : null;
  bar.replaceChildren(...buttons(now));
  if (focused) /** @type {HTMLElement | null} */ (bar.querySelector(`[data-do="${focused}"]`))?.focus();
  byId("outcome").replaceChildren(...[outcome(now)].filter((node) => node !== null));
  if (neighbours(now).next?.open) hideNotice("locked");
}

export function startBar() {
  onState((now, before) => {
    skew = now.now - Date.now() / 1000;
    const result = now.checks[now.current];
    // By its time, not by the sight of it running: a quick check may begin and end between two states.
    if (result && !result.quiet && result.since !== before?.checks[now.current]?.since) closed.page = "";
    draw(now);
    tell(now, before);
  });
  setInterval(() => {
    const place = document.getElementById("elapsed");
    const result = place && state().checks[state().current];
    if (place && result) place.textContent = t("check.running", { seconds: elapsed(result) });
  }, 500);
}
