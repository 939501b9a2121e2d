import assert from "node:assert/strict";
import { test } from "node:test";
import { instant, isLate, span, typedTime } from "./clock.ts";

const AT_MS = Date.parse("2026-05-01T06:00:00Z");

test("an instant of the same day is short, any other has its date, and both have their Z", () => {
  assert.equal(instant(AT_MS, AT_MS + 1_000), "06:00:00Z");
  assert.equal(instant(AT_MS, AT_MS + 86_400_000), "2026-05-01 06:00:00Z");
});

test("a span has no sign and leaves out part of a second", () => {
  const found = [0, 999, 59_999, 3_599_000, 3_600_000, 90_061_000, -61_000].map(span);
  assert.deepEqual(found, ["00:00", "00:00", "00:59", "59:59", "1:00:00", "1 d 01:01", "01:01"]);
});

test("at its time a clock is still in time, a millisecond later it is late", () => {
  assert.deepEqual(
    [AT_MS - 1, AT_MS, AT_MS + 1].map((nowMs) => isLate(AT_MS, nowMs)),
    [false, false, true],
  );
  assert.equal(isLate(null, AT_MS), false);
});

test("a time is typed as minutes from now or in full with its Z, and nothing else is guessed", () => {
  assert.equal(typedTime("+30", AT_MS), AT_MS + 1_800_000);
  assert.equal(typedTime(" -5 ", AT_MS), AT_MS - 300_000);
  assert.equal(typedTime("2026-05-01T06:00Z", 0), AT_MS);
  for (const odd of ["", "30", "06:00", "2026-05-01T06:00", "2026-02-30T06:00Z", "2026-05-01T06:00+02:00", "soon"]) {
    assert.equal(typedTime(odd, AT_MS), null, odd);
  }
});
