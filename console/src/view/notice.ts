/**
 * The card of one notice: what it says, the ladder of its acknowledgement with times, and what may be said to it next.
 *
 * The one idea: each step is a statement of its own; what is there stands with who said it and when, what is not there
 * stands as not there, and no step is drawn from another.
 */

import { html, nothing, type TemplateResult } from "lit";
import { instant } from "../clock.ts";
import { writeView } from "../route.ts";
import { type KeyField, type Notice, type Said, STEPS, type Step } from "../wire/line.ts";
import { clockView, rule } from "./board.ts";
import { code, fieldName, type Desk, missing, own } from "./desk.ts";
import { answerForm, passOnForm, readBackForm } from "./forms.ts";

export function noticeView(desk: Desk): TemplateResult {
  const { say, view, state } = desk;
  const found = state.notice;
  const back = html`<p class="wide"><a class="back" href=${writeView({ ...view, page: "board", notice: "" })}>${say("back-to-board")}</a></p>`;
  if (found === null) {
    return html`${back}<p class="wide">${missing(say(state.refused === null ? "not-heard-yet" : "no-such-notice"))}</p>`;
  }
  return html`${back}
    <section class="panel card" aria-labelledby="notice" data-record=${found.said.recordId}>
      ${headView(desk, found)}
      <h3>${say("key-fields")}</h3>
      ${desk.form === "read-back" ? html`<p class="missing hidden-fields">${say("fields-hidden")}</p>` : fieldsView(desk, found.keyFields)}
      ${desk.form === "read-back" ? nothing : wordsView(desk, found.said)}
    </section>
    <section class="panel steps" aria-labelledby="ladder">
      <h2 id="ladder">${say("ladder")}</h2>
      <ol class="ladder">${STEPS.map((step) => stepView(desk, found, step))}</ol>
      ${mistakesView(desk, found)}
      <p class="always">${say("not-approval")}</p>
      ${actsView(desk, found)}
    </section>`;
}

function headView(desk: Desk, found: Notice): TemplateResult {
  const { say, nowMs } = desk;
  const { said } = found;
  const name = html`${typeOf(desk, said)}: ${own(String(said.body.subject ?? ""), said.lang)}`;
  // The type and the subject are read back too.
  return html`<h2 id="notice">${desk.form === "read-back" ? html`${say("notice")} ${code(said.recordId.slice(0, 10))}` : name}</h2>
    ${said.void === null ? nothing : html`<p class="strip warning">◆ ${say("does-not-count")} ${rule(said.void)}</p>`}
    <dl class="facts">
      <dt>${say("precedence")}</dt><dd>${say(`precedence-${said.precedence}`)}</dd>
      <dt>${say("standing")}</dt><dd>${say(`standing-${found.standing}`)}</dd>
      <dt>${say("said-by")}</dt><dd>${own(said.author)}, ${own(said.post)} (${own(said.person)}), ${code(instant(said.createdMs, nowMs))}</dd>
      <dt>${say("released-by")}</dt><dd>${said.releasedBy === null ? missing(say("nobody-released")) : own(said.releasedBy)}</dd>
      <dt>${say("to")}</dt><dd>${own(said.addressee)}</dd>
      <dt>${say("receipt")}</dt><dd lang="en" dir="ltr">${found.received}</dd>
      <dt>${say("notice-given")}</dt><dd lang="en" dir="ltr">${found.given}</dd>
      ${found.circuit === null ? nothing : html`<dt>${say("circuit")}</dt><dd lang="en" dir="ltr">${found.circuit}</dd>`}
      <dt>${say("record")}</dt><dd>${code(said.recordId)}</dd>
    </dl>`;
}

/** The type of a notice: its code and its word. */
function typeOf(desk: Desk, said: Said): TemplateResult {
  const type = String(said.body.type ?? "");
  return html`${code(type)} ${desk.say(`notice-${type}`)}`;
}

function fieldsView(desk: Desk, fields: readonly KeyField[]): TemplateResult {
  return html`<dl class="facts fields">${fields.map(
    (one) => html`<dt>${fieldName(desk, one.name)}</dt><dd>${code(one.value)}</dd>`,
  )}</dl>`;
}

function wordsView(desk: Desk, said: Said): TemplateResult {
  const { title, text } = said.body;
  const shown = [title, text].filter((one) => typeof one === "string" && one !== "");
  return html`<h3>${desk.say("own-words", { party: said.author })}</h3>
    ${
      shown.length === 0
        ? missing(desk.say("no-words"))
        : shown.map((one) => html`<blockquote dir="auto" lang=${said.lang}>${one}</blockquote>`)
    }
    <p class="quiet">${desk.say("words-decide-nothing")}</p>`;
}

function stepView(desk: Desk, found: Notice, step: Step): TemplateResult {
  const said = found.steps.get(step);
  const due = step === "SEEN" ? found.seenDueMs : step === "ANSWERED" ? found.answerDueMs : null;
  const name = html`<b>${desk.say(`step-${step}`)}</b>`;
  if (said === undefined) {
    return html`<li class="open" data-step=${step}><span aria-hidden="true">○</span> ${name}
      ${step === "OFFERED" ? offered(desk) : missing(desk.say("not-yet"))} ${clockView(desk, due)} ${provisional(desk, found, step)}</li>`;
  }
  const who = said.person === "" ? desk.say("by-machine") : html`${own(said.post)} (${own(said.person)})`;
  return html`<li class="done" data-step=${step}><span aria-hidden="true">●</span> ${name}
    ${own(said.author)}: ${who} ${code(instant(said.createdMs, desk.nowMs))} ${whatSaid(desk, said)}</li>`;
}

/** That a route took it is a fact of its author's node, and no statement. */
function offered(desk: Desk): TemplateResult {
  const words = desk.state.available;
  return words === null ? missing(desk.say("author-knows")) : html`<span lang="en" dir="ltr">${words}</span>`;
}

/** An answer that only says that another will come is no answer yet, and is shown where the answer will stand. */
function provisional(desk: Desk, found: Notice, step: Step): TemplateResult | typeof nothing {
  return step === "ANSWERED" && found.answer !== null ? whatSaid(desk, found.answer) : nothing;
}

function whatSaid(desk: Desk, said: Said): TemplateResult | typeof nothing {
  const { type, to, text } = said.body;
  if (said.kind === "answer") {
    const words = typeof text === "string" && text !== "" ? html` ${own(text, said.lang)}` : nothing;
    return html`<span class="said">${desk.say(`answer-${String(type)}`)}${words}</span>`;
  }
  return said.kind === "disseminated" ? html`<span class="said">${desk.say(`echelon-${String(to)}`)}</span>` : nothing;
}

function mistakesView(desk: Desk, found: Notice): TemplateResult | typeof nothing {
  if (found.mistakes.length === 0) {
    return nothing;
  }
  return html`<ul class="plain">${found.mistakes.map(
    ({
      said,
      fields,
    }) => html`<li class="strip caution">▲ ${desk.say("read-back-differed", { time: instant(said.createdMs, desk.nowMs) })}
      ${fields.map((one) => fieldName(desk, one.name)).join(", ")}</li>`,
  )}</ul>`;
}

/** Whether the own side may acknowledge now: the notice is to us, nobody here has seen it, and the officer may. */
export function mayAcknowledge(desk: Desk): boolean {
  const { me, notice, up, busy } = desk.state;
  return (
    me !== null && notice !== null && up && !busy && desk.form === "none" &&
    notice.said.addressee === me.party && !notice.steps.has("SEEN") && me.roles.includes("RECEIVE")
  ); // biome-ignore format: one condition to a word
}

function actsView(desk: Desk, found: Notice): TemplateResult | typeof nothing {
  const { say, state, form } = desk;
  const { me, up } = state;
  if (me === null || !up) {
    return html`<p class="missing">${say("nothing-while-down")}</p>`;
  }
  if (form === "read-back") {
    return readBackForm(desk, found);
  }
  if (form === "answer") {
    return answerForm(desk, found);
  }
  if (form === "pass-on") {
    return passOnForm(desk, found);
  }
  const may = (role: string) => me.roles.includes(role) && !state.busy;
  const has = (step: Step) => found.steps.has(step);
  const button = (id: string, shown: boolean, act: () => void, key = "") =>
    shown
      ? html`<button type="button" id=${id} @click=${act}>${say(id)}${key && desk.view.keys ? html` <kbd>${key}</kbd>` : nothing}</button>`
      : nothing;
  const close = () =>
    desk.confirm({
      path: `/notices/${found.said.recordId}/close`,
      body: null,
      to: found.said.addressee,
      title: say("close"),
      lines: [[say("notice"), String(found.said.body.subject ?? "")]],
    });
  if (found.said.author === me.party) {
    return html`<div class="acts">${button("close", may("ANSWER") && !has("CLOSED") && has("ANSWERED"), close)}</div>`;
  }
  return html`<div class="acts">
    ${button("acknowledge", mayAcknowledge(desk), () => desk.acknowledge(), "A")}
    ${button("read-back", may("RECEIVE") && !has("UNDERSTOOD"), () => desk.open("read-back"))}
    ${button("pass-on", may("RECEIVE") && !has("DISSEMINATED"), () => desk.open("pass-on"))}
    ${button("answer", may("ANSWER") && !has("CLOSED"), () => desk.open("answer"))}
  </div>`;
}
