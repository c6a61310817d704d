/** The way to the editor, whose modules are loaded when it is first needed. */

import { get, post } from "./api.js";
import { el } from "./dom.js";
import { problem } from "./notices.js";
import { state } from "./store.js";
import { bring } from "./tabs.js";
import { show } from "./view.js";

/** @typedef {import("./types.js").BlockInfo} BlockInfo */

/** The id of the editor's tab. */
export const EDITOR = "editor";
/** Where text that is not saved is kept: this, the lesson, its beginning, the file. */
const DRAFTS = "handrail.draft";

/** @type {Promise<import("./editor/tab.js").EditorTab> | null} */
let loading = null;

/** @returns {Promise<import("./editor/tab.js").EditorTab>} the editor, whose tab is there from now on */
async function editor() {
  loading ??= load();
  try {
    return await loading;
  } catch (error) {
    loading = null;
    // What a browser says of a module that did not come is not for a person.
    throw error instanceof TypeError ? new Error() : error;
  }
}

async function load() {
  document.head.append(el("link", { rel: "stylesheet", href: "static/css/editor.css" }));
  const { EditorTab } = await import("./editor/tab.js");
  return new EditorTab(EDITOR, `${DRAFTS}.${state().lesson}.`);
}

/** Opens the block's file; a `file` block has its text put into the file first. @param {BlockInfo} block */
export async function openFile(block) {
  const path = `blocks/${block.id}/file`;
  try {
    const { path: file } = await (block.action === "file" ? post(path) : get(path));
    const shown = await editor();
    bring(shown.add());
    show({ side: "work" });
    await shown.open(file, { mayBeNew: true });
  } catch (error) {
    problem(error);
  }
}

export async function openEditor() {
  try {
    bring((await editor()).add());
  } catch (error) {
    problem(error);
  }
}

/** Opens what the lesson wants open from the start, and text that was not saved when this page was left. */
export async function startEditor() {
  const { files, first } = state().editor;
  const { lesson, begun } = state();
  const hasDrafts = Object.keys(localStorage).some((key) => key.startsWith(`${DRAFTS}.${lesson}.${begun}.`));
  if (!first && !hasDrafts) return;
  try {
    const shown = await editor();
    bring(shown.add(), false);
    for (const file of files) await shown.open(file, { mayBeNew: true });
    await shown.openDrafts();
  } catch (error) {
    problem(error);
  }
}
