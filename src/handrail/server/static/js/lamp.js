/** A lamp for what the lessons share on this machine: whether it runs, and what it takes. */

import { el, isChanged } from "./dom.js";
import { t } from "./texts.js";

/** @returns {HTMLElement} empty until it is known */
export function lamp() {
  return el("span", { class: "lamp", hidden: true });
}

/** @param {HTMLElement} place @param {{on: boolean, line: string} | null} now */
export function drawLamp(place, now) {
  if (!isChanged(place, now)) return;
  place.hidden = now === null;
  if (!now) return;
  const words = now.line || t(now.on ? "lamp.on" : "lamp.off");
  place.title = words;
  place.replaceChildren(
    el("span", { class: `lamp-dot ${now.on ? "on" : ""}`, "aria-hidden": "true" }),
    el("span", { class: "lamp-words" }, words),
  );
}
