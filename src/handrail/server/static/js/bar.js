/** Under the lesson: Back, Check, Next. */

import { check, goTo, skip } from "./actions.js";
import { isInCourse, nextLesson } from "./course.js";
import { byId, el, icon, isChanged, once, refill } from "./dom.js";
import { hideNotice, notice } from "./notices.js";
import { hashOf } from "./place.js";
import { onState, page as pageInfo, state } from "./store.js";
import { t } from "./texts.js";

/** @typedef {import("./types.js").State} State */

/** @param {State} now */
function neighbours(now) {
  const index = now.pages.findIndex((page) => page.id === now.current);
  return { previous: now.pages[index - 1], next: now.pages[index + 1] };
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
      { type: "button", class: "button quiet", "data-do": "back", ...once(() => goTo(previous.id)) },
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
        ...once(() => !isChecking && check(info.id)),
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
        ...once(() => {
          if (next.open) return goTo(next.id);
          notice("locked", whyLocked(state()), { closable: true });
        }),
      },
      next.open ? "" : icon("lock"),
      el("span", {}, nextLabel),
      icon("right"),
    );
  const leave =
    next &&
    !next.open &&
    now.canSkip &&
    el(
      "button",
      {
        type: "button",
        class: "button quiet",
        "data-do": "skip",
        ...once(() => skip(info.id, next.id)),
      },
      t(info.check ? "bar.skip" : "bar.skip.quiz"),
    );
  return [back || el("span", {}), el("span", { class: "bar-right" }, leave, checker, go || toNextLesson())];
}

/** On the last page of a lesson: the way into the next one. */
function toNextLesson() {
  const lesson = nextLesson();
  if (lesson)
    return el(
      "a",
      { class: "button primary", "data-do": "next-lesson", href: hashOf(lesson.id), title: lesson.description },
      el("span", {}, t("bar.next.lesson", { title: lesson.title })),
      icon("right"),
    );
  return isInCourse() && el("a", { class: "button primary", "data-do": "home", href: "./" }, t("home.back"));
}

export function startBar() {
  const bar = byId("bar");
  onState((now) => {
    const { current } = now;
    if (!isChanged(bar, current, now.pages, now.checks[current], now.canSkip, now.quizzes[current])) return;
    refill(bar, "data-do", ...buttons(now));
    if (neighbours(now).next?.open) hideNotice("locked");
  });
}
