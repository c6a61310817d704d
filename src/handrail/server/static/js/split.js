/** Lesson and terminal side by side with a divider; on a narrow screen, one at a time behind two tabs. */

import { byId, el } from "./dom.js";
import { change, settings } from "./settings.js";
import { t } from "./texts.js";

const NARROWEST = 20;
const WIDEST = 80;

/** @param {number} percent */
function setWidth(percent) {
  change({ lessonWidth: Math.round(Math.min(WIDEST, Math.max(NARROWEST, percent)) * 10) / 10 });
  byId("divider").setAttribute("aria-valuenow", String(Math.round(settings().lessonWidth)));
}

/** On a narrow screen, brings the lesson or the terminals to the front.
 * @param {"lesson"|"work"} which */
export function showView(which) {
  document.documentElement.dataset.view = which;
  for (const tab of byId("views").querySelectorAll("button"))
    tab.setAttribute("aria-selected", String(tab.dataset.view === which));
}

/** F6 goes back and forth between lesson and terminal, for Tab belongs to the shell in there. */
function hop() {
  const isInWork = byId("work").contains(document.activeElement);
  showView(isInWork ? "lesson" : "work");
  if (isInWork) byId("lesson").focus();
  else /** @type {HTMLElement | null} */ (document.querySelector(".terminal-panel:not([hidden]) textarea"))?.focus();
}

export function startSplit() {
  const divider = byId("divider");
  divider.setAttribute("aria-valuemin", String(NARROWEST));
  divider.setAttribute("aria-valuemax", String(WIDEST));
  setWidth(settings().lessonWidth);
  divider.addEventListener("keydown", (event) => {
    const by = { ArrowLeft: -2, ArrowRight: 2 }[event.key];
    if (by) setWidth(settings().lessonWidth + by);
  });
  divider.addEventListener("pointerdown", (event) => {
    divider.setPointerCapture(event.pointerId);
    /** @param {PointerEvent} moved */
    const move = (moved) => setWidth((moved.clientX / window.innerWidth) * 100);
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
          onclick: () => showView(which),
        },
        t(which === "lesson" ? "pane.lesson" : "pane.terminal"),
      ),
    ),
  );
  showView("lesson");
  document.addEventListener("keydown", (event) => {
    if (event.key === "F6" && !event.ctrlKey && !event.altKey) {
      event.preventDefault();
      hop();
    }
  });
  for (const link of document.querySelectorAll(".skip")) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      const isWork = link.getAttribute("href") === "#work";
      showView(isWork ? "work" : "lesson");
      if (isWork)
        /** @type {HTMLElement | null} */ (document.querySelector(".terminal-panel:not([hidden]) textarea"))?.focus();
      else byId("lesson").focus();
    });
  }
}
