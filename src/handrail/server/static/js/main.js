/** Starts the page: signs in, fetches the state once, then follows it. */

import { belongsTo, enter, get, post, Refusal, replaced, signIn } from "./api.js";
import { startActions } from "./actions.js";
import { startBar } from "./bar.js";
import { belong, isInCourse, lessonId } from "./course.js";
import { byId, el } from "./dom.js";
import { startEditor } from "./editor.js";
import { startElapsed } from "./elapsed.js";
import { startHeader } from "./header.js";
import { startHelp } from "./help.js";
import { startLesson } from "./lesson.js";
import { startOutcome } from "./outcome.js";
import { messageOf } from "./notices.js";
import { place, startPlace } from "./place.js";
import { startResults } from "./results.js";
import { startPreviews } from "./preview.js";
import { apply, settings } from "./settings.js";
import { startSplit } from "./split.js";
import { follow, onConnection, take } from "./store.js";
import { startTerminals } from "./terminals.js";
import { fillTexts, t } from "./texts.js";
import { startWorkbench } from "./workbench.js";

/** @typedef {import("./types.js").Course} Course */

const RETRY_EVERY = 2000;
/** Which lesson this tab showed when the player closed it. */
const CLOSED = "handrail.closed";

/** Shows a sentence in place of the lesson. @param {string} title @param {string} body @param {string} [again] */
function giveUp(title, body, again = t("lesson.retry")) {
  document.getElementById("lesson")?.setAttribute("aria-busy", "false");
  for (const link of document.querySelectorAll(".skip")) link.remove();
  byId("split").replaceChildren(
    el(
      "section",
      { class: "signed-out", role: "alert" },
      el("h1", {}, title),
      el("p", {}, body),
      el(
        "p",
        { class: "ways" },
        el("button", { type: "button", class: "button", onclick: () => location.reload() }, again),
        isInCourse() && el("a", { class: "button quiet", href: "./" }, t("home.back")),
      ),
    ),
  );
}

/** Asks for the course, and for the state of the lesson that the address names once that is open.
 * @returns {Promise<{course: Course, first: import("./types.js").State | null, said: string}>} no state: the list of
 *   lessons is to be shown, and `said` on it */
async function ask() {
  const course = /** @type {Course} */ (await get("/api/home"));
  const wanted = course.single ? course.lessons[0]?.id : place().lesson;
  if (!wanted) return { course, first: null, said: "" };
  if (!course.lessons.some(({ id }) => id === wanted)) return { course, first: null, said: t("home.unknown") };
  belong(course, wanted);
  enter(wanted);
  await post("enter");
  return { course, first: await get("state"), said: "" };
}

/** Loads the page again as soon as the player answers. */
function retry() {
  setTimeout(() => ask().then(() => location.reload(), retry), RETRY_EVERY);
}

/** Says that the lesson was closed because everything is stopped, while that is so: it is opened by a click, not by the
 * tab that shows it. @param {string} lesson @returns {Promise<boolean>} */
async function isStopped(lesson) {
  const course = /** @type {Course} */ (await get("/api/home"));
  if (!course.stopping && !course.said) return false;
  belong(course, lesson);
  giveUp(t("stop.closed"), course.stopping ? t("stop.doing") : course.said, t("stop.again"));
  if (course.stopping) setTimeout(() => isStopped(lesson).catch(retry), RETRY_EVERY);
  return true;
}

async function start() {
  fillTexts(document);
  apply();
  signIn();
  const closed = sessionStorage.getItem(CLOSED);
  sessionStorage.removeItem(CLOSED);
  let asked;
  try {
    if (closed !== null && (await isStopped(closed))) return;
    asked = await ask();
  } catch (error) {
    const title = replaced(error);
    if (title) return giveUp(t("signin.other.title"), t("signin.other.body", { title }));
    // A player of one's own says whose it is; one behind JupyterHub says itself what to do.
    if (error instanceof Refusal && error.status === 401)
      return giveUp(t("signin.title"), error.lesson ? t("signin.body") : messageOf(error));
    const isRefused = error instanceof Refusal && error.detail;
    giveUp(t(isRefused ? "lesson.refused" : "lesson.failed"), messageOf(error));
    return isRefused ? undefined : retry();
  }
  const { course, first, said } = asked;
  belongsTo(course.id, course.title);
  if (!first) return (await import("./home.js")).showHome(course, said);
  startSplit();
  take(first);
  startHeader();
  startTerminals();
  startActions();
  startPreviews();
  startWorkbench();
  startLesson();
  startResults();
  startElapsed();
  startHelp();
  startBar();
  startOutcome();
  startPlace(course.single ? "" : place().lesson);
  startEditor();
  if (settings().presenter !== null) import("./presenter.js").then(({ present }) => present());
  follow();
  // A connection that does not come back may have been refused, which a WebSocket does not tell.
  onConnection(({ up }) => {
    if (up) return;
    get("state").catch((error) => {
      if (!error.status) return;
      if (error.detail?.closed) sessionStorage.setItem(CLOSED, lessonId());
      location.reload();
    });
  });
  if (first.board) (await import("./sharing.js")).startSharing();
}

start();
