/**
 * What the node shows of the line, as values: the board, a notice with its ladder, who is asking.
 *
 * The one idea: these are the shapes of docs/api/line.yaml; nothing here is worked out, the node has done that.
 */

import { byName, list, orNull, type Row, row, rows, text, textOrNull, texts, whole, wholeOrNull } from "./read.ts";

export const STEPS = ["OFFERED", "DELIVERED", "SEEN", "UNDERSTOOD", "DISSEMINATED", "ANSWERED", "CLOSED"] as const;
export type Step = (typeof STEPS)[number];

/** Why something is not done, or does not count: the rule, to be quoted. */
export interface Refused {
  readonly rule: string;
  readonly why: string;
}

export interface Me {
  readonly party: string;
  readonly post: string;
  readonly person: string;
  readonly roles: readonly string[];
  readonly nowMs: number;
  readonly position: number;
}

export interface Peer {
  readonly party: string;
  readonly own: boolean;
}

export interface Said {
  readonly recordId: string;
  readonly author: string;
  readonly addressee: string;
  readonly precedence: string;
  readonly post: string;
  readonly person: string;
  readonly releasedBy: string | null;
  readonly createdMs: number;
  readonly loggedMs: number;
  readonly lang: string;
  readonly kind: string;
  readonly body: Row;
  readonly void: Refused | null;
}

export interface KeyField {
  readonly name: string;
  readonly value: string;
}

export interface Notice {
  readonly said: Said;
  readonly steps: ReadonlyMap<string, Said>;
  readonly mistakes: readonly { readonly said: Said; readonly fields: readonly KeyField[] }[];
  readonly answer: Said | null;
  readonly seenDueMs: number | null;
  readonly answerDueMs: number | null;
  readonly received: string;
  readonly given: string;
  readonly standing: string;
  readonly keyFields: readonly KeyField[];
  readonly circuit: string | null;
}

export interface Declaration {
  readonly state: string;
  readonly fromMs: number;
  readonly functions: readonly string[];
}

export interface Permit {
  readonly permission: string;
  readonly rule: string;
  readonly why: string;
}

export interface LevelRow {
  readonly level: string;
  readonly declared: ReadonlyMap<string, Declaration | null>;
  readonly permitted: ReadonlyMap<string, Permit>;
}

export interface Watch {
  readonly post: string;
  readonly level: string;
  readonly languages: readonly string[];
  readonly untilMs: number;
}

export interface Item {
  readonly recordId: string;
  readonly kind: string;
  readonly author: string;
  readonly subject: string;
  readonly until: string | null;
  readonly dueMs: number | null;
  readonly by: string | null;
}

export interface Board {
  readonly own: string;
  readonly peer: string;
  readonly nowMs: number;
  readonly levels: readonly LevelRow[];
  readonly suspensions: readonly Said[];
  readonly observed: { readonly state: string; readonly sinceMs: number | null; readonly why: string };
  readonly watches: ReadonlyMap<string, readonly Watch[]>;
  readonly clocks: readonly Item[];
  readonly nextChecksMs: ReadonlyMap<string, number>;
  readonly standing: Refused | null;
  readonly witnessing: string;
  readonly voids: number;
}

export function readMe(value: unknown): Me {
  const from = row(value, "me");
  return {
    party: text(from, "party"),
    post: text(from, "post"),
    person: text(from, "person"),
    roles: texts(from, "roles"),
    nowMs: whole(from, "now_ms"),
    position: whole(from, "position"),
  };
}

/** What may be said of how a notice was made available: a sentence of the node's. */
export function readAvailable(value: unknown): string {
  return text(row(value, "journey"), "made_available");
}

export function readPeers(value: unknown): readonly Peer[] {
  return rows(value, "peers").map((one) => ({ party: text(one, "party"), own: one.own === true }));
}

export function readRefused(value: unknown): Refused {
  const from = row(value, "refusal");
  return { rule: text(from, "rule"), why: text(from, "why") };
}

export function readSaid(value: unknown): Said {
  const from = row(value, "statement");
  return {
    recordId: text(from, "record_id"),
    author: text(from, "author"),
    addressee: text(from, "addressee"),
    precedence: text(from, "precedence"),
    post: text(from, "post"),
    person: text(from, "person"),
    releasedBy: textOrNull(from, "released_by"),
    createdMs: whole(from, "created_ms"),
    loggedMs: whole(from, "logged_ms"),
    lang: text(from, "lang"),
    kind: text(from, "kind"),
    body: row(from.body, "body"),
    void: orNull(from.void, readRefused),
  };
}

export function readNotice(value: unknown): Notice {
  const from = row(value, "notice");
  const climbed = row(from.ladder, "ladder");
  return {
    said: readSaid(from.said),
    steps: byName(climbed.steps, "steps", readSaid),
    mistakes: list(climbed.mistakes, "mistakes").map((pair) => {
      const [said, fields] = list(pair, "mistake");
      return { said: readSaid(said), fields: readFields(fields) };
    }),
    answer: orNull(climbed.answer, readSaid),
    seenDueMs: wholeOrNull(climbed, "seen_due_ms"),
    answerDueMs: wholeOrNull(climbed, "answer_due_ms"),
    received: text(climbed, "received"),
    given: text(from, "given"),
    standing: text(from, "standing"),
    keyFields: readFields(from.key_fields),
    circuit: textOrNull(from, "circuit"),
  };
}

export function readBoard(value: unknown): Board {
  const from = row(value, "board");
  const observed = row(from.observation, "observation");
  return {
    own: text(from, "own"),
    peer: text(from, "peer"),
    nowMs: whole(from, "now_ms"),
    levels: rows(from.levels, "levels").map(readLevel),
    suspensions: list(from.suspensions, "suspensions").map((pair) => readSaid(list(pair, "suspension")[0])),
    observed: {
      state: text(observed, "state"),
      sinceMs: wholeOrNull(observed, "since_ms"),
      why: text(observed, "why"),
    },
    watches: byName(from.watches, "watches", (one, where) => list(one, where).map(readWatch)),
    clocks: rows(from.clocks, "clocks").map(readItem),
    nextChecksMs: byName(from.next_checks_ms, "next_checks_ms", (at, name) => whole({ [name]: at }, name)),
    standing: orNull(from.standing, readRefused),
    witnessing: text(from, "witnessing"),
    voids: list(from.void, "void").length,
  };
}

function readFields(value: unknown): readonly KeyField[] {
  return rows(value, "key fields").map((one) => ({ name: text(one, "name"), value: text(one, "value") }));
}

function readLevel(from: Row): LevelRow {
  return {
    level: text(from, "level"),
    declared: byName(from.declared, "declared", (one) => orNull(one, readDeclaration)),
    permitted: byName(from.permitted, "permitted", (one) => {
      const permit = row(one, "permit");
      return { permission: text(permit, "permission"), rule: text(permit, "rule"), why: text(permit, "why") };
    }),
  };
}

function readDeclaration(value: unknown): Declaration {
  const from = bodyOf(value);
  return { state: text(from, "state"), fromMs: whole(from, "from_ms"), functions: texts(from, "functions") };
}

function readWatch(value: unknown): Watch {
  const from = bodyOf(value);
  return {
    post: text(from, "post"),
    level: text(from, "level"),
    languages: texts(from, "languages"),
    untilMs: whole(from, "until_ms"),
  };
}

function readItem(from: Row): Item {
  return {
    recordId: text(from, "record_id"),
    kind: text(from, "kind"),
    author: text(from, "author"),
    subject: text(from, "subject"),
    until: textOrNull(from, "until"),
    dueMs: wholeOrNull(from, "due_ms"),
    by: textOrNull(from, "by"),
  };
}

/** The members of a body, which comes with its kind beside it. */
function bodyOf(value: unknown): Row {
  return row(row(value, "body").body, "body");
}
