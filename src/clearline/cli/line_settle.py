"""Conflicts, questions and incidents from a terminal.

The one idea: agreement is two signatures over one hash, a fact is agreed when both signed that very fact, and nothing
else counts as either.
"""

import hashlib
from pathlib import Path

import click

from clearline.cli.answers import Row, rows_of
from clearline.cli.line_desk import Where, ask, filled, kept, peer_option, said, shown_id, time_of
from clearline.cli.refusal import refuse, say
from clearline.edge.officer_asking import How
from clearline.line.asking import Query
from clearline.line.conflicts import ConflictWord, OnConflict
from clearline.line.incident import Account, Incident, IncidentClosed, Lesson, OnFact
from clearline.line.proposal import Declined, Proposal, Withdrawn
from clearline.line.statement import Link, Relation
from clearline.wire.json_text import Json

__all__ = [
    "agree_command",
    "conflict_word_command",
    "conflicts_command",
    "decline_command",
    "incident_command",
    "propose_command",
    "query_command",
    "recheck_command",
    "take_back_command",
]

_PROPOSALS = [
    "TIME_SHIFT", "ALTITUDE_SPLIT", "LATERAL_OFFSET", "REROUTE", "SEQUENCE", "HOLD", "BOUNDARY_EXCEPTION",
    "VOICE_COORDINATION", "CANCEL",
]  # fmt: skip
_INCIDENTS = [
    "CLOSE_APPROACH", "BOUNDARY_CROSSING", "UNSAFE_MANOEUVRE", "INTERFERENCE", "ENTRY_BY_ERROR", "HARM_REPORTED",
    "SITE_OR_MOVEMENT_AFFECTED", "MISSED_CALL", "LINE_OUTAGE",
]  # fmt: skip
_E7 = 10_000_000


@click.command("conflicts")
@click.option("--look", is_flag=True, help="Have your engine look now, and tell the other side what it finds.")
@peer_option
@ask
def conflicts_command(where: Where, look: bool, peer: str | None) -> None:
    """Show the conflicts between both sides' notices that are not over."""
    to = where.peer(peer)
    if look:
        said(where.node.find_conflicts(to))
    found = Row.of(kept(where.node.board(peer=to))).rows("conflicts")
    for row in found:
        names = " and ".join(shown_id(one) for one in row.rows("notices"))
        say(f"{row.text('state')}  {names}, from {row.time('first_ms', 'a time nobody can tell')}\n")
        for party, one in row.row("found").members.items():
            word = Row.of(one)
            body = word.row("body")
            say(f"    {shown_id(word)}  {party}: {body.text('verdict')}, digest {body.text('digest')[:16]}\n")
    if not found:
        say("None was found. That is not the same as none.\n")


@click.command("conflict-word")
@click.argument("conflict")
@click.argument("word", type=click.Choice([word.value for word in ConflictWord], case_sensitive=False))
@ask
def conflict_word_command(where: Where, conflict: str, word: str) -> None:
    """Say of CONFLICT, as an engine found it, that you have seen it, or take it for none; none needs both sides."""
    said(where.node.word_on_conflict(conflict, filled(OnConflict, {"word": word.upper()})))


@click.command("recheck")
@click.argument("proposal")
@ask
def recheck_command(where: Where, proposal: str) -> None:
    """Have your engine check the change agreed in PROPOSAL; it binds when both engines find the same."""
    said(where.node.recheck(proposal))
    say(f"The proposal is {Row.of(kept(where.node.proposal(proposal))).text('state')}.\n")


@click.command("propose")
@click.argument("kind", type=click.Choice(_PROPOSALS, case_sensitive=False))
@click.argument("notices", nargs=-1, required=True)
@click.option("--shift", "shifts", multiple=True, metavar="NOTICE=MIN", help="That notice, so many minutes later.")
@click.option("--ends", required=True, metavar="TIME", help="Until when it can be agreed to.")
@click.option("--counters", metavar="PROPOSAL", help="The other side's proposal that this answers.")
@click.option("--text", default="")
@peer_option
@ask
def propose_command(
    where: Where,
    kind: str,
    notices: tuple[str, ...],
    shifts: tuple[str, ...],
    ends: str,
    counters: str | None,
    text: str,
    peer: str | None,
) -> None:
    """Draft a proposal about NOTICES, which must be current; it lapses when either changes."""
    to = where.peer(peer)
    me = kept(where.node.me())
    found = {name: Row.of(kept(where.node.notice(name))).row("said") for name in notices}
    changes: list[Json] = []
    efforts = {me["party"]: 0, to: 0}
    for shift in shifts:
        name, _, minutes = shift.partition("=")
        if name not in found or not minutes.lstrip("-").isdecimal():
            refuse(f"{shift!r}: write NOTICE=MIN, the notice as named before it")
        by_ms = int(minutes) * 60_000
        one = found[name]
        changes.append({"notice": one.text("record_id"), "areas": [_later(area, by_ms) for area in _areas(one)]})
        efforts[one.text("author")] += abs(by_ms) // 1000
    body: dict[str, Json] = {
        "type": kind.upper(),
        "changes": changes,
        "parties": [*efforts],
        "efforts_s": [*efforts.values()],
        "ends_ms": time_of(ends, me["now_ms"], end=True),
        "text": text,
    }
    links = [Link(Relation.ABOUT, one.text("record_id")) for one in found.values()]
    if counters is not None:
        links.append(Link(Relation.FOLLOWS, kept(where.node.proposal(counters))["said"]["record_id"]))
    said(where.node.propose(to, filled(Proposal, body), How(links=tuple(links))))
    say("No answer is not agreement.\n")


@click.command("agree")
@click.argument("proposal")
@ask
def agree_command(where: Where, proposal: str) -> None:
    """Agree to PROPOSAL, by its hash; binding once both sides have."""
    said(where.node.agree(proposal))
    row = Row.of(kept(where.node.proposal(proposal)))
    say(f"The proposal is {row.text('state')}. {row.text('note')}\n")


@click.command("decline")
@click.argument("proposal")
@click.option("--why", default="")
@ask
def decline_command(where: Where, proposal: str, why: str) -> None:
    """Decline PROPOSAL."""
    said(where.node.decline_proposal(proposal, filled(Declined, {"why": why})))


@click.command("take-back")
@click.argument("proposal")
@click.option("--why", default="")
@ask
def take_back_command(where: Where, proposal: str, why: str) -> None:
    """Take your PROPOSAL back before it is agreed."""
    said(where.node.withdraw_proposal(proposal, filled(Withdrawn, {"why": why})))


@click.command("query")
@click.argument("south_west", metavar="SW")
@click.argument("north_east", metavar="NE")
@click.option("--from", "start", required=True, metavar="TIME")
@click.option("--until", required=True, metavar="TIME")
@click.option("--purpose", default="")
@peer_option
@ask
def query_command(
    where: Where, south_west: str, north_east: str, start: str, until: str, purpose: str, peer: str | None
) -> None:
    """Ask what is known between two corners, such as "34.00000N 038.00000E (WGS84)", and two times.

    The question is entered in the record, the other side sees it, and only so many a day are allowed for an area.
    """
    from clearline.space.notation import parse_position

    now_ms = where.now_ms()
    try:
        low, high = parse_position(south_west).place, parse_position(north_east).place
    except ValueError as error:
        refuse(str(error))
    body: dict[str, Json] = {
        "south_e7": _down(low.lat_deg),
        "west_e7": _down(low.lon_deg),
        "north_e7": -_down(-high.lat_deg),
        "east_e7": -_down(-high.lon_deg),
        "start_ms": time_of(start, now_ms),
        "end_ms": time_of(until, now_ms, end=True),
        "purpose": purpose,
    }
    said(where.node.ask_about(where.peer(peer), filled(Query, body)))


@click.group("incident")
def incident_command() -> None:
    """Report an incident, give your account, agree to facts or dispute them. Nobody is blamed by this program."""


@incident_command.command("report")
@click.argument("kind", type=click.Choice(_INCIDENTS, case_sensitive=False))
@click.argument("title")
@click.option("--at", required=True, metavar="TIME", help="When it happened.")
@click.option("--whose", default="UNATTRIBUTED", show_default=True, help="The party it is put to.")
@click.option("--place", help='Where, such as "35.20000N 040.10000E (WGS84)"; not stated if not given.')
@click.option("--known-to", "known_m", type=click.FloatRange(min=0.0), metavar="METRES", help="How well that is known.")
@click.option("--place-uncertain", is_flag=True, help="Positions came from where navigation was unreliable.")
@peer_option
@ask
def report(
    where: Where,
    kind: str,
    title: str,
    at: str,
    whose: str,
    place: str | None,
    known_m: float | None,
    place_uncertain: bool,
    peer: str | None,
) -> None:
    """Draft a report that something happened."""
    at_ms = time_of(at, where.now_ms())
    body: dict[str, Json] = {
        "type": kind.upper(),
        "title": title,
        "at_ms": at_ms,
        "whose": whose,
        "place_uncertain": place_uncertain,
    }
    if place is not None:
        body |= _place(place, known_m or 0.0)
    elif known_m is not None:
        refuse("--known-to says how well --place is known: give both")
    said(where.node.report_incident(where.peer(peer), filled(Incident, body)))


@incident_command.command("account")
@click.argument("incident")
@click.option("--fact", "told", multiple=True, required=True, metavar="NAME=TEXT")
@click.option("--evidence", "files", multiple=True, metavar="NAME=FILE", help="Its digest goes in, the file stays.")
@click.option("--text", default="")
@ask
def account(where: Where, incident: str, told: tuple[str, ...], files: tuple[str, ...], text: str) -> None:
    """Draft your account of INCIDENT: your facts, in your words."""
    digests: dict[str, str] = {}
    for pair in files:
        name, _, path = pair.partition("=")
        try:
            digests[name] = hashlib.sha256(Path(path).read_bytes()).hexdigest()
        except OSError as error:
            refuse(f"{path}: {error.strerror}")
    found: list[Json] = []
    for pair in told:
        name, mark, words = pair.partition("=")
        if not mark:
            refuse(f"{pair!r}: write NAME=TEXT")
        found.append({"name": name, "text": words, "evidence_sha256": digests.get(name, "")})
    said(where.node.give_account(incident, filled(Account, {"facts": found, "text": text})))


@incident_command.command("fact")
@click.argument("incident")
@click.argument("name")
@click.option("--agree/--dispute", "agrees", required=True)
@ask
def fact(where: Where, incident: str, name: str, agrees: bool) -> None:
    """Agree to the fact NAME of the other side's account of INCIDENT, or dispute it."""
    row = Row.of(kept(where.node.incident(incident)))
    found = [view.row("fact") for view in (*row.rows("agreed"), *row.rows("other"))]
    named = [one for one in found if one.text("name") == name]
    if len(named) != 1:
        refuse(f"{len(named)} facts are called {name!r}: {', '.join(one.text('name') for one in found) or 'none told'}")
    said(where.node.stand_on_fact(incident, filled(OnFact, {"fact": named[0].members, "agrees": agrees})))


@incident_command.command("lesson")
@click.argument("incident")
@click.argument("text")
@ask
def lesson(where: Where, incident: str, text: str) -> None:
    """Note what is to change because of INCIDENT."""
    said(where.node.note_lesson(incident, filled(Lesson, {"text": text})))


@incident_command.command("close")
@click.argument("incident")
@ask
def close(where: Where, incident: str) -> None:
    """Take INCIDENT as closed; it is when both sides do."""
    said(where.node.close_incident(incident, filled(IncidentClosed, {})))


@incident_command.command("show")
@click.argument("incident", required=False)
@ask
def show(where: Where, incident: str | None) -> None:
    """Show INCIDENT, or all: facts agreed, facts in dispute, accounts owed."""
    if incident is None:
        for row in rows_of(kept(where.node.incidents())):
            say(f"{shown_id(row.row('said'))}  {row.text('state')}  {row.row('said').row('body').text('title')}\n")
        return
    row = Row.of(kept(where.node.incident(incident)))
    say(f"{shown_id(row.row('said'))}  {row.text('state')}  {row.row('said').row('body').text('title')}\n")
    if row.members["place_in_doubt"] is True:
        say("  The place is DISPUTABLE: satellite navigation was unreliable there, or its author is not sure.\n")
    for title, views in (("agreed by both", row.rows("agreed")), ("not agreed", row.rows("other"))):
        say(f"  {title}: {len(views) or 'none'}\n")
        for view in views:
            one = view.row("fact")
            stands = f"stands: {', '.join(view.texts('agreed_by')) or 'nobody'}"
            disputes = f"disputed: {', '.join(view.texts('disputed_by')) or 'by nobody'}"
            say(f"    {one.text('name')}: {one.text('text')} ({stands}; {disputes})\n")


def _areas(one: Row) -> list[Row]:
    return one.row("body").rows("areas")


def _place(text: str, known_m: float) -> dict[str, Json]:
    """A place and how well it is known, its own notation and datum included."""
    from clearline.line.area import place_of
    from clearline.space.notation import parse_position

    try:
        position = parse_position(text)
    except ValueError as error:
        refuse(str(error))
    found, known_mm = place_of(position.place, known_m + position.uncertainty_m)
    return {"place": {"lat_e7": found.lat_e7, "lon_e7": found.lon_e7}, "known_mm": known_mm}


def _later(area: Row, by_ms: int) -> Json:
    """An area, so much later; one without an end still has none."""
    end = area.members["end_ms"]
    moved: dict[str, Json] = {
        "start_ms": area.number("start_ms") + by_ms,
        "end_ms": end + by_ms if isinstance(end, int) else None,
    }
    return area.members | moved


def _down(value_deg: float) -> int:
    """In units of 1e-7 degree, toward less: so that a box grows and never shrinks."""
    return int(value_deg * _E7 // 1)
