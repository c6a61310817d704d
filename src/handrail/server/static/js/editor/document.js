/** One open file: its text, the version on the disk that the text was made from, and what is the matter with it. */

import { get, put, Refusal } from "../api.js";
import { t } from "../texts.js";
import { stateOf } from "./codemirror.js";

/** @typedef {import("./codemirror.js").EditorState} EditorState
 * @typedef {{text: string | null, version: string}} Other what is on the disk instead: no text for what is none, "" as
 *   version when there is nothing */

const LARGEST = 2 * 1024 * 1024;
const DRAFT_AFTER = 300;

export class Document {
  /** @param {string} path @param {{text: string, version: string, isWritable: boolean}} file as it is on the disk
   * @param {import("./drafts.js").Drafts} drafts @param {() => void} changed called after each change */
  constructor(path, { text, version, isWritable }, drafts, changed) {
    this.path = path;
    this.version = version;
    this.isWritable = isWritable;
    this.drafts = drafts;
    this.changed = changed;
    this.state = this.newState(text);
    this.saved = this.state.doc;
    /** @type {Other | null} */
    this.conflict = null;
    this.isRestored = false;
    this.failure = "";
    /** @type {Promise<boolean> | null} */
    this.saving = null;
    this.wasUnsaved = false;
    /** How far it is scrolled down, in pixels. */
    this.scroll = 0;
  }

  /** @param {string} text @returns {EditorState} */
  newState(text) {
    return stateOf(text, { path: this.path, isWritable: this.isWritable, onUpdate: (update) => this.updated(update) });
  }

  get name() {
    return this.path.slice(this.path.lastIndexOf("/") + 1);
  }

  get text() {
    return this.state.sliceDoc();
  }

  get isUnsaved() {
    return !this.state.doc.eq(this.saved);
  }

  /** What the view shows has changed. The draft is kept in a moment: at each key it would be slow in a large file.
   * @param {import("@codemirror/view").ViewUpdate} update */
  updated(update) {
    this.state = update.state;
    if (!update.docChanged) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.keepDraft(), DRAFT_AFTER);
    const { isUnsaved } = this;
    if (isUnsaved === this.wasUnsaved && !this.failure) return;
    this.wasUnsaved = isUnsaved;
    this.failure = "";
    this.changed();
  }

  keepDraft() {
    clearTimeout(this.timer);
    if (this.isUnsaved) this.drafts.keep(this.path, { text: this.text, version: this.version });
    else this.drafts.forget(this.path);
  }

  /** Puts a draft in the place of the text, which Ctrl+Z brings back. @param {import("./drafts.js").Draft} draft */
  restore(draft) {
    this.replace(draft.text);
    this.version = draft.version;
    this.isRestored = this.wasUnsaved = this.isUnsaved;
    if (!this.isUnsaved) this.drafts.forget(this.path);
  }

  /** @param {string} text */
  replace(text) {
    const spec = { changes: { from: 0, to: this.state.doc.length, insert: this.state.toText(text) } };
    const { head } = this.state.selection.main;
    const made = this.state.update(spec);
    this.state = this.state.update({ ...spec, selection: { anchor: Math.min(head, made.newDoc.length) } }).state;
  }

  /** Saves, after a save that is on its way; what is typed meanwhile is not saved yet.
   * @returns {Promise<boolean>} whether it is saved */
  async save() {
    await this.saving;
    if (!this.isWritable) return false;
    this.saving = this.send();
    this.changed();
    const isSaved = await this.saving;
    this.saving = null;
    this.wasUnsaved = this.isUnsaved;
    this.keepDraft();
    this.changed();
    return isSaved;
  }

  async send() {
    const { doc } = this.state;
    const text = this.text;
    if (new Blob([text]).size > LARGEST) return this.fail(t("editor.large"));
    try {
      const path = `files/text?path=${encodeURIComponent(this.path)}&version=${this.version}`;
      this.version = (await put(path, text)).version;
    } catch (error) {
      if (error instanceof Refusal && error.detail?.changed) this.conflict = error.detail;
      else return this.fail(error instanceof Error && error.message ? error.message : t("request.failed"));
      return false;
    }
    this.saved = doc;
    this.conflict = null;
    this.isRestored = false;
    this.failure = "";
    return true;
  }

  /** @param {string} reason */
  fail(reason) {
    this.failure = reason;
    return false;
  }

  /** The file is of another version now. Text that is not saved stays; without such, the other text is shown.
   * @param {string} version */
  async differs(version) {
    if (this.saving || version === this.conflict?.version) return;
    if (version === this.version) {
      if (!this.conflict) return;
      this.conflict = null;
      return this.changed();
    }
    if (!version) {
      this.conflict = { text: null, version };
      return this.changed();
    }
    const now = await get(`files/text?path=${encodeURIComponent(this.path)}`).catch(() => null);
    if (!now || this.saving) return;
    this.conflict = { text: now.text, version: now.version };
    if (!this.isUnsaved || this.text === now.text) this.take();
    else this.changed();
  }

  /** Takes what is on the disk; Ctrl+Z brings back what was typed. */
  take() {
    if (this.conflict?.text == null) return;
    const { text, version } = this.conflict;
    this.replace(text);
    this.saved = this.state.doc;
    this.version = version;
    this.conflict = null;
    this.settle();
  }

  /** There is nothing that is not saved. */
  settle() {
    this.isRestored = false;
    this.wasUnsaved = false;
    this.failure = "";
    this.drafts.forget(this.path);
    this.changed();
  }

  /** Saves over what is on the disk. */
  keep() {
    if (!this.conflict) return;
    this.version = this.conflict.version;
    this.conflict = null;
    return this.save();
  }

  /** Goes back to the saved text after a draft was restored. */
  discard() {
    this.state = this.newState(this.saved.sliceString(0, this.saved.length, this.state.lineBreak));
    this.saved = this.state.doc;
    this.settle();
  }

  /** The file has another name. @param {string} path */
  moved(path) {
    this.drafts.forget(this.path);
    this.path = path;
    const { doc } = this.state;
    const isSaved = doc.eq(this.saved);
    this.state = this.newState(this.text);
    if (isSaved) this.saved = this.state.doc;
    this.keepDraft();
  }

  close() {
    clearTimeout(this.timer);
    this.drafts.forget(this.path);
  }
}
