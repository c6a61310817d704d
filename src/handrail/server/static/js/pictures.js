/** The pictures on a page. The page has no way to load them itself: the player sends them, when the token is shown. */

import { getBlob } from "./api.js";
import { el } from "./dom.js";
import { t } from "./texts.js";

/** @type {string[]} */
let blobs = [];

/** Lets go of the pictures of a page that is shown no longer. */
export function forgetPictures() {
  blobs.forEach((address) => URL.revokeObjectURL(address));
  blobs = [];
}

/** @param {HTMLImageElement} image @param {Blob} blob */
function draw(image, blob) {
  const address = URL.createObjectURL(blob);
  blobs.push(address);
  image.src = address;
  return image.decode();
}

/** @param {HTMLImageElement} image @param {string} page */
async function picture(image, page) {
  try {
    await draw(image, await getBlob(`pages/${page}/images/${image.dataset.image}`));
  } catch {
    image.classList.add("missing");
  }
}

/** A picture from the web is loaded when somebody wants it, who sees from where. @param {HTMLImageElement} image
 * @param {string} page */
function webPicture(image, page) {
  const { host = "", address = "", web } = image.dataset;
  const said = el("p", { class: "fine", role: "status" });
  const load = async () => {
    button.disabled = true;
    said.textContent = t("picture.loading", { host });
    try {
      await draw(image, await getBlob(`pages/${page}/web-images/${web}`));
      offer.replaceWith(image);
    } catch (error) {
      button.disabled = false;
      said.textContent = error instanceof Error && error.message ? error.message : t("request.failed");
    }
  };
  const button = el("button", { type: "button", class: "button small", onclick: load }, t("picture.load", { host }));
  const link = el("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, t("picture.open"));
  const offer = el("span", { class: "web-picture" }, image.alt && el("em", {}, image.alt), button, link, said);
  image.replaceWith(offer);
}

/** Loads the pictures of the lesson, and offers those of the web. @param {HTMLElement} root @param {string} page
 * @returns {Promise<unknown>} settled when those of the lesson are there */
export function pictures(root, page) {
  const images = [...root.querySelectorAll("img")];
  for (const image of images) {
    if (image.dataset.web !== undefined) webPicture(image, page);
    else if (image.dataset.image === undefined) image.classList.add("missing");
  }
  return Promise.all(images.filter((image) => image.dataset.image !== undefined).map((image) => picture(image, page)));
}
