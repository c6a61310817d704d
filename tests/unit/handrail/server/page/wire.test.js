/** A terminal's bytes over connections that come and go: nothing lost, nothing twice. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { Wire } from "../../../../../src/handrail/server/static/js/wire.js";

const ACK_EVERY = 64 * 1024;
const bytes = (/** @type {string} */ text) => new TextEncoder().encode(text);
const text = (/** @type {Uint8Array} */ data) => new TextDecoder().decode(data);

/** A wire and what it has sent: `told` its JSON messages, `typed` its input frames as [number, text]. */
function wired() {
  /** @type {any[]} */
  const told = [];
  /** @type {[number, string][]} */
  const typed = [];
  const wire = new Wire(
    (message) => told.push(JSON.parse(message)) > 0,
    (frame) => typed.push([Number(new DataView(frame).getBigUint64(0)), text(new Uint8Array(frame, 8))]) > 0,
  );
  return { wire, told, typed };
}

/** An output frame as the server makes it. @param {number} first @param {number} received @param {string} content */
function frame(first, received, content) {
  const made = new Uint8Array(16 + content.length);
  new DataView(made.buffer).setBigUint64(0, BigInt(first));
  new DataView(made.buffer).setBigUint64(8, BigInt(received));
  made.set(bytes(content), 16);
  return made.buffer;
}

test("asks to be attached where it is", () => {
  const { wire, told } = wired();
  wire.hello(80, 24);
  assert.deepEqual(told, [{ hello: { client: wire.client, epoch: "", from: 0, columns: 80, lines: 24 } }]);
  wire.attached({ epoch: "a", start: 0, received: 0 });
  wire.take(frame(0, 0, "hello"));
  wire.hello(100, 30);
  assert.deepEqual(told[1].hello, { client: wire.client, epoch: "a", from: 5, columns: 100, lines: 30 });
});

test("takes each output byte once", () => {
  const { wire } = wired();
  wire.attached({ epoch: "a", start: 10, received: 0 });
  assert.equal(text(wire.take(frame(10, 0, "abcdef"))), "abcdef");
  assert.equal(text(wire.take(frame(10, 0, "abcdef"))), "", "all of it is known");
  assert.equal(text(wire.take(frame(13, 0, "defghi"))), "ghi", "the first half is known");
  assert.equal(wire.next, 19);
});

test("says which shell it is attached to, and whether output is missing", () => {
  const { wire } = wired();
  assert.deepEqual(wire.attached({ epoch: "a", start: 0, received: 0 }), { isNew: true, isGap: false });
  wire.take(frame(0, 0, "abc"));
  assert.deepEqual(wire.attached({ epoch: "a", start: 3, received: 0 }), { isNew: false, isGap: false });
  assert.deepEqual(wire.attached({ epoch: "a", start: 9, received: 0 }), { isNew: false, isGap: true });
  assert.deepEqual(wire.attached({ epoch: "b", start: 0, received: 0 }), { isNew: true, isGap: false });
  assert.deepEqual(wire.attached({ epoch: "c", start: 7, received: 0 }), { isNew: true, isGap: true });
});

test("acknowledges drawn output every 64 KiB, while connected", () => {
  const { wire, told } = wired();
  wire.attached({ epoch: "a", start: 100, received: 0 });
  wire.drew(ACK_EVERY - 1);
  assert.deepEqual(told, []);
  wire.drew(1);
  assert.deepEqual(told, [{ ack: 100 + ACK_EVERY }]);
  wire.lost();
  wire.drew(ACK_EVERY);
  assert.equal(told.length, 1);
});

test("sends typed bytes at once, in frames of at most 32 KiB", () => {
  const { wire, typed } = wired();
  wire.attached({ epoch: "a", start: 0, received: 0 });
  wire.type(bytes("ls\r"));
  wire.type(bytes("x".repeat(40 * 1024)));
  assert.deepEqual(
    typed.map(([first, content]) => [first, content.length]),
    [
      [0, 3],
      [3, 32 * 1024],
      [3 + 32 * 1024, 8 * 1024],
    ],
  );
});

test("keeps what was typed without a connection, and sends it after the next", () => {
  const { wire, typed } = wired();
  wire.type(bytes("first"));
  assert.deepEqual(typed, []);
  wire.attached({ epoch: "a", start: 0, received: 0 });
  assert.deepEqual(typed, [[0, "first"]]);
});

test("sends again only what the server has not confirmed", () => {
  const { wire, typed } = wired();
  wire.attached({ epoch: "a", start: 0, received: 0 });
  for (const piece of ["one", "two", "three"]) wire.type(bytes(piece));
  wire.take(frame(0, 3, "o"));
  wire.lost();
  typed.length = 0;
  wire.attached({ epoch: "a", start: 1, received: 6 });
  assert.deepEqual(typed, [[6, "three"]]);
});

test("confirms whole pieces only, so that a piece in part is numbered as before", () => {
  const { wire, typed } = wired();
  wire.attached({ epoch: "a", start: 0, received: 0 });
  wire.type(bytes("abcdef"));
  typed.length = 0;
  wire.attached({ epoch: "a", start: 0, received: 4 });
  assert.deepEqual(typed, [[0, "abcdef"]]);
});

test("does not type for a new shell what was meant for the old one", () => {
  const { wire, typed } = wired();
  wire.attached({ epoch: "a", start: 0, received: 0 });
  wire.lost();
  wire.type(bytes("rm old\r"));
  wire.attached({ epoch: "b", start: 0, received: 0 });
  wire.type(bytes("ls\r"));
  assert.deepEqual(typed, [[0, "ls\r"]]);
});
