"""`clearline registry replay|backup|restore`: what an operator does with the file of an embedded registry.

The one idea: each of them reads every byte that counts, and says what it found; none of them changes a registry.
"""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from clearline.cli.refusal import refuse, refusing, say

if TYPE_CHECKING:
    from clearline.app.registry_replay import Replayed

__all__ = ["add_care"]

_PATH = click.Path(dir_okay=False, path_type=Path)


def add_care(group: click.Group) -> None:
    """Add the commands to `clearline registry`."""
    for command in (_replay, _backup, _restore):
        group.add_command(command)


@click.command("replay")
@click.argument("file", type=_PATH)
@click.option("--until", metavar="TIME", help="Stop before the first entry after it: 2026-05-01T12:00:00Z.")
@click.option("--log", "shows_log", is_flag=True, help="Print every entry as a line of JSON: who, when, which call.")
@click.option("--state", "shows_state", is_flag=True, help="Print every entity there was then as a line of JSON.")
def _replay(file: Path, until: str | None, *, shows_log: bool, shows_state: bool) -> None:
    """Rebuild the state from the log of FILE and hold it against what was kept; status 3 where they differ."""
    from clearline.app.registry_replay import replay_log
    from clearline.wire.registry_log_text import entity_line, entry_line

    with _refusing():
        until_us = None if until is None else _time_us(until)
        found = replay_log(
            file,
            until_us=until_us,
            heard=(lambda seq, entry: say(f"{entry_line(seq, entry)}\n")) if shows_log else None,
        )
    if shows_state:
        for key in sorted(found.state):
            say(f"{entity_line(found.state[key])}\n")
    if not (shows_log or shows_state):
        say(_told(found))
    if found.differences:
        refuse("; ".join(found.differences))


@click.command("backup")
@click.argument("file", type=_PATH)
@click.argument("target", type=_PATH)
def _backup(file: Path, target: Path) -> None:
    """Copy FILE, which may be in use, to TARGET, and read the copy again from beginning to end."""
    from clearline.app.registry_backup import back_up

    with _refusing():
        say(_told(back_up(file, target)))


@click.command("restore")
@click.argument("copy", type=_PATH)
@click.argument("file", type=_PATH)
def _restore(copy: Path, file: Path) -> None:
    """Put COPY, once it was read from beginning to end, where FILE is to be; nothing may be there."""
    from clearline.app.registry_backup import restore

    with _refusing():
        say(_told(restore(copy, file)))


def _told(found: "Replayed") -> str:
    from clearline.wire.registry_log_text import shown_time

    span = "no entries"
    if found.times_us is not None:
        first, last = map(shown_time, found.times_us)
        span = f"entries {found.first} to {found.last}, {first} to {last}"
    state = ", ".join(f"{count} {kind}" for kind, count in found.counts().items()) or "empty"
    return f"log: {span}\nstate: {state}\nheld against {found.images} images of it: {len(found.differences)} differ\n"


def _time_us(text: str) -> int:
    from clearline.wire.times import parse_time

    try:
        return parse_time(text, end=True) * 1_000
    except ValueError as error:
        refuse(f"--until {text}: {error}")


@contextmanager
def _refusing() -> Generator[None]:
    from clearline.edge.party_schema import StoreError

    with refusing():
        try:
            yield
        except StoreError as error:
            refuse(str(error))
