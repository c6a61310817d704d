/** What a page is called where it is not shown. */

import { t } from "./texts.js";

/** @param {import("./types.js").PageInfo} page @returns {string} */
export function pageLabel(page) {
  if (page.kind === "intro") return t("progress.intro");
  if (page.kind === "finish") return t("progress.finish");
  return t("progress.step", { number: page.number, title: page.title });
}
