/** A small editor for `file` and `open` blocks: the server knows the file by the block's id. */

import { get, post } from "./api.js";
import { el } from "./dom.js";
import { problem } from "./notices.js";
import { t } from "./texts.js";
import { hideExtra, showExtra } from "./workbench.js";

/** Opens the block's file; a `file` block has its text put into the file first.
 * @param {import("./types.js").BlockInfo} block */
export async function openEditor(block) {
  try {
    if (block.action === "file") await post(`/api/editor/${block.id}/apply`);
    const { file, text } = await get(`/api/editor/${block.id}`);
    showExtra(file, panel(block.id, file, text), hideExtra);
  } catch (error) {
    problem(error);
  }
}

/** @param {string} id @param {string} file @param {string} text */
function panel(id, file, text) {
  const said = el("span", { class: "fine", role: "status" });
  const area = el("textarea", {
    class: "editor-text",
    spellcheck: "false",
    "aria-label": t("editor.file", { file }),
    oninput: () => (said.textContent = t("editor.unsaved")),
  });
  area.value = text;
  const save = async () => {
    try {
      await post(`/api/editor/${id}`, { text: area.value });
      said.textContent = t("editor.saved");
    } catch (error) {
      said.textContent = t("editor.failed", { reason: error instanceof Error ? error.message : "" });
    }
  };
  area.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key === "s") {
      event.preventDefault();
      save();
    }
  });
  return el(
    "div",
    { class: "editor", role: "tabpanel", id: "panel-editor", "aria-labelledby": "tab-editor", tabindex: "-1" },
    el(
      "div",
      { class: "editor-bar" },
      el("code", {}, file),
      said,
      el("button", { type: "button", class: "button small primary", onclick: save }, t("editor.save")),
    ),
    area,
  );
}
