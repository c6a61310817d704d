/** A small editor for `file` and `open` blocks: the server knows the file by the block's id. */

import { saveFile } from "./actions.js";
import { byId, el } from "./dom.js";
import { t } from "./texts.js";
import { EDITOR, front, onView, shown } from "./view.js";

/** @param {string} id @param {string} name of the file @param {string} text */
function panel(id, name, text) {
  const said = el("span", { class: "fine", role: "status" });
  const area = el("textarea", {
    class: "editor-text",
    spellcheck: "false",
    "aria-label": t("editor.file", { file: name }),
    oninput: () => (said.textContent = t("editor.unsaved")),
  });
  area.value = text;
  const save = async () => {
    const reason = await saveFile(id, area.value);
    said.textContent = reason ? t("editor.failed", { reason }) : t("editor.saved");
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
      el("code", {}, name),
      said,
      el("button", { type: "button", class: "button small primary", onclick: save }, t("editor.save")),
    ),
    area,
  );
}

export function startEditor() {
  /** @type {HTMLElement | null} */
  let place = null;
  /** @type {unknown} */
  let drawn = null;
  onView(() => {
    const { file } = shown();
    if (file !== drawn) {
      drawn = file;
      place?.remove();
      place = file && panel(file.id, file.name, file.text);
      if (place) byId("panels").append(place);
    }
    if (place) place.hidden = front() !== EDITOR;
  });
}
