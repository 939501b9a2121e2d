import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { FluentBundle, FluentResource } from "@fluent/bundle";
import { KINDS_TOLD, WORDS } from "./words.ts";

const HERE = import.meta.dirname;
const LANGS = ["en", "ru", "ar"];
const files = new Map(LANGS.map((lang) => [lang, readFileSync(join(HERE, "..", "texts", `${lang}.ftl`), "utf8")]));
const ids = (text: string) => [...text.matchAll(/^([A-Za-z][\w-]*) =/gm)].map((found) => found[1] ?? "");

test("every language has the same sentences, each once, and each is read without an error", () => {
  const english = ids(files.get("en") ?? "");
  assert.equal(new Set(english).size, english.length);
  for (const [lang, text] of files) {
    assert.deepEqual(ids(text), english, lang);
    assert.deepEqual(new FluentBundle([lang]).addResource(new FluentResource(text)), []);
  }
});

test("a sentence has the same slots in every language", () => {
  const slots = (text: string) =>
    text.split("\n").map((line) => [...line.matchAll(/\$\w+/g)].map(String).sort().join());
  const english = slots(files.get("en") ?? "");
  for (const text of files.values()) {
    assert.deepEqual(slots(text), english);
  }
});

test("every sentence that the console says is there, and none is there that it does not say", () => {
  const sources = readdirSync(HERE, { recursive: true, encoding: "utf8" }).filter((one) =>
    /(?<!\.test)\.ts$/.test(one),
  );
  const code = sources.map((one) => readFileSync(join(HERE, one), "utf8")).join("\n");
  const known = new Set(ids(files.get("en") ?? ""));
  const built = Object.entries(WORDS).flatMap(([stem, words]) => words.map((word) => `${stem}-${word}`));
  for (const id of [...built, ...KINDS_TOLD.map((kind) => `told-${kind}`)]) {
    assert.ok(known.delete(id), `missing: ${id}`);
  }
  for (const id of known) {
    assert.ok(code.includes(`"${id}"`), `never said: ${id}`);
  }
  for (const [, id = ""] of code.matchAll(/\bsay\(\s*"([\w-]+)"/g)) {
    assert.ok(ids(files.get("en") ?? "").includes(id), `missing: ${id}`);
  }
});
