/**
 * Requests to the node that served this page, and to nothing else; the session is a cookie that no script can read.
 *
 * The one idea: a no of the node is a value with its rule, to be quoted; only a node that cannot be reached is an error.
 */

import { readRefused, type Refused } from "../wire/line.ts";

const ROOT = "/api/v1";
const TIMEOUT_MS = 5_000;

/** The node could not be reached, or did not answer as a node does. */
export class UnreachableError extends Error {}

export type Answer = { readonly value: unknown } | { readonly refused: Refused; readonly status: number };

export function get(path: string, query: Readonly<Record<string, string>> = {}): Promise<Answer> {
  return ask("GET", `${path}?${new URLSearchParams(query)}`);
}

export function post(path: string, wish: unknown, query: Readonly<Record<string, string>> = {}): Promise<Answer> {
  return ask("POST", `${path}?${new URLSearchParams(query)}`, JSON.stringify(wish));
}

export function signOut(): Promise<Answer> {
  return ask("DELETE", "/sessions");
}

export function listenTo(position: number, signal: AbortSignal): Promise<Response> {
  return fetch(`${ROOT}/events?after=${position}`, { signal, cache: "no-store" });
}

async function ask(method: string, path: string, body?: string): Promise<Answer> {
  const given = body === undefined ? {} : { body, headers: { "content-type": "application/json" } };
  try {
    const answer = await fetch(ROOT + path, { method, ...given, signal: AbortSignal.timeout(TIMEOUT_MS) });
    const value: unknown = answer.status === 204 ? null : await answer.json();
    return answer.ok ? { value } : { refused: readRefused(value), status: answer.status };
  } catch (error) {
    throw new UnreachableError(String(error), { cause: error });
  }
}
