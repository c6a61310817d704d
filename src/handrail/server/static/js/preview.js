/** A tab for each service that the server tells of: a frame of another origin, or why there is nothing to show yet. */

import { closePreview, openInTab, previewAddress } from "./actions.js";
import { el, iconButton, isChanged } from "./dom.js";
import { problem } from "./notices.js";
import { onState } from "./store.js";
import { add, panelOf, remove } from "./tabs.js";
import { t } from "./texts.js";

/** @typedef {import("./types.js").PreviewInfo} PreviewInfo */
/** @typedef {import("./tabs.js").Tab} Tab */

/** What a service may do in its frame. It must not navigate this page, nor stop it with dialogs; a window that it opens
 * is an ordinary one, which has no way back here. */
const SANDBOX =
  "allow-scripts allow-same-origin allow-forms allow-downloads allow-popups allow-popups-to-escape-sandbox";

/** @param {string} id of a preview @returns {string} of its tab */
export function tabOf(id) {
  return `preview:${id}`;
}

/** A path as it may stand in an address, from what somebody typed. @param {string} typed @returns {string} */
function pathFrom(typed) {
  const slashed = typed
    .trim()
    .replace(/^[a-z]+:\/\/[^/?#]*/i, "")
    .replace(/^[/\\]*/, "/");
  const { pathname, search, hash } = new URL(slashed, "http://service");
  return pathname + search + hash;
}

/** @implements {Tab} */
class Preview {
  /** @param {PreviewInfo} info */
  constructor(info) {
    this.info = info;
    this.id = tabOf(info.id);
    this.kind = /** @type {const} */ ("preview");
    this.label = info.name;
    this.state = /** @type {const} */ ("");
    /** @type {HTMLIFrameElement | null} */
    this.frame = null;
    this.place = el("div", { class: "preview-place" });
    this.note = el("span", { class: "fine", role: "status" });
    this.path = el("input", {
      class: "preview-path",
      value: info.path,
      spellcheck: "false",
      autocomplete: "off",
      "aria-label": t("preview.path", { name: info.name }),
    });
    this.panel = el(
      "div",
      { class: "preview", tabindex: "-1", ...panelOf(this.id) },
      info.href ? null : this.bar(),
      this.place,
    );
    this.draw();
  }

  bar() {
    const port = t("preview.port", { port: this.info.port });
    return el(
      "form",
      {
        class: "preview-bar",
        onsubmit: (/** @type {Event} */ event) => {
          event.preventDefault();
          this.load();
        },
      },
      iconButton("reload", t("preview.reload"), { "data-action": "reload", onclick: () => this.load() }),
      el("label", { class: "preview-address" }, el("code", {}, port), this.path),
      this.note,
      iconButton("outside", t("preview.outside"), { "data-action": "outside", onclick: () => this.openOutside() }),
    );
  }

  show() {
    this.panel.hidden = false;
    if (!this.frame && this.info.listening) this.load();
  }

  hide() {
    this.panel.hidden = true;
  }

  focus() {
    this.panel.focus();
  }

  close() {
    closePreview(this.info.id);
  }

  /** Takes over what the server tells: a service that has come is shown, one that has gone stays as it was.
   * @param {PreviewInfo} info */
  update(info) {
    const isBack = info.listening && this.info.listening === false;
    this.info = info;
    if (isBack && !this.panel.hidden) this.load();
    else if (isBack) this.clear();
    this.draw();
  }

  draw() {
    const { href, listening, anothers, port, name } = this.info;
    if (!isChanged(this, href, listening, anothers, this.frame !== null)) return;
    this.note.textContent = this.frame && !listening ? t("preview.gone", { port }) : "";
    if (this.frame) return;
    const parts = href
      ? [el("p", {}, t("preview.web", { name })), el("a", { href, target: "_blank", rel: "noopener noreferrer" }, href)]
      : [el("p", { role: "status" }, listening ? "" : t(anothers ? "preview.anothers" : "preview.waiting", { port }))];
    this.place.replaceChildren(el("div", { class: "preview-words" }, ...parts));
  }

  clear() {
    this.frame?.remove();
    this.frame = null;
  }

  /** Shows the path anew, in a new frame: so that Back does not go through what was loaded again. */
  async load() {
    if (!this.info.listening) return;
    const frame = el("iframe", {
      sandbox: SANDBOX,
      referrerpolicy: "no-referrer",
      title: t("preview.frame", { name: this.info.name }),
    });
    this.frame = frame;
    try {
      const address = await this.address();
      if (this.frame !== frame) return;
      frame.src = address;
      this.place.replaceChildren(frame);
    } catch (error) {
      this.clear();
      problem(error);
    }
    this.draw();
  }

  openOutside() {
    openInTab(() => this.address());
  }

  address() {
    this.path.value = pathFrom(this.path.value);
    return previewAddress(this.info.id, this.path.value);
  }
}

/** @type {Map<string, Preview>} */
const open = new Map();

/** @param {PreviewInfo[]} infos */
function keepTabs(infos) {
  for (const [id, preview] of open) {
    if (infos.some((info) => info.id === id)) continue;
    open.delete(id);
    remove(preview);
  }
  for (const info of infos) {
    const known = open.get(info.id);
    if (known) known.update(info);
    else {
      const preview = new Preview(info);
      open.set(info.id, preview);
      add(preview);
    }
  }
}

export function startPreviews() {
  onState((now) => keepTabs(now.previews));
}
