/** The print view: all pages of the lesson that are open, one after the other, without terminals and buttons. */

import { get } from "./api.js";
import { byId, el } from "./dom.js";
import { pageLabel } from "./labels.js";
import { hideNotice, notice, problem } from "./notices.js";
import { pictures } from "./pictures.js";
import { state } from "./store.js";
import { t } from "./texts.js";

/** @typedef {import("./types.js").PageContent} PageContent */

/** @param {import("./types.js").PageInfo} info */
async function page(info) {
  const content = /** @type {PageContent} */ (await get(`pages/${info.id}`));
  const body = el("div", { class: "page" });
  // The server made the HTML through an allow-list.
  body.innerHTML = content.html;
  for (const details of body.querySelectorAll("details")) details.open = true;
  await pictures(body, info.id);
  return el("section", {}, body.querySelector("h1") ? null : el("h2", {}, pageLabel(info)), body);
}

/** Gathers the pages and opens the browser's own dialog. */
export async function printLesson() {
  const { pages, title, description } = state();
  const open = pages.filter((each) => each.open);
  notice("print", t("print.doing"));
  try {
    const printed = el("main", { id: "print" }, el("h1", {}, title), description && el("p", {}, description));
    for (const each of open) printed.append(await page(each));
    if (open.length < pages.length) printed.append(el("p", {}, t("print.rest", { count: pages.length - open.length })));
    await styles();
    document.body.append(printed);
    addEventListener("afterprint", () => printed.remove(), { once: true });
    print();
  } catch (error) {
    problem(error);
  } finally {
    hideNotice("print");
    byId("menu-button").focus();
  }
}

/** Waits for what hides the rest of the page on paper. */
function styles() {
  if (document.querySelector("link[href$='print.css']")) return Promise.resolve();
  const link = el("link", { rel: "stylesheet", href: "static/css/print.css" });
  const loaded = new Promise((resolve, reject) => {
    link.onload = resolve;
    link.onerror = () => reject(new Error());
  });
  document.head.append(link);
  return loaded;
}
