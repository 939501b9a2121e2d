/**
 * The open items of all channels as one list, the clock that runs out first at the top.
 *
 * The one idea: each board comes sorted from the node; putting them together changes no order that the node gave.
 */

import { isLate } from "./clock.ts";
import type { Board, Item } from "./wire/line.ts";

export interface OpenItem extends Item {
  readonly own: string;
  readonly peer: string;
}

export function openItems(boards: readonly Board[]): readonly OpenItem[] {
  const all = boards.flatMap(({ own, peer, clocks }) => clocks.map((one) => ({ ...one, own, peer })));
  // The sort is stable: items without a clock, and equal clocks, stay as the boards have them.
  return all.sort((a, b) => (a.dueMs ?? Infinity) - (b.dueMs ?? Infinity) || 0);
}

/** Whether somebody here is to act on it: its clock runs for the own party, or for both. */
export function isOurs(item: OpenItem): boolean {
  return item.by === item.own || (item.by === null && item.dueMs !== null);
}

// Under a quarter of an hour notice is short (`line.notice`); a colour for every running clock would be a colour for none.
const CLOSE_MS = 15 * 60_000;

/** Warning: ours and late. Caution: ours and due within a quarter of an hour, or the other side's and late. */
export function alertLevel(item: OpenItem, nowMs: number): "warning" | "caution" | "advisory" {
  if (isLate(item.dueMs, nowMs)) {
    return isOurs(item) ? "warning" : "caution";
  }
  return isOurs(item) && item.dueMs !== null && item.dueMs - nowMs <= CLOSE_MS ? "caution" : "advisory";
}
