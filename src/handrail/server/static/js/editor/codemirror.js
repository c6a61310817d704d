/** CodeMirror as this page uses it: colours from the page's own, languages by the file's name. */

import * as cm from "../../vendor/codemirror.mjs";
import { t } from "../texts.js";

/** @typedef {import("@codemirror/state").EditorState} EditorState
 * @typedef {import("@codemirror/view").EditorView} EditorView */

const { tags } = cm;

const COLOURS = cm.HighlightStyle.define([
  { tag: [tags.keyword, tags.modifier, tags.operatorKeyword, tags.bool, tags.null], color: "var(--k)" },
  { tag: [tags.string, tags.special(tags.string), tags.monospace], color: "var(--s)" },
  { tag: [tags.comment, tags.meta, tags.processingInstruction], color: "var(--c)" },
  { tag: [tags.propertyName, tags.definition(tags.variableName), tags.function(tags.variableName)], color: "var(--n)" },
  { tag: [tags.number, tags.atom, tags.className, tags.typeName], color: "var(--m)" },
  { tag: tags.heading, color: "var(--n)", fontWeight: "bold" },
  { tag: tags.strong, fontWeight: "bold" },
  { tag: tags.emphasis, fontStyle: "italic" },
  { tag: [tags.link, tags.url], color: "var(--n)", textDecoration: "underline" },
]);

const LOOKS = cm.EditorView.theme({
  "&": { height: "100%", color: "var(--ink)", backgroundColor: "var(--paper)" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.55" },
  ".cm-content": { caretColor: "var(--ink)" },
  ".cm-cursor": { borderLeftColor: "var(--ink)", borderLeftWidth: "2px" },
  ".cm-gutters": { color: "var(--soft)", backgroundColor: "var(--ground)", borderRight: "1px solid var(--line)" },
  ".cm-activeLineGutter": { color: "var(--ink)", backgroundColor: "var(--accent-wash)" },
  ".cm-activeLine": { backgroundColor: "color-mix(in srgb, var(--accent-wash) 45%, transparent)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    backgroundColor: "var(--selection)",
  },
  ".cm-searchMatch": { backgroundColor: "var(--warn-wash)", outline: "1px solid var(--warn)" },
  ".cm-searchMatch-selected": { backgroundColor: "var(--selection)" },
  ".cm-panels": { color: "var(--ink)", backgroundColor: "var(--ground)", borderColor: "var(--line)" },
  ".cm-matchingBracket": { outline: "1px solid var(--line-strong)" },
});

const markdown = new cm.Language(cm.defineLanguageFacet(), cm.markdownParser, [], "markdown");

/** By the end of the name, or the whole of it. @type {[RegExp, () => import("@codemirror/state").Extension][]} */
const LANGUAGES = [
  [/\.(ya?ml)$/i, cm.yaml],
  [/\.pyi?$/i, cm.python],
  [/\.(json|ipynb)$/i, cm.json],
  [/\.(md|markdown)$/i, () => markdown],
  [/(^|\/)([\w.-]+\.)?(Dockerfile|Containerfile)(\.[\w-]+)?$/i, () => cm.StreamLanguage.define(cm.dockerFile)],
  [
    /\.(sh|bash|env)$|(^|\/)\.?(bashrc|profile|bash_profile|bash_aliases|env)$/i,
    () => cm.StreamLanguage.define(cm.shell),
  ],
];

/** @param {string} path @param {string} text */
function language(path, text) {
  const found = LANGUAGES.find(([name]) => name.test(path));
  if (found) return found[1]();
  if (/^#!.*\b(ba|da|z)?sh\b/.test(text)) return cm.StreamLanguage.define(cm.shell);
  return /^#!.*\bpython/.test(text) ? cm.python() : [];
}

/** @param {string} path @returns {string} what the Tab key puts in front of a line */
function indent(path) {
  if (/(^|\/)(GNU)?makefile$|\.(mk|go)$/i.test(path)) return "\t";
  return /\.py$/.test(path) ? "    " : "  ";
}

/** What separates the lines of a text. A file with both kinds keeps its carriage returns as characters.
 * @param {string} text */
function separator(text) {
  return /\r\n/.test(text) && !/(^|[^\r])\n/.test(text) ? "\r\n" : "\n";
}

/** @param {string} text
 * @param {{path: string, isWritable: boolean, onUpdate: (update: import("@codemirror/view").ViewUpdate) => void}} how
 * @returns {EditorState} an editor's with this text */
export function stateOf(text, { path, isWritable, onUpdate }) {
  return cm.EditorState.create({
    doc: text,
    extensions: [
      cm.EditorState.lineSeparator.of(separator(text)),
      cm.EditorState.readOnly.of(!isWritable),
      cm.EditorView.contentAttributes.of({ "aria-label": t("editor.text", { file: path }) }),
      cm.EditorView.updateListener.of(onUpdate),
      cm.lineNumbers(),
      cm.highlightActiveLine(),
      cm.highlightActiveLineGutter(),
      cm.highlightSpecialChars(),
      cm.history(),
      cm.drawSelection(),
      cm.bracketMatching(),
      cm.indentOnInput(),
      cm.indentUnit.of(indent(path)),
      cm.search({ top: true }),
      cm.keymap.of([...cm.searchKeymap, ...cm.defaultKeymap, ...cm.historyKeymap, cm.indentWithTab]),
      language(path, text),
      cm.syntaxHighlighting(COLOURS),
      LOOKS,
    ],
  });
}

/** @param {HTMLElement} parent @returns {EditorView} an editor without a text */
export function newView(parent) {
  return new cm.EditorView({ parent });
}

/** @param {EditorView} view */
export function find(view) {
  cm.openSearchPanel(view);
}

/** Two texts side by side, with what differs marked. @param {HTMLElement} parent @param {string} path
 * @param {string} mine @param {string} other */
export function compare(parent, path, mine, other) {
  const side = (/** @type {string} */ text, /** @type {string} */ label) => ({
    doc: text,
    extensions: [
      cm.EditorState.readOnly.of(true),
      cm.EditorView.contentAttributes.of({ "aria-label": label }),
      language(path, text),
      cm.syntaxHighlighting(COLOURS),
      LOOKS,
    ],
  });
  return new cm.MergeView({ parent, a: side(mine, t("editor.mine")), b: side(other, t("editor.disk")) });
}
