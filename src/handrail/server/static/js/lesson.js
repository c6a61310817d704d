/** The lesson's page: loads it, shows it, and keeps its blocks, pictures and problems up to date. */

import { get } from "./api.js";
import { decorate } from "./blocks.js";
import { lessonId } from "./course.js";
import { byId, el, icon, isChanged } from "./dom.js";
import { links } from "./links.js";
import { forgetPictures, pictures } from "./pictures.js";
import { drawQuizzes } from "./quizzes.js";
import { onConnection, onState, page as pageInfo, state } from "./store.js";
import { t } from "./texts.js";
import { show as bringToFront } from "./view.js";

/** @typedef {import("./types.js").PageContent} PageContent */
/** @typedef {import("./types.js").State} State */

const PLACE = "handrail.place";
let shown = "";
let revision = "";

/** @param {PageContent} content */
function problems(content) {
  if (!content.problems.length) return null;
  const count =
    content.problems.length === 1
      ? t("lesson.problems.one")
      : t("lesson.problems.many", { count: content.problems.length });
  return el(
    "details",
    { class: "problems", open: true },
    el("summary", {}, t("lesson.problems", { count })),
    el(
      "ul",
      {},
      ...content.problems.map((problem) =>
        el(
          "li",
          { class: problem.severity, "data-code": problem.code },
          el("code", {}, `${problem.path}:${problem.line}`),
          ` ${problem.message} `,
          el("span", { class: "fine" }, problem.remedy),
        ),
      ),
    ),
  );
}

/** Whom the author thanks: a name, or an address. @param {string} words */
function credits(words) {
  const isAddress = /^https?:\/\/\S+$/.test(words);
  return el(
    "p",
    { class: "credits fine" },
    t("lesson.credits"),
    " ",
    isAddress ? el("a", { href: words }, words) : words,
  );
}

/** @param {State} now */
function cover(now) {
  const facts = [
    now.time ? el("div", {}, el("dt", {}, t("intro.time")), el("dd", {}, now.time)) : null,
    now.difficulty ? el("div", {}, el("dt", {}, t("intro.difficulty")), el("dd", {}, now.difficulty)) : null,
  ];
  return el(
    "header",
    { class: "cover" },
    el("h1", {}, now.title),
    now.description && el("p", { class: "lead" }, now.description),
    facts.some(Boolean) && el("dl", { class: "facts" }, ...facts),
    el("div", { id: "preparation", role: "status" }),
  );
}

/** @param {State} now */
function drawPreparation(now) {
  const place = document.getElementById("preparation");
  if (!place) return;
  const { kind, background } = pageInfo(shown);
  const preparation = now.preparations[shown];
  if (!isChanged(place, preparation)) return;
  // Whether a step's script has ended is the step's own matter, unless it failed.
  if (!preparation || (kind !== "intro" && preparation.state !== "failed")) return place.replaceChildren();
  const { state: how, line, log, status } = preparation;
  place.className = `preparation ${how}`;
  const failed = kind === "intro" ? "intro.failed" : "page.failed";
  const title = t(how === "running" ? "intro.preparing" : how === "done" ? "intro.ready" : failed);
  place.replaceChildren(
    how === "running"
      ? el("span", { class: "spinner", "aria-hidden": "true" })
      : icon(how === "done" ? "tick" : "cross"),
    el(
      "div",
      {},
      el("strong", {}, title),
      how === "running" ? el("div", { class: "fine" }, t("intro.preparing.note")) : "",
      how === "failed"
        ? el(
            "div",
            { class: "why" },
            t("script.failed", { script: background, status }),
            " ",
            t("script.log", { log }),
            " ",
            t(now.watch ? "script.again.author" : "script.again"),
          )
        : "",
      line && how !== "done" ? el("code", { class: "last-line", "aria-hidden": "true" }, line) : "",
    ),
  );
}

/** How far the page had been read when this tab was reloaded, in pixels. @param {string} id */
function readBefore(id) {
  const [lesson, page, top] = (sessionStorage.getItem(PLACE) ?? "").split(" ");
  return lesson === lessonId() && page === id ? Number(top) : 0;
}

/** @param {string} id @param {boolean} [isOther] whether another page was shown before: then the focus goes to it */
async function load(id, isOther = false) {
  const article = byId("lesson");
  const scroller = byId("scroller");
  const top = shown === id ? scroller.scrollTop : shown === "" ? readBefore(id) : 0;
  article.setAttribute("aria-busy", "true");
  shown = id;
  revision = pageInfo(id).revision;
  let content;
  try {
    content = /** @type {PageContent} */ (await get(`pages/${id}`));
  } catch (error) {
    if (shown !== id) return;
    article.setAttribute("aria-busy", "false");
    const why = error instanceof Error && error.message ? error.message : t("request.failed");
    article.replaceChildren(
      el(
        "div",
        { class: "page-error", role: "alert" },
        el("h1", {}, t("lesson.failed")),
        el("p", {}, why),
        el("button", { type: "button", class: "button", onclick: () => load(id) }, t("lesson.retry")),
      ),
    );
    if (isOther) article.focus({ preventScroll: true });
    return;
  }
  if (shown !== id) return;
  const drawn = show(content);
  // Not later: who goes to the terminal while the pictures come types on there.
  if (isOther) article.focus({ preventScroll: true });
  article.setAttribute("aria-busy", "false");
  scroller.scrollTo({ top, behavior: "instant" });
  const reached = scroller.scrollTop;
  await drawn;
  // Pictures have made the page longer; who has scrolled meanwhile stays there.
  if (shown === id && scroller.scrollTop === reached) scroller.scrollTo({ top, behavior: "instant" });
}

/** Puts a page into the article. The server made its HTML through an allow-list.
 * @param {PageContent} content @returns {Promise<unknown>} settled when its pictures are there, too */
function show(content) {
  const article = byId("lesson");
  forgetPictures();
  const now = state();
  const info = pageInfo(content.id);
  const body = el("div", { class: "page" });
  body.innerHTML = content.html;
  const parts = [
    problems(content),
    info.kind === "intro" ? cover(now) : el("div", { id: "preparation", role: "status" }),
    info.kind === "finish" ? finished(now) : null,
    body,
  ];
  if (info.kind === "step" && !body.querySelector("h1") && info.title) body.prepend(el("h1", {}, info.title));
  if (info.answer) parts.push(solution(content.id));
  if (content.credits) parts.push(credits(content.credits));
  article.replaceChildren(.../** @type {Node[]} */ (parts.filter(Boolean)));
  article.dataset.page = content.id;
  decorate(article, content.blocks);
  drawQuizzes(article, content.id, content.quizzes);
  links(article);
  drawPreparation(now);
  return pictures(body, content.id);
}

/** @param {State} now */
function finished(now) {
  const isAllPassed = now.pages.every((page) => page.passed || !page.check);
  const note = isAllPassed ? "finish.note" : "finish.note.skipped";
  return el(
    "div",
    { class: "finished" },
    icon("tick"),
    el(
      "div",
      {},
      el("strong", {}, t("finish.title")),
      el("p", {}, t(now.rechecking.length ? "progress.rechecking.note" : note)),
    ),
  );
}

/** The page's solution, loaded when it is opened.
 * @param {string} page */
function solution(page) {
  const inside = el("div", { class: "page" });
  const node = el("details", { class: "solution" }, el("summary", {}, t("lesson.answer")), inside);
  node.addEventListener("toggle", async () => {
    if (!node.open || inside.childNodes.length) return;
    try {
      const content = /** @type {PageContent} */ (await get(`pages/${page}/answer`));
      inside.innerHTML = content.html;
      decorate(inside, content.blocks);
      links(inside);
      await pictures(inside, `${page}-answer`);
    } catch (error) {
      inside.textContent = error instanceof Error && error.message ? error.message : t("request.failed");
    }
  });
  return node;
}

export function startLesson() {
  byId("scroller").addEventListener("scrollend", () =>
    sessionStorage.setItem(PLACE, `${lessonId()} ${shown} ${byId("scroller").scrollTop}`),
  );
  onConnection(({ up }) => {
    if (up && document.querySelector(".page-error")) load(shown);
  });
  onState((now, before) => {
    const info = now.pages.find((page) => page.id === now.current);
    if (!info) return;
    if (shown !== now.current || revision !== info.revision || (before && before.epoch !== now.epoch)) {
      const moved = shown !== "" && shown !== now.current;
      if (moved) bringToFront({ side: "lesson" });
      load(now.current, moved);
    } else {
      drawPreparation(now);
      const end = byId("lesson").querySelector(".finished");
      if (end && isChanged(startLesson, now.pages, now.rechecking)) end.replaceWith(finished(now));
    }
  });
}
