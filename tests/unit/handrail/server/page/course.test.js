/** Which lesson a relative link on a page names. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { belong, lessonAt } from "../../../../../src/handrail/server/static/js/course.js";

const lessons = [
  ["lesson", ".", "new"],
  ["more-canary", "more/canary", "new"],
  ["more-a-b", "more/a b", "begun"],
  ["more-torn", "more/torn", "broken"],
].map(([id, path, standing]) => ({ id, path, standing }));

/** @param {string} lesson @param {string} href */
function named(lesson, href) {
  belong(/** @type {any} */ ({ lessons, single: false }), lesson);
  return lessonAt(href)?.id;
}

test("a link to a lesson's folder names it, from each place of the course", () => {
  for (const href of [
    "more/canary",
    "more/canary/",
    "./more/canary/index.json",
    "more/canary#start",
    "more/../more/canary",
  ])
    assert.equal(named("lesson", href), "more-canary", href);
  assert.equal(named("more-a-b", "../canary"), "more-canary");
  assert.equal(named("more-canary", "../a b/"), "more-a-b");
  assert.equal(named("more-canary", "../a%20b/"), "more-a-b");
  assert.equal(named("more-canary", "../.."), "lesson");
});

test("what is no lesson that can be played is named by no link", () => {
  for (const href of ["more", "more/canary/step1.md", "more/torn", "../../etc", "more/canary/..", "%zz", "", "canary"])
    assert.notEqual(named("lesson", href), "more-canary", href);
  assert.equal(named("lesson", "more/torn"), undefined);
  assert.equal(named("gone", "more/canary"), undefined);
});
