/** Every text of the interface, in one place. Another language is another table with the same keys. */

/** @type {Record<string, string>} */
const english = {
  "skip.lesson": "Skip to the lesson",
  "skip.terminal": "Skip to the terminal",
  "pane.lesson": "Lesson",
  "pane.terminal": "Terminal",
  "pane.divider": "Width of the lesson; use the arrow keys",
  "signin.title": "This tab is not signed in",
  "signin.body":
    "The player knows you by the address it printed when it started. Open that address again; if it is lost, stop handrail with Ctrl-C and run the same command once more.",
  "connection.lost": "Connection lost. Trying again …",
  "connection.lost.in": "Connection lost. Trying again in {seconds} s.",
  "connection.retry": "Try now",
  "connection.back": "Connected again.",
  "progress.label": "Progress",
  "progress.intro": "Introduction",
  "progress.finish": "Finish",
  "progress.step": "Step {number}: {title}",
  "progress.passed": "passed",
  "progress.current": "you are here",
  "progress.locked": "not yet open",
  "lesson.loading": "Loading the page …",
  "lesson.failed": "This page cannot be shown",
  "lesson.retry": "Try again",
  "lesson.answer": "Show the solution",
  "lesson.problems": "The linter found {count} on this page",
  "lesson.problems.one": "1 problem",
  "lesson.problems.many": "{count} problems",
  "intro.time": "Time",
  "intro.difficulty": "Level",
  "intro.preparing": "Preparing your environment",
  "intro.preparing.note": "You can read on and start; whatever needs it will wait.",
  "intro.ready": "Your environment is ready",
  "intro.failed": "Preparing the environment failed",
  "page.failed": "A script of this page failed",
  "script.failed": "{script} ended with status {status}.",
  "script.log": "Its log is {log}.",
  "script.again": "“Start over” in the menu tries it again.",
  "script.again.author": "Correct it, then choose “Start over” in the menu.",
  "finish.title": "You have finished",
  "finish.note": "Every check passed. The terminals stay open for as long as you like.",
  "finish.note.skipped": "Some checks have not passed yet; you can go back to them at any time.",
  "bar.back": "Back",
  "bar.next": "Next",
  "bar.start": "Start",
  "bar.finish": "Finish",
  "bar.check": "Check",
  "bar.check.again": "Check again",
  "bar.skip": "Skip the check",
  "bar.skip.quiz": "Skip the questions",
  "bar.locked": "Run the check first: it opens the next step.",
  "bar.locked.quiz": "Answer the questions on this page first.",
  "check.running": "Checking … {seconds} s",
  "check.running.said": "Checking",
  "check.passed": "Passed",
  "check.passed.note": "Well done. Go on to the next step.",
  "check.failed": "Not there yet",
  "check.error": "The check could not run",
  "check.hint": "Hint",
  "check.waiting": "Watching: this is checked again by itself.",
  "check.duration": "took {seconds} s",
  "block.run": "Run",
  "block.run.in": "Run in {terminal}",
  "block.again": "Run again",
  "block.running": "Running",
  "block.ok": "Done",
  "block.failed": "Exit status {status}",
  "block.stopped": "The shell ended",
  "block.timeout": "Stopped: it took too long",
  "block.incomplete": "Stopped: the command is not complete",
  "block.typed": "Typed",
  "block.waiting": "Waits for {terminal}",
  "block.waiting.undo": "Do not run",
  "block.copy": "Copy",
  "block.copied": "Copied",
  "block.copy.failed": "The browser refused the clipboard. Select the text and copy it by hand.",
  "block.open": "Open in the editor",
  "block.write": "Put into {file}",
  "block.interrupts": "Presses Ctrl-C first",
  "busy.title": "{terminal} is busy",
  "busy.body": "A command is still running there. What should happen?",
  "busy.wait": "Run it when this is finished",
  "busy.interrupt": "Stop it and run this",
  "busy.other": "Run in another terminal",
  "busy.type": "Type it into the running program",
  "dialog.cancel": "Cancel",
  "dialog.close": "Close",
  "terminals.label": "Terminals",
  "terminals.new": "New terminal",
  "terminals.close": "Close {terminal}",
  "terminals.close.title": "Close {terminal}?",
  "terminals.close.body": "A command is still running in it. Closing ends the command.",
  "terminals.close.yes": "Close it",
  "terminals.busy": "busy",
  "terminals.ended": "ended",
  "terminals.search": "Search in the terminal",
  "terminals.search.next": "Next match",
  "terminals.search.previous": "Previous match",
  "terminals.search.close": "Close the search",
  "terminals.copy": "Copy everything this terminal shows",
  "terminal.reconnecting": "Reconnecting …",
  "terminal.restarted": "--- this is a new shell; what ran in the old one has ended ---",
  "terminal.gap": "--- some output was too long ago to be shown again ---",
  "terminal.exited": "The shell of {terminal} ended.",
  "terminal.reopen": "Open a new shell",
  "terminal.paste.title": "Paste {lines} lines?",
  "terminal.paste.body": "The shell is not asking for a pasted block, so each line will run as it arrives.",
  "terminal.paste.yes": "Paste",
  "menu.label": "Settings and more",
  "menu.theme": "Colours",
  "menu.theme.auto": "As the system",
  "menu.theme.light": "Light",
  "menu.theme.dark": "Dark",
  "menu.font": "Terminal text size",
  "menu.font.smaller": "Smaller",
  "menu.font.larger": "Larger",
  "menu.reader": "Screen-reader mode in terminals",
  "menu.auto": "Check again by itself while a step waits",
  "menu.forward": "Fast-forward to",
  "menu.forward.go": "Go",
  "menu.forward.note": "Runs the commands and checks before that step for you. You can stop it.",
  "menu.services": "Services you started",
  "menu.services.none": "None is listening yet.",
  "menu.reset": "Start over …",
  "reset.title": "Start over?",
  "reset.body":
    "This ends every terminal, runs the scenario's clean-up and deletes this lesson's work folder. It cannot be undone.",
  "reset.yes": "Start over",
  "reset.doing": "Cleaning up and starting over …",
  "forward.doing": "Fast-forward to {target}: {doing}",
  "forward.stop": "Stop",
  "quiz.answer": "Answer",
  "quiz.right": "Right.",
  "quiz.wrong": "Not yet. Try again.",
  "quiz.input": "Your answer",
  "editor.tab": "Editor",
  "editor.save": "Save",
  "editor.saved": "Saved",
  "editor.unsaved": "Not saved yet",
  "editor.failed": "Not saved: {reason}",
  "editor.file": "Text of {file}",
  "editor.close": "Close the editor",
  "watch.on": "Author mode: the page follows your files",
  "watch.broken": "The scenario cannot be read; the last good version is shown",
  "request.failed": "The player did not answer. Is handrail still running in the terminal where you started it?",
};

/** Lengthens and accents every text, so that a test sees what is not taken from the table or does not fit.
 * @param {string} text */
export function pseudo(text) {
  const accents = /** @type {Record<string, string>} */ ({
    a: "á", e: "é", i: "í", o: "ó", u: "ú", A: "Á", E: "É", I: "Í", O: "Ó", U: "Ú", n: "ñ", c: "ç", y: "ý",
  });
  const parts = text.split(/(\{\w+\})/);
  const accented = parts.map((part) =>
    part.startsWith("{") ? part : part.replace(/[aeiouAEIOUncy]/g, (letter) => accents[letter] ?? letter),
  );
  return `[${accented.join("")}${"~".repeat(Math.ceil(text.length / 4))}]`;
}

const usePseudo = navigator.language === "en-XA";

/** The text for a key, with {name} replaced. A key that is missing is a bug, so it throws.
 * @param {string} key @param {Record<string, string | number>} [values] @returns {string} */
export function t(key, values = {}) {
  const text = english[key];
  if (text === undefined) throw new Error(`no text for ${key}`);
  const chosen = usePseudo ? pseudo(text) : text;
  return chosen.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
}

/** Fills the texts of the static page: data-text becomes content, data-label the accessible name.
 * @param {ParentNode} root */
export function fillTexts(root) {
  for (const node of root.querySelectorAll("[data-text]")) {
    node.textContent = t(node.getAttribute("data-text") ?? "");
  }
  for (const node of root.querySelectorAll("[data-label]")) {
    node.setAttribute("aria-label", t(node.getAttribute("data-label") ?? ""));
  }
}
