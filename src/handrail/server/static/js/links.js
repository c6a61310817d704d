/** Links, on a page and in what a terminal shows: none of them leads this page away. */

import { openPreview, openPreviewOutside } from "./actions.js";
import { lessonAt } from "./course.js";
import { el, icon } from "./dom.js";
import { hashOf } from "./place.js";
import { state } from "./store.js";
import { t } from "./texts.js";

const ABSOLUTE = /^([a-z][a-z0-9+.-]*:|\/\/)/i;

/** Links open in a browser tab; those to a service of the lesson show it beside the terminals. A link to another lesson's
 * folder goes to that lesson; any other relative one would lead nowhere here and stays text.
 * @param {HTMLElement} root */
export function links(root) {
  for (const link of /** @type {NodeListOf<HTMLAnchorElement>} */ (root.querySelectorAll("a[href]"))) {
    const href = link.getAttribute("href") ?? "";
    if (href.startsWith("#")) continue;
    if (!ABSOLUTE.test(href)) {
      toLesson(link, href);
      continue;
    }
    link.setAttribute("target", "_blank");
    link.setAttribute("rel", "noopener noreferrer");
    const service = serviceOf(link);
    if (service) leadToPreview(link, service);
  }
}

/** @param {HTMLAnchorElement} link @param {string} href */
function toLesson(link, href) {
  const lesson = lessonAt(href);
  if (!lesson) return link.replaceWith(...link.childNodes);
  link.href = hashOf(lesson.id);
  link.title ||= lesson.title;
  link.removeAttribute("target");
}

/** Follows an address that a terminal shows. With a key of the browser's, one of a service opens in a tab of its own, too.
 * @param {MouseEvent} event @param {string} address */
export function follow(event, address) {
  const service = serviceOf(new URL(address));
  if (service && !isForBrowser(event)) openPreview(service);
  else if (service && state().elsewhere) openPreviewOutside(service);
  else window.open(address, "_blank", "noopener,noreferrer");
}

/** @param {MouseEvent} event */
function isForBrowser({ ctrlKey, metaKey, shiftKey, altKey }) {
  return ctrlKey || metaKey || shiftKey || altKey;
}

/** The service of this machine that an address names. @param {URL | HTMLAnchorElement} address
 * @returns {{port: number, path: string} | null} */
function serviceOf({ protocol, hostname, port, pathname, search, hash }) {
  if (!["127.0.0.1", "localhost"].includes(hostname) || !["http:", "https:"].includes(protocol)) return null;
  const number = Number(port || (protocol === "http:" ? 80 : 443));
  return String(number) === location.port ? null : { port: number, path: pathname + search + hash };
}

/** A click shows the service here; with a key of the browser's, and by the sign beside it, it opens in a tab: where it
 * did, or where the learner's browser finds it.
 * @param {HTMLAnchorElement} link @param {{port: number, path: string}} service */
function leadToPreview(link, service) {
  const label = t("preview.link.outside", { address: link.href });
  const outside = el("a", {
    class: "outside",
    href: link.href,
    target: "_blank",
    rel: "noopener noreferrer",
    "aria-label": label,
    title: label,
  });
  outside.append(icon("outside"));
  link.dataset.preview = String(service.port);
  link.after(outside);
  outside.addEventListener("click", (event) => {
    if (!state().elsewhere) return;
    event.preventDefault();
    openPreviewOutside(service);
  });
  link.addEventListener("click", (event) => {
    if (isForBrowser(event) && !state().elsewhere) return;
    event.preventDefault();
    if (isForBrowser(event)) openPreviewOutside(service);
    else openPreview(service);
  });
}
