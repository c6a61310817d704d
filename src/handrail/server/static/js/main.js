/** Starts the page: signs in, fetches the state once, then follows it. */

import { belongsTo, enter, get, post, Refusal, replaced, signIn } from "./api.js";
import { startActions } from "./actions.js";
import { startBar } from "./bar.js";
import { belong, isInCourse } from "./course.js";
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

/** Shows a sentence in place of the lesson. @param {string} title @param {string} body */
function giveUp(title, body) {
  byId("lesson").setAttribute("aria-busy", "false");
  byId("split").replaceChildren(
    el(
      "section",
      { class: "signed-out", role: "alert" },
      el("h1", {}, title),
      el("p", {}, body),
      el(
        "p",
        { class: "ways" },
        el("button", { type: "button", class: "button", onclick: () => location.reload() }, t("lesson.retry")),
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

async function start() {
  fillTexts(document);
  apply();
  signIn();
  let asked;
  try {
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
    if (!up) get("state").catch((error) => error.status && location.reload());
  });
}

start();
