/**
 * The forms of what binds: reading back field by field, answering by type, saying to whom it was passed on.
 *
 * The one idea: a form says nothing; it gathers what would be said, and that is shown once more before it is.
 */

import { html, nothing, type TemplateResult } from "lit";
import { instant, typedTime } from "../clock.ts";
import type { Notice } from "../wire/line.ts";
import { ANSWERS, ECHELONS, REASONS } from "../words.ts";
import { type Desk, fieldName } from "./desk.ts";

const PROVISIONAL: readonly string[] = ["STANDBY", "NOT_KNOWN_CHECKING"];

/** Every key field by its name alone: what the watch understood is typed, not copied. */
export function readBackForm(desk: Desk, found: Notice): TemplateResult {
  const { say } = desk;
  const path = `/notices/${found.said.recordId}/read-back`;
  const send = (told: FormData) => {
    const fields = found.keyFields.map((one, n) => ({ name: one.name, value: String(told.get(`field-${n}`)).trim() }));
    const lines = fields.map((one) => [fieldName(desk, one.name), one.value] as const);
    desk.confirm({ path, body: { fields }, to: found.said.author, title: say("read-back"), lines });
  };
  return form(
    desk,
    "read-back",
    send,
    html`<p class="quiet">${say("read-back-how")}</p>
    ${found.keyFields.map(
      (one, n) => html`<label for="field-${n}">${fieldName(desk, one.name)}</label>
        <input id="field-${n}" name="field-${n}" dir="ltr" autocomplete="off" spellcheck="false" required aria-describedby=${one.name === "type" ? "type-how" : nothing}>`,
    )}
    <p class="quiet" id="type-how">${say("read-back-type")}</p>`,
  );
}

export function answerForm(desk: Desk, found: Notice): TemplateResult {
  const { say, nowMs } = desk;
  const path = `/notices/${found.said.recordId}/answer`;
  const send = async (told: FormData) => {
    const [type, until, words] = ["type", "until", "text"].map((name) => String(told.get(name) ?? "").trim());
    const untilMs = until ? typedTime(until, nowMs) : null;
    if ((until && untilMs === null) || (PROVISIONAL.includes(type ?? "") && untilMs === null)) {
      desk.complain(say("until-needed"));
      return;
    }
    const reason = type === "UNABLE" ? String(told.get("reason")) : null;
    const coverage = type === "CHECKED_NOT_OURS" ? await desk.coverage(found.said.author) : "";
    const lines: [string, string][] = [[say("answer"), `${type} ${say(`answer-${type}`)}`]];
    if (reason !== null) {
      lines.push([say("reason"), `${reason} ${say(`reason-${reason}`)}`]);
    }
    if (untilMs !== null) {
      lines.push([say("until"), instant(untilMs, nowMs)]);
    }
    if (type === "CHECKED_NOT_OURS") {
      lines.push([say("under-coverage"), coverage.slice(0, 16) || say("no-coverage")]);
    }
    if (words) {
      lines.push([say("text"), words]);
    }
    desk.confirm({
      path,
      body: { type, until_ms: untilMs, reason, coverage, text: words },
      to: found.said.author,
      title: say("answer"),
      lines,
    });
  };
  return form(
    desk,
    "answer",
    send,
    html`<label for="type">${say("answer-type")}</label>
    <select id="type" name="type" required>${choice("", say("choose"))}${ANSWERS.map((one) => choice(one, `${one}: ${say(`answer-${one}`)}`))}</select>
    <label for="reason">${say("reason-if-unable")}</label>
    <select id="reason" name="reason">${REASONS.toReversed().map((one) => choice(one, `${one}: ${say(`reason-${one}`)}`))}</select>
    <label for="until">${say("until-how")}</label>
    <input id="until" name="until" dir="ltr" autocomplete="off">
    <label for="text">${say("text-decides-nothing")}</label>
    <textarea id="text" name="text" rows="2" dir="auto" maxlength="2000"></textarea>`,
  );
}

export function passOnForm(desk: Desk, found: Notice): TemplateResult {
  const { say, nowMs } = desk;
  const path = `/notices/${found.said.recordId}/passed-on`;
  const send = (told: FormData) => {
    const to = String(told.get("to"));
    const at = String(told.get("at") ?? "").trim();
    const atMs = at === "" ? nowMs : typedTime(at, nowMs);
    if (atMs === null) {
      desk.complain(say("time-needed"));
      return;
    }
    const lines = [
      [say("passed-to"), say(`echelon-${to}`)],
      [say("passed-at"), instant(atMs, nowMs)],
    ] as const;
    desk.confirm({ path, body: { to, at_ms: Math.round(atMs) }, to: found.said.author, title: say("pass-on"), lines });
  };
  return form(
    desk,
    "pass-on",
    send,
    html`<label for="to">${say("passed-to")}</label>
    <select id="to" name="to" required>${choice("", say("choose"))}${ECHELONS.map((one) => choice(one, say(`echelon-${one}`)))}</select>
    <label for="at">${say("passed-at-how")}</label>
    <input id="at" name="at" dir="ltr" autocomplete="off">`,
  );
}

function choice(value: string, words: string): TemplateResult {
  return html`<option value=${value}>${words}</option>`;
}

function form(desk: Desk, id: string, send: (told: FormData) => void, inside: TemplateResult): TemplateResult {
  const submitted = (event: SubmitEvent) => {
    event.preventDefault();
    if (event.target instanceof HTMLFormElement) {
      send(new FormData(event.target));
    }
  };
  return html`<form id="form-${id}" class="form" aria-labelledby="form-title" @submit=${submitted}>
    <h3 id="form-title">${desk.say(id)}</h3>
    ${inside}
    <div class="acts">
      <button class="go" type="submit" ?disabled=${desk.state.busy}>${desk.say("look-over")}</button>
      <button type="button" @click=${() => desk.open("none")}>${desk.say("put-away")}</button>
    </div>
  </form>`;
}
