/** One terminal in the page: xterm.js on top of a Wire. The shell itself lives in the server. */

import { closeTerminal } from "./actions.js";
import { ask } from "./dialogs.js";
import { el } from "./dom.js";
import { follow } from "./links.js";
import { DARK, LIGHT, MONO } from "./looks.js";
import { Reconnecting } from "./reconnect.js";
import { openSearch } from "./search.js";
import { isDark, onSettings, settings } from "./settings.js";
import { state } from "./store.js";
import { panelOf } from "./tabs.js";
import { t } from "./texts.js";
import { Wire } from "./wire.js";
import { FitAddon, SearchAddon, Terminal, Unicode11Addon, WebLinksAddon } from "./xterm.js";

/** What xterm.js says by itself when a program asks: device attributes, cursor and colour reports. */
const ANSWER = /^\x1b(\[[?>=]?[\d;]*[cnR]|\[\?[\d;]+\$y|\]\d+;|P)/;

const HINT_FOR = 8000;

/** @typedef {import("./tabs.js").Tab} Tab */

/** @implements {Tab} */
export class TerminalView {
  /** @param {string} name */
  constructor(name) {
    this.id = name;
    this.kind = /** @type {const} */ ("terminal");
    this.label = name;
    this.panel = el("div", { class: "terminal-panel", ...panelOf(name) });
    this.notes = el("div", { class: "terminal-notes", role: "status" });
    this.smaller = el("div", { class: "terminal-smaller", role: "status", hidden: true });
    this.surface = el("div", { class: "terminal-surface" });
    this.panel.append(this.surface, this.smaller, this.notes);
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.term = new Terminal({
      allowProposedApi: true,
      cursorBlink: !still,
      fontFamily: MONO,
      fontSize: settings().fontSize,
      lineHeight: 1.2,
      scrollback: 10000,
      minimumContrastRatio: 4.5,
      screenReaderMode: settings().reader,
      theme: isDark() ? DARK : LIGHT,
      macOptionIsMeta: true,
    });
    this.fit = new FitAddon();
    this.search = new SearchAddon();
    this.term.loadAddon(this.fit);
    this.term.loadAddon(this.search);
    this.term.loadAddon(new Unicode11Addon());
    this.term.unicode.activeVersion = "11"; // emoji are two cells wide, as programs and shells count
    this.term.loadAddon(new WebLinksAddon(follow));
    this.isDrawn = false;
    /** Bytes below this number are a replay: programs have had their answers long ago. */
    this.live = 0;
    this.isSpeaker = true;
    this.wire = new Wire(
      (text) => this.link?.send(text) ?? false,
      (data) => this.link?.send(data) ?? false,
    );
    /** @type {Reconnecting | null} */
    this.link = null;
    this.term.onData((data) => this.typed(data));
    this.term.onBinary((data) => this.wire.type(Uint8Array.from(data, (letter) => letter.charCodeAt(0))));
    this.term.attachCustomKeyEventHandler((event) => this.key(event));
    this.panel.addEventListener("paste", (event) => this.pasted(event), true);
    onSettings(() => this.restyle());
    new ResizeObserver(() => this.refit()).observe(this.surface);
  }

  get state() {
    return state().terminals.find(({ name }) => name === this.id)?.state ?? "";
  }

  /** Draws and connects; the panel must be visible, for xterm.js measures its letters. */
  show() {
    if (this.isDrawn && !this.panel.hidden) return;
    this.panel.hidden = false;
    if (!this.isDrawn) {
      this.isDrawn = true;
      this.term.open(this.surface);
      this.fit.fit();
      this.connect();
    }
    this.refit();
  }

  hide() {
    this.panel.hidden = true;
  }

  focus() {
    this.term.focus();
  }

  connect() {
    this.link = new Reconnecting(`terminals/${encodeURIComponent(this.id)}/socket`, {
      open: () => {
        const size = this.wanted();
        this.wire.hello(size.columns, size.lines);
      },
      message: (data) => (typeof data === "string" ? this.news(JSON.parse(data)) : this.output(data)),
      lost: () => {
        this.wire.lost();
        this.say("connection", t("terminal.reconnecting"));
      },
    });
  }

  /** @param {any} message */
  news(message) {
    if (message.hello) {
      const knew = this.wire.epoch !== "";
      const { isNew, isGap } = this.wire.attached(message.hello);
      this.live = message.hello.live;
      if (isNew && knew) {
        this.term.reset();
        if (!message.hello.earlier) this.term.write(`\x1b[2m${t("terminal.restarted")}\x1b[0m\r\n`);
      } else if (isGap) this.term.write(`\r\n\x1b[2m${t("terminal.gap")}\x1b[0m\r\n`);
      this.panel.dataset.epoch = message.hello.epoch;
      this.say("connection", "");
      this.refit();
    } else if (message.size) {
      this.smaller.hidden = !message.smaller;
      this.smaller.textContent = t("terminal.smaller", { columns: message.size[0], lines: message.size[1] });
      if (message.size[0] !== this.term.cols || message.size[1] !== this.term.rows)
        this.term.resize(message.size[0], message.size[1]);
    } else if ("speaker" in message) this.isSpeaker = message.speaker;
    else if ("received" in message) this.wire.confirm(message.received);
  }

  /** @param {ArrayBuffer} frame */
  output(frame) {
    const bytes = this.wire.take(frame);
    if (!bytes.length) return;
    this.term.write(bytes, () => {
      this.wire.drew(bytes.length);
      this.panel.dataset.drawn = String(this.wire.drawn);
    });
  }

  /** @param {string} data */
  typed(data) {
    if (ANSWER.test(data) && (this.wire.drawn < this.live || !this.isSpeaker)) return;
    this.wire.type(new TextEncoder().encode(data));
  }

  /** Keys that are the page's rather than the program's. @param {KeyboardEvent} event @returns {boolean} */
  key(event) {
    if (event.type !== "keydown") return true;
    const isCommand = event.ctrlKey || event.metaKey;
    if (isCommand && event.shiftKey && event.code === "KeyC" && this.term.hasSelection()) {
      navigator.clipboard.writeText(this.term.getSelection()).catch(() => {});
      event.preventDefault();
      return false;
    }
    if (isCommand && event.shiftKey && event.code === "KeyF") {
      this.find();
      event.preventDefault();
      return false;
    }
    if (event.ctrlKey && !event.shiftKey && !event.altKey && event.code === "KeyV") return !this.pastes();
    // Ctrl+Shift+V pastes through the browser; F6 leaves the terminal (the page listens for it).
    if ((isCommand && event.shiftKey && event.code === "KeyV") || event.key === "F6") return false;
    return true;
  }

  /** Whether Ctrl+V pastes: at the shell's prompt it does. Programs get the key, and whoever meant to paste a hint. */
  pastes() {
    if (this.state === "prompt") return true;
    this.say("paste", t("terminal.paste.hint"));
    setTimeout(() => this.say("paste", ""), HINT_FOR);
    return false;
  }

  /** Asks before many lines run one by one in a program that does not understand pasted blocks.
   * @param {ClipboardEvent} event */
  async pasted(event) {
    this.say("paste", "");
    const text = event.clipboardData?.getData("text/plain") ?? "";
    const lines = text.split(/\r\n|\r|\n/).length;
    if (lines < 6 || this.term.modes.bracketedPasteMode) return;
    event.preventDefault();
    event.stopPropagation();
    const choice = await ask(t("terminal.paste.title", { lines }), t("terminal.paste.body"), [
      { value: "yes", label: t("terminal.paste.yes"), primary: true },
    ]);
    if (choice) this.term.paste(text);
    this.focus();
  }

  /** The size that fits the panel here. */
  wanted() {
    const fits = this.fit.proposeDimensions();
    return { columns: Math.max(20, fits?.cols || 80), lines: Math.max(4, fits?.rows || 24) };
  }

  /** Tells the server what fits here; it answers with the size that fits every tab that shows this terminal. */
  refit() {
    if (!this.isDrawn || this.panel.hidden || !this.surface.clientWidth) return;
    const { columns, lines } = this.wanted();
    this.link?.send(JSON.stringify({ size: [columns, lines] }));
  }

  restyle() {
    this.term.options.theme = isDark() ? DARK : LIGHT;
    this.term.options.fontSize = settings().fontSize;
    this.term.options.screenReaderMode = settings().reader;
    this.refit();
  }

  /** Everything that can be scrolled back to, wrapped lines joined. @returns {string} */
  text() {
    const buffer = this.term.buffer.active;
    let text = "";
    for (let row = 0; row < buffer.length; row += 1) {
      const line = buffer.getLine(row);
      text +=
        (row && !line?.isWrapped ? "\n" : "") + (line?.translateToString(!buffer.getLine(row + 1)?.isWrapped) ?? "");
    }
    return text.trimEnd() + "\n";
  }

  /** Says a sentence below the terminal; each kind has one place. @param {string} kind @param {string} text "" for none
   * @param {Node} [more] */
  say(kind, text, more) {
    const old = this.notes.querySelector(`[data-note="${kind}"]`);
    if (!text) return old?.remove();
    const note = el("div", { class: "terminal-note", "data-note": kind }, text, more);
    if (old?.textContent === note.textContent) return;
    old ? old.replaceWith(note) : this.notes.append(note);
  }

  find() {
    openSearch(this);
  }

  close() {
    closeTerminal(this.id);
  }

  /** Ends the connection when the server has closed the terminal. */
  dispose() {
    this.link?.close();
    this.term.dispose();
  }
}
