/** How the check of the page went: under the lesson for those who see it, in words for those who listen. */

import { closeOutcome } from "./actions.js";
import { offer } from "./blocks.js";
import { announce, byId, el, icon, iconButton, isChanged } from "./dom.js";
import { elapsed } from "./elapsed.js";
import { drawResults } from "./results.js";
import { onState, page as pageInfo, state } from "./store.js";
import { t } from "./texts.js";
import { onView, show, shown } from "./view.js";

/** @typedef {import("./types.js").State} State */

/** The reason as its author laid it out: columns under each other, a line that goes on under its own text, and a
 * button at each command it tells to run.
 * @param {import("./types.js").CheckState} result */
function reason({ reason: text, parts }) {
  const isAligned = /^ |\S {2,}\S/m.test(text);
  const lines = text.split("\n").map((line) => {
    const column = isAligned ? (/^(?:[^:]{1,20}: +| +)/.exec(line)?.[0].length ?? 0) : 0;
    return el("span", { class: "line", style: `--column: ${column}ch` });
  });
  let at = 0;
  for (const part of parts) {
    if (part.block) {
      lines[at]?.append(offer(part.block, part.text));
      continue;
    }
    part.text.split("\n").forEach((piece, index, pieces) => {
      lines[at]?.append(piece);
      if (index < pieces.length - 1) lines[at++]?.append("\n");
    });
  }
  return el("div", { class: `reason ${isAligned ? "aligned" : ""}`, tabindex: "0" }, ...lines);
}

/** What a check that passed has seen. @param {string[]} verified */
function seen(verified) {
  if (!verified.length) return "";
  return el("ul", { class: "verified" }, ...verified.map((line) => el("li", {}, icon("tick"), el("span", {}, line))));
}

function close() {
  closeOutcome();
  /** @type {HTMLElement | null} */ (byId("bar").querySelector('[data-do="check"]'))?.focus();
}

/** @param {State} now */
function outcome(now) {
  const result = now.checks[now.current];
  const info = pageInfo(now.current);
  if (!result) return null;
  const { closed } = shown();
  const isSame =
    result.state === "running" ? result.quiet : result.state !== "passed" && result.reason === closed.reason;
  if (closed.page === info.id && isSame) return null;
  if (result.state === "running") {
    return el(
      "div",
      { class: "outcome running" },
      el("span", { class: "spinner", "aria-hidden": "true" }),
      el("span", { id: "elapsed" }, t("check.running"), " ", elapsed(result.since)),
    );
  }
  const isPassed = result.state === "passed";
  const title = isPassed ? t("check.passed") : t("check.failed");
  const took = t("check.duration", { seconds: result.duration.toFixed(1) });
  return el(
    "div",
    { class: `outcome ${result.state}`, "data-outcome": result.state },
    icon(isPassed ? "tick" : "cross"),
    el(
      "div",
      { class: "outcome-text" },
      el("p", {}, el("strong", {}, title), " ", el("span", { class: "fine" }, took)),
      isPassed ? seen(result.verified) : reason(result),
      isPassed ? el("p", {}, t("check.passed.note")) : "",
      result.hint && !isPassed ? el("p", { class: "hint" }, el("strong", {}, `${t("check.hint")}: `), result.hint) : "",
      now.autoCheck && !info.passed ? el("p", { class: "fine" }, t("check.waiting")) : "",
    ),
    isPassed ? "" : iconButton("cross", t("dialog.close"), { "data-do": "close", onclick: close }),
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
  else announce(`${t("check.failed")}. ${result.parts.map((part) => part.text).join("")} ${result.hint}`);
}

function draw() {
  const now = state();
  const place = byId("outcome");
  const { closed } = shown();
  if (!isChanged(place, now.current, now.checks[now.current], now.autoCheck, pageInfo(now.current).passed, closed))
    return;
  place.replaceChildren(...[outcome(now)].filter((node) => node !== null));
  drawResults(place);
}

export function startOutcome() {
  onView(draw);
  onState((now, before) => {
    const result = now.checks[now.current];
    // By its time, not by the sight of it running: a quick check may begin and end between two states.
    const isNew = result && !result.quiet && result.since !== before?.checks[now.current]?.since;
    if (isNew && shown().closed.page) show({ closed: { page: "", reason: "" } });
    draw();
    tell(now, before);
  });
}
