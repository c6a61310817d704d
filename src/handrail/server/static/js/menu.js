/** The menu: what one person prefers, fast-forward, services, and starting over. */

import { fastForward, openPreview, resetPage, setAutoCheck, startOver, stopAll } from "./actions.js";
import { toStop } from "./course.js";
import { byId, el, iconButton, isChanged } from "./dom.js";
import { openHelp } from "./help.js";
import { pageLabel } from "./labels.js";
import { change, onSettings, settings } from "./settings.js";
import { onState, state } from "./store.js";
import { t } from "./texts.js";

/** @typedef {import("./types.js").State} State */

/** @param {string} name @param {string} label @param {Node} control */
function row(name, label, control) {
  return el("div", { class: "menu-row", "data-row": name }, el("span", {}, label), control);
}

/** Light, dark, or as the system. */
export function themeChoice() {
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
  const button = (by, name, sign) => {
    const act = () => change({ fontSize: settings().fontSize + by });
    const properties = { type: "button", class: "icon-button", "aria-label": t(name), title: t(name), onclick: act };
    return el("button", properties, sign);
  };
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
      onclick: () => {
        byId("menu").hidePopover();
        fastForward(select.value);
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
    el(
      "li",
      { class: "service" },
      el(
        "button",
        {
          type: "button",
          class: "button small",
          "data-preview": service.port,
          onclick: () => show({ port: service.port, host: service.host }),
        },
        t(service.host === "host01" ? "menu.service" : "menu.service.host", { port: service.port, host: service.host }),
      ),
      now.elsewhere ? null : el("a", { href: service.url, target: "_blank", rel: "noopener noreferrer" }, service.url),
    ),
  );
  return el(
    "div",
    { class: "menu-part", "data-row": "services" },
    el("span", { class: "menu-title" }, t("menu.services")),
    links.length ? el("ul", {}, ...links) : el("p", { class: "fine" }, t("menu.services.none")),
  );
}

/** @param {{port: number, host?: string}} service */
function show(service) {
  byId("menu").hidePopover();
  openPreview(service);
}

/** For a service that somebody else has started, or nobody yet. */
function portChoice() {
  const port = el("input", { class: "port", inputmode: "numeric", autocomplete: "off", "aria-label": t("menu.port") });
  const go = el("button", { class: "button small" }, t("menu.port.go"));
  const act = (/** @type {Event} */ event) => {
    event.preventDefault();
    show({ port: Number(port.value.trim() || Number.NaN) });
  };
  return row("port", t("menu.port"), el("form", { class: "stepper", onsubmit: act }, port, go));
}

async function present() {
  (await import("./presenter.js")).switchPresenter();
}

async function print() {
  byId("menu").hidePopover();
  (await import("./print.js")).printLesson();
}

/** What takes something away again, which is asked about. @param {string} action @param {string} label @param {() => void} act */
function taking(action, label, act) {
  const onclick = () => {
    byId("menu").hidePopover();
    act();
  };
  return el("button", { type: "button", class: "button quiet danger", "data-action": action, onclick }, label);
}

/** @param {HTMLElement} menu */
function draw(menu) {
  const now = state();
  const alone = toStop();
  menu.replaceChildren(
    row("theme", t("menu.theme"), themeChoice()),
    row("font", t("menu.font"), fontChoice()),
    toggle("reader", settings().reader, (on) => change({ reader: on }), t("menu.reader")),
    toggle("auto", now.autoCheck, setAutoCheck, t("menu.auto")),
    toggle("presenter", settings().presenter !== null, present, t("menu.presenter")),
    forwardChoice(now) ?? "",
    services(now),
    portChoice(),
    el(
      "div",
      { class: "menu-part" },
      el(
        "button",
        {
          type: "button",
          class: "button quiet",
          "data-action": "help",
          onclick: () => {
            menu.hidePopover();
            openHelp();
          },
        },
        t("help.open"),
        el("kbd", {}, "?"),
      ),
      el("button", { type: "button", class: "button quiet", "data-action": "print", onclick: print }, t("menu.print")),
    ),
    el(
      "div",
      { class: "menu-part" },
      taking("reset-page", t("menu.reset.page"), () => resetPage(now.current)),
      taking("reset", t("menu.reset"), startOver),
      alone && taking("stop-all", t("stop.all"), () => stopAll(alone)),
    ),
  );
}

/** The button that opens the menu, and the menu. @returns {HTMLElement[]} */
export function menuParts() {
  const menu = el("div", { id: "menu", class: "menu", popover: "auto" });
  menu.addEventListener("beforetoggle", (event) => {
    if (/** @type {ToggleEvent} */ (event).newState === "open") draw(menu);
  });
  onState((now) => {
    if (isChanged(menu, now.services)) menu.querySelector('[data-row="services"]')?.replaceWith(services(now));
  });
  return [iconButton("menu", t("menu.label"), { id: "menu-button", popovertarget: "menu" }), menu];
}
