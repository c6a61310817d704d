/** How the page's modules hang together, and whether the table of texts is what they use. */

import assert from "node:assert/strict";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { test } from "node:test";

const FOLDER = new URL("../../../../../src/handrail/server/static/js/", import.meta.url);

/** @type {Map<string, string>} */
const sources = new Map(
  readdirSync(FOLDER, { recursive: true })
    .map(String)
    .filter((name) => name.endsWith(".js"))
    .map((name) => [name, readFileSync(new URL(name, FOLDER), "utf8")]),
);

/** @param {string} name @param {RegExp} how @returns {string[]} the modules of ours that it names in this way */
function named(name, how) {
  return [...(sources.get(name) ?? "").matchAll(how)]
    .map(([, other]) => new URL(other ?? "", new URL(name, FOLDER)).href)
    .filter((other) => other.startsWith(FOLDER.href))
    .map((other) => other.slice(FOLDER.href.length));
}

/** @param {string} name @returns {string[]} the modules of ours that it imports */
function imports(name) {
  return named(name, /^(?:(?:import|export)\b[^;]*?from|import) "(\.[\w./-]+\.js)";/gms);
}

/** @param {string} name @returns {string[]} those that it loads when they are needed */
function loadsLater(name) {
  return named(name, /\bawait import\("(\.[\w./-]+\.js)"\)/g);
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

/** What the browser asks for before the page is drawn: the page, its styles, its scripts with all that they import. */
function firstPage() {
  const page = readFileSync(new URL("../index.html", FOLDER), "utf8");
  const styles = [...page.matchAll(/<link rel="stylesheet" href="static\/([^"]+)"/g)].map(([, path]) => path ?? "");
  const begun = [...page.matchAll(/src="static\/js\/([\w-]+\.js)"/g)].map(([, name]) => name ?? "");
  const modules = new Set(begun);
  for (const name of modules) for (const other of imports(name)) modules.add(other);
  return { styles, modules: [...modules] };
}

test("every address is relative to the page, which a proxy may put below a path", () => {
  for (const name of ["index.html", "board.html"]) {
    const page = readFileSync(new URL(`../${name}`, FOLDER), "utf8");
    assert.deepEqual([name, page.match(/(?:href|src)="\/[^"]*"/g)], [name, null]);
  }
  for (const [name, source] of sources) {
    const absolute = source.match(/["'`]\/static\/|\b(?:href|src): ["'`]\/|\bfetch\(["'`]\/|wss?:\/\/\$/g);
    assert.deepEqual([name, absolute], [name, null]);
  }
});

/** Bytes. Whoever makes the page heavier says here what for; a library may be loaded when it is needed. */
const BUDGET = {
  "the lesson and its terminals": 147_000,
  "the home, previews, layouts": 40_000,
  "the way to the editor": 5_000,
};

test("the first page is not heavier than it has to be", () => {
  const { styles, modules } = firstPage();
  const own = styles.filter((path) => !path.startsWith("vendor/"));
  const files = ["index.html", ...own, ...modules.map((name) => `js/${name}`)];
  const bytes = files.reduce((sum, name) => sum + statSync(new URL(`../${name}`, FOLDER)).size, 0);
  const most = Object.values(BUDGET).reduce((sum, each) => sum + each);
  assert.ok(bytes <= most, `${bytes} bytes, ${most} are budgeted`);
});

test("the editor and its library are loaded when they are needed", () => {
  const { modules, styles } = firstPage();
  assert.deepEqual(
    [...modules, ...styles].filter((name) => /^editor\/|codemirror|editor\.css/.test(name)),
    [],
  );
  assert.deepEqual(loadsLater("editor.js"), ["editor/tab.js"]);
  assert.ok((sources.get("editor.js") ?? "").length <= BUDGET["the way to the editor"]);
});

test("every module is used", () => {
  const board = readFileSync(new URL("../board.html", FOLDER), "utf8");
  const begun = [...board.matchAll(/src="static\/js\/([\w-]+\.js)"/g)].map(([, name]) => name ?? "");
  const used = new Set([
    ...firstPage().modules,
    ...begun,
    ...[...sources.keys()].flatMap((name) => [...imports(name), ...loadsLater(name)]),
  ]);
  const types = [...sources.values()].join("\n").match(/import\("\.\/types\.js"\)/) ? ["types.js"] : [];
  assert.deepEqual(
    [...sources.keys()].filter((name) => !used.has(name) && !types.includes(name)),
    [],
  );
});

test("every text is used, and every text that is used is there", () => {
  const table = (sources.get("texts.js") ?? "") + (sources.get("editor/texts.js") ?? "");
  const keys = [...table.matchAll(/^ {2}"([\w.]+)":/gm)].map(([, key]) => key ?? "");
  assert.ok(keys.length > 100);
  const page = readFileSync(new URL("../index.html", FOLDER), "utf8");
  const rest = [...sources].filter(([name]) => !name.endsWith("texts.js")).map(([, source]) => source);
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
