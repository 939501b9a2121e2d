/**
 * Instants and what is left until them, as the line writes them: UTC with its Z, figures 0 to 9, in every language.
 *
 * The one idea: time is the node's, carried on by the browser's own between two answers.
 */

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;

/** 2026-05-01T06:00:00Z; the date is left out on the day of `nowMs`, so that what is today is short. */
export function instant(atMs: number, nowMs: number): string {
  const whole = new Date(atMs).toISOString();
  return whole.slice(0, 10) === new Date(nowMs).toISOString().slice(0, 10)
    ? `${whole.slice(11, 19)}Z`
    : `${whole.slice(0, 10)} ${whole.slice(11, 19)}Z`;
}

/** How long, without a sign: 12:03, 1:12:03, or 2 d 04:10 for what is days away. Part of a second is left out. */
export function span(lengthMs: number): string {
  const seconds = Math.floor(Math.abs(lengthMs) / SECOND_MS);
  const two = (value: number) => String(value).padStart(2, "0");
  const [days, hours, minutes] = [
    Math.floor(seconds / 86_400),
    Math.floor(seconds / 3_600) % 24,
    Math.floor(seconds / 60) % 60,
  ];
  if (days > 0) {
    return `${days} d ${two(hours)}:${two(minutes)}`;
  }
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${two(minutes)}:${two(seconds % 60)}`;
}

/** Whether a clock has run out: at its time it is still in time, as every interval is closed. */
export function isLate(dueMs: number | null, nowMs: number): boolean {
  return dueMs !== null && nowMs > dueMs;
}

/** Milliseconds of a time typed as minutes from now (+30, -5) or in full with its Z; null for anything else. */
export function typedTime(words: string, nowMs: number): number | null {
  const minutes = /^([+-]\d{1,4})$/.exec(words.trim());
  if (minutes?.[1] !== undefined) {
    return nowMs + Number(minutes[1]) * MINUTE_MS;
  }
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?Z$/.test(words.trim())) {
    return null;
  }
  const found = Date.parse(words.trim());
  // A day that there is not, such as 30 February, is not moved to the next one.
  return Number.isNaN(found) || !new Date(found).toISOString().startsWith(words.trim().slice(0, 16)) ? null : found;
}
