import assert from "node:assert/strict";
import { test } from "node:test";
import { alertLevel, isOurs, type OpenItem, openItems } from "./items.ts";
import type { Board, Item } from "./wire/line.ts";

const ITEM: Item = {
  recordId: "a",
  kind: "NOTICE",
  author: "alfa",
  subject: "",
  until: "SEEN",
  dueMs: 10,
  by: "bravo",
};

function boardOf(peer: string, clocks: readonly Item[]): Board {
  const observed = { state: "LIVE", sinceMs: null, why: "" };
  const none = { levels: [], suspensions: [], watches: new Map(), nextChecksMs: new Map(), standing: null };
  return { own: "bravo", peer, nowMs: 0, observed, clocks, witnessing: "", voids: 0, ...none };
}

test("the clock that runs out first is at the top, whatever channel it is on; no clock is last; nothing is lost", () => {
  const first = boardOf("alfa", [
    { ...ITEM, recordId: "b", dueMs: 20 },
    { ...ITEM, recordId: "d", dueMs: null },
  ]);
  const second = boardOf("charlie", [
    ITEM,
    { ...ITEM, recordId: "c", dueMs: 30 },
    { ...ITEM, recordId: "e", dueMs: null },
  ]);
  const found = openItems([first, second]);
  assert.deepEqual(
    found.map((one) => one.recordId),
    ["a", "b", "c", "d", "e"],
  );
  assert.deepEqual(
    found.map((one) => one.peer),
    ["charlie", "alfa", "charlie", "alfa", "charlie"],
  );
});

test("late here is a warning; close here, or late there, is a caution; all else is told without colour", () => {
  const here: OpenItem = { ...ITEM, own: "bravo", peer: "alfa" };
  const there: OpenItem = { ...here, by: "alfa" };
  const both: OpenItem = { ...here, by: null };
  const none: OpenItem = { ...here, by: null, dueMs: null };
  const at = (nowMs: number) => [here, there, both, none].map((one) => alertLevel(one, nowMs));
  assert.deepEqual(at(10 - 900_001), ["advisory", "advisory", "advisory", "advisory"]);
  assert.deepEqual(at(10 - 900_000), ["caution", "advisory", "caution", "advisory"]);
  assert.deepEqual(at(10), ["caution", "advisory", "caution", "advisory"]);
  assert.deepEqual(at(11), ["warning", "caution", "warning", "advisory"]);
  assert.deepEqual([here, there, both, none].map(isOurs), [true, false, true, false]);
});
