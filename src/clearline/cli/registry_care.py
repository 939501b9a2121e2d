"""`clearline registry replay|prune|backup|restore|reports|ready`: what an operator asks of a registry and of its file.

The one idea: each of them reads every byte that counts, and says what it found; none of them changes what a registry
holds.
"""

import asyncio
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from clearline.cli.refusal import refuse, refusing, say

if TYPE_CHECKING:
    from clearline.app.registry_replay import Replayed
    from clearline.wire.registry_log import LogEntry

__all__ = ["add_care"]

_PATH = click.Path(dir_okay=False, path_type=Path)


def add_care(group: click.Group) -> None:
    """Add the commands to `clearline registry`."""
    for command in (_replay, _prune, _backup, _restore, _reports, _ready):
        group.add_command(command)


@click.command("replay")
@click.argument("file", type=_PATH, required=False)
@click.option("--store", metavar="postgresql://...", help="In place of FILE: a shared database, which may be in use.")
@click.option("--until", metavar="TIME", help="Stop before the first entry after it: 2026-05-01T12:00:00Z.")
@click.option("--log", "shows_log", is_flag=True, help="Print every entry as a line of JSON: who, when, which call.")
@click.option("--state", "shows_state", is_flag=True, help="Print every entity there was then as a line of JSON.")
def _replay(file: Path | None, store: str | None, until: str | None, *, shows_log: bool, shows_state: bool) -> None:
    """Rebuild the state from the log of FILE and hold it against what was kept; status 3 where they differ."""
    from clearline.wire.registry_log_text import entity_line, entry_line

    def heard(seq: int, entry: "LogEntry") -> None:
        if shows_log:
            say(f"{entry_line(seq, entry)}\n")

    with _refusing():
        until_us = None if until is None else _time_us(until)
        if file is not None and store is None:
            from clearline.app.registry_replay import replay_log

            found = replay_log(file, until_us=until_us, heard=heard)
        elif store is not None and file is None:
            from clearline.app.registry_shared import replay_shared

            found = replay_shared(store, until_us=until_us, heard=heard)
        else:
            refuse("replay reads FILE or --store postgresql://..., one of them")
    if shows_state:
        for key in sorted(found.state):
            say(f"{entity_line(found.state[key])}\n")
    if not (shows_log or shows_state):
        say(_told(found))
    if found.differences:
        refuse("; ".join(found.differences))


@click.command("prune")
@click.option(
    "--store",
    required=True,
    envvar="CLEARLINE_REGISTRY_STORE",
    metavar="postgresql://...",
    help="A shared database, which may be in use; a file prunes itself.",
)
@click.option("--keep-days", type=click.IntRange(1), default=45, show_default=True, help="How much of the log stays.")
def _prune(store: str, keep_days: int) -> None:
    """Remove what is older from the log of a shared database; nothing of the state goes with it."""
    from clearline.app.registry_shared import prune_shared

    with _refusing():
        removed = prune_shared(store, keep_days)
    say(f"rows of the log that were older than {keep_days} d, and are gone: {removed}\n")


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


@click.command("reports")
@click.option(
    "--store",
    default="sqlite:registry.db",
    show_default=True,
    envvar="CLEARLINE_REGISTRY_STORE",
    metavar="sqlite:FILE|postgresql://...",
    help="Where they are archived. A file must not be in use: take a copy.",
)
def _reports(store: str) -> None:
    """Print what clients reported of the registry, the oldest first, each as a line of JSON."""
    from clearline.app.registry_store import reports_in
    from clearline.wire.registry_log_text import report_line

    async def printed() -> None:
        async for report in reports_in(store):
            say(f"{report_line(report)}\n")

    with _refusing():
        asyncio.run(printed())


@click.command("ready")
@click.option("--url", default="http://127.0.0.1:8082", show_default=True, help="Address of the registry.")
@click.option("--ca", type=_PATH, help="PEM of who signed its certificate; the machine's own if not given.")
def _ready(url: str, ca: Path | None) -> None:
    """Ask a registry whether it takes requests: status 0 if it does, 3 and why if it does not."""
    from clearline.edge.registry_ready import ask_ready

    with _refusing():
        why = ask_ready(url, ca=ca)
    if why is not None:
        refuse(f"{url}: {why}")
    say("ready\n")


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
    from clearline.edge.registry_port import StoreUnavailableError

    with refusing():
        try:
            yield
        except (StoreError, StoreUnavailableError, ValueError) as error:
            refuse(str(error))
