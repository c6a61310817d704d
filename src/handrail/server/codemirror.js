/** What the editor uses of CodeMirror: the build hook bundles it into static/vendor/codemirror.mjs. */

export { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
export { json } from "@codemirror/lang-json";
export { python } from "@codemirror/lang-python";
export { yaml } from "@codemirror/lang-yaml";
export {
  bracketMatching,
  defineLanguageFacet,
  HighlightStyle,
  indentOnInput,
  indentUnit,
  Language,
  StreamLanguage,
  syntaxHighlighting,
} from "@codemirror/language";
export { dockerFile } from "@codemirror/legacy-modes/mode/dockerfile";
export { shell } from "@codemirror/legacy-modes/mode/shell";
export { MergeView } from "@codemirror/merge";
export { openSearchPanel, search, searchKeymap } from "@codemirror/search";
export { Compartment, EditorState } from "@codemirror/state";
export {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  highlightSpecialChars,
  keymap,
  lineNumbers,
} from "@codemirror/view";
export { tags } from "@lezer/highlight";
/** The parser alone: the package with the language support brings HTML, CSS and JavaScript along. */
export { parser as markdownParser } from "@lezer/markdown";
