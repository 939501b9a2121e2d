"""The options by which a person supplies what files leave out, the same for every command that reads files.

The one idea: a fact the files leave out is asked for by the option that supplies it, never assumed.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TypeVar

import click

from clearline.app.check import Input, parse_input
from clearline.space.altitude import AltitudeLimit
from clearline.space.window import TimeWindow
from clearline.wire.altitudes import parse_altitude
from clearline.wire.errors import MalformedError
from clearline.wire.formats import Format
from clearline.wire.reading import DatumPolicy, Supplied
from clearline.wire.times import parse_time

__all__ = ["Fact", "inputs_of", "reading_options", "supplied_from"]

Fact = str | float | None
_Command = TypeVar("_Command", bound=Callable[..., object])

_FORMATS = [form.value for form in Format]
_OPTIONS = (
    click.option(
        "--as",
        "read_as",
        type=click.Choice(_FORMATS),
        help="Format of all files, where it cannot be told from them.",
    ),
    click.option(
        "--from", "start", metavar="TIME", help="Start, in UTC, of activities that state none (2026-05-01T06:00:00Z)."
    ),
    click.option(
        "--until", metavar="TIME", help="End, in UTC, of activities that state none; 'UFN' for until further notice."
    ),
    click.option(
        "--lower", metavar="ALTITUDE", help="Lower limit of activities that state none ('500FT AMSL', 'FL095', 'SFC')."
    ),
    click.option("--upper", metavar="ALTITUDE", help="Upper limit of activities that state none ('UNL' for none)."),
    click.option(
        "--half-width",
        type=click.FloatRange(min=0.0),
        metavar="METRES",
        help="Half-width of tracks and lines that state none.",
    ),
    click.option(
        "--half-height",
        type=click.FloatRange(min=0.0),
        default=0.0,
        metavar="METRES",
        help="What a track's altitude may be off by, either way.",
    ),
    click.option(
        "--track-gap",
        type=click.FloatRange(min=0.0),
        default=300.0,
        show_default=True,
        metavar="SECONDS",
        help="Longest silence between two reports of a track.",
    ),
    click.option(
        "--unknown-datum",
        type=click.Choice([policy.value for policy in DatumPolicy]),
        default="refuse",
        show_default=True,
        help="Refuse a place whose datum is not stated, or widen it by 1000 m.",
    ),
    click.option(
        "--clock-uncertainty",
        type=click.FloatRange(min=0.0),
        default=0.0,
        metavar="SECONDS",
        help="What the clocks behind the times may be off by.",
    ),
    click.option(
        "--place-uncertainty",
        type=click.FloatRange(min=0.0),
        default=0.0,
        metavar="METRES",
        help="What all places may be off by.",
    ),
)


def reading_options(command: _Command) -> _Command:
    """The command with all of these options, which it takes as `facts`."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def inputs_of(texts: tuple[str, ...], read_as: Fact) -> list[Input]:
    """The files named on the command line. Raises MalformedError if standard input is named twice."""
    form = Format(read_as) if isinstance(read_as, str) else None
    inputs = [replace(parse_input(text), form=form) for text in texts]
    if any(not item.name for item in inputs):
        raise MalformedError("command line", "a file", "its name is empty", "is a variable not set? Name the file")
    if sum(item.name == "-" for item in inputs) > 1:
        raise MalformedError("-", "standard input", "it is named twice", "it can be read only once: use a file")
    return inputs


def supplied_from(facts: Mapping[str, Fact]) -> Supplied:
    """The facts the options supply. Raises MalformedError naming the option that cannot be read."""

    def text(name: str) -> str | None:
        value = facts[name]
        return value if isinstance(value, str) else None

    def number(name: str) -> float:
        value = facts[name]
        return float(value) if isinstance(value, int | float) else 0.0

    return Supplied(
        window=_window(text("start"), text("until")),  # readers add the clock's doubt to every window, this one too
        lower=_altitude("--lower", text("lower")),
        upper=_altitude("--upper", text("upper")),
        half_width_m=None if facts["half_width"] is None else number("half_width"),
        half_height_m=number("half_height"),
        track_gap_s=number("track_gap"),
        datum_policy=DatumPolicy(text("unknown_datum") or "refuse"),
        clock_uncertainty_s=number("clock_uncertainty"),
        horizontal_uncertainty_m=number("place_uncertainty"),
    )


def _window(start: str | None, until: str | None) -> TimeWindow | None:
    if start is None and until is None:
        return None
    if start is None or until is None:
        missing = "--from" if start is None else "--until"
        raise MalformedError("command line", missing, "only one end of the time is given", f"give {missing} too")
    try:
        end_ms = None if until.upper() == "UFN" else parse_time(until, end=True)
        return TimeWindow(parse_time(start, end=False), end_ms)
    except ValueError as error:
        mend = "use UTC such as 2026-05-01T06:00:00Z"
        raise MalformedError("command line", "--from/--until", str(error), mend) from error


def _altitude(option: str, text: str | None) -> AltitudeLimit | None:
    if text is None:
        return None
    try:
        return parse_altitude(text)
    except ValueError as error:
        raise MalformedError("command line", option, str(error), "use such as '500FT AMSL' or 'FL095'") from error
