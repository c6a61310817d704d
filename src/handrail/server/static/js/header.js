/** The top bar: title, progress through the pages, the menu; below it, what goes on or went wrong. */

import { goTo, stopForward } from "./actions.js";
import { onAnswer } from "./api.js";
import { isInCourse } from "./course.js";
import { byId, el, icon, isChanged, refill } from "./dom.js";
import { pageLabel } from "./labels.js";
import { drawLamp, lamp } from "./lamp.js";
import { menuParts } from "./menu.js";
import { hideNotice, notice } from "./notices.js";
import { onConnection, onState, reconnect } from "./store.js";
import { t } from "./texts.js";

/** @typedef {import("./types.js").State} State */

/** @param {State} now */
function progress(now) {
  const items = now.pages.map((page) => {
    const isCurrent = page.id === now.current;
    const isChecking = now.rechecking.includes(page.id);
    const isPassed = page.passed && !isChecking;
    const words = [
      isCurrent ? t("progress.current") : "",
      isChecking ? t("progress.rechecking") : isPassed ? t("progress.passed") : "",
      page.open ? "" : t("progress.locked"),
    ];
    const label = [pageLabel(page), ...words.filter(Boolean)].join(", ");
    const number = page.kind === "step" ? String(page.number) : "";
    const spinner = el("span", { class: "spinner", "aria-hidden": "true" });
    const mark =
      page.kind === "step" && isChecking ? spinner : page.kind === "step" && isPassed ? icon("tick") : number;
    return el(
      "li",
      {},
      el(
        "button",
        {
          type: "button",
          class: ["stop", page.kind, isCurrent && "current", isPassed && "passed"].filter(Boolean).join(" "),
          "aria-label": label,
          title: label,
          "aria-current": isCurrent ? "step" : null,
          "aria-disabled": page.open ? null : "true",
          "data-page": page.id,
          onclick: () => page.open && goTo(page.id),
        },
        mark,
      ),
    );
  });
  return el("ol", {}, ...items);
}

/** @param {State} now @param {State | null} before */
function drawNotices(now, before) {
  if (now.forward) {
    notice("forward", t("forward.doing", { target: now.forward.target, doing: now.forward.doing }), {
      button: { label: t("forward.stop"), action: stopForward },
    });
  } else hideNotice("forward");
  if (now.rechecking.length) notice("rechecking", t("progress.rechecking.note"));
  else hideNotice("rechecking");
  if (now.resetting) notice("reset", t("reset.doing"));
  else hideNotice("reset");
  if (now.broken) notice("broken", `${t("watch.broken")}: ${now.broken}`, { tone: "bad" });
  else hideNotice("broken");
  // One that was closed stays closed until there is another one.
  if (now.notice === before?.notice && now.notices === before?.notices) return;
  if (now.notice) notice("notice", now.notice, { tone: "warn", closable: true });
  else hideNotice("notice");
}

export function startHeader() {
  const title = el("h1", {});
  const stops = el("nav", { class: "progress", "aria-label": t("progress.label") });
  const author = el("span", { class: "author", hidden: true }, t("watch.on"));
  const light = lamp();
  const brand = el("img", { class: "brand", src: "static/icon.svg", alt: "" });
  byId("top").append(
    isInCourse()
      ? el("a", { class: "to-home", href: "./", title: t("home.back") }, brand, el("span", {}, t("home.lessons")))
      : brand,
    title,
    author,
    light,
    stops,
    ...menuParts(),
  );
  onState((now, before) => {
    title.textContent = now.title;
    document.title = `${now.title} · handrail`;
    author.hidden = !now.watch;
    drawLamp(light, now.lamp);
    if (isChanged(stops, now.pages, now.current, now.rechecking)) refill(stops, "data-page", progress(now));
    drawNotices(now, before);
  });
  onAnswer(() => hideNotice("unreachable"));
  let wasDown = false;
  onConnection(({ up, delay }) => {
    document.documentElement.dataset.connection = up ? "up" : "down";
    if (up) {
      hideNotice("unreachable");
      if (wasDown) hideNotice("connection");
      wasDown = false;
      return;
    }
    wasDown = true;
    const text = delay < 1000 ? t("connection.lost") : t("connection.lost.in", { seconds: Math.round(delay / 1000) });
    notice("connection", text, { tone: "warn", button: { label: t("connection.retry"), action: reconnect } });
  });
}
