"""Coming on watch and going off it: signing in, manning a post, line checks, the call log, the hand-over.

The one idea: what is done twenty times a day is one short line.
"""

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from clearline.cli.answers import Row, rows_of
from clearline.cli.line_desk import Where, ask, filled, kept, peer_option, said, shown_id, time_of
from clearline.cli.refusal import refuse, say
from clearline.line.call import CallNote
from clearline.line.observed import LineCheck, LineCheckAnswer
from clearline.line.party import HandOver, OnWatch
from clearline.wire.json_text import Json

if TYPE_CHECKING:
    from clearline.edge.officer_answers import SessionAnswer
    from clearline.edge.officer_client import OfficerClient
    from clearline.line.statement import Refused

__all__ = [
    "call_command",
    "calls_command",
    "check_command",
    "hand_over_command",
    "login_command",
    "logout_command",
    "watch_command",
]

_LEVELS = ["LEADERS", "MINISTERS", "CHIEFS_OF_DEFENCE", "OPERATIONAL", "TACTICAL", "HUMANITARIAN", "TECHNICAL"]
_MINUTE_MS = 60_000


@click.command("login")
@click.argument("name", required=False)
@click.option("--url", default="http://127.0.0.1:8470", show_default=True, help="Where the node serves its officers.")
@click.option("--password", help="Asked for if not given.")
@click.option("--code", help="The one-time code; asked for if not given.")
@click.option("--provider", is_flag=True, help="At the party's own identity provider, in a browser, without NAME.")
@ask
def login_command(
    where: Where, name: str | None, url: str, password: str | None, code: str | None, provider: bool
) -> None:
    """Sign in at the node as NAME, or with --provider as whom your party's own provider knows you to be."""
    from clearline.edge.officer_client import OfficerClient, UnreachableError

    if (name is None) is not provider:
        refuse("give NAME or --provider")
    with OfficerClient(url) as client:
        try:
            if name is None:
                found = _at_provider(client)
            else:
                password = password or str(click.prompt("Password", hide_input=True))
                found = client.sign_in(name, password, code or str(click.prompt("One-time code")))
        except UnreachableError as error:
            refuse(str(error))
    opened = kept(found)
    row = Row.of(opened)
    _keep(where.session, {"url": url, "token": opened["token"]})
    say(f"{row.text('person')} at {row.text('post')}: {', '.join(row.texts('roles'))}\n")


@click.command("logout")
@ask
def logout_command(where: Where) -> None:
    """Sign out, and forget the session."""
    from clearline.edge.officer_client import OfficerClient

    with where.open() as node:
        if isinstance(node, OfficerClient):
            node.sign_out()
    where.session.unlink(missing_ok=True)
    say("Signed out.\n")


@click.command("watch")
@click.option("--post", required=True, help="The duty post.")
@click.option("--level", type=click.Choice(_LEVELS, case_sensitive=False), default="OPERATIONAL", show_default=True)
@click.option("--language", "languages", multiple=True, default=("en",), show_default=True, help="You speak.")
@click.option("--interpreter", "interpreters", multiple=True, metavar="LANG", help="Somebody is there for it.")
@click.option("--until", required=True, metavar="TIME", help="End of the watch, in UTC, or +480 for minutes from now.")
@peer_option
@ask
def watch_command(
    where: Where,
    post: str,
    level: str,
    languages: tuple[str, ...],
    interpreters: tuple[str, ...],
    until: str,
    peer: str | None,
) -> None:
    """Say to the other side that your post is manned."""
    me = kept(where.node.me())
    body: dict[str, Json] = {
        "post": post,
        "level": level.upper(),
        "languages": [*languages],
        "interpreters": [*interpreters],
        "roles": [*me["roles"]],
        "until_ms": time_of(until, me["now_ms"]),
    }
    said(where.node.man_post(where.peer(peer), filled(OnWatch, body)))


@click.command("check")
@click.argument("answers", metavar="[CHECK]", required=False)
@click.option("--circuit", default="data", show_default=True, help="Which circuit is checked.")
@click.option("--bad", metavar="REMARK", help="With CHECK: what is wrong with it.")
@peer_option
@ask
def check_command(where: Where, answers: str | None, circuit: str, bad: str | None, peer: str | None) -> None:
    """Check the line; or, with the identifier of the other side's CHECK, answer it: line check good."""
    if answers is None:
        said(where.node.check_line(where.peer(peer), filled(LineCheck, {"circuit": circuit})))
        say("It is to be answered by a person within 10 min; if not, the miss is entered and dated.\n")
        return
    body: dict[str, Json] = {"good": bad is None, "remark": bad or ""}
    said(where.node.answer_check(answers, filled(LineCheckAnswer, body)))


@click.command("call")
@click.argument("peer")
@click.argument("text")
@click.option("--min", "minutes", type=click.IntRange(min=0), help="How many minutes it lasted.")
@click.option("--they", is_flag=True, help="They called.")
@click.option("--level", type=click.Choice(_LEVELS, case_sensitive=False), default="OPERATIONAL", show_default=True)
@click.option("--circuit", default="voice", show_default=True)
@click.option("--ended", metavar="TIME", default="+0", help="When it ended, if not now.")
@ask
def call_command(
    where: Where, peer: str, text: str, minutes: int | None, they: bool, level: str, circuit: str, ended: str
) -> None:
    """Log a voice call with PEER, as it ends: clearline line call BRAVO --min 12 "wx; HERON-1 moved 30 min"."""
    ended_ms = time_of(ended, where.now_ms())
    body: dict[str, Json] = {
        "peer": where.peer(peer),
        "ended_ms": ended_ms,
        "text": text,
        "minutes": minutes,
        "level": level.upper(),
        "they_called": they,
        "circuit": circuit,
    }
    said(where.node.note_call(filled(CallNote, body)))


@click.command("calls")
@peer_option
@ask
def calls_command(where: Where, peer: str | None) -> None:
    """Read the call log, newest last."""
    found = rows_of(kept(where.node.calls(peer=where.peer(peer) if peer else None)))
    for one in found:
        note = one.row("body")
        length = f"{note.number('minutes')} min" if note.has("minutes") else "length not noted"
        who = f"{note.text('peer')} called us" if note.flag("they_called") else f"we called {note.text('peer')}"
        say(f"{note.time('ended_ms')}  {who}, {note.text('level')} {note.text('circuit')}, {length}\n")
        say(f"    {note.text('text')}  ({one.text('person')})\n")
    if not found:
        say("No call is logged.\n")


@click.command("hand-over")
@click.argument("to_person", metavar="TO")
@click.option("--post", help="The post (your own if not given).")
@click.option("--item", "items", multiple=True, metavar="RECORD", help="An open item that was read over and accepted.")
@click.option("--remarks", default="", help="What the next watch should know.")
@ask
def hand_over_command(where: Where, to_person: str, post: str | None, items: tuple[str, ...], remarks: str) -> None:
    """Hand the watch over to TO, every open item read over one by one."""
    peers = [row["party"] for row in kept(where.node.peers()) if not row["own"]]
    read: list[str] = []
    for peer in peers:
        for record_id in kept(where.node.board(peer))["open_items"]:
            one = Row.of(kept(where.node.statement(record_id))["said"])
            line = f"{shown_id(one)}  {peer}: {one.text('kind')}, {one.text('precedence')}, {one.time('logged_ms')}"
            named = any(record_id.startswith(item) for item in items)
            if named or click.confirm(f"{line}  read over and accepted?", default=False):
                read.append(record_id)
    body: dict[str, Json] = {
        "post": post or kept(where.node.me())["post"],
        "to_person": to_person,
        "items": [*read],
        "remarks": remarks,
    }
    said(where.node.hand_over(filled(HandOver, body)))
    say(f"{len(read)} open items read over.\n")


def _at_provider(client: "OfficerClient") -> "SessionAnswer | Refused":
    """The browser comes back to the node without what this terminal holds, so the address it came to is typed here."""
    from clearline.line.statement import Refused

    address = client.begin_at_provider()
    if isinstance(address, Refused):
        return address
    say(f"Open this in a browser, sign in, and let it come back:\n\n    {address}\n\n")
    return client.end_at_provider(str(click.prompt("The address it came back to, whole")))


def _keep(path: Path, members: dict[str, str]) -> None:
    """Keep a session where its owner alone can read it."""
    path.unlink(missing_ok=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        stream.write(json.dumps(members))
