/** The right side: the tabs, and the panel of the one in front. */

import { onState } from "./store.js";
import { drawTabs } from "./tabbar.js";
import { front, isHere, tab, tabs } from "./tabs.js";
import { onView, show, shown } from "./view.js";

function draw() {
  const id = front();
  for (const each of tabs()) each.id === id ? each.show() : each.hide();
  drawTabs();
  if (!shown().wantsFocus || !isHere()) return;
  show({ wantsFocus: false });
  tab(id)?.focus();
}

export function startWorkbench() {
  onView(draw);
  onState(draw);
}
