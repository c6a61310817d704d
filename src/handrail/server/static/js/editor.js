/** A small editor for `file` and `open` blocks: the server knows the file by the block's id. */

import { get, post } from "./api.js";
import { el } from "./dom.js";
import { problem } from "./notices.js";
import { add, bring, panelOf, remove, tab } from "./tabs.js";
import { t } from "./texts.js";

/** @typedef {import("./types.js").BlockInfo} BlockInfo */

const ID = "editor";

/** Opens the block's file; a `file` block has its text put into the file first. @param {BlockInfo} block */
export async function openFile(block) {
  try {
    if (block.action === "file") await post(`editor/${block.id}/apply`);
    const { file, text } = await get(`editor/${block.id}`);
    tab(ID)?.close();
    add(new Editor(block.id, file, text));
    bring(ID);
  } catch (error) {
    problem(error);
  }
}

/** @typedef {import("./tabs.js").Tab} Tab */

/** @implements {Tab} */
class Editor {
  /** @param {string} block @param {string} name of the file @param {string} text */
  constructor(block, name, text) {
    this.id = ID;
    this.kind = /** @type {const} */ ("editor");
    this.label = name;
    this.state = /** @type {const} */ ("");
    this.block = block;
    this.said = el("span", { class: "fine", role: "status" });
    this.area = el("textarea", {
      class: "editor-text",
      spellcheck: "false",
      "aria-label": t("editor.file", { file: name }),
      oninput: () => (this.said.textContent = t("editor.unsaved")),
      onkeydown: (/** @type {KeyboardEvent} */ event) => this.key(event),
    });
    this.area.value = text;
    const save = el(
      "button",
      { type: "button", class: "button small primary", onclick: () => this.save() },
      t("editor.save"),
    );
    this.panel = el(
      "div",
      { class: "editor", tabindex: "-1", ...panelOf(ID) },
      el("div", { class: "editor-bar" }, el("code", {}, name), this.said, save),
      this.area,
    );
  }

  show() {
    this.panel.hidden = false;
  }

  hide() {
    this.panel.hidden = true;
  }

  focus() {
    this.panel.focus();
  }

  close() {
    remove(this);
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (!(event.ctrlKey || event.metaKey) || event.key !== "s") return;
    event.preventDefault();
    this.save();
  }

  async save() {
    try {
      await post(`editor/${this.block}`, { text: this.area.value });
      this.said.textContent = t("editor.saved");
    } catch (error) {
      const reason = error instanceof Error && error.message ? error.message : t("request.failed");
      this.said.textContent = t("editor.failed", { reason });
    }
  }
}
