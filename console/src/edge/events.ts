/**
 * What happens on the node, as it happens: the event stream, taken up again after every break where it was left.
 *
 * The one idea: a connection that says nothing is no connection. The node gives a sign of life every 15 seconds; after 20
 * without one the console says that it is not connected, which the browser's own EventSource would not notice.
 */

import { listenTo } from "./api.ts";

const SILENCE_MS = 20_000;
const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 4_000;

export interface Hearing {
  /** Something was kept by the node: its kind. */
  heard(kind: string): void;
  up(): void;
  down(): void;
  /** The session is over. */
  shut(): void;
}

/** Listen from a position until `signal` ends it. */
export async function listen(position: number, hearing: Hearing, signal: AbortSignal): Promise<void> {
  let from = position;
  let waitMs = FIRST_WAIT_MS;
  while (!signal.aborted) {
    const quiet = new AbortController();
    let timer = setTimeout(() => quiet.abort(), SILENCE_MS);
    try {
      const answer = await listenTo(from, AbortSignal.any([signal, quiet.signal]));
      if (answer.status === 401 || answer.status === 403) {
        hearing.shut();
        return;
      }
      for await (const [id, kind] of told(answer, () => {
        clearTimeout(timer);
        timer = setTimeout(() => quiet.abort(), SILENCE_MS);
        waitMs = FIRST_WAIT_MS;
        hearing.up();
      })) {
        from = id;
        hearing.heard(kind);
      }
    } catch (error) {
      if (!(error instanceof TypeError || (error instanceof DOMException && error.name === "AbortError"))) {
        throw error;
      }
    } finally {
      clearTimeout(timer);
    }
    if (!signal.aborted) {
      hearing.down();
      await new Promise((resolve) => setTimeout(resolve, waitMs));
      waitMs = Math.min(LONGEST_WAIT_MS, 2 * waitMs);
    }
  }
}

/** The events of one connection; `alive` is called for every sign of life, an event or not. */
async function* told(answer: Response, alive: () => void): AsyncGenerator<[number, string]> {
  const reader = answer.ok ? answer.body?.pipeThrough(new TextDecoderStream()).getReader() : undefined;
  let rest = "";
  while (reader !== undefined) {
    const { done, value } = await reader.read();
    if (done) {
      return;
    }
    alive();
    const blocks = (rest + value).split("\n\n");
    rest = blocks.pop() ?? "";
    for (const block of blocks) {
      const id = /^id: (\d+)$/m.exec(block)?.[1];
      const kind = /^event: (\w+)$/m.exec(block)?.[1];
      if (id !== undefined && kind !== undefined) {
        yield [Number(id), kind];
      }
    }
  }
}
