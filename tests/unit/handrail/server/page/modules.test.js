/** How the page's modules hang together, and whether the table of texts is what they use. */

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

const FOLDER = new URL("../../../../../src/handrail/server/static/js/", import.meta.url);

/** @type {Map<string, string>} */
const sources = new Map(readdirSync(FOLDER).map((name) => [name, readFileSync(new URL(name, FOLDER), "utf8")]));

/** @param {string} name @returns {string[]} the modules of ours that it imports */
function imports(name) {
  return [...(sources.get(name) ?? "").matchAll(/^(?:import|export)\b[^;]*?from "\.\/([\w-]+\.js)";/gms)].map(
    ([, other]) => other ?? "",
  );
}

/** The parts of the page that have a place of their own. */
const PARTS = ["bar", "editor", "header", "lesson", "outcome", "split", "terminals", "workbench"].map(
  (name) => `${name}.js`,
);

test("no part calls another: what a click does stands in actions.js", () => {
  for (const name of PARTS) {
    const own = imports(name);
    assert.ok(own.length > 0, name);
    assert.deepEqual([name, own.filter((other) => PARTS.includes(other))], [name, []]);
  }
});

test("no module is imported in a circle", () => {
  /** @param {string} name @param {string[]} way */
  const walk = (name, way) => {
    assert.ok(!way.includes(name), [...way, name].join(" -> "));
    for (const other of imports(name)) walk(other, [...way, name]);
  };
  walk("main.js", []);
});

test("every module is used", () => {
  const page = readFileSync(new URL("../index.html", FOLDER), "utf8");
  const begun = [...page.matchAll(/src="\/static\/js\/([\w-]+\.js)"/g)].map(([, name]) => name ?? "");
  const used = new Set([...begun, ...[...sources.keys()].flatMap(imports)]);
  const late = [...sources.values()].flatMap((source) =>
    [...source.matchAll(/await import\("\.\/([\w-]+\.js)"\)/g)].map(([, name]) => name ?? ""),
  );
  const types = [...sources.values()].join("\n").match(/import\("\.\/types\.js"\)/) ? ["types.js"] : [];
  assert.deepEqual(
    [...sources.keys()].filter((name) => ![...used, ...late, ...types].includes(name)),
    [],
  );
});

test("every text is used, and every text that is used is there", () => {
  const table = sources.get("texts.js") ?? "";
  const keys = [...table.matchAll(/^ {2}"([\w.]+)":/gm)].map(([, key]) => key ?? "");
  assert.ok(keys.length > 100);
  const page = readFileSync(new URL("../index.html", FOLDER), "utf8");
  const rest = [...sources].filter(([name]) => name !== "texts.js").map(([, source]) => source);
  const words = [...rest, page].join("\n");
  const built = [...words.matchAll(/`([a-z.]+\.)\$\{/g)].map(([, start]) => start ?? "");
  const isUsed = (/** @type {string} */ key) =>
    words.includes(`"${key}"`) || built.some((start) => key.startsWith(start));
  assert.deepEqual(
    keys.filter((key) => !isUsed(key)),
    [],
  );
  const asked = [...words.matchAll(/\bt\(\s*"([\w.]+)"/g)].map(([, key]) => key ?? "");
  assert.deepEqual(
    asked.filter((key) => !keys.includes(key)),
    [],
  );
});
