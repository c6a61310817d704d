/** The top bar: title, progress through the pages, and the menu. */

import { post } from "./api.js";
import { byId, el, icon } from "./dom.js";
import { ask } from "./dialogs.js";
import { hideNotice, notice, problem } from "./notices.js";
import { change, onSettings, settings } from "./settings.js";
import { onConnection, onState, reconnect, state } from "./store.js";
import { t } from "./texts.js";

/** @typedef {import("./types.js").State} State */
/** @typedef {import("./types.js").PageInfo} PageInfo */

/** @param {PageInfo} page */
export function pageLabel(page) {
  if (page.kind === "intro") return t("progress.intro");
  if (page.kind === "finish") return t("progress.finish");
  return t("progress.step", { number: page.number, title: page.title });
}

/** Goes to a page; the server refuses one that is not open yet.
 * @param {string} id */
export async function goTo(id) {
  try {
    await post(`/api/pages/${id}/open`);
  } catch (error) {
    problem(error);
  }
}

/** @param {State} now */
function progress(now) {
  const items = now.pages.map((page) => {
    const isCurrent = page.id === now.current;
    const words = [
      isCurrent ? t("progress.current") : "",
      page.passed ? t("progress.passed") : "",
      page.open ? "" : t("progress.locked"),
    ];
    const label = [pageLabel(page), ...words.filter(Boolean)].join(", ");
    const mark = page.passed && page.kind === "step" ? icon("tick") : page.kind === "step" ? String(page.number) : "";
    return el(
      "li",
      {},
      el(
        "button",
        {
          type: "button",
          class: ["stop", page.kind, isCurrent && "current", page.passed && "passed"].filter(Boolean).join(" "),
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

/** @param {string} name @param {string} label @param {Node} control */
function row(name, label, control) {
  return el("div", { class: "menu-row", "data-row": name }, el("span", {}, label), control);
}

function themeChoice() {
  const select = el(
    "select",
    {
      "aria-label": t("menu.theme"),
      "data-setting": "theme",
      onchange: () => change({ theme: /** @type {any} */ (select.value) }),
    },
    ...["auto", "light", "dark"].map((value) =>
      el("option", { value, selected: settings().theme === value }, t(`menu.theme.${value}`)),
    ),
  );
  return select;
}

/** @param {string} name @param {boolean} on @param {(on: boolean) => void} act @param {string} label */
function toggle(name, on, act, label) {
  const input = el("input", {
    type: "checkbox",
    "data-setting": name,
    checked: on,
    onchange: () => act(input.checked),
  });
  return el("label", { class: "menu-row" }, el("span", {}, label), input);
}

function fontChoice() {
  /** @param {number} by @param {string} name @param {string} sign */
  const button = (by, name, sign) =>
    el(
      "button",
      {
        type: "button",
        class: "icon-button",
        "aria-label": t(name),
        title: t(name),
        onclick: () => change({ fontSize: settings().fontSize + by }),
      },
      sign,
    );
  const size = el("output", {}, String(settings().fontSize));
  onSettings(() => (size.textContent = String(settings().fontSize)));
  return el(
    "span",
    { class: "stepper" },
    button(-1, "menu.font.smaller", "−"),
    size,
    button(1, "menu.font.larger", "+"),
  );
}

/** @param {State} now */
function forwardChoice(now) {
  const targets = now.pages.slice(now.pages.findIndex((page) => page.id === now.current) + 1);
  if (!targets.length) return null;
  const select = el(
    "select",
    { "aria-label": t("menu.forward"), "data-setting": "forward" },
    ...targets.map((page) => el("option", { value: page.id }, pageLabel(page))),
  );
  const go = el(
    "button",
    {
      type: "button",
      class: "button small",
      "data-action": "forward",
      onclick: async () => {
        byId("menu").hidePopover();
        try {
          await post(`/api/forward/${select.value}`);
        } catch (error) {
          problem(error);
        }
      },
    },
    t("menu.forward.go"),
  );
  return el(
    "div",
    { class: "menu-part" },
    row("forward", t("menu.forward"), el("span", { class: "stepper" }, select, go)),
    el("p", { class: "fine" }, t("menu.forward.note")),
  );
}

/** @param {State} now */
function services(now) {
  const links = now.services.map((service) =>
    el("li", {}, el("a", { href: service.url, target: "_blank", rel: "noopener noreferrer" }, service.url)),
  );
  return el(
    "div",
    { class: "menu-part", "data-row": "services" },
    el("span", { class: "menu-title" }, t("menu.services")),
    links.length ? el("ul", {}, ...links) : el("p", { class: "fine" }, t("menu.services.none")),
  );
}

async function startOver() {
  byId("menu").hidePopover();
  const choice = await ask(t("reset.title"), t("reset.body"), [{ value: "yes", label: t("reset.yes"), danger: true }]);
  if (choice !== "yes") return;
  try {
    await post("/api/reset");
  } catch (error) {
    problem(error);
  }
}

function drawMenu() {
  const now = state();
  byId("menu").replaceChildren(
    row("theme", t("menu.theme"), themeChoice()),
    row("font", t("menu.font"), fontChoice()),
    toggle("reader", settings().reader, (on) => change({ reader: on }), t("menu.reader")),
    toggle("auto", now.autoCheck, (on) => post("/api/auto-check", { on }).catch(problem), t("menu.auto")),
    forwardChoice(now) ?? "",
    services(now),
    el(
      "div",
      { class: "menu-part" },
      el(
        "button",
        { type: "button", class: "button quiet danger", "data-action": "reset", onclick: startOver },
        t("menu.reset"),
      ),
    ),
  );
}

/** @param {State} now @param {State | null} before */
function drawNotices(now, before) {
  if (now.forward) {
    notice("forward", t("forward.doing", { target: now.forward.target, doing: now.forward.doing }), {
      button: { label: t("forward.stop"), action: () => post("/api/forward/stop").catch(problem) },
    });
  } else hideNotice("forward");
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
  const menu = el("div", { id: "menu", class: "menu", popover: "auto" });
  const opener = el(
    "button",
    {
      type: "button",
      id: "menu-button",
      class: "icon-button",
      popovertarget: "menu",
      "aria-label": t("menu.label"),
      title: t("menu.label"),
    },
    icon("menu"),
  );
  byId("top").append(
    el("img", { class: "brand", src: "/static/icon.svg", alt: "" }),
    title,
    author,
    stops,
    opener,
    menu,
  );
  menu.addEventListener(
    "beforetoggle",
    (event) => /** @type {ToggleEvent} */ (event).newState === "open" && drawMenu(),
  );
  let drawn = "";
  onState((now, before) => {
    title.textContent = now.title;
    document.title = `${now.title} · handrail`;
    author.hidden = !now.watch;
    const wanted = JSON.stringify([now.pages, now.current]);
    if (wanted !== drawn) {
      drawn = wanted;
      const focused = document.activeElement?.getAttribute("data-page");
      stops.replaceChildren(progress(now));
      if (focused) /** @type {HTMLElement | null} */ (stops.querySelector(`[data-page="${focused}"]`))?.focus();
    }
    if (JSON.stringify(now.services) !== JSON.stringify(before?.services))
      menu.querySelector('[data-row="services"]')?.replaceWith(services(now));
    drawNotices(now, before);
  });
  let wasDown = false;
  onConnection(({ up, delay }) => {
    document.documentElement.dataset.connection = up ? "up" : "down";
    if (up) {
      if (wasDown) hideNotice("connection");
      wasDown = false;
      return;
    }
    wasDown = true;
    const text = delay < 1000 ? t("connection.lost") : t("connection.lost.in", { seconds: Math.round(delay / 1000) });
    notice("connection", text, { tone: "warn", button: { label: t("connection.retry"), action: reconnect } });
  });
}
