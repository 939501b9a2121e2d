/**
 * Members of an answer, each of the kind it is to be.
 *
 * The one idea: what is missing or of another kind is an error where the answer comes in, never a blank where it is
 * shown; null is "not stated" and stays so.
 */

export type Row = Readonly<Record<string, unknown>>;

/** An answer of the node that is not as the console knows it: the member, and what it should have been. */
export class OddAnswerError extends Error {
  constructor(where: string, wanted: string) {
    super(`${where} is no ${wanted}: node and console are to be of one version`);
  }
}

export function row(value: unknown, where: string): Row {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new OddAnswerError(where, "object");
  }
  return value as Row;
}

export function list(value: unknown, where: string): readonly unknown[] {
  if (!Array.isArray(value)) {
    throw new OddAnswerError(where, "list");
  }
  return value;
}

export function rows(value: unknown, where: string): readonly Row[] {
  return list(value, where).map((one, n) => row(one, `${where}[${n}]`));
}

export function text(from: Row, name: string): string {
  const value = from[name];
  if (typeof value !== "string") {
    throw new OddAnswerError(name, "text");
  }
  return value;
}

export function textOrNull(from: Row, name: string): string | null {
  return from[name] === null ? null : text(from, name);
}

export function whole(from: Row, name: string): number {
  const value = from[name];
  if (typeof value !== "number" || !Number.isSafeInteger(value)) {
    throw new OddAnswerError(name, "whole number");
  }
  return value;
}

export function wholeOrNull(from: Row, name: string): number | null {
  return from[name] === null ? null : whole(from, name);
}

export function texts(from: Row, name: string): readonly string[] {
  return list(from[name], name).map((one, n) => {
    if (typeof one !== "string") {
      throw new OddAnswerError(`${name}[${n}]`, "text");
    }
    return one;
  });
}

/** The members of an object, each read in its turn. */
export function byName<T>(value: unknown, where: string, read: (one: unknown, where: string) => T): Map<string, T> {
  return new Map(Object.entries(row(value, where)).map(([name, one]) => [name, read(one, `${where}.${name}`)]));
}

export function orNull<T>(value: unknown, read: (one: unknown) => T): T | null {
  return value === null ? null : read(value);
}
