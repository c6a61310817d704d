/** The list of the lesson's files: folders open when they are asked for. */

import { get, post } from "../api.js";
import { ask } from "../dialogs.js";
import { el, icon, iconButton, isChanged } from "../dom.js";
import { problem } from "../notices.js";
import { t } from "../texts.js";
import { askName } from "./name.js";

/** @typedef {{name: string, kind: "folder"|"file"|"other"}} Entry
 * @typedef {{path: string, name: string, kind: Entry["kind"] | "note", level: number}} Row */

/** @param {string} folder @param {string} name */
function join(folder, name) {
  return folder ? `${folder}/${name}` : name;
}

/** @param {string} path @returns {string} the folder that it is in */
export function folderOf(path) {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}

export class Tree {
  /** @param {string} root the folder that it begins with
   * @param {{open: (path: string) => void, renamed: (from: string, to: string) => void, deleted: (path: string) => void}}
   *   tell what was done */
  constructor(root, tell) {
    this.root = root;
    this.tell = tell;
    /** What is in each open folder. @type {Map<string, {entries: Entry[], isCut: boolean}>} */
    this.folders = new Map();
    this.selected = "";
    this.showsHidden = false;
    this.list = el("ul", {
      role: "tree",
      class: "tree",
      "aria-label": t("editor.files"),
      onkeydown: (/** @type {KeyboardEvent} */ event) => this.key(event),
    });
    this.hidden = iconButton("eye", t("editor.hidden"), {
      "aria-pressed": "false",
      onclick: () => this.toggleHidden(),
    });
    this.panel = el(
      "div",
      { class: "editor-side" },
      el(
        "div",
        { class: "editor-tools", role: "toolbar", "aria-label": t("editor.files") },
        iconButton("plus", t("editor.new"), { "data-do": "new", onclick: () => this.make("file") }),
        iconButton("folder", t("editor.new.folder"), { "data-do": "folder", onclick: () => this.make("folder") }),
        iconButton("pen", t("editor.rename"), { "data-do": "rename", onclick: () => this.rename() }),
        iconButton("bin", t("editor.delete"), { "data-do": "delete", onclick: () => this.delete() }),
        this.hidden,
      ),
      this.list,
    );
  }

  /** Reads the open folders again. */
  async refresh() {
    const open = [...new Set([this.root, ...this.folders.keys()])];
    await Promise.all(open.map((folder) => this.read(folder)));
    this.draw();
  }

  /** @param {string} folder */
  async read(folder) {
    try {
      this.folders.set(folder, await get(`files?path=${encodeURIComponent(folder)}`));
    } catch (error) {
      this.folders.delete(folder);
      return error;
    }
  }

  /** @returns {Row[]} what is shown, from top to bottom */
  rows() {
    /** @param {string} folder @param {number} level @returns {Row[]} */
    const below = (folder, level) => {
      const { entries, isCut } = this.folders.get(folder) ?? { entries: [], isCut: false };
      const seen = entries.filter(({ name }) => this.showsHidden || !name.startsWith("."));
      const rows = seen.flatMap((entry) => {
        const path = join(folder, entry.name);
        return [{ ...entry, path, level }, ...(this.folders.has(path) ? below(path, level + 1) : [])];
      });
      const note = isCut
        ? t("editor.folder.cut", { count: entries.length, folder: folder || "~" })
        : seen.length
          ? ""
          : t("editor.folder.empty");
      return note ? [...rows, { path: `${folder}/`, name: note, kind: "note", level }] : rows;
    };
    return below(this.root, 1);
  }

  draw() {
    const rows = this.rows();
    const paths = rows.map(({ path }) => path);
    if (!paths.includes(this.selected)) this.selected = paths[0] ?? "";
    if (!isChanged(this.list, rows, this.selected, [...this.folders.keys()])) return;
    const hadFocus = this.list.contains(document.activeElement);
    this.list.replaceChildren(...rows.map((row) => this.row(row)));
    if (hadFocus) this.focus();
  }

  /** @param {Row} row */
  row({ path, name, kind, level }) {
    const isFolder = kind === "folder";
    if (kind === "note") return el("li", { role: "none", class: "tree-note", style: `--level: ${level}` }, name);
    return el(
      "li",
      {
        role: "treeitem",
        class: "tree-row",
        style: `--level: ${level}`,
        "data-path": path,
        "aria-level": level,
        "aria-selected": String(path === this.selected),
        "aria-expanded": isFolder ? String(this.folders.has(path)) : null,
        tabindex: path === this.selected ? "0" : "-1",
        onclick: () => this.choose(path, kind),
      },
      isFolder ? icon(this.folders.has(path) ? "down" : "right") : icon("file"),
      el("span", {}, name),
    );
  }

  focus() {
    /** @type {HTMLElement | null} */ (this.list.querySelector('[tabindex="0"]'))?.focus();
  }

  /** @param {string} path @param {Row["kind"]} kind */
  async choose(path, kind) {
    this.selected = path;
    if (kind === "folder") await this.toggle(path);
    else if (kind === "file") this.tell.open(path);
    else problem(new Error(t("editor.other", { file: path })));
    this.draw();
  }

  /** @param {string} folder */
  async toggle(folder) {
    if (this.folders.has(folder)) {
      for (const open of [...this.folders.keys()])
        if (open === folder || open.startsWith(`${folder}/`)) this.folders.delete(open);
    } else {
      const error = await this.read(folder);
      if (error) problem(error);
    }
    this.draw();
  }

  /** The keys of a tree, as the ARIA practices name them. @param {KeyboardEvent} event */
  key(event) {
    const rows = this.rows().filter(({ kind }) => kind !== "note");
    const focused = event.target instanceof Element ? event.target.closest("[data-path]") : null;
    const at = rows.findIndex(({ path }) => path === focused?.getAttribute("data-path"));
    const row = rows[at];
    if (!row || event.ctrlKey || event.altKey || event.metaKey) return;
    this.selected = row.path;
    const isOpen = this.folders.has(row.path);
    /** @type {Record<string, () => void>} */
    const keys = {
      ArrowDown: () => this.select(rows[at + 1]),
      ArrowUp: () => this.select(rows[at - 1]),
      Home: () => this.select(rows[0]),
      End: () => this.select(rows.at(-1)),
      ArrowRight: () =>
        row.kind === "folder" && !isOpen ? this.toggle(row.path) : isOpen && this.select(rows[at + 1]),
      ArrowLeft: () =>
        isOpen ? this.toggle(row.path) : this.select(rows.find(({ path }) => path === folderOf(row.path))),
      Enter: () => this.choose(row.path, row.kind),
      " ": () => this.choose(row.path, row.kind),
      F2: () => this.rename(),
      Delete: () => this.delete(),
    };
    const act = keys[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  }

  /** @param {Row | undefined} row */
  select(row) {
    if (!row) return;
    this.selected = row.path;
    this.draw();
    this.focus();
  }

  /** Marks a file in the list and opens the folders that lead to it. @param {string} path */
  async reveal(path) {
    for (let folder = folderOf(path); folder.length > this.root.length; folder = folderOf(folder))
      if (!this.folders.has(folder)) await this.read(folder);
    this.selected = path;
    await this.refresh();
  }

  toggleHidden() {
    this.showsHidden = !this.showsHidden;
    this.hidden.setAttribute("aria-pressed", String(this.showsHidden));
    this.draw();
  }

  /** The folder that something new goes to. */
  here() {
    const isFolder = this.folders.has(this.selected);
    return isFolder ? this.selected : this.selected ? folderOf(this.selected) : this.root;
  }

  /** @param {"file" | "folder"} kind */
  async make(kind) {
    const folder = this.here();
    const path = await askName(t(kind === "file" ? "editor.new" : "editor.new.folder"), folder ? `${folder}/` : "");
    if (!path) return;
    try {
      await post("files/new", { path, kind });
    } catch (error) {
      return problem(error);
    }
    await this.reveal(path);
    if (kind === "file") this.tell.open(path);
  }

  async rename() {
    const path = this.selected;
    const to = path && (await askName(t("editor.rename"), path));
    if (!to || to === path) return;
    try {
      await post("files/rename", { path, to });
    } catch (error) {
      return problem(error);
    }
    this.tell.renamed(path, to);
    await this.reveal(to);
    this.focus();
  }

  async delete() {
    const path = this.selected;
    if (!path) return;
    const choice = await ask(t("editor.delete.title", { file: path }), t("editor.delete.body"), [
      { value: "yes", label: t("editor.delete"), danger: true },
    ]);
    if (!choice) return;
    try {
      await post("files/delete", { path });
    } catch (error) {
      return problem(error);
    }
    this.tell.deleted(path);
    await this.refresh();
    this.focus();
  }
}
