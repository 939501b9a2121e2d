/**
 * What stands round every view: whose console this is, the clock, whether the node is heard, how many alerts there are.
 *
 * The one idea: what is old is said to be old, in words, at the top, and looks old below.
 */

import { html, nothing, type TemplateResult } from "lit";
import { instant } from "../clock.ts";
import { alertLevel, openItems } from "../items.ts";
import { LANGS, type Lang, MODES, type Mode, THEMES, type Theme, writeView } from "../route.ts";
import { rule } from "./board.ts";
import { code, type Act, type Desk, own } from "./desk.ts";

export interface FrameActs {
  help(): void;
  signOut(): void;
}

export function headerView(desk: Desk, acts: FrameActs): TemplateResult {
  const { say, state, view, nowMs } = desk;
  const { me } = state;
  const chosen = (event: Event) => (event.target instanceof HTMLSelectElement ? event.target.value : "");
  const modeBar =
    view.mode === "ACTUAL" ? nothing : html`<p class="mode ${view.mode}" role="note">${say(`mode-${view.mode}`)}</p>`;
  return html`<header>${modeBar}<div class="bar">
    <h1><a href=${writeView({ ...view, page: "board", notice: "" })}>Clearline</a></h1>
    ${me === null ? nothing : html`<span class="who">${own(me.party)} <span class="quiet">${own(me.post)} (${own(me.person)})</span></span>`}
    ${me === null ? nothing : alertsView(desk)}
    <time class="now" datetime=${new Date(nowMs).toISOString()}>${code(`${new Date(nowMs).toISOString().slice(11, 19)}Z`)}</time>
    <span class="grow"></span>
    ${pick(
      "mode",
      say("mode"),
      MODES,
      view.mode,
      (one) => say(`mode-${one}`),
      (event) => desk.go({ mode: chosen(event) as Mode, page: "board", notice: "" }),
    )}
    ${pick(
      "lang",
      say("language"),
      Object.keys(LANGS),
      view.lang,
      (one) => LANGS[one as Lang],
      (event) => desk.go({ lang: chosen(event) as Lang }),
    )}
    ${pick(
      "theme",
      say("colours"),
      THEMES,
      view.theme,
      (one) => say(`theme-${one}`),
      (event) => desk.go({ theme: chosen(event) as Theme }),
    )}
    <button type="button" id="help" @click=${acts.help}>${say("keys")} ${view.keys ? html`<kbd>?</kbd>` : nothing}</button>
    ${me === null ? nothing : html`<button type="button" id="sign-out" @click=${acts.signOut}>${say("sign-out")}</button>`}
  </div></header>`;
}

function pick(
  id: string,
  label: string,
  all: readonly string[],
  now: string,
  words: (one: string) => string,
  changed: (event: Event) => void,
): TemplateResult {
  return html`<label class="pick" for=${id}><span>${label}</span> <select id=${id} @change=${changed}>
    ${all.map((one) => html`<option value=${one} ?selected=${one === now}>${words(one)}</option>`)}</select></label>`;
}

/** How many items need somebody here: counted aloud when the count changes, not at every tick. */
function alertsView(desk: Desk): TemplateResult {
  const levels = openItems(desk.state.boards ?? []).map((one) => alertLevel(one, desk.nowMs));
  const count = (level: string) => levels.filter((one) => one === level).length;
  const [late, waiting] = [count("warning"), count("caution")];
  return html`<span class="alerts" role="status">
    ${late === 0 ? nothing : html`<span class="alert warning">◆ ${desk.say("late-count", { count: late })}</span>`}
    ${waiting === 0 ? nothing : html`<span class="alert caution">▲ ${desk.say("waiting-count", { count: waiting })}</span>`}
  </span>`;
}

/** That the node is not heard, a refusal with its rule, or what was just said. */
export function newsView(desk: Desk, forget: () => void): TemplateResult {
  const { say, state, nowMs } = desk;
  const since =
    state.heardMs === null
      ? say("never-connected")
      : say("not-connected-since", { time: instant(state.heardMs, nowMs) });
  const away = html`<button type="button" class="away" @click=${forget}>${say("put-away")}</button>`;
  return html`<div class="news" role="alert">
      ${state.up ? nothing : html`<p class="strip warning" id="not-connected">◆ ${since}</p>`}
      ${state.refused === null || state.session !== "in" ? nothing : html`<p class="strip caution" id="refused">▲ ${state.refused.rule === "UNREACHABLE" ? say("unreachable") : html`${say("refused")} ${rule(state.refused)}`} ${away}</p>`}
    </div>
    <div class="news" role="status">${
      state.told === null
        ? nothing
        : html`<p class="strip told" id="told">✓ ${say(`told-${state.told.kind}`)} ${state.told.waits ? say("waits-for-second") : say("not-approval")} ${away}</p>`
    }</div>`;
}

/** What is to be said, once more, before it is: it is signed, and cannot be taken back. */
export function confirmView(desk: Desk, act: Act | null, answer: (yes: boolean) => void): TemplateResult {
  const { say, state } = desk;
  const me = state.me;
  return html`<dialog id="confirm" aria-labelledby="confirm-title" @cancel=${() => answer(false)} @close=${() => answer(false)}>${
    act === null || me === null
      ? nothing
      : html`<h2 id="confirm-title">${act.title}</h2>
        <p>${say("you-say", { post: me.post, party: me.party, peer: act.to })}</p>
        <dl class="facts">${act.lines.map(([name, value]) => html`<dt>${name}</dt><dd>${own(value)}</dd>`)}</dl>
        <p class="quiet">${say("cannot-be-taken-back")} ${say("not-approval")}</p>
        <div class="acts">
          <button type="button" autofocus @click=${() => answer(false)}>${say("go-back")}</button>
          <button type="button" class="go" id="say-it" ?disabled=${state.busy || !state.up} @click=${() => answer(true)}>${say("say-it")}</button>
        </div>`
  }</dialog>`;
}

export const KEYS = [
  ["A", "key-acknowledge"],
  ["J", "key-next"],
  ["K", "key-previous"],
  ["B", "key-board"],
  ["?", "key-help"],
  ["Esc", "key-escape"],
] as const;

export function helpView(desk: Desk): TemplateResult {
  const { say, view } = desk;
  const toggled = () => desk.go({ keys: !view.keys });
  return html`<dialog id="help-dialog" aria-labelledby="help-title">
    <h2 id="help-title">${say("keys")}</h2>
    <table class="keys"><tbody>${KEYS.map(([key, words]) => html`<tr><th scope="row"><kbd>${key}</kbd></th><td>${say(words)}</td></tr>`)}</tbody></table>
    <p class="quiet">${say("binding-has-no-key")}</p>
    <label class="tick"><input type="checkbox" id="single-keys" .checked=${view.keys} @change=${toggled}> ${say("single-keys")}</label>
    <p class="quiet">${say("terminal")}</p>
    <form method="dialog"><button>${say("put-away")}</button></form>
  </dialog>`;
}
