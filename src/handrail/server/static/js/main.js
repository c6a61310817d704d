/** Starts the page: signs in, fetches the state once, then follows it. */

import { belongsTo, enter, get, Refusal, replaced, signIn } from "./api.js";
import { startActions } from "./actions.js";
import { startBar } from "./bar.js";
import { byId, el } from "./dom.js";
import { startElapsed } from "./elapsed.js";
import { startHeader } from "./header.js";
import { startHelp } from "./help.js";
import { startLesson } from "./lesson.js";
import { startOutcome } from "./outcome.js";
import { startResults } from "./results.js";
import { startPreviews } from "./preview.js";
import { apply } from "./settings.js";
import { startSplit } from "./split.js";
import { follow, onConnection, take } from "./store.js";
import { startTerminals } from "./terminals.js";
import { fillTexts, t } from "./texts.js";
import { startWorkbench } from "./workbench.js";

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
      el("button", { type: "button", class: "button", onclick: () => location.reload() }, t("lesson.retry")),
    ),
  );
}

/** Enters the lesson and asks for its state. */
async function firstState() {
  enter((await get("/api/home")).lessons[0].id);
  return get("state");
}

/** Loads the page again as soon as the player answers. */
function retry() {
  setTimeout(() => firstState().then(() => location.reload(), retry), RETRY_EVERY);
}

async function start() {
  fillTexts(document);
  apply();
  signIn();
  let first;
  try {
    first = await firstState();
  } catch (error) {
    const title = replaced(error);
    if (title) return giveUp(t("signin.other.title"), t("signin.other.body", { title }));
    if (error instanceof Refusal && error.status === 401) return giveUp(t("signin.title"), t("signin.body"));
    giveUp(t("lesson.failed"), error instanceof Error && error.message ? error.message : t("request.failed"));
    return retry();
  }
  belongsTo(first.lesson, first.title);
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
  follow();
  // A connection that does not come back may have been refused, which a WebSocket does not tell.
  onConnection(({ up }) => {
    if (!up) get("state").catch((error) => error.status === 401 && location.reload());
  });
}

window.addEventListener("hashchange", () => {
  signIn();
  location.reload();
});
start();
