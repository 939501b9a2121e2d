/**
 * The board: what is open on all channels by its clock, and each channel as both sides declared and as it is observed.
 *
 * The one idea: declared stands beside observed and neither hides the other; what nobody said is shown as not said.
 */

import { html, nothing, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { instant, isLate, span } from "../clock.ts";
import { alertLevel, type OpenItem, openItems } from "../items.ts";
import { writeView } from "../route.ts";
import type { Board, Declaration, LevelRow, Permit, Refused, Watch } from "../wire/line.ts";
import { code, type Desk, missing, own } from "./desk.ts";

const SHAPES = { warning: "◆", caution: "▲", advisory: "●" } as const;
// The two functions that a watch asks about all day; the others are at the terminal (`clearline line board`).
const FUNCTIONS = ["FLIGHT_SAFETY", "COOPERATION"] as const;

export function boardView(desk: Desk): TemplateResult {
  const { boards } = desk.state;
  if (boards === null) {
    return html`<p class="wide">${missing(desk.say("not-heard-yet"))}</p>`;
  }
  return html`${itemsView(desk, openItems(boards))}
    ${
      boards.length === 0
        ? html`<p class="wide">${missing(desk.say("no-peers"))}</p>`
        : html`<div class="channels">${repeat(
            boards,
            (board) => board.peer,
            (board) => channelView(desk, board),
          )}</div>`
    }`;
}

function itemsView(desk: Desk, items: readonly OpenItem[]): TemplateResult {
  const { say } = desk;
  return html`<section class="panel items" aria-labelledby="items">
    <h2 id="items">${say("open-items", { count: items.length })}</h2>
    ${
      items.length === 0
        ? html`<p class="quiet">${say("nothing-open")}</p>`
        : html`<div class="scroll" tabindex="0" role="group" aria-labelledby="items"><table>
            <thead><tr>
              <th scope="col">${say("clock")}</th><th scope="col">${say("due")}</th><th scope="col">${say("for-whom")}</th>
              <th scope="col">${say("what")}</th><th scope="col">${say("subject")}</th>
              <th scope="col">${say("channel")}</th>
            </tr></thead>
            <tbody>${repeat(
              items,
              (one) => `${one.recordId} ${one.kind}`,
              (one) => itemRow(desk, one),
            )}</tbody>
          </table></div>`
    }
  </section>`;
}

function itemRow(desk: Desk, item: OpenItem): TemplateResult {
  const { say, nowMs, view } = desk;
  const level = alertLevel(item, nowMs);
  const subject = item.subject === "" ? code(item.recordId.slice(0, 10)) : own(item.subject);
  return html`<tr class=${level} data-record=${item.recordId}>
    <td class="when"><span class="shape" aria-hidden="true">${SHAPES[level]}</span>
      <span class="level">${say(`alert-${level}`)}</span> ${clockView(desk, item.dueMs)}</td>
    <td>${item.until === null ? missing(say("no-clock")) : say(`until-${item.until}`)}</td>
    <td>${item.by === null ? say("both-sides") : own(item.by)}</td>
    <td>${say(`item-${item.kind}`)} ${say("from-party", { party: item.author })}</td>
    <th scope="row">${
      item.kind === "NOTICE"
        ? html`<a class="item" href=${writeView({ ...view, page: "notice", notice: item.recordId })}>${subject}</a>`
        : subject
    }</th>
    <td>${own(item.peer)}</td>
  </tr>`;
}

/** A clock that runs: what is left, or by how much it is late; the time it runs to stands beside it. */
export function clockView(desk: Desk, dueMs: number | null): TemplateResult | typeof nothing {
  if (dueMs === null) {
    return nothing;
  }
  const left = dueMs - desk.nowMs;
  const late = isLate(dueMs, desk.nowMs);
  const words = desk.say(late ? "overdue-by" : "time-left", { span: span(left) });
  return html`<span class="clock ${late ? "late" : ""}">${words}</span>
    <time class="quiet" datetime=${new Date(dueMs).toISOString()}>${code(instant(dueMs, desk.nowMs))}</time>`;
}

function channelView(desk: Desk, board: Board): TemplateResult {
  const { say } = desk;
  const id = `channel-${board.peer}`;
  const sides = [board.own, board.peer];
  return html`<section class="panel channel" aria-labelledby=${id} data-peer=${board.peer}>
    <h2 id=${id}>${own(board.own)} <span aria-hidden="true">⟷</span> <span class="vh">${say("and")}</span> ${own(board.peer)}</h2>
    ${board.standing === null ? nothing : html`<p class="strip warning">◆ ${say("nothing-can-be-said")} ${rule(board.standing)}</p>`}
    ${board.voids === 0 ? nothing : html`<p class="strip caution">▲ ${say("void-statements", { count: board.voids })}</p>`}
    <table class="sides">
      <thead><tr><td></td>${sides.map((side) => html`<th scope="col">${own(side)}${side === board.own ? html` <span class="quiet">${say("own-side")}</span>` : nothing}</th>`)}</tr></thead>
      <tbody>
        <tr><th scope="row">${say("observed")}</th><td>${ownSideView(desk)}</td><td>${observedView(desk, board)}</td></tr>
        <tr><th scope="row">${say("on-watch")}</th>${sides.map((side) => html`<td>${watchView(desk, board.watches.get(side) ?? [])}</td>`)}</tr>
        <tr><th scope="row">${say("next-line-check")}</th>${sides.map((side) => html`<td>${checkView(desk, board.nextChecksMs.get(side))}</td>`)}</tr>
      </tbody>
    </table>
    <div class="scroll" tabindex="0" role="group" aria-label=${say("levels-of", { party: board.peer })}><table>
      <thead>
        <tr><th scope="col">${say("level")}</th>
          ${sides.map((side) => html`<th scope="col">${say("declared-by", { party: side })}</th>`)}
          ${FUNCTIONS.map((one) => html`<th scope="col">${say(`function-${one}`)}</th>`)}</tr>
      </thead>
      <tbody>${board.levels.map((level) => levelView(desk, level, sides))}</tbody>
    </table></div>
    ${rulesView(desk, board.levels)}
    ${board.suspensions.map(
      (said) =>
        html`<p class="strip caution">▲ ${say("suspended-by", { party: said.author })} ${code(instant(said.createdMs, desk.nowMs))}
          ${typeof said.body.reason === "string" ? own(said.body.reason, said.lang) : nothing}</p>`,
    )}
    <p class="quiet foot" lang="en" dir="ltr">${board.witnessing}</p>
  </section>`;
}

function ownSideView(desk: Desk): TemplateResult {
  return desk.state.up
    ? html`<span class="state good"><span aria-hidden="true">■</span> ${desk.say("own-node-up")}</span>`
    : html`<span class="state unknown"><span aria-hidden="true">▢</span> ${desk.say("own-node-down")}</span>`;
}

const MARKS: Readonly<Record<string, readonly [string, string]>> = {
  LIVE: ["good", "■"],
  DEGRADED: ["caution", "▲"],
  SILENT: ["warning", "◆"],
};

function observedView(desk: Desk, board: Board): TemplateResult {
  const { state, sinceMs, why } = board.observed;
  const [look, mark] = MARKS[state] ?? ["unknown", "▢"];
  return html`<span class="state ${look}"><span aria-hidden="true">${mark}</span> ${desk.say(`observed-${state}`)}</span>
    ${sinceMs === null ? nothing : html` ${desk.say("since", { time: instant(sinceMs, desk.nowMs) })}`}
    <span class="quiet why" lang="en" dir="ltr">${why}</span>`;
}

function watchView(desk: Desk, watches: readonly Watch[]): TemplateResult {
  if (watches.length === 0) {
    return missing(desk.say("no-watch"));
  }
  return html`<ul class="plain">${watches.map(
    (one) => html`<li>${own(one.post)} <span class="quiet">${desk.say(`level-${one.level}`)} ·
      ${code(one.languages.join(" "))} · ${desk.say("watch-until", { time: instant(one.untilMs, desk.nowMs) })}</span></li>`,
  )}</ul>`;
}

function checkView(desk: Desk, atMs: number | undefined): TemplateResult {
  if (atMs === undefined) {
    return missing(desk.say("not-stated"));
  }
  const left = atMs > desk.nowMs ? desk.say("in-time", { span: span(atMs - desk.nowMs) }) : desk.say("due-now");
  return html`${code(instant(atMs, desk.nowMs))} <span class="quiet">${left}</span>`;
}

function levelView(desk: Desk, level: LevelRow, sides: readonly string[]): TemplateResult {
  return html`<tr data-level=${level.level}>
    <th scope="row">${desk.say(`level-${level.level}`)}</th>
    ${sides.map((side) => html`<td>${declaredView(desk, level.declared.get(side) ?? null)}</td>`)}
    ${FUNCTIONS.map((one) => html`<td>${permitView(desk, level.permitted.get(one))}</td>`)}
  </tr>`;
}

const DECLARED: Readonly<Record<string, string>> = { OPEN: "good", LIMITED: "caution", SUSPENDED: "caution" };

function declaredView(desk: Desk, found: Declaration | null): TemplateResult {
  if (found === null) {
    return missing(desk.say("nothing-declared"));
  }
  return html`<span class="state ${DECLARED[found.state] ?? "shut"}">${desk.say(`declared-${found.state}`)}</span>
    <span class="quiet">${desk.say("since", { time: instant(found.fromMs, desk.nowMs) })}</span>`;
}

function permitView(desk: Desk, found: Permit | undefined): TemplateResult {
  if (found === undefined) {
    return missing(desk.say("not-stated"));
  }
  return html`${desk.say(`permit-${found.permission}`)} <span class="quiet">${code(found.rule)}</span>`;
}

/** The sentence of each rule that decides in the table above, once for each thing it decides. */
function rulesView(desk: Desk, levels: readonly LevelRow[]): TemplateResult {
  const found = levels.flatMap(({ level, permitted }) =>
    FUNCTIONS.map((one) => ({ level, name: desk.say(`function-${one}`), permit: permitted.get(one) })),
  );
  return html`<details><summary>${desk.say("rules")}</summary>
    <dl class="facts">${found.map(({ level, name, permit }) =>
      permit === undefined ? nothing : html`<dt>${desk.say(`level-${level}`)}, ${name}</dt><dd>${rule(permit)}</dd>`,
    )}</dl></details>`;
}

/** A rule, quoted as the node quotes it; what the console itself found wrong in a form is in the reader's language. */
export function rule(refused: Refused): TemplateResult {
  if (refused.rule === "FORM") {
    return html`<span class="rule">${refused.why}</span>`;
  }
  return html`<span class="rule" lang="en" dir="ltr"><b>${refused.rule}</b>: ${refused.why}</span>`;
}
