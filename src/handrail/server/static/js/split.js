/** Lesson and terminal side by side with a divider; on a narrow screen, one at a time behind two tabs. */

import { byId, el } from "./dom.js";
import { MONO } from "./looks.js";
import { change, onSettings, settings } from "./settings.js";
import { front, tab } from "./tabs.js";
import { t } from "./texts.js";
import { onView, show, shown } from "./view.js";

const NARROWEST = 20;
const WIDEST = 80;
/** Until the divider is moved: the lesson's share, unless the terminals need more for tables as wide as kubectl's. */
const SHARE = 44;
const COLUMNS = 100;
/** Pixels that a lesson needs to be read with ease, and those around a terminal's letters. */
const LEAST = 460;
const AROUND = 40;

/** @returns {number} percent of the window that the lesson takes when nobody has moved the divider */
function startingWidth() {
  const pen = document.createElement("canvas").getContext("2d");
  if (!pen) return SHARE;
  pen.font = `${settings().fontSize}px ${MONO}`;
  const rest = innerWidth - COLUMNS * pen.measureText("0").width - AROUND;
  const share = (SHARE / 100) * innerWidth;
  return (Math.max(Math.min(share, rest), Math.min(share, LEAST)) / innerWidth) * 100;
}

function width() {
  return Math.min(WIDEST, Math.max(NARROWEST, settings().divider ?? startingWidth()));
}

function drawWidth() {
  document.documentElement.style.setProperty("--lesson-width", `${width().toFixed(1)}%`);
  byId("divider").setAttribute("aria-valuenow", String(Math.round(width())));
}

/** @param {number} percent */
function moveDivider(percent) {
  change({ divider: Math.round(Math.min(WIDEST, Math.max(NARROWEST, percent)) * 10) / 10 });
}

/** Puts the focus into the terminal or editor in front. */
function focusWork() {
  show({ side: "work" });
  tab(front())?.focus();
}

function focusLesson() {
  show({ side: "lesson" });
  byId("lesson").focus();
}

function draw() {
  const { side } = shown();
  document.documentElement.dataset.view = side;
  for (const tab of byId("views").querySelectorAll("button"))
    tab.setAttribute("aria-selected", String(tab.dataset.view === side));
}

export function startSplit() {
  const divider = byId("divider");
  divider.setAttribute("aria-valuemin", String(NARROWEST));
  divider.setAttribute("aria-valuemax", String(WIDEST));
  drawWidth();
  onSettings(drawWidth);
  addEventListener("resize", drawWidth);
  divider.addEventListener("keydown", (event) => {
    const by = { ArrowLeft: -2, ArrowRight: 2 }[event.key];
    if (by) moveDivider(width() + by);
  });
  divider.addEventListener("pointerdown", (event) => {
    divider.setPointerCapture(event.pointerId);
    /** @param {PointerEvent} moved */
    const move = (moved) => moveDivider((moved.clientX / window.innerWidth) * 100);
    divider.addEventListener("pointermove", move);
    divider.addEventListener("lostpointercapture", () => divider.removeEventListener("pointermove", move), {
      once: true,
    });
  });
  byId("views").append(
    .../** @type {const} */ (["lesson", "work"]).map((which) =>
      el(
        "button",
        {
          type: "button",
          role: "tab",
          "data-view": which,
          "aria-controls": which === "lesson" ? "lesson-pane" : "work",
          onclick: () => show({ side: which }),
        },
        t(which === "lesson" ? "pane.lesson" : "pane.terminal"),
      ),
    ),
  );
  onView(draw);
  draw();
  // F6 goes back and forth between lesson and terminal, for Tab belongs to the shell in there.
  document.addEventListener("keydown", (event) => {
    if (event.key === "F6" && !event.ctrlKey && !event.altKey) {
      event.preventDefault();
      byId("work").contains(document.activeElement) ? focusLesson() : focusWork();
    }
  });
  for (const link of document.querySelectorAll(".skip")) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      link.getAttribute("href") === "#work" ? focusWork() : focusLesson();
    });
  }
}
