/**
 * The console of a node: one element that holds the session, the address and the language, and draws the view of them.
 *
 * The one idea: state in, page out; everything an officer does goes to the node, and the page changes when the node says
 * that something is so.
 */

import { html, LitElement, nothing, type TemplateResult } from "lit";
import { Session } from "./edge/session.ts";
import { readView, type View, writeView } from "./route.ts";
import { directionOf, load, type Say } from "./texts.ts";
import { boardView } from "./view/board.ts";
import type { Act, Desk, FormName } from "./view/desk.ts";
import { confirmView, headerView, helpView, newsView } from "./view/frame.ts";
import { mayAcknowledge, noticeView } from "./view/notice.ts";
import { signInView } from "./view/sign-in.ts";

const TICK_MS = 1_000;

class Console extends LitElement {
  #view: View = readView(location.hash, navigator.languages);
  #say: Say | null = null;
  #form: FormName = "none";
  #act: Act | null = null;
  readonly #session = new Session(
    () => this.#view,
    () => this.requestUpdate(),
  );

  /** No shadow: one style sheet, and labels that refer to each other. */
  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener("hashchange", () => void this.#turn(readView(location.hash, navigator.languages)));
    addEventListener("pagehide", () => this.#session.pause());
    addEventListener("pageshow", (event) => event.persisted && void this.#session.begin());
    addEventListener("keydown", (event) => this.#key(event));
    setInterval(() => this.requestUpdate(), TICK_MS);
    void this.#turn(this.#view).then(() => this.#session.begin());
  }

  protected override render(): TemplateResult | typeof nothing {
    if (this.#say === null) {
      return nothing;
    }
    const desk = this.#desk(this.#say);
    const { session, up, busy } = this.#session.state;
    const acts = { help: () => this.#dialog("help-dialog").showModal(), signOut: () => void this.#session.end() };
    return html`<a class="skip" href="#main" @click=${this.#skip}>${desk.say("skip")}</a>
      ${headerView(desk, acts)} ${newsView(desk, () => this.#session.forget())}
      <main id="main" tabindex="-1" class=${session === "in" && !up ? "stale" : ""} aria-busy=${busy || session === "asking"}>
        ${this.#page(desk)}
      </main>
      ${confirmView(desk, this.#act, (yes) => void this.#confirmed(yes))} ${helpView(desk)}`;
  }

  protected override updated(): void {
    const { state } = this.#session;
    const ready = this.#say !== null && (state.session === "out" || (state.session === "in" && state.boards !== null));
    this.toggleAttribute("data-ready", ready);
    const dialog = this.querySelector<HTMLDialogElement>("#confirm");
    if (this.#act !== null && dialog !== null && !dialog.open) {
      dialog.showModal();
    }
  }

  #page(desk: Desk): TemplateResult | typeof nothing {
    if (desk.state.session === "asking") {
      return nothing;
    }
    if (desk.state.session === "out") {
      return signInView(desk, (name, password, code) => void this.#session.signIn(name, password, code));
    }
    return this.#view.page === "notice" ? noticeView(desk) : boardView(desk);
  }

  #desk(say: Say): Desk {
    return {
      state: this.#session.state,
      view: this.#view,
      form: this.#form,
      nowMs: this.#session.nowMs(),
      say,
      go: (some) => {
        location.hash = writeView({ ...this.#view, ...some });
      },
      open: (form) => this.#open(form),
      acknowledge: () => void this.#acknowledge(),
      confirm: (act) => {
        this.#act = act;
        this.requestUpdate();
      },
      coverage: (peer) => this.#session.coverage(this.#session.state.me?.party ?? "", peer),
      complain: (words) => this.#session.complain(words),
    };
  }

  async #turn(view: View): Promise<void> {
    const before = this.#view;
    const first = this.#say === null;
    if (first || view.lang !== before.lang) {
      this.#say = await load(view.lang);
    }
    this.#view = view;
    const page = document.documentElement;
    page.lang = view.lang;
    page.dir = directionOf(view.lang);
    page.dataset.theme = view.theme;
    if (view.notice !== before.notice || view.mode !== before.mode) {
      this.#form = "none";
      this.#session.turned(view.mode !== before.mode);
      await this.updateComplete;
      this.querySelector<HTMLElement>("#main")?.focus();
    }
    this.requestUpdate();
  }

  #open(form: FormName): void {
    const from = this.#form;
    this.#form = form;
    this.requestUpdate();
    // The focus goes into the form that was opened, and back to the button that opened it.
    const wanted = form === "none" ? `#${from}` : `#form-${form} :is(input, select)`;
    void this.updateComplete.then(() => this.querySelector<HTMLElement>(wanted)?.focus());
  }

  async #acknowledge(): Promise<void> {
    const { notice } = this.#session.state;
    if (notice !== null && this.#say !== null && mayAcknowledge(this.#desk(this.#say))) {
      await this.#session.say(`/notices/${notice.said.recordId}/seen`, {});
    }
  }

  async #confirmed(yes: boolean): Promise<void> {
    const act = this.#act;
    this.#act = null;
    this.#dialog("confirm").close();
    this.requestUpdate();
    if (yes && act !== null && (await this.#session.say(act.path, act.body))) {
      this.#open("none");
    }
  }

  #key(event: KeyboardEvent): void {
    const typing = event.target instanceof Element && event.target.closest("input, select, textarea, dialog") !== null;
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || this.querySelector("dialog[open]") !== null) {
      return;
    }
    if (event.key === "Escape") {
      this.#escape();
    } else if (!typing && this.#view.keys && this.#session.state.session === "in") {
      this.#letter(event);
    }
  }

  /** The nearest thing is closed: the form, then the card. */
  #escape(): void {
    if (this.#form !== "none") {
      this.#open("none");
    } else if (this.#view.page !== "board") {
      location.hash = writeView({ ...this.#view, page: "board", notice: "" });
    }
  }

  #letter(event: KeyboardEvent): void {
    const items = [...this.querySelectorAll<HTMLElement>("a.item")];
    const at = items.findIndex((one) => one.matches(":focus"));
    const acts: Readonly<Record<string, () => void>> = {
      a: () => void this.#acknowledge(),
      b: () => {
        location.hash = writeView({ ...this.#view, page: "board", notice: "" });
      },
      j: () => items[Math.min(at + 1, items.length - 1)]?.focus(),
      k: () => items[Math.max(at - 1, 0)]?.focus(),
      "?": () => this.#dialog("help-dialog").showModal(),
    };
    const act = acts[event.key.toLowerCase()];
    if (act !== undefined) {
      event.preventDefault();
      act();
    }
  }

  #dialog(id: string): HTMLDialogElement {
    const found = this.querySelector<HTMLDialogElement>(`#${id}`);
    if (found === null) {
      throw new Error(`there is no dialog ${id}`);
    }
    return found;
  }

  /** The address is the view, so the link over the header moves the focus and leaves the address alone. */
  #skip(event: Event): void {
    event.preventDefault();
    document.getElementById("main")?.focus();
  }
}

customElements.define("cl-console", Console);
