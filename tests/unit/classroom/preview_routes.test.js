/** The routes of the Hub's proxy, with and without a subdomain for each user. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { test } from "node:test";
import PreviewRoutes from "../../../deploy/classroom/preview_routes.cjs";

/** @param {string} user @param {string} [server] */
const named = (user, server = "") =>
  `p8000-0123456789abcdef-${createHash("sha256").update(`${user}/${server}`).digest("hex").slice(0, 20)}`;

/** @param {Record<string, object>} routes */
async function table(routes) {
  const made = new PreviewRoutes();
  for (const [path, data] of Object.entries(routes)) await made.add(path, data);
  return made;
}

const HUB = { "/": { target: "hub" }, "/services/board/": { target: "board" } };
const PLAIN = { ...HUB, "/user/anna/": { target: "anna", user: "anna", server_name: "" } };
const OF_ANNA = { prefix: "/user/anna", data: PLAIN["/user/anna/"] };

test("a preview's name leads to its learner's server, whatever the path", async () => {
  const routes = await table(PLAIN);
  for (const path of ["/", "/user/ben/", "/hub/login", "//x", "/services/board/"]) {
    assert.deepEqual(await routes.getTarget(`/${named("anna")}.previews.example${path}`), OF_ANNA);
  }
  assert.deepEqual(await routes.getTarget(`/${named("anna").toUpperCase()}.previews.example/`), OF_ANNA);
});

test("a preview's name of nobody's, or of a server that has ended, leads to a page that says so", async () => {
  const routes = await table(PLAIN);
  await once(routes.nobody, "listening");
  for (const name of [named("ben"), named("anna", "second")]) {
    assert.equal((await routes.getTarget(`/${name}.previews.example/user/anna/`)).prefix, "/nobody");
  }
  await routes.remove("/user/anna/");
  const { data } = await routes.getTarget(`/${named("anna")}.previews.example/`);
  const answer = await fetch(data.target);
  assert.equal(answer.status, 404);
  assert.match(await answer.text(), /Open your lesson again/);
  assert.equal(await routes.get("/user/anna"), undefined);
});

test("every other name leads by the path alone", async () => {
  const routes = await table(PLAIN);
  for (const host of ["hub.example", "127.0.0.1", "undefined", "p8000.example", "constructor"]) {
    assert.deepEqual(await routes.getTarget(`/${host}/user/anna/api/home`), OF_ANNA);
    assert.equal((await routes.getTarget(`/${host}/services/board/x`)).data.target, "board");
    for (const path of ["/", "", "/hub/login", "/user/annabel/", "/toString"]) {
      assert.equal((await routes.getTarget(`/${host}${path}`)).data.target, "hub", path);
    }
  }
});

test("a Hub with a subdomain for each user keeps its routes", async () => {
  const anna = { target: "anna", user: "anna", server_name: "" };
  const routes = await table({
    "/": { target: "hub" },
    "/hub.example/": { target: "hub" },
    "/anna.hub.example/user/anna/": anna,
  });
  const found = { prefix: "/anna.hub.example/user/anna", data: anna };
  assert.deepEqual(await routes.getTarget("/anna.hub.example/user/anna/api"), found);
  assert.deepEqual(await routes.getTarget(`/${named("anna")}.previews.example/x`), found);
  assert.equal((await routes.getTarget("/hub.example/user/anna/api")).data.target, "hub");
});

test("what the proxy writes down of a route stays with it", async () => {
  const routes = await table(PLAIN);
  await routes.update("/user/anna", { last_activity: 1 });
  assert.equal((await routes.getAll())["/user/anna"].last_activity, 1);
  await routes.add("/user/anna/", { target: "moved", user: "anna", server_name: "" });
  assert.equal((await routes.getTarget(`/${named("anna")}.previews.example/`)).data.target, "moved");
});
