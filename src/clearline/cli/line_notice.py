"""Notices from a terminal: what is told, the ladder of acknowledgement, and the second person's release.

The one idea: three key presses send a FLASH, and no key press ever approves anything.
"""

import click

from clearline.cli.answers import Row, rows_of
from clearline.cli.line_areas import areas_of
from clearline.cli.line_desk import Where, ask, filled, kept, peer_option, said, shown_id, time_of, urgency
from clearline.cli.refusal import refuse, say
from clearline.edge.officer_asking import How
from clearline.line.ladder import Answer, Disseminated, ReadBack
from clearline.line.notice import Notice
from clearline.line.release import WithdrawnDraft
from clearline.line.statement import Link, Relation
from clearline.line.terms import Precedence
from clearline.wire.json_text import Json

__all__ = [
    "answer_command",
    "close_command",
    "confirm_command",
    "drafts_command",
    "notice_command",
    "pass_on_command",
    "read_back_command",
    "release_command",
    "see_command",
    "withdraw_command",
]

_TYPES = {
    "N1": "planned activity",
    "N2": "change",
    "N3": "cancel",
    "N4": "start or end",
    "N5": "imminent hazard",
    "N6": "movement",
    "N7": "protected site",
    "N8": "humanitarian movement",
    "N9": "distress",
    "N10": "deviation",
    "N11": "incident",
    "N12": "line check",
    "N13": "channel",
    "N14": "good will",
    "N15": "navigation unreliable",
    "N16": "general",
}
# What each type is for where the officer does not say; those with one function alone may have no other.
_FUNCTIONS = {
    "N7": "PROTECTED_SITE",
    "N8": "PROTECTED_SITE",
    "N9": "DISTRESS_SAR",
    "N11": "INCIDENT_REPORT",
    "N12": "LINE_CHECK",
}
_LEVELS = ["LEADERS", "MINISTERS", "CHIEFS_OF_DEFENCE", "OPERATIONAL", "TACTICAL", "HUMANITARIAN", "TECHNICAL"]
_ANSWERS = [
    "WILCO", "ROGER", "STANDBY", "UNABLE", "COUNTER", "OURS", "CHECKED_NOT_OURS", "NOT_KNOWN_CHECKING",
    "NO_STATEMENT", "DISPUTED",
]  # fmt: skip
_ECHELONS = ["ALL_CONCERNED", "AIR", "GROUND", "SEA", "UNMANNED", "HEADQUARTERS"]


@click.command("notice")
@click.argument("subject")
@click.option("--type", "-t", "kind", type=click.Choice([*_TYPES]), default="N1", show_default=True, help="N1 to N16.")
@click.option("--title", default="", help="In a few words.")
@click.option("--file", "plan", type=click.Path(exists=True, dir_okay=False), help="A plan in any format check reads.")
@click.option("--at", "place", help='A place and its datum, such as "35.20000N 040.10000E (WGS84)".')
@click.option("--within", "radius_m", type=click.FloatRange(min=0.0), help="Metres about that place.")
@click.option("--lower", default="SFC", show_default=True, help="With --at: '500FT AMSL', 'FL095', 'SFC'.")
@click.option("--upper", default="UNL", show_default=True, help="With --at; 'UNL' for none.")
@click.option("--from", "start", help="With --at: start in UTC, or +60 for minutes from now.")
@click.option("--until", help="With --at: end in UTC, or +120; 'UFN' for until further notice.")
@click.option("--level", type=click.Choice(_LEVELS, case_sensitive=False), default="OPERATIONAL", show_default=True)
@click.option("--function", default=None, help="What it is for; FLIGHT_SAFETY unless its type says otherwise.")
@click.option("--text", default="", help="Free text; it decides nothing.")
@click.option("--circuit", default="", help="Where you warned of it besides, such as '121.5 MHz'.")
@click.option("--changes", metavar="NOTICE", help="The notice that this takes the place of (N2).")
@click.option("--cancels", metavar="NOTICE", help="The notice that this calls off (N3).")
@click.option("--about", "refers", metavar="NOTICE", help="The notice whose start or end this is (N4).")
@urgency
@peer_option
@ask
def notice_command(where: Where, subject: str, kind: str, **options: str | float | None) -> None:
    """Draft a notice on SUBJECT, your own name for what it is about.

    A second person releases it; at --precedence FLASH it goes out at once, and a second person confirms it within ten
    minutes. Types: N1 planned activity, N2 change, N3 cancel, N4 start or end, N5 imminent hazard, N6 movement, N7
    protected site, N8 humanitarian movement, N9 distress, N10 deviation, N11 incident, N12 line check, N13 channel,
    N14 good will, N15 navigation unreliable, N16 general.
    """
    now_ms = where.now_ms()
    text = {name: value if isinstance(value, str) else None for name, value in options.items()}
    radius = options["radius_m"]
    areas = areas_of(
        plan=text["plan"],
        place=text["place"],
        radius_m=radius if isinstance(radius, float) else None,
        lower=text["lower"] or "SFC",
        upper=text["upper"] or "UNL",
        start_ms=time_of(text["start"], now_ms),
        end_ms=None if (text["until"] or "").upper() == "UFN" else time_of(text["until"], now_ms, end=True),
        open_ended=(text["until"] or "").upper() == "UFN",
    )
    body: dict[str, Json] = {
        "type": kind,
        "subject": subject,
        "title": text["title"] or _TYPES[kind],
        "level": (text["level"] or "OPERATIONAL").upper(),
        "function": (text["function"] or _FUNCTIONS.get(kind, "FLIGHT_SAFETY")).upper(),
        "areas": areas,
        "text": text["text"] or "",
        "circuit": text["circuit"] or "",
    }
    links: list[Link] = []
    named = ((Relation.UPDATES, "changes"), (Relation.CANCELS, "cancels"), (Relation.ABOUT, "refers"))
    for relation, name in named:
        if (record := text[name]) is not None:
            links.append(Link(relation, kept(where.node.notice(record))["said"]["record_id"]))
    urgent = text["precedence"]
    how = How(None if urgent is None else Precedence(urgent.upper()), tuple(links))
    said(where.node.give_notice(where.peer(text["peer"]), filled(Notice, body), how))


@click.command("drafts")
@ask
def drafts_command(where: Where) -> None:
    """Show what waits for a second person, in full: read it before you release it."""
    found = rows_of(kept(where.node.drafts()))
    for one in found:
        draft = one.row("body")
        say(
            f"{shown_id(one)}  {draft.row('body').text('kind')} to {draft.text('addressee')}, "
            f"{draft.text('precedence')}, by {one.text('person')} at {one.time('logged_ms')}\n"
        )
        for name, value in draft.row("body").row("body").members.items():
            if value not in (None, "", []):
                one_value = Row({"value": value})
                say(f"    {name}: {one_value.time('value') if name.endswith('_ms') else one_value.text('value')}\n")
    if not found:
        say("No draft waits.\n")


@click.command("release")
@click.argument("draft")
@ask
def release_command(where: Where, draft: str) -> None:
    """Release another officer's DRAFT: it goes out at once, under both pseudonyms."""
    said(where.node.release(draft))


@click.command("withdraw")
@click.argument("draft")
@click.option("--why", required=True)
@ask
def withdraw_command(where: Where, draft: str, why: str) -> None:
    """Withdraw a DRAFT that will not go out."""
    said(where.node.withdraw_draft(draft, filled(WithdrawnDraft, {"why": why})))


@click.command("confirm")
@click.argument("record")
@ask
def confirm_command(where: Where, record: str) -> None:
    """Confirm the FLASH that another officer sent."""
    said(where.node.confirm(record))


@click.command("see")
@click.argument("notice")
@ask
def see_command(where: Where, notice: str) -> None:
    """Say that you have opened NOTICE, and show it."""
    row = Row.of(kept(where.node.notice(notice)))
    one, body = row.row("said"), row.row("said").row("body")
    say(f"{body.text('type')} {body.text('subject')}: {body.text('title')} ({one.text('author')})\n")
    for field in row.rows("key_fields"):
        say(f"    {field.text('name')}: {field.text('value')}\n")
    if body.text("text", ""):
        say(f"    text: {body.text('text')}\n")
    if row.has("circuit"):
        say(f"    {row.text('circuit')}\n")
    said(where.node.see(notice))


@click.command("read-back")
@click.argument("notice")
@click.option("--field", "fields", multiple=True, metavar="NAME=VALUE", help="A key field as you understood it.")
@ask
def read_back_command(where: Where, notice: str, fields: tuple[str, ...]) -> None:
    """Read NOTICE back: type its key fields as you understood them, from your own map and plot."""
    told = dict(pair.split("=", 1) for pair in fields if "=" in pair)
    wanted = [field.text("name") for field in Row.of(kept(where.node.notice(notice))).rows("key_fields")]
    if odd := sorted(set(told) - set(wanted)):
        refuse(f"no such key field: {', '.join(odd)}; they are {', '.join(wanted)}")
    repeated: list[Json] = [
        {"name": name, "value": told[name] if name in told else str(click.prompt(name))} for name in wanted
    ]
    said(where.node.read_back(notice, filled(ReadBack, {"fields": repeated})))


@click.command("pass-on")
@click.argument("notice")
@click.option("--whom", type=click.Choice(_ECHELONS, case_sensitive=False), default="ALL_CONCERNED", show_default=True)
@click.option("--when", default="+0", metavar="TIME", help="When, if not now.")
@ask
def pass_on_command(where: Where, notice: str, whom: str, when: str) -> None:
    """Say that NOTICE was passed on to those concerned."""
    at_ms = time_of(when, where.now_ms())
    said(where.node.pass_on(notice, filled(Disseminated, {"to": whom.upper(), "at_ms": at_ms})))


@click.command("answer")
@click.argument("notice")
@click.argument("type_", metavar="TYPE", type=click.Choice(_ANSWERS, case_sensitive=False))
@click.option("--until", metavar="TIME", help="With STANDBY and NOT_KNOWN_CHECKING: until when, or +10.")
@click.option("--reason", type=click.Choice([f"U{n}" for n in range(1, 8)]), help="With UNABLE; U7 gives none.")
@click.option("--text", default="", help="Free text; it decides nothing, and closes nothing.")
@ask
def answer_command(where: Where, notice: str, type_: str, until: str | None, reason: str | None, text: str) -> None:
    """Answer NOTICE. CHECKED_NOT_OURS speaks under your coverage statement, and needs one."""
    now_ms = where.now_ms()
    kind = type_.upper()
    coverage = ""
    if kind == "CHECKED_NOT_OURS":
        peer = Row.of(kept(where.node.notice(notice))).row("said").text("author")
        mine = [
            one
            for one in rows_of(kept(where.node.statements(kind="coverage", peer=peer)))
            if one.text("author") != peer and one.text("addressee") == peer
        ]
        coverage = mine[-1].text("record_id") if mine else ""
    body: dict[str, Json] = {"type": kind, "until_ms": time_of(until, now_ms), "coverage": coverage, "text": text}
    if kind == "UNABLE":
        body["reason"] = reason or "U7"
    said(where.node.answer(notice, filled(Answer, body)))


@click.command("close")
@click.argument("notice")
@ask
def close_command(where: Where, notice: str) -> None:
    """Close your own NOTICE, on the answer that was given."""
    said(where.node.close(notice))
