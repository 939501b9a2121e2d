import assert from "node:assert/strict";
import { test } from "node:test";
import { LANGS, type Lang, MODES, readView, THEMES, type View, writeView } from "./route.ts";

test("what is written into the address is what is read out of it", () => {
  for (const mode of MODES) {
    for (const theme of THEMES) {
      for (const lang of Object.keys(LANGS) as Lang[]) {
        for (const notice of ["", "0a1b2c"]) {
          const view: View = { page: notice ? "notice" : "board", notice, mode, lang, theme, keys: notice === "" };
          assert.deepEqual(readView(writeView(view), []), view);
        }
      }
    }
  }
});

test("an address that says nothing, or nonsense, is the board in the reader's first language that there is", () => {
  const plain: View = { page: "board", notice: "", mode: "ACTUAL", lang: "ru", theme: "system", keys: true };
  for (const hash of ["", "#", "#/", "#/notice/xyz", "#/elsewhere?mode=REAL&theme=pink&lang=xx"]) {
    assert.deepEqual(readView(hash, ["de-DE", "ru-RU", "en"]), plain);
  }
  assert.equal(readView("", ["de"]).lang, "en");
});
