"""Reading the line from a terminal: who you are here, single statements, lists, and what happens as it happens.

The one idea: whatever a program is shown over HTTP, a person is shown here, and the whole of it as JSON for the asking.
"""

import json

import click

from clearline.cli.answers import Row, rows_of, short
from clearline.cli.line_desk import Where, ask, kept, shown_id, stop
from clearline.cli.refusal import say
from clearline.wire.words import plain

__all__ = [
    "events_command",
    "log_command",
    "me_command",
    "proposals_command",
    "queries_command",
    "show_command",
    "words_command",
]


@click.command("me")
@ask
def me_command(where: Where) -> None:
    """Show who you are at this node, what you may do, and its clock."""
    me = Row.of(kept(where.node.me()))
    say(f"{me.text('person')} at {me.text('post')} of {me.text('party')}: {', '.join(me.texts('roles'))}\n")
    say(f"the node's clock: {me.time('now_ms')}; kept so far: {me.number('position')}\n")


@click.command("log")
@click.option("--to", "peer", metavar="PEER", help="Of one line alone.")
@click.option("--kind", help="Of one kind alone, such as notice or declaration.")
@click.option("--most", type=click.IntRange(1, 1_000), default=50, show_default=True, help="So many, the newest last.")
@ask
def log_command(where: Where, peer: str | None, kind: str | None, most: int) -> None:
    """Show what was said, statement by statement, the newest last."""
    to = where.peer(peer) if peer else None
    found = rows_of(kept(where.node.statements(peer=to, kind=kind, most=most)))
    for one in found:
        _line(one)
    if not found:
        say("Nothing of that was said.\n")


@click.command("show")
@click.argument("record")
@click.option("--json", "whole", is_flag=True, help="All of it, as JSON.")
@ask
def show_command(where: Where, record: str, whole: bool) -> None:
    """Show RECORD, and what was said about it."""
    answer = Row.of(kept(where.node.statement(record)))
    if whole:
        say(f"{json.dumps(answer.members, indent=2)}\n")
        return
    one = answer.row("said")
    _line(one)
    say(f"    {one.text('record_id')}, number {one.number('seq')} from {one.text('author')}\n")
    if one.has("void"):
        say(f"    VOID: {one.row('void').text('rule')} {one.row('void').text('why')}\n")
    for name, value in one.row("body").members.items():
        text = Row({name: value})
        say(f"    {name}: {text.time(name) if name.endswith('_ms') else text.text(name)}\n")
    for about in answer.rows("about"):
        say("  ")
        _line(about)


@click.command("proposals")
@ask
def proposals_command(where: Where) -> None:
    """Show every proposal and what became of it."""
    found = rows_of(kept(where.node.proposals()))
    for row in found:
        one = row.row("said")
        body = one.row("body")
        say(f"{shown_id(one)}  {row.text('state')}  {body.text('type')} by {one.text('author')} to ")
        say(f"{one.text('addressee')}, can be agreed to until {body.time('ends_ms')}\n")
    say("No answer is not agreement.\n" if found else "Nothing was proposed.\n")


@click.command("queries")
@ask
def queries_command(where: Where) -> None:
    """Show what either side asked about areas, and patterns in it; each may ask so often a day and no more."""
    answer = Row.of(kept(where.node.queries()))
    for one in answer.rows("asked"):
        body = one.row("body")
        void = f"; REFUSED ({one.row('void').text('rule')})" if one.has("void") else ""
        corners = f"{_degrees(body, 'south_e7')} {_degrees(body, 'west_e7')} to "
        corners += f"{_degrees(body, 'north_e7')} {_degrees(body, 'east_e7')}"
        say(f"{shown_id(one)}  {one.text('author')} at {one.time('logged_ms')}: {corners}, ")
        say(f"{body.time('start_ms')} to {body.time('end_ms')}, {body.text('purpose', 'no purpose stated')}{void}\n")
    if not answer.rows("asked"):
        say("Nobody asked.\n")
    for one in answer.items("patterns"):
        say(f"PATTERN: {plain(json.dumps(one))}\n")
    say(f"allowed for one area: {answer.number('budget_a_day')} a day\n")


@click.command("words")
@ask
def words_command(where: Where) -> None:
    """Show the sentences that are always said in the same words."""
    for text in Row.of(kept(where.node.words())).members.values():
        say(f"{plain(str(text))}\n")


@click.command("events")
@click.option("--after", type=click.IntRange(min=0), help="From after this number; from now if not given.")
@click.option("--count", type=click.IntRange(min=1), help="End after so many.")
@ask
def events_command(where: Where, after: int | None, count: int | None) -> None:
    """Show what happens as it happens, until you stop it; its number resumes it with nothing left out.

    With --home, what was kept after that number.
    """
    from clearline.line.statement import Refused

    for number, event in enumerate(where.node.events(after), 1):
        if isinstance(event, Refused):
            stop(event.rule, event.why)
        position, kind, record_id = event
        say(f"{position}  {short(record_id)}  {plain(kind)}\n")
        if number == count:
            return


def _line(one: Row) -> None:
    who = one.text("person", "the node")
    to = "to itself" if one.text("author") == one.text("addressee") else f"to {one.text('addressee')}"
    void = f"  VOID ({one.row('void').text('rule')})" if one.has("void") else ""
    say(f"{shown_id(one)}  {one.time('logged_ms')}  {one.text('author')} {to}: {one.text('kind')}, ")
    say(f"{one.text('precedence')}, {who}{void}\n")


def _degrees(body: Row, name: str) -> str:
    return f"{body.number(name) / 10_000_000:.7f}"
