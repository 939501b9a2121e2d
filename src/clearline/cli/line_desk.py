"""How the commands of `clearline line` reach a node, and how they print what came of it.

The one idea: a command makes one request and prints its answer; a refusal is printed with its rule, and status 1 tells
it apart from bad input.
"""

import json
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, TypeVar, overload

import click

from clearline.cli.answers import Row, short
from clearline.cli.home import refusing_home
from clearline.cli.refusal import refuse, say
from clearline.wire.errors import MalformedError
from clearline.wire.json_text import Json
from clearline.wire.times import parse_time
from clearline.wire.words import plain

if TYPE_CHECKING:
    from clearline.edge.officer_answers import SaidAnswer
    from clearline.edge.officer_calls import OfficerCalls
    from clearline.line.statement import Body, Link, Refused

__all__ = [
    "REFUSED",
    "Where",
    "ask",
    "filled",
    "kept",
    "peer_option",
    "said",
    "shown_id",
    "stop",
    "time_of",
    "urgency",
    "write_out",
]

REFUSED = 1  # a rule of the line forbids it

_Command = TypeVar("_Command", bound=Callable[..., object])
_T = TypeVar("_T")
_Body = TypeVar("_Body", bound="Body")


@dataclass(frozen=True, slots=True)
class Where:
    """Which node, as whom, and in which picture. `home` is for a node that is not running."""

    session: Path
    home: Path | None
    person: str
    duty_post: str
    mode: str

    @contextmanager
    def open(self) -> "Generator[OfficerCalls]":
        """The way to the node; what a person can mend is a refusal."""
        if self.home is not None:
            from clearline.app.officer_direct import DirectDesk
            from clearline.app.party_home import open_home
            from clearline.line.terms import Mode

            with refusing_home(), open_home(self.home) as opened:
                yield DirectDesk(opened, post=self.duty_post, person=self.person, mode=Mode(self.mode))
            return
        from clearline.edge.officer_client import OfficerClient, UnreachableError
        from clearline.line.terms import Mode

        kept_at = self._kept()
        with OfficerClient(kept_at.text("url"), kept_at.text("token"), Mode(self.mode)) as client:
            try:
                yield client
            except UnreachableError as error:
                refuse(str(error))

    @property
    def node(self) -> "OfficerCalls":
        """The operations of the node, one method each."""
        from clearline.cli.line_node import AskedNode
        from clearline.line.terms import Mode

        return AskedNode(self.open, Mode(self.mode))

    def now_ms(self) -> int:
        """The node's clock."""
        return kept(self.node.me())["now_ms"]

    def link(self, relation: str, record: str) -> "Link":
        """A reference to a record that was named by its first digits."""
        from clearline.line.statement import Link, Relation

        return Link(Relation(relation), kept(self.node.statement(record))["said"]["record_id"])

    def peer(self, named: str | None) -> str:
        """The peer that was named, or the only one there is."""
        peers = [row["party"] for row in kept(self.node.peers()) if not row["own"]]
        if named is None and len(peers) == 1:
            return peers[0]
        if named is None:
            refuse(f"name a peer with --to: {', '.join(peers) or 'none was imported yet'}")
        return named.lower()

    def _kept(self) -> Row:
        try:
            found: Json = json.loads(self.session.read_text("utf-8"))
            return Row.of(found)
        except (OSError, ValueError, AssertionError):
            refuse(f"no session in {self.session}: clearline line login NAME, or --home DIR for a node that is stopped")


ask = click.make_pass_decorator(Where)


def peer_option(command: _Command) -> _Command:
    """The command with `--to PEER`."""
    return click.option("--to", "peer", metavar="PEER", help="The other side; not needed where there is one.")(command)


def urgency(command: _Command) -> _Command:
    """The command with `--precedence`."""
    words = ["FLASH", "IMMEDIATE", "PRIORITY", "ROUTINE"]
    option = click.option(
        "--precedence", "-p", type=click.Choice(words, case_sensitive=False), help="How urgent it is."
    )
    return option(command)


def filled(kind: "type[_Body]", members: Mapping[str, Json]) -> "_Body":
    """The body that was typed, what was left out as its kind has it; what it refuses ends the command."""
    from clearline.wire.officer_json import read_wish

    try:
        body = read_wish({"body": dict(members)}, kind).body
    except MalformedError as error:
        refuse(plain(str(error)))
    assert isinstance(body, kind)
    return body


def said(answer: "SaidAnswer | Refused") -> None:
    """Print what was said: each statement by what it is, to whom and under which identifier, and the note."""
    found = Row.of(kept(answer))
    for one in found.rows("said"):
        kind, to = one.text("kind"), one.text("addressee")
        where = "own log" if one.text("author") == to else f"to {to}"
        precedence = one.text("precedence")
        say(f"{shown_id(one)}  {kind} {where}, {precedence}, entered {one.time('logged_ms')}\n")
    if found.text("note", ""):
        say(f"{found.text('note')}\n")


def shown_id(one: Row) -> str:
    """A statement's identifier as it is typed."""
    return short(one.text("record_id"))


def stop(rule: str, why: str) -> NoReturn:
    """Print the rule that forbids it, and end with status 1."""
    click.echo(f"REFUSED ({rule}): {plain(why)}", err=True)
    raise click.exceptions.Exit(REFUSED)


@overload
def time_of(text: None, now_ms: int, *, end: bool = False) -> None: ...
@overload
def time_of(text: str, now_ms: int, *, end: bool = False) -> int: ...
def time_of(text: str | None, now_ms: int, *, end: bool = False) -> int | None:
    """A time that was typed: in UTC, or `+30` for so many minutes from now. Ends the command for any other."""
    if text is None:
        return None
    if text.startswith("+") and text[1:].isdecimal() and len(text) < 8:
        return now_ms + int(text[1:]) * 60_000
    try:
        return parse_time(text, end=end)
    except (ValueError, MalformedError) as error:
        refuse(f"{error}; or +30 for half an hour from now")


def write_out(path: Path, data: bytes) -> None:
    """Write a file that a node gave, and say so; what a person can mend ends the command."""
    try:
        path.write_bytes(data)
    except OSError as error:
        refuse(f"{path}: {error.strerror}")
    say(f"written: {path} ({len(data)} bytes)\n")


def kept(found: "_T | Refused") -> "_T":
    """The answer; a refusal ends the command with its rule."""
    from clearline.line.statement import Refused

    if isinstance(found, Refused):
        if found.rule == "MALFORMED":
            refuse(plain(found.why))  # what was typed is at fault, and no rule of the line
        stop(found.rule, found.why)
    return found
