/** Text that is not saved, kept in this browser until it is: it outlives the page and the player. */

/** @typedef {{text: string, version: string}} Draft the text, and the version of the file that it was made from */

export class Drafts {
  /** @param {string} lesson how the lesson's keys in localStorage begin @param {() => string} begun what comes after it:
   *   another text after "Start over", for a draft of a file from before is of no use. */
  constructor(lesson, begun) {
    this.lesson = lesson;
    this.begun = begun;
    for (const key of this.keys()) if (!key.startsWith(this.prefix)) localStorage.removeItem(key);
  }

  get prefix() {
    return `${this.lesson}${this.begun()}.`;
  }

  /** Those of the lesson, also from before it was started over. */
  keys() {
    return Object.keys(localStorage).filter((key) => key.startsWith(this.lesson));
  }

  /** @returns {string[]} the files that there are drafts of */
  files() {
    return this.keys()
      .filter((key) => key.startsWith(this.prefix))
      .map((key) => key.slice(this.prefix.length));
  }

  forgetAll() {
    for (const key of this.keys()) localStorage.removeItem(key);
  }

  /** @param {string} file @returns {Draft | null} */
  get(file) {
    try {
      return JSON.parse(localStorage.getItem(this.prefix + file) ?? "null");
    } catch {
      return null;
    }
  }

  /** A browser that has no room left keeps none: the page still has the text.
   * @param {string} file @param {Draft} draft */
  keep(file, draft) {
    try {
      localStorage.setItem(this.prefix + file, JSON.stringify(draft));
    } catch {
      this.forget(file);
    }
  }

  /** @param {string} file @param {string} [text] only a draft of this text: another window may have one of its own */
  forget(file, text) {
    if (text === undefined || this.get(file)?.text === text) localStorage.removeItem(this.prefix + file);
  }
}
