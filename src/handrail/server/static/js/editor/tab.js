/** The editor's tab: the list of files, the open ones, and the text of the one in front. */

import { get, post, Refusal } from "../api.js";
import { ask } from "../dialogs.js";
import { el, icon, iconButton, isChanged, refill } from "../dom.js";
import { problem } from "../notices.js";
import { onSettings, settings } from "../settings.js";
import { onState, state } from "../store.js";
import { add, idOf, panelOf, remove, tab } from "../tabs.js";
import { t } from "../texts.js";
import { show } from "../view.js";
import { bars } from "./bars.js";
import { find, newView } from "./codemirror.js";
import { Document } from "./document.js";
import { Drafts } from "./drafts.js";
import { askName } from "./name.js";
import { Tree } from "./tree.js";
import "./texts.js";

/** How often open files are compared with the disk while they are looked at, in milliseconds. */
const LOOK_EVERY = 2500;

/** @typedef {import("../tabs.js").Tab} Tab */

/** @param {Document} file @returns {string} whether it is saved */
function words(file) {
  if (file.saving) return t("editor.saving");
  if (!file.isWritable) return t("editor.readonly");
  return t(file.isUnsaved || !file.version ? "editor.unsaved.long" : "editor.saved");
}

/** @implements {Tab} */
export class EditorTab {
  /** @param {string} id @param {string} drafts where text that is not saved is kept, which the lesson's beginning ends */
  constructor(id, drafts) {
    this.id = id;
    this.kind = /** @type {const} */ ("editor");
    this.label = t("editor.label");
    this.drafts = new Drafts(drafts, () => state().begun);
    /** @type {Document[]} */
    this.documents = [];
    /** @type {Document | null} */
    this.front = null;
    this.tree = new Tree(state().editor.root, {
      open: (path) => this.open(path),
      renamed: (from, to) => this.renamed(from, to),
      deleted: (path) => this.deleted(path),
    });
    this.files = el("div", { class: "editor-files", role: "tablist", "aria-label": t("editor.open.files") });
    this.notes = el("div", { class: "editor-notes", role: "status" });
    this.place = el("div", { class: "editor-place", role: "tabpanel", id: "editor-place", tabindex: "-1" });
    this.empty = el("p", { class: "editor-empty" }, t("editor.empty"));
    this.said = el("span", { class: "fine", role: "status" });
    this.button = el(
      "button",
      { type: "button", class: "button small primary", "data-do": "save", onclick: () => this.save() },
      t("editor.save"),
    );
    this.view = newView(this.place);
    const search = iconButton("search", t("editor.find"), { "data-do": "find", onclick: () => find(this.view) });
    this.bar = el("div", { class: "editor-bar" }, this.said, search, this.button);
    this.list = iconButton("menu", t("editor.list"), {
      class: "icon-button editor-list",
      "aria-expanded": "false",
      onclick: () => this.showList(this.list.getAttribute("aria-expanded") === "false"),
    });
    const top = el("div", { class: "editor-top" }, this.list, this.files);
    this.panel = el(
      "div",
      { class: "editor", ...panelOf(id), onkeydown: (/** @type {KeyboardEvent} */ event) => this.key(event) },
      this.tree.panel,
      el("div", { class: "editor-main" }, top, this.notes, this.empty, this.place, this.bar),
    );
    setInterval(() => this.isLookedAt && this.look(), LOOK_EVERY);
    addEventListener("focus", () => this.isLookedAt && this.lookAround());
    addEventListener("pagehide", () => this.documents.forEach((file) => file.keepDraft()));
    onSettings(() => this.restyle());
    onState((now, before) => this.follow(now, before));
    this.restyle();
  }

  /** On a narrow screen, shows the list over the text. @param {boolean} isShown */
  showList(isShown) {
    this.panel.classList.toggle("lists", isShown);
    this.list.setAttribute("aria-expanded", String(isShown));
  }

  // As a tab of the work area

  /** Puts the tab into the work area, if it is not there. @returns {string} its id */
  add() {
    if (!tab(this.id)) add(this);
    this.draw();
    return this.id;
  }

  get state() {
    return this.documents.some((file) => file.isUnsaved) ? /** @type {const} */ ("unsaved") : "";
  }

  show() {
    if (!this.panel.hidden) return;
    this.panel.hidden = false;
    this.lookAround();
  }

  hide() {
    this.panel.hidden = true;
  }

  focus() {
    if (this.front) this.view.focus();
    else this.tree.focus();
  }

  async close() {
    for (const file of [...this.documents]) if (!(await this.closeFile(file))) return;
    remove(this);
  }

  // Files

  /** Brings a file to the front, read from the disk when it is not open yet.
   * @param {string} path @param {{mayBeNew?: boolean}} [how] mayBeNew: one that is not there is made when it is saved */
  async open(path, { mayBeNew = false } = {}) {
    const known = this.documents.find((file) => file.path === path);
    if (known) {
      this.bring(known);
      return this.look();
    }
    try {
      const disk = await this.read(path, mayBeNew);
      // Another click may have opened it meanwhile.
      const file = this.documents.find((other) => other.path === path) ?? this.newFile(path, disk);
      this.bring(file);
      this.tree.reveal(path);
    } catch (error) {
      problem(error);
    }
  }

  /** @param {string} path @param {boolean} mayBeNew
   * @returns {Promise<{text: string, version: string, isWritable: boolean}>} */
  async read(path, mayBeNew) {
    try {
      return await get(`files/text?path=${encodeURIComponent(path)}`);
    } catch (error) {
      if (mayBeNew && error instanceof Refusal && error.status === 404)
        return { text: "", version: "", isWritable: true };
      throw error;
    }
  }

  /** @param {string} path @param {{text: string, version: string, isWritable: boolean}} disk */
  newFile(path, disk) {
    const file = new Document(path, disk, this.drafts, () => this.draw());
    const draft = this.drafts.get(path);
    if (draft) file.restore(draft);
    this.documents.push(file);
    return file;
  }

  /** Opens the files whose text was not saved when the page was left. */
  async openDrafts() {
    for (const path of this.drafts.files()) await this.open(path, { mayBeNew: true });
    await this.look();
  }

  /** @param {Document | null} file */
  bring(file) {
    this.front = file;
    this.showList(false);
    this.draw();
    if (file && !this.panel.hidden) this.view.focus();
  }

  draw() {
    const { front } = this;
    this.place.hidden = this.bar.hidden = !front;
    this.empty.hidden = Boolean(front);
    if (front && this.view.state !== front.state) this.drawText(front);
    this.drawFiles();
    if (isChanged(this.notes, front?.path, front?.conflict?.version, front?.failure, front?.isRestored))
      this.drawNotes();
    if (front) {
      this.said.textContent = words(front);
      this.button.disabled = !front.isWritable;
      this.place.setAttribute("aria-labelledby", `file-${idOf(front.path)}`);
    }
    show({});
  }

  /** @param {Document} front */
  drawText(front) {
    if (this.drawn) this.drawn.scroll = this.view.scrollDOM.scrollTop;
    this.drawn = front;
    this.view.setState(front.state);
    requestAnimationFrame(() => (this.view.scrollDOM.scrollTop = front.scroll));
  }

  drawNotes() {
    const { front } = this;
    /** @param {() => unknown} act @returns {() => void} */
    const then = (act) => () => {
      act();
      this.view.focus();
    };
    const shown =
      front &&
      bars(front, {
        keep: then(() => front.keep()?.then(() => this.tree.refresh())),
        take: then(() => front.take()),
        discard: then(() => front.discard()),
        close: () => this.drop(front),
        saveAs: () => this.saveAs(front),
      });
    this.notes.replaceChildren(...(shown ?? []));
  }

  drawFiles() {
    const shown = this.documents.map((file) => [file.path, file.isUnsaved, file === this.front]);
    if (!isChanged(this.files, shown)) return;
    this.files.hidden = !shown.length;
    refill(this.files, "id", ...this.documents.map((file) => this.fileTab(file)));
    this.files.querySelector(".active")?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  /** @param {Document} file */
  fileTab(file) {
    const isFront = file === this.front;
    const isNamesake = this.documents.some((other) => other !== file && other.name === file.name);
    const closing = t("editor.close.file", { file: file.path });
    return el(
      "div",
      { class: `tab ${isFront ? "active" : ""}`, role: "presentation" },
      el(
        "button",
        {
          type: "button",
          role: "tab",
          id: `file-${idOf(file.path)}`,
          title: file.path,
          "aria-selected": String(isFront),
          "aria-controls": "editor-place",
          "aria-keyshortcuts": "Delete",
          tabindex: isFront ? "0" : "-1",
          onclick: () => this.bring(file),
          onkeydown: (/** @type {KeyboardEvent} */ event) => this.arrows(event),
        },
        file.isUnsaved && el("span", { class: "dot unsaved" }, el("span", { class: "unseen" }, t("editor.unsaved"))),
        isNamesake ? file.path : file.name,
      ),
      // For the mouse; by keyboard, Delete closes the file: a list of tabs may hold nothing but tabs.
      el(
        "span",
        { class: "tab-close", "aria-hidden": "true", title: closing, onclick: () => this.closeFile(file) },
        icon("cross"),
      ),
    );
  }

  /** @param {KeyboardEvent} event */
  arrows(event) {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (event.key === "Delete" && this.front) this.closeFile(this.front);
    if (!by || !this.front) return;
    event.preventDefault();
    const count = this.documents.length;
    this.bring(this.documents[(this.documents.indexOf(this.front) + by + count) % count] ?? null);
    document.getElementById(`file-${idOf(this.front.path)}`)?.focus();
  }

  /** Asks when there is text that is not saved. @param {Document} file @returns {Promise<boolean>} whether it is closed */
  async closeFile(file) {
    if (file.isUnsaved) {
      this.bring(file);
      const choice = await ask(t("editor.close.title"), t("editor.close.body", { files: file.path }), [
        { value: "save", label: t("editor.close.save"), primary: true },
        { value: "yes", label: t("editor.close.yes"), danger: true },
      ]);
      if (!choice || (choice === "save" && !(await file.save()))) return false;
    }
    this.drop(file);
    return true;
  }

  /** @param {Document} file */
  drop(file) {
    const at = this.documents.indexOf(file);
    if (at < 0) return;
    file.close();
    this.documents.splice(at, 1);
    if (this.front === file) {
      this.front = null;
      this.bring(this.documents[Math.max(0, at - 1)] ?? null);
    } else this.draw();
  }

  async save() {
    const isNew = this.front?.version === "";
    if ((await this.front?.save()) && isNew && this.front) this.tree.reveal(this.front.path);
  }

  /** @param {Document} file */
  async saveAs(file) {
    const path = await askName(t("editor.name.as"), file.path);
    if (!path) return;
    this.renamed(file.path, path);
    file.version = "";
    if (await file.save()) this.tree.reveal(path);
  }

  /** @param {string} from @param {string} to */
  renamed(from, to) {
    for (const file of this.documents)
      if (file.path === from || file.path.startsWith(`${from}/`)) file.moved(to + file.path.slice(from.length));
    this.draw();
  }

  /** @param {string} path */
  deleted(path) {
    for (const file of [...this.documents]) if (file.path === path && !file.isUnsaved) this.drop(file);
    this.look();
  }

  // What happens on the disk

  get isLookedAt() {
    return !this.panel.hidden && document.visibilityState === "visible" && tab(this.id) === this;
  }

  /** Compares the open files with the disk. */
  async look() {
    if (!this.documents.length) return;
    const paths = this.documents.map(({ path }) => path);
    const found = await post("files/versions", { paths }).catch(() => ({}));
    for (const file of [...this.documents]) if (file.path in found) await file.differs(found[file.path]);
  }

  async lookAround() {
    await Promise.all([this.look(), this.tree.refresh()]);
  }

  /** @param {import("../types.js").State} now @param {import("../types.js").State | null} before */
  follow(now, before) {
    if (before && now.epoch !== before.epoch && now.lesson === before.lesson && before.resetting) this.forgetAll();
    else if (this.isLookedAt && isChanged(this, now.terminals)) this.lookAround();
  }

  /** The lesson starts over: its files are gone. */
  forgetAll() {
    this.drafts.forgetAll();
    for (const file of [...this.documents]) this.drop(file);
    this.tree.folders.clear();
    this.tree.refresh();
  }

  restyle() {
    this.panel.style.fontSize = `${settings().fontSize}px`;
    this.view?.requestMeasure();
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (!(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey || event.key.toLowerCase() !== "s") return;
    event.preventDefault();
    this.save();
  }
}
