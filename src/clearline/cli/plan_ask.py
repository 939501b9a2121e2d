"""What the commands of `clearline plan` share: the folder, the officer, and the options on who is told and when.

The one idea: an option that could be read in two ways is refused with both named.
"""

from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from clearline.cli.home import refusing_home
from clearline.cli.line_desk import stop
from clearline.cli.plan_words import SHORT, disclosure_words, list_words
from clearline.cli.refusal import refuse, say
from clearline.node.disclosure import Disclosure, Precision
from clearline.node.plan import Plan
from clearline.node.plan_rules import PlanRefused
from clearline.node.recurrence import DAY_MS, Recurrence
from clearline.space.window import TimeWindow
from clearline.wire.errors import MalformedError
from clearline.wire.times import parse_time

if TYPE_CHECKING:
    from clearline.app.plan_desk import PlanDesk

__all__ = [
    "Asked",
    "asked",
    "disclose_options",
    "disclosure_of",
    "meant",
    "one_of",
    "plans_or_stop",
    "repeat_options",
    "rule_of",
    "told",
    "version_option",
]

_Command = TypeVar("_Command", bound=Callable[..., object])
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_HOW = {one.value.lower().replace("_", "-"): one for one in Precision}


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose plans, and which officer asks; None for a look that needs none."""

    home: Path
    person: str | None

    @contextmanager
    def open(self) -> "Generator[PlanDesk]":
        """The desk, while the folder is open; what a person can mend is a refusal."""
        from clearline.app.party_home import open_home
        from clearline.app.plan_desk import PlanDesk

        with refusing_home(), open_home(self.home) as opened:
            try:
                yield PlanDesk(opened, person=self.person or "")
            except ValueError as error:
                if isinstance(error, MalformedError):
                    raise
                refuse(str(error))

    def acting(self) -> None:
        """End the command if nobody says who acts."""
        if not self.person:
            refuse("say who you are: clearline plan --as PERSON ... (or in CLEARLINE_PERSON)")


asked = click.make_pass_decorator(Asked)


def disclose_options(command: _Command) -> _Command:
    """The command with `--disclose WHO=HOW` and `--others HOW`."""
    for option in (
        click.option(
            "--others",
            type=click.Choice(sorted(_HOW), case_sensitive=False),
            help="How exactly everybody else is told.  [not-at-all if not given]",
        ),
        click.option(
            "--disclose",
            multiple=True,
            metavar="WHO=HOW",
            help="How exactly a party is told: exact, coarse (cell and hour) or not-at-all.",
        ),
    ):
        command = option(command)
    return command


def disclosure_of(disclose: Sequence[str], others: str | None) -> Disclosure | None:
    """The policy that was given; None where none was. Ends the command for one that cannot be read."""
    if not disclose and others is None:
        return None
    named: list[tuple[str, Precision]] = []
    for text in disclose:
        who, mark, how = text.rpartition("=")
        if not mark or not who.strip() or how.lower() not in _HOW:
            refuse(f"--disclose {text}: write WHO=HOW, HOW one of {', '.join(sorted(_HOW))}")
        named.append((who.strip(), _HOW[how.lower()]))
    try:
        return Disclosure(tuple(named), _HOW[(others or "not-at-all").lower()])
    except ValueError as error:
        refuse(f"--disclose: {error}")


def repeat_options(command: _Command) -> _Command:
    """The command with the options of what repeats; it takes them as `every`, `times`, `last`, `days` and `skip`."""
    for option in (
        click.option("--skip", multiple=True, metavar="DAY|FROM/UNTIL", help="Leave out what would touch this."),
        click.option("--on", "days", metavar="mon,tue,...", help="On these weekdays (UTC) only."),
        click.option("--last", metavar="DAY", help="Repeat up to this day, that included."),
        click.option("--times", type=click.IntRange(min=1), metavar="N", help="Repeat so many times in all."),
        click.option("--every", type=click.IntRange(min=1), metavar="DAYS", help="Repeat every so many days."),
    ):
        command = option(command)
    return command


def rule_of(
    every: int | None, times: int | None, last: str | None, days: str | None, skip: Sequence[str]
) -> Recurrence | None:
    """What repeats, as it was given; None where nothing does. Ends the command for what cannot be read."""
    if every is None:
        if times is not None or last is not None or days is not None or skip:
            refuse("--times, --last, --on and --skip go with --every DAYS")
        return None
    weekdays = None
    if days is not None:
        words = [word.strip().lower() for word in days.split(",")]
        unknown = [word for word in words if word not in _DAYS]
        if unknown:
            refuse(f"--on {days}: {unknown[0]!r} is none of {', '.join(_DAYS)}")
        weekdays = frozenset(_DAYS.index(word) for word in words)
    try:
        until_ms = None if last is None else parse_time(last, end=True)
        return Recurrence(every, times, until_ms, weekdays, tuple(_window(text) for text in skip))
    except ValueError as error:
        refuse(f"--every: {error}")


def _window(text: str) -> TimeWindow:
    start, mark, end = text.partition("/")
    window = TimeWindow(parse_time(start, end=False), parse_time(end if mark else start, end=True))
    if not mark and window.end_ms is not None and window.end_ms - window.start_ms != DAY_MS - 1:
        raise ValueError(f"{text} is an instant: write a day such as 2026-05-03, or FROM/UNTIL")
    return window


def version_option(command: _Command) -> _Command:
    """The command with `--version N`."""
    help_text = "Which version; needed where it could be several."
    return click.option("--version", type=click.IntRange(min=1), metavar="N", help=help_text)(command)


def meant(desk: "PlanDesk", word: str) -> str:
    """The identifier of the one plan that a word can mean, or the end of the command."""
    found = desk.plans.find(word)
    if not found:
        stop("D1", f"there is no plan {word}")
    if len(found) != 1:
        refuse(f"{word} can mean several plans ({', '.join(ident[:SHORT] for ident in found[:4])}): give more of it")
    (ident,) = found
    return ident


def one_of(plans: Sequence[Plan], version: int | None) -> Plan:
    """The version that was named, else the last that is not over, else the last; or the end of the command."""
    if version is None:
        live = [plan for plan in plans if plan.state.live]
        return (live or plans)[-1]
    named = [plan for plan in plans if plan.version == version]
    if not named:
        stop("D1", f"there is no version {version}; there are {len(plans)}")
    return named[0]


def plans_or_stop(found: tuple[Plan, ...] | PlanRefused) -> tuple[Plan, ...]:
    """What was done, or the end of the command with the rule that forbids it."""
    if isinstance(found, PlanRefused):
        stop(found.rule, found.why)
    return found


def told(plans: Sequence[Plan]) -> None:
    """Print plans after an act, and to whom they are disclosed where that is the same for all."""
    say(list_words(plans))
    policies = {plan.disclosure for plan in plans if plan.state.live}
    if len(policies) == 1:
        say(f"disclosed {disclosure_words(policies.pop())}\n")
