/** The state as the server sends it, and who hears of it. */

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

/** @type {typeof import("../../../../../src/handrail/server/static/js/store.js")} */
let store;
let number = 0;

// Each test has a page of its own: a module under another address is another module.
beforeEach(async () => {
  store = await import(`../../../../../src/handrail/server/static/js/store.js?page=${(number += 1)}`);
});

/** @returns {any} a state with as much as a test looks at */
function named(/** @type {string} */ current) {
  return { current, pages: [{ id: "intro" }, { id: "step1" }] };
}

test("there is no state before the server has sent one", () => {
  assert.throws(() => store.state(), /has not arrived/);
});

test("a listener hears of each state with the one before it", () => {
  /** @type {any[]} */
  const heard = [];
  store.onState((now, before) => heard.push([now.current, before?.current ?? null]));
  store.take(named("intro"));
  store.take(named("step1"));
  assert.deepEqual(heard, [
    ["intro", null],
    ["step1", "intro"],
  ]);
  assert.equal(store.state().current, "step1");
});

test("a listener that comes later hears of the state at once", () => {
  store.take(named("intro"));
  /** @type {any[]} */
  const heard = [];
  store.onState((now, before) => heard.push([now.current, before]));
  assert.deepEqual(heard, [["intro", null]]);
});

test("the state is already the new one when listeners are told", () => {
  const seen = /** @type {string[]} */ ([]);
  store.onState(() => seen.push(store.state().current));
  store.take(named("intro"));
  store.take(named("step1"));
  assert.deepEqual(seen, ["intro", "step1"]);
});

test("a page is found by its id, and one that is not there is a fault", () => {
  store.take(named("intro"));
  assert.equal(store.page("step1").id, "step1");
  assert.throws(() => store.page("step9"), /no page step9/);
});
