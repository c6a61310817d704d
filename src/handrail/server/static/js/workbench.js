/** The right side: the tabs, and the panels of those that have a place. */

import { first, second, startLayout } from "./layout.js";
import { onState } from "./store.js";
import { drawTabs } from "./tabbar.js";
import { front, isHere, tab, tabs } from "./tabs.js";
import { onView, show, shown } from "./view.js";

function draw() {
  const id = front();
  const shownHere = [first(), second()];
  for (const each of tabs()) shownHere.includes(each.id) ? each.show() : each.hide();
  drawTabs();
  if (!shown().wantsFocus || !isHere()) return;
  show({ wantsFocus: false });
  tab(id)?.focus();
}

export function startWorkbench() {
  startLayout();
  onView(draw);
  onState(draw);
}
