/** The list of lessons: what each is about, how far it is done, and which to go on with. */

import { stopAll } from "./actions.js";
import { get, token } from "./api.js";
import { canBePlayed } from "./course.js";
import { byId, el, icon, isChanged, refill } from "./dom.js";
import { drawLamp, lamp } from "./lamp.js";
import { themeChoice } from "./menu.js";
import { notice } from "./notices.js";
import { hashOf } from "./place.js";
import { Reconnecting } from "./reconnect.js";
import { t } from "./texts.js";

/** @typedef {import("./types.js").Course} Course */
/** @typedef {import("./types.js").LessonInfo} LessonInfo */

/** A link into a lesson. The address that it shows signs a new tab in; a plain click goes there in this one.
 * @param {LessonInfo} lesson @param {string} className @param {...(Node | string)} children */
function into(lesson, className, ...children) {
  return el(
    "a",
    {
      class: className,
      href: `#${new URLSearchParams({ ...(token() && { token: token() }), lesson: lesson.id })}`,
      "data-enter": lesson.id,
      onclick: (/** @type {MouseEvent} */ event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        location.hash = hashOf(lesson.id);
      },
    },
    ...children,
  );
}

/** @param {LessonInfo} lesson */
function standing(lesson) {
  const { standing: how, passed, checks } = lesson;
  const done = t(checks ? "home.passed" : "home.begun", { passed, checks });
  const text = how === "begun" ? done : t(`home.${how}`);
  return el("span", { class: `standing ${how}` }, how === "done" ? icon("tick") : "", text);
}

/** @param {LessonInfo} lesson */
function entry(lesson) {
  const facts = [lesson.time, lesson.difficulty].filter(Boolean).join(" · ");
  const isFine = canBePlayed(lesson);
  return el(
    "li",
    { class: "entry", "data-lesson": lesson.id, "data-standing": lesson.standing },
    el("h3", {}, isFine ? into(lesson, "entry-link", lesson.title) : lesson.title),
    lesson.description && el("p", {}, lesson.description),
    isFine ? "" : el("p", { class: "why" }, lesson.reason),
    el(
      "p",
      { class: "entry-facts" },
      standing(lesson),
      facts && el("span", { class: "fine" }, facts),
      lesson.open ? el("span", { class: "fine" }, t("home.open")) : "",
      lesson.closed ? el("span", { class: "fine" }, t("home.closed")) : "",
    ),
  );
}

/** The lesson that was played last, unless it is done: then the one after it that is not.
 * @param {Course} course @returns {LessonInfo | undefined} */
function toGoOnWith({ lessons }) {
  const playable = lessons.filter(canBePlayed);
  const last = playable.reduce((best, each) => (each.last > best.last ? each : best), { last: 0 });
  const at = playable.findIndex((each) => each === last);
  return playable.slice(Math.max(0, at)).find((each) => each.standing !== "done");
}

/** @param {Course} course */
function goOn(course) {
  const lesson = toGoOnWith(course);
  if (!lesson) return null;
  const words = lesson.standing === "begun" ? "home.continue" : "home.begin";
  const isBegun = course.lessons.some((each) => each.last > 0);
  return into(
    lesson,
    "button primary go-on",
    el("span", {}, t(words, { title: lesson.title })),
    icon(isBegun ? "right" : "play"),
  );
}

/** @param {Course} course */
function groups({ lessons }) {
  /** @type {Map<string, LessonInfo[]>} */
  const found = new Map();
  for (const lesson of lessons) found.set(lesson.group, [...(found.get(lesson.group) ?? []), lesson]);
  return [...found].map(([name, members]) =>
    el(
      "section",
      { class: "group", "aria-label": name || t("home.lessons") },
      el("h2", {}, name || t(found.size > 1 ? "home.others" : "home.lessons")),
      el("ul", {}, ...members.map(entry)),
    ),
  );
}

/** @param {Course} course */
function isAnyBegun({ lessons }) {
  return lessons.some((lesson) => lesson.last > 0 || lesson.open);
}

/** @param {HTMLElement} main @param {Course} course */
function draw(main, course) {
  if (!isChanged(main, course)) return;
  const done = course.lessons.filter(({ standing: how }) => how === "done").length;
  refill(
    main,
    "data-enter",
    el(
      "div",
      { class: "home" },
      el(
        "header",
        { class: "home-head" },
        el("h1", {}, course.title),
        course.description && el("p", { class: "lead" }, course.description),
        el("p", { class: "fine" }, t("home.count", { done, all: course.lessons.length })),
        goOn(course) ?? el("p", {}, el("strong", {}, t("home.all.done"))),
      ),
      ...groups(course),
      isAnyBegun(course)
        ? el(
            "footer",
            { class: "home-foot" },
            el(
              "button",
              {
                type: "button",
                class: "button quiet danger",
                "data-action": "stop-all",
                "aria-disabled": course.stopping ? "true" : null,
                onclick: () => course.stopping || stopAll(course),
              },
              t("stop.all"),
            ),
          )
        : "",
    ),
  );
}

/** Shows the list in place of a lesson. @param {Course} course @param {string} [said] what the learner should know first */
export function showHome(course, said) {
  document.title = `${course.title} · handrail`;
  document.documentElement.dataset.page = "home";
  const light = lamp();
  byId("top").append(
    el("img", { class: "brand", src: "static/icon.svg", alt: "" }),
    el("span", { class: "top-title" }, course.title),
    light,
    themeChoice(),
  );
  const main = el("main", { id: "home", tabindex: "-1" });
  byId("split").replaceWith(main);
  for (const link of document.querySelectorAll(".skip")) link.remove();
  /** @param {Course} now */
  const show = (now) => {
    draw(main, now);
    drawLamp(light, now.lamp);
    if (now.stopping) notice("stop", t("stop.doing"));
    else if (now.said) notice("stop", now.said, { closable: true });
  };
  show(course);
  if (said) notice("place", said, { closable: true });
  addEventListener("hashchange", () => location.reload());
  new Reconnecting("/api/home/events", { message: (data) => show(JSON.parse(data)) });
  // What was reached in another tab is in the files.
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) get("/api/home").then(show, () => {});
  });
}
