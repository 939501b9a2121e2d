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
    from clearline.app.officer_direct import DirectDesk
    from clearline.edge.officer_client import OfficerClient
    from clearline.line.statement import Refused

__all__ = ["REFUSED", "Where", "ask", "peer_option", "said", "shown_id", "stop", "time_of", "urgency", "write_out"]

REFUSED = 1  # a rule of the line forbids it

_Command = TypeVar("_Command", bound=Callable[..., object])
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Where:
    """Which node, as whom, and in which picture. `home` is for a node that is not running."""

    session: Path
    home: Path | None
    person: str
    duty_post: str
    mode: str

    @contextmanager
    def open(self) -> "Generator[OfficerClient | DirectDesk]":
        """The way to the node; what a person can mend is a refusal."""
        if self.home is not None:
            from clearline.app.officer_direct import DirectDesk
            from clearline.app.party_home import open_home

            with refusing_home(), open_home(self.home) as opened:
                yield DirectDesk(opened, post=self.duty_post, person=self.person)
            return
        from clearline.edge.officer_client import OfficerClient, UnreachableError

        kept = self._kept()
        with OfficerClient(kept.text("url"), kept.text("token")) as client:
            try:
                yield client
            except UnreachableError as error:
                refuse(str(error))

    def get(self, path: str, **query: str) -> Json:
        """What a view shows, or the end of the command."""
        with self.open() as desk:
            return _kept_or_stop(desk.get(path, mode=self.mode, **query))

    def post(self, path: str, wish: Mapping[str, Json]) -> Json:
        """Have something said, or end the command."""
        with self.open() as desk:
            return _kept_or_stop(desk.post(path, wish, mode=self.mode))

    def file(self, path: str, **query: str) -> bytes:
        """A file that a view gives, or the end of the command."""
        with self.open() as desk:
            return _kept_or_stop(desk.file(path, mode=self.mode, **query))

    def hand_in(self, path: str, data: bytes) -> Json:
        """Hand a file in, or end the command."""
        with self.open() as desk:
            return _kept_or_stop(desk.hand_in(path, data, mode=self.mode))

    def peer(self, named: str | None) -> str:
        """The peer that was named, or the only one there is."""
        peers = [row.text("party") for row in map(Row.of, _items(self.get("/peers"))) if not row.flag("own")]
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


def said(answer: Json) -> None:
    """Print what was said: each statement by what it is, to whom and under which identifier, and the note."""
    found = Row.of(answer)
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


def _kept_or_stop(found: "_T | Refused") -> _T:
    from clearline.line.statement import Refused

    if isinstance(found, Refused):
        if found.rule == "MALFORMED":
            refuse(plain(found.why))  # what was typed is at fault, and no rule of the line
        stop(found.rule, found.why)
    return found


def _items(value: Json) -> list[Json]:
    assert isinstance(value, list)
    return value
