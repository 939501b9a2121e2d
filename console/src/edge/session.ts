/**
 * One officer's session with the node: signing in, what is shown, what is said, and whether the node is there at all.
 *
 * The one idea: nothing is kept here that the node did not say; whatever happens there is asked for anew, so that what is
 * shown is never put together from pieces of different times.
 */

import type { Mode } from "../route.ts";
import {
  type Board,
  type Me,
  type Notice,
  readAvailable,
  readBoard,
  readMe,
  readNotice,
  readPeers,
  type Refused,
} from "../wire/line.ts";
import { OddAnswerError, row, rows, text } from "../wire/read.ts";
import { type Answer, get, post, signOut, UnreachableError } from "./api.ts";
import { listen } from "./events.ts";

// States change by time alone (a side falls silent), so what is shown is asked for even when nothing happens.
const REFRESH_MS = 10_000;
// In a surge one answer serves many events; a notice is still on the screen well within a second.
const LEAST_GAP_MS = 150;

export interface State {
  readonly session: "asking" | "out" | "in";
  readonly me: Me | null;
  /** Null until the first answer: nothing is known then, which is not "nothing there". */
  readonly boards: readonly Board[] | null;
  readonly notice: Notice | null;
  /** How the own notice that is open was made available, in the node's words; null for one of the other side. */
  readonly available: string | null;
  readonly refused: Refused | null;
  /** What was last said from here: a kind of statement, and whether it waits for a second person. */
  readonly told: { readonly kind: string; readonly waits: boolean } | null;
  /** Whether what is shown is as the node has it now: its stream is open, and its last answer could be read. */
  readonly up: boolean;
  /** The node's time when what is shown was as the node had it. */
  readonly heardMs: number | null;
  readonly busy: boolean;
}

const NOTHING: State = {
  session: "asking",
  me: null,
  boards: null,
  notice: null,
  available: null,
  refused: null,
  told: null,
  up: false,
  heardMs: null,
  busy: false,
};

export class Session {
  state: State = NOTHING;
  readonly #changed: () => void;
  readonly #shown: () => { readonly mode: Mode; readonly notice: string };
  #aheadMs = 0;
  #ending = new AbortController();
  #listening = false;
  #fresh = false;
  #refreshing = false;
  #again = false;

  /** `shown` says what the page shows now; `changed` is told whenever the state is another. */
  constructor(shown: () => { readonly mode: Mode; readonly notice: string }, changed: () => void) {
    this.#shown = shown;
    this.#changed = changed;
  }

  /** The node's time, carried on by the browser's clock. */
  nowMs(): number {
    return Date.now() + this.#aheadMs;
  }

  async begin(): Promise<void> {
    try {
      const found = await get("/me");
      if ("value" in found) {
        this.#enter(readMe(found.value));
      } else {
        this.#leave(found.status === 401 ? null : found.refused);
      }
    } catch (error) {
      this.#lost(error);
      setTimeout(() => void this.begin(), REFRESH_MS / 5);
    }
  }

  async signIn(name: string, password: string, code: string): Promise<void> {
    const found = await this.#asked(() => post("/sessions", { name, password, code }));
    if (found !== null) {
      await this.begin();
    }
  }

  async end(): Promise<void> {
    await this.#asked(signOut);
    this.#leave(null);
  }

  /** Have something said; true if it was. A refusal is in the state, with its rule. */
  async say(path: string, body: unknown): Promise<boolean> {
    const found = await this.#asked(() => post(path, body === null ? {} : { body }, { mode: this.#shown().mode }));
    if (found !== null) {
      const answer = row(found.value, "answer");
      const said = rows(answer.said, "said").at(-1);
      this.#set({ told: { kind: said === undefined ? "" : text(said, "kind"), waits: answer.waits === true } });
      void this.refresh();
    }
    return found !== null;
  }

  /** The record that an answer "not ours" speaks under: the own statement of coverage to a peer that came last. */
  async coverage(own: string, peer: string): Promise<string> {
    const { mode } = this.#shown();
    const found = await this.#asked(() => get("/statements", { kind: "coverage", peer, mode }));
    const all = found === null ? [] : rows(found.value, "statements");
    const mine = all.filter((one) => text(one, "author") === own && one.void === null).at(-1);
    return mine === undefined ? "" : text(mine, "record_id");
  }

  /** The page shows something else now; in another picture nothing of this one may stay on the screen. */
  turned(otherMode: boolean): void {
    this.#set({ notice: null, refused: null, told: null, ...(otherMode ? { boards: null } : {}) });
    void this.refresh();
  }

  /** What was typed here cannot be meant. */
  complain(why: string): void {
    this.#set({ refused: { rule: "FORM", why }, told: null });
  }

  /** The page is put away: its stream is let go, as a browser has six connections to a node for all its pages. */
  pause(): void {
    this.#ending.abort();
    this.state = NOTHING;
  }

  forget(): void {
    this.#set({ refused: null, told: null });
  }

  /** Ask for all that is shown. While an answer is under way one more request is remembered, never two. */
  async refresh(): Promise<void> {
    if (this.state.session !== "in") {
      return;
    }
    this.#again = true;
    if (this.#refreshing) {
      return;
    }
    this.#refreshing = true;
    try {
      while (this.#again && this.state.session === "in") {
        this.#again = false;
        this.#fresh = await this.#load();
        this.#set({ up: this.#fresh && this.#listening });
        await new Promise((resolve) => setTimeout(resolve, LEAST_GAP_MS));
      }
    } catch (error) {
      this.#lost(error);
    } finally {
      this.#refreshing = false;
    }
  }

  /** Whether all that is shown is as the node has it now. */
  async #load(): Promise<boolean> {
    const { mode, notice } = this.#shown();
    const peers = this.#kept(await get("/peers", { mode }));
    if (peers === null) {
      return false;
    }
    const names = readPeers(peers).filter((one) => !one.own);
    const asked = names.map(async ({ party }) => this.#kept(await get("/board", { peer: party, mode })));
    const answers = await Promise.all(asked);
    const boards = answers.filter((one) => one !== null).map(readBoard);
    const shown = notice === "" ? null : this.#kept(await get(`/notices/${notice}`, { mode }));
    const open = shown === null ? null : readNotice(shown);
    const ours = open !== null && open.said.author === this.state.me?.party;
    const journey = ours ? this.#kept(await get(`/journeys/${open.said.recordId}`, { mode })) : null;
    if (boards.length !== names.length) {
      return false;
    }
    if (mode !== this.#shown().mode || notice !== this.#shown().notice) {
      return this.#fresh; // the page shows something else by now, and that has been asked for
    }
    for (const { nowMs } of boards) {
      this.#aheadMs = nowMs - Date.now();
    }
    const available = journey === null ? null : readAvailable(journey);
    this.#set({ boards, notice: open, available, heardMs: this.nowMs() });
    return true;
  }

  #kept(found: Answer): unknown {
    if ("value" in found) {
      return found.value;
    }
    if (found.status === 401) {
      this.#leave(null);
    } else {
      this.#set({ refused: found.refused });
    }
    return null;
  }

  async #asked(request: () => Promise<Answer>): Promise<{ readonly value: unknown } | null> {
    if (this.state.busy) {
      return null;
    }
    this.#set({ busy: true, refused: null, told: null });
    try {
      const found = await request();
      if ("value" in found) {
        return found;
      }
      this.#set({ refused: found.refused });
    } catch (error) {
      this.#lost(error);
      this.#set({ refused: { rule: "UNREACHABLE", why: "" } });
    } finally {
      this.#set({ busy: false });
    }
    return null;
  }

  #enter(me: Me): void {
    this.#ending = new AbortController();
    this.#aheadMs = me.nowMs - Date.now();
    this.#fresh = false;
    this.#listening = false;
    this.#set({ session: "in", me, refused: null, up: true, heardMs: null });
    const { signal } = this.#ending;
    const timer = setInterval(() => void this.refresh(), REFRESH_MS);
    signal.addEventListener("abort", () => clearInterval(timer));
    void listen(
      me.position,
      {
        heard: () => void this.refresh(),
        up: () => {
          if (!this.#listening) {
            this.#listening = true;
            void this.refresh();
          }
        },
        down: () => {
          this.#listening = false;
          this.#set({ up: false });
        },
        shut: () => this.#leave(null),
      },
      signal,
    );
    void this.refresh();
  }

  #leave(refused: Refused | null): void {
    this.#ending.abort();
    this.state = { ...NOTHING, session: "out", up: true, refused };
    this.#changed();
  }

  /** The node did not answer, or not as the console knows it: what stands on the page is from before. */
  #lost(error: unknown): void {
    this.#fresh = false;
    if (error instanceof OddAnswerError) {
      this.#set({ up: false, refused: { rule: "ANSWER", why: error.message } });
    } else if (error instanceof UnreachableError) {
      this.#set({ up: false });
    } else {
      this.#set({ up: false });
      throw error;
    }
  }

  #set(some: Partial<State>): void {
    this.state = { ...this.state, ...some };
    this.#changed();
  }
}
