/**
 * What a view is given: the state, the sentences, the time, and the few things that a view may ask for.
 *
 * The one idea: a view is a function of this; it holds nothing of its own.
 */

import { html, nothing, type TemplateResult } from "lit";
import type { State } from "../edge/session.ts";
import type { View } from "../route.ts";
import type { Say } from "../texts.ts";

export type FormName = "none" | "read-back" | "answer" | "pass-on";

/** Something that binds, before it is said: the request, and what it says in words, to be confirmed. */
export interface Act {
  readonly path: string;
  readonly body: unknown;
  readonly to: string;
  readonly title: string;
  readonly lines: readonly (readonly [string, string])[];
}

export interface Desk {
  readonly state: State;
  readonly view: View;
  readonly form: FormName;
  readonly nowMs: number;
  readonly say: Say;
  go(some: Partial<View>): void;
  open(form: FormName): void;
  acknowledge(): void;
  /** Ask for confirmation; only then is it said. */
  confirm(act: Act): void;
  /** The coverage statement that an answer speaks under; empty where there is none. */
  coverage(peer: string): Promise<string>;
  /** What was typed cannot be meant: the member, in words. */
  complain(words: string): void;
}

/** Another's own words: shown as text and nothing else, set apart so that they turn no sentence round. */
export function own(words: string, lang = ""): TemplateResult {
  return html`<bdi dir="auto" lang=${lang || nothing}>${words}</bdi>`;
}

/** A code, a figure, a time, a rule: left to right in every language. */
export function code(words: string): TemplateResult {
  return html`<bdi dir="ltr" class="code">${words}</bdi>`;
}

/** What is not there, shown as not there. */
export function missing(words: string): TemplateResult {
  return html`<span class="missing">${words}</span>`;
}

/** A field's name in the reader's language: "2.from height" is the second area's. */
export function fieldName(desk: Desk, name: string): string {
  const parts = /^(?:(\d+)\.)?([a-z ]+?)(?: (\d+))?$/.exec(name);
  if (parts === null) {
    return name;
  }
  const [, area = "", word = "", hole = ""] = parts;
  return [area && `${area}.`, desk.say(`field-${word.replaceAll(" ", "-")}`), hole]
    .filter((one) => one !== "")
    .join(" ");
}
