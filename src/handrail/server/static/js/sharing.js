/** What an instructor's board is told of this lesson: said before it is, and the learner's hand. Loaded where there is a
 * board. */

import { post } from "./api.js";
import { byId, el, isChanged } from "./dom.js";
import { hideNotice, notice, problem } from "./notices.js";
import { onState, state } from "./store.js";

const SHARED =
  "This class has a board. Your instructor would see there which step you are on and since when, whether its check " +
  "passes and what the check says, and whether you ask for help. Not what you type, your files or your screen.";
const GRADED = " How many of the checks have passed is also sent to your school's learning platform, as your score.";

export function startSharing() {
  const hand = el("button", {
    type: "button",
    id: "hand",
    class: "button small",
    onclick: () => post("/api/board/help", { on: !state().board?.help }).catch(problem),
  });
  byId("menu-button").before(hand);
  onState(({ board }) => {
    if (!board || !isChanged(hand, board.agreed, board.help)) return;
    hand.hidden = !board.agreed;
    hand.textContent = board.help ? "You asked for help" : "Ask for help";
    hand.setAttribute("aria-pressed", String(board.help));
    hand.title = board.help ? "Your instructor sees it. Press again when you need none any more." : "";
    if (board.agreed) hideNotice("sharing");
    else
      notice("sharing", board.grades ? SHARED + GRADED : SHARED, {
        button: { label: "Share", action: () => post("/api/board/share").catch(problem) },
        closable: true,
      });
  });
}
