/** For how long something has been going on, kept up to date wherever it is shown. */

import { el } from "./dom.js";
import { secondsSince } from "./store.js";
import { t } from "./texts.js";

/** @param {number} seconds @returns {string} like "7 s" or "2 min 05 s" */
function words(seconds) {
  if (seconds < 60) return t("elapsed.seconds", { seconds });
  return t("elapsed.minutes", { minutes: Math.floor(seconds / 60), seconds: String(seconds % 60).padStart(2, "0") });
}

/** @param {number} since by the server's clock @returns {HTMLElement} */
export function elapsed(since) {
  return el("span", { class: "elapsed", "data-since": since }, words(secondsSince(since)));
}

export function startElapsed() {
  setInterval(() => {
    for (const place of document.querySelectorAll("[data-since]"))
      place.textContent = words(secondsSince(Number(place.getAttribute("data-since"))));
  }, 500);
}
