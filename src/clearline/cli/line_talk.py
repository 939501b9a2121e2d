"""Talks from a terminal: asked for, answered, held, and what each side says of them afterwards.

The one idea: each side notes what it saw by its own clock; what both say is compared, never merged.
"""

import hashlib
from collections.abc import Sequence

import click

from clearline.cli.answers import Row, rows_of
from clearline.cli.line_desk import Where, ask, filled, kept, peer_option, said, shown_id, time_of
from clearline.cli.refusal import refuse, say
from clearline.edge.officer_asking import How
from clearline.line.first_reply import TalkOnDesk
from clearline.line.minutes import AgreedRecord, FollowUp, Point, RecordDisputed, Settled, StanceOn
from clearline.line.readout import Readout
from clearline.line.talk import TalkDeclined, TalkMoment, TalkReply, TalkRequest, TalkWithdrawn
from clearline.wire.json_text import Json
from clearline.wire.words import instant

__all__ = ["compare_command", "readout_command", "talk_command"]

_LEVELS = ["LEADERS", "MINISTERS", "CHIEFS_OF_DEFENCE", "OPERATIONAL", "TACTICAL", "HUMANITARIAN", "TECHNICAL"]
_FUNCTIONS = [
    "FLIGHT_SAFETY", "DISTRESS_SAR", "INCIDENT_REPORT", "PROTECTED_SITE", "LINE_CHECK", "GROUND", "HUMANITARIAN",
    "POLICY", "COOPERATION", "EXERCISES", "VISITS",
]  # fmt: skip
_MINUTE_MS = 60_000


@click.group("talk")
def talk_command() -> None:
    """Ask for a talk, answer, start and end it, note points and follow-ups, sign the agreed record."""


@talk_command.command("ask")
@click.option("--level", type=click.Choice(_LEVELS, case_sensitive=False), default="OPERATIONAL", show_default=True)
@click.option("--function", type=click.Choice(_FUNCTIONS, case_sensitive=False), default="POLICY", show_default=True)
@click.option("--from-post", default="OPS-DUTY", show_default=True)
@click.option("--to-post", default="OPS-DUTY", show_default=True, help="A post, never a person.")
@click.option("--at", "windows", multiple=True, metavar="FROM/UNTIL", help="A window in UTC; none is: now.")
@click.option("--agenda", multiple=True, help="One item each.")
@click.option("--topic", "topics", multiple=True)
@click.option("--answer-by", metavar="TIME", help="After that it counts as not answered.")
@click.option(
    "--about", metavar="RECORD", help="What it is about; a call about a notice that breaks off sends it anew."
)
@peer_option
@ask
def ask_(
    where: Where,
    level: str,
    function: str,
    from_post: str,
    to_post: str,
    windows: tuple[str, ...],
    agenda: tuple[str, ...],
    topics: tuple[str, ...],
    answer_by: str | None,
    about: str | None,
    peer: str | None,
) -> None:
    """Draft a request for a talk."""
    now_ms = where.now_ms()
    body: dict[str, Json] = {
        "level": level.upper(),
        "function": function.upper(),
        "from_post": from_post,
        "to_post": to_post,
        "windows": _windows(windows, now_ms),
        "agenda": list(agenda),
        "topics": list(topics),
        "answer_by_ms": time_of(answer_by, now_ms),
    }
    how = How(links=() if about is None else (where.link("ABOUT", about),))
    said(where.node.ask_for_talk(where.peer(peer), filled(TalkRequest, body), how))


@talk_command.command("reply")
@click.argument("talk")
@click.option("--accept", is_flag=True, help="Accept; with --at, that window.")
@click.option("--at", "windows", multiple=True, metavar="FROM/UNTIL", help="Without --accept: other windows.")
@ask
def reply(where: Where, talk: str, accept: bool, windows: tuple[str, ...]) -> None:
    """Accept TALK, or counter it with other windows."""
    now_ms = where.now_ms()
    body: dict[str, Json] = {"accepts": accept, "windows": _windows(windows, now_ms)}
    said(where.node.reply_to_talk(talk, filled(TalkReply, body)))


@talk_command.command("decline")
@click.argument("talk")
@click.option("--reason", required=True)
@ask
def decline(where: Where, talk: str, reason: str) -> None:
    """Decline TALK, with the reason as given. Silence is not this."""
    said(where.node.decline_talk(talk, filled(TalkDeclined, {"reason": reason})))


@talk_command.command("on-desk")
@click.argument("talk")
@click.option("--note", default="")
@ask
def on_desk(where: Where, talk: str, note: str) -> None:
    """Say that the request for TALK lies before you: neither yes nor no. At ministers a person does within 4 h."""
    said(where.node.put_on_desk(talk, filled(TalkOnDesk, {"note": note})))


@talk_command.command("withdraw")
@click.argument("talk")
@click.option("--reason", default="")
@ask
def withdraw(where: Where, talk: str, reason: str) -> None:
    """Take your request for TALK back."""
    said(where.node.withdraw_talk(talk, filled(TalkWithdrawn, {"reason": reason})))


@talk_command.command("moment")
@click.argument("talk")
@click.argument("event", type=click.Choice(["start", "interrupt", "resume", "end", "miss"], case_sensitive=False))
@click.option("--at", metavar="TIME", default="+0", help="By your own clock, if not now.")
@click.option("--circuit", default="")
@click.option("--who", "people", multiple=True, metavar="PARTY:WHO", help="Who takes part, as far as you say.")
@click.option("--interpreter", "interpreters", multiple=True, metavar="PARTY:WHO")
@click.option("--note", default="")
@ask
def moment(
    where: Where,
    talk: str,
    event: str,
    at: str,
    circuit: str,
    people: tuple[str, ...],
    interpreters: tuple[str, ...],
    note: str,
) -> None:
    """Note that TALK started, was interrupted, resumed or ended, or that nobody came."""
    at_ms = time_of(at, where.now_ms())
    told: list[Json] = []
    for texts, interprets in ((people, False), (interpreters, True)):
        for text in texts:
            party, mark, who = text.partition(":")
            if not mark:
                refuse(f"{text!r}: write PARTY:WHO")
            told.append({"party": party, "who": who, "interpreter": interprets})
    body: dict[str, Json] = {
        "event": event.upper(),
        "at_ms": at_ms,
        "circuit": circuit,
        "participants": told,
        "note": note,
    }
    said(where.node.note_moment(talk, filled(TalkMoment, body)))


@talk_command.command("point")
@click.argument("talk")
@click.argument("text")
@click.option("--stance", type=click.Choice(["CONVERGE", "DIVERGE", "NOT_STATED"], case_sensitive=False), required=True)
@ask
def point(where: Where, talk: str, text: str, stance: str) -> None:
    """Note a point raised in TALK, with your own stance; a convergence is shown only if both say so."""
    said(where.node.raise_point(talk, filled(Point, {"text": text, "stance": stance.upper()})))


@talk_command.command("stance")
@click.argument("point_", metavar="POINT")
@click.argument("stance", type=click.Choice(["CONVERGE", "DIVERGE", "NOT_STATED"], case_sensitive=False))
@click.option("--text", default="")
@ask
def stance_(where: Where, point_: str, stance: str, text: str) -> None:
    """Say where you stand on the other side's POINT."""
    said(where.node.take_stance(point_, filled(StanceOn, {"stance": stance.upper(), "text": text})))


@talk_command.command("follow-up")
@click.argument("talk")
@click.argument("text")
@click.option("--owner", "owners", multiple=True, required=True, help="A party.")
@click.option("--becomes", type=click.Choice(["TALK", "NOTICE", "PARAMETER_SET", "MEETING"]), default="TALK")
@click.option("--due", metavar="TIME")
@ask
def follow_up(where: Where, talk: str, text: str, owners: tuple[str, ...], becomes: str, due: str | None) -> None:
    """Note something to be done after TALK."""
    due_ms = time_of(due, where.now_ms(), end=True)
    body: dict[str, Json] = {
        "text": text,
        "owners": [owner.lower() for owner in owners],
        "becomes": becomes,
        "due_ms": due_ms,
    }
    said(where.node.add_follow_up(talk, filled(FollowUp, body)))


@talk_command.command("settle")
@click.argument("follow_up_", metavar="FOLLOW_UP")
@click.option("--done/--dropped", default=True)
@click.option("--result", default="", help="The record it became.")
@click.option("--why", default="")
@ask
def settle(where: Where, follow_up_: str, done: bool, result: str, why: str) -> None:
    """Say that a FOLLOW_UP you own is done, or dropped."""
    body: dict[str, Json] = {"done": done, "result": result, "why": why}
    said(where.node.settle(follow_up_, filled(Settled, body)))


@talk_command.command("record")
@click.argument("talk")
@click.option("--day", help="YYYY-MM-DD; sign what the other side signed if not given.")
@click.option("--who", "people", multiple=True, help="At the granularity both accept.")
@click.option("--language", default="en")
@ask
def record(where: Where, talk: str, day: str | None, people: tuple[str, ...], language: str) -> None:
    """Draft the tiny record both sides sign of TALK; without --day, sign the other side's word for word."""
    latest = kept(where.node.talk(talk))["record"]["latest"]
    if day is not None:
        body: dict[str, Json] = {
            "day": day,
            "start_ms": None,
            "end_ms": None,
            "who": list(people),
            "language": language,
        }
    elif latest is not None:
        body = latest["body"]
    else:
        refuse("nothing was signed of this talk yet: give --day and --who")
    said(where.node.sign_record(talk, filled(AgreedRecord, body)))


@talk_command.command("dispute")
@click.argument("talk")
@click.option("--why", required=True)
@ask
def dispute(where: Where, talk: str, why: str) -> None:
    """Say that you do not agree to the record of TALK as drafted, and why."""
    said(where.node.dispute_record(talk, filled(RecordDisputed, {"why": why})))


@talk_command.command("show")
@click.argument("talk", required=False)
@ask
def show(where: Where, talk: str | None) -> None:
    """Show TALK, or all."""
    if talk is None:
        for row in rows_of(kept(where.node.talks())):
            one = row.row("request")
            say(f"{shown_id(one)}  {row.text('state')}  asked by {one.text('author')} at {one.time('logged_ms')}\n")
        return
    found = Row.of(kept(where.node.talk(talk)))
    held = found.row("talk")
    say(f"{shown_id(held.row('request'))}  {held.text('state')}; interruptions: {held.number('interruptions')}\n")
    reply = found.row("first_reply")
    if reply.has("due_ms") and not reply.has("reply"):
        say(f"  no person has replied yet: due {reply.time('due_ms')}\n")
    if held.has("declined"):
        say(f"  declined: {held.text('declined')}\n")
    for party, clocks in held.row("clocks").members.items():
        times = [
            instant(ms) if isinstance(ms, int) else "not said" for ms in (clocks if isinstance(clocks, list) else [])
        ]
        say(f"  {party}'s clock: {' to '.join(times)}\n")
    for view in found.rows("points"):
        stances = ", ".join(f"{party}: {word}" for party, word in view.row("stances").members.items())
        word = "CONVERGENCE" if view.flag("converges") else "no convergence stated by both"
        say(f"  {shown_id(view.row('point'))}  {view.row('point').row('body').text('text')} ({stances}): {word}\n")
    for one in found.rows("follow_ups"):
        say(f"  {shown_id(one.row('said'))}  {one.text('state')}: {one.row('said').row('body').text('text')}\n")
    say(f"  agreed record: {found.row('record').text('state')}\n")


@click.command("readout")
@click.argument("talk")
@click.option("--text", default="", help="The text; leave it out, with --sealed, to publish its fingerprint alone.")
@click.option("--sealed", metavar="SHA256", help="The SHA-256 of a text that is kept back.")
@click.option("--publisher", required=True, help="Who publishes it.")
@click.option("--language", default="en", show_default=True)
@click.option("--minutes", type=int, help="How long it says the talk lasted.")
@click.option("--initiator", default="", help="Who it says asked for the talk.")
@click.option("--topic", "topics", multiple=True)
@click.option("--tone", type=click.Choice(["NOT_STATED", "CONVERGENCE", "BOTH", "DIVERGENCE"]), default="NOT_STATED")
@click.option("--embargo", metavar="TIME", help="When it may be shown outside.")
@click.option("--corrects", metavar="READOUT", help="Your own readout that this corrects; it stands beside it.")
@ask
def readout_command(
    where: Where, talk: str, text: str, sealed: str | None, topics: tuple[str, ...], **options: str | int | None
) -> None:
    """Draft your side's readout of TALK."""
    if bool(text) == (sealed is not None):
        refuse("give the text or, with --sealed, its SHA-256")
    embargo = options["embargo"]
    now_ms = where.now_ms()
    body: dict[str, Json] = {
        "publisher": options["publisher"],
        "language": options["language"],
        "text": text,
        "text_sha256": sealed or hashlib.sha256(text.encode()).hexdigest(),
        "embargo_ms": time_of(embargo, now_ms) if isinstance(embargo, str) else None,
        "minutes": options["minutes"],
        "initiator": options["initiator"],
        "topics": list(topics),
        "tone": options["tone"],
    }
    corrects = options["corrects"]
    how = How(links=(where.link("CORRECTS", corrects),) if isinstance(corrects, str) else ())
    said(where.node.give_readout(talk, filled(Readout, body), how))


@click.command("compare")
@click.argument("talk")
@ask
def compare_command(where: Where, talk: str) -> None:
    """Show both sides' readouts of TALK, and where they differ. Nobody edits another's words."""
    found = Row.of(kept(where.node.comparison(talk)))
    for one in found.rows("readouts"):
        body = one.row("body")
        corrects = any(link.text("relation") == "CORRECTS" for link in one.rows("links"))
        word = "correction" if corrects else "readout"
        say(f"{one.text('author').upper()} {word} ({body.text('language')}), {body.text('publisher')}:\n")
        say(f"    {body.text('text', '(sealed) ' + body.text('text_sha256'))}\n")
    differences = found.rows("differences")
    say(f"Differences: {len(differences) or 'none worked out'}\n")
    for one in differences:
        pairs = one.items("says")
        words = [f"{pair[0]} {pair[1] or 'does not say'}" for pair in pairs if isinstance(pair, list)]
        by = f" (by {one.number('by')})" if one.number("by") else ""
        say(f"    {one.text('kind')}: {', '.join(words)}{by}\n")


def _windows(texts: Sequence[str], now_ms: int) -> list[Json]:
    found: list[Json] = []
    for text in texts:
        start, mark, end = text.partition("/")
        if not mark:
            refuse(f"{text!r}: write FROM/UNTIL")
        found.append({"start_ms": time_of(start, now_ms), "end_ms": time_of(end, now_ms, end=True)})
    return found
