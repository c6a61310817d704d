/** What the address names: the lesson that this tab shows, and the page of it. The browser's Back and Forward, and a
 * link that somebody kept, work by it. */

import { goTo } from "./actions.js";
import { signIn } from "./api.js";
import { notice } from "./notices.js";
import { onState, state } from "./store.js";
import { t } from "./texts.js";

/** @returns {{lesson: string, step: string}} "" for what the address does not name */
export function place() {
  const named = new URLSearchParams(location.hash.slice(1));
  return { lesson: named.get("lesson") ?? "", step: named.get("step") ?? "" };
}

/** @param {string} lesson "" where there is only one @param {string} [step] */
export function hashOf(lesson, step) {
  return `#${new URLSearchParams({ ...(lesson && { lesson }), ...(step && { step }) })}`;
}

/** Goes to the page that the address names, if it is open, and says so if it is not. @param {string} step */
function follow(step) {
  const page = state().pages.find(({ id }) => id === step);
  if (page?.open) return goTo(step);
  notice("place", t(page ? "place.locked" : "place.gone", { title: page?.title ?? "" }), { closable: true });
  return null;
}

/** Keeps the address and the page together. @param {string} lesson as the address names it */
export function startPlace(lesson) {
  const wanted = place().step;
  if (wanted && wanted !== state().current) follow(wanted);
  onState(({ current }, before) => {
    if (place().step === current || (!before && wanted)) return;
    const address = hashOf(lesson, current);
    // A step into the history is one that was taken here: another tab of the lesson only follows.
    if (before && before.current !== current && document.hasFocus()) history.pushState(null, "", address);
    else history.replaceState(null, "", address);
  });
  addEventListener("hashchange", () => {
    if (new URLSearchParams(location.hash.slice(1)).has("token")) {
      signIn();
      return location.reload();
    }
    const now = place();
    const isOurs = now.lesson === lesson && (now.step || lesson);
    if (!isOurs && (now.lesson || !location.hash)) return location.reload();
    if (isOurs && now.step && now.step !== state().current && follow(now.step)) return;
    if (now.step !== state().current) history.replaceState(null, "", hashOf(lesson, state().current));
  });
}
