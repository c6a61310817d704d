/** The instructor's board: who is on which step since when, what their checks say, who asks for help; live. */

import { byId, el } from "./dom.js";
import { Reconnecting } from "./reconnect.js";
import { apply } from "./settings.js";

/** @typedef {{name: string, lesson: string, page: string, title: string, since: number, help: number, reason: string,
 *   unnamed: string, seen: number, passed: number, steps: number}} Pupil
 * @typedef {{lesson: string, step: string, title: string, opened: number, passed: number, median: number | null,
 *   reasons: {reason: string, times: number}[]}} Step */

/** @type {{pupils: Pupil[], steps: Step[]}} */
let now = { pupils: [], steps: [] };

/** @param {number} seconds */
function lasting(seconds) {
  const minutes = Math.max(0, Math.round(seconds / 60));
  if (minutes < 1) return "under a minute";
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** @param {string[]} names */
function head(...names) {
  return el("thead", {}, el("tr", {}, ...names.map((name) => el("th", { scope: "col" }, name))));
}

/** @param {Pupil} pupil @param {number} index */
function pupilRow(pupil, index) {
  const isHidden = /** @type {HTMLInputElement} */ (byId("hide-names")).checked;
  return el(
    "tr",
    { class: pupil.help ? "asks" : "", "data-pupil": isHidden ? String(index + 1) : pupil.name },
    el("th", { scope: "row" }, isHidden ? `Learner ${index + 1}` : pupil.name),
    el("td", { class: "step" }, pupil.title || pupil.page),
    el("td", { class: "short" }, lasting(Date.now() / 1000 - pupil.since)),
    el("td", { class: "short passed" }, `${pupil.passed} of ${pupil.steps}`),
    el("td", { class: "help" }, pupil.help ? `asks, for ${lasting(Date.now() / 1000 - pupil.help)}` : ""),
    el("td", { class: "reason" }, isHidden ? pupil.unnamed : pupil.reason),
  );
}

/** @param {Step} step */
function stepRow(step) {
  const why = step.reasons.map(({ reason, times }) => `${times} × ${reason}`).join("\n");
  return el(
    "tr",
    { "data-step": step.step },
    el("th", { scope: "row" }, step.title),
    el("td", { class: "short passed" }, `${step.passed} of ${step.opened}`),
    el("td", { class: "short" }, step.median === null ? "" : lasting(step.median)),
    el("td", { class: "reason" }, why),
  );
}

function draw() {
  // Whoever has waited longest for help comes first.
  const pupils = now.pupils.map((pupil, index) => ({ pupil, index }));
  pupils.sort((one, other) => (one.pupil.help || Infinity) - (other.pupil.help || Infinity) || one.index - other.index);
  byId("said").textContent = pupils.length ? "" : "Nobody yet: learners appear here when they have pressed Share.";
  byId("pupils").replaceChildren(
    head("Learner", "Step", "For", "Passed", "Help", "What the check says"),
    el("tbody", {}, ...pupils.map(({ pupil, index }) => pupilRow(pupil, index))),
  );
  byId("steps").replaceChildren(
    head("Step", "Passed", "Median time", "Commonest failures"),
    el("tbody", {}, ...now.steps.map(stepRow)),
  );
}

new Reconnecting("/api/events", {
  message: (data) => {
    now = JSON.parse(data);
    draw();
  },
  lost: () => (byId("said").textContent = "The connection is lost; it comes back by itself, or load this page again."),
});
byId("hide-names").addEventListener("change", draw);
setInterval(draw, 30_000);
apply();
draw();
