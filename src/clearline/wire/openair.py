"""OpenAir: areas as pilots' instruments read them, with the records of the extended format.

The one idea: OpenAir leaves open what a number without unit or reference means (the 1998 text does not say, the 2025
text asks for both, programs guess feet above the sea), so such a limit is read as unknown, never guessed.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from clearline.airspace.activity import Kind
from clearline.space.altitude import AltitudeLimit, Band
from clearline.space.shape import Shape
from clearline.space.volume import Entered, Volume4D
from clearline.space.window import TimeWindow
from clearline.wire.altitudes import parse_altitude
from clearline.wire.errors import MalformedError
from clearline.wire.fields import MAX_WORDS, Part, Row, gather, party_of
from clearline.wire.openair_shape import Pen
from clearline.wire.reading import MAX_BYTES, Reading, Supplied
from clearline.wire.remarks import Remarks
from clearline.wire.spot import Spot
from clearline.wire.times import parse_time

__all__ = ["looks_like_openair", "read_openair"]

_RECORD = re.compile(r"\s*([A-Za-z]{1,2})(?:\s+(.*?))?\s*", re.DOTALL)
_LOOK = re.compile(r"^AC[ \t]+[A-Za-z0-9_]{1,30}[ \t]*\r?$", re.MULTILINE)
_REST = re.compile(r"^(?:AN|AH|AL|AY|DP|DC|DB|DA|V)[ \t]", re.MULTILINE)
# Radio and transponder: kept as notes. Labels and pens: drawing only.
_SAID = {"AF": "frequency", "AG": "station", "AX": "transponder code", "TP": "transponder code"}
_PEN_ONLY = frozenset({"AT", "SP", "SB", "TX"})
_TERRAIN = frozenset({"TO", "TC"})
_DRAWING = frozenset({"V", "DP", "DA", "DB", "DC", "DY"})
_MOST_TIMES = 1_000
_MOST_LINES = 2_000_000
_LEVEL = re.compile(r"FL\s*(\d{1,3})", re.IGNORECASE)
_MEND_LIMIT = "write such as FL95, 1500ft AMSL, 500m AGL, GND or UNL"


def looks_like_openair(head: str) -> bool:
    r"""Whether a file beginning so is OpenAir: an AC record, and another that belongs to an area.

    >>> looks_like_openair("* areas\nAC R\nAN North\nAH FL95\n"), looks_like_openair("AC/DC\n")
    (True, False)
    """
    return _LOOK.search(head) is not None and _REST.search(head) is not None


@dataclass(slots=True)
class _Area:
    """The records of one area so far."""

    spot: Spot
    kind: str
    name: str = ""
    ident: str = ""
    category: str = ""
    lower: tuple[Spot, str] | None = None
    upper: tuple[Spot, str] | None = None
    times: list[tuple[Spot, str]] = field(default_factory=list[tuple[Spot, str]])
    said: list[str] = field(default_factory=list[str])
    pen: Pen = field(default_factory=Pen)


def read_openair(data: bytes, *, source: str, supplied: Supplied) -> Reading:
    """Read OpenAir, original and extended: see docs/formats/openair.md. Raises MalformedError, with the line.

    Places are WGS84. A party is supplied, and so is the window of areas without AA records.
    """
    remarks = Remarks()
    used: dict[str, int] = {}
    parts = [_part(area, supplied, used, remarks) for area in _areas(data, source, remarks)]
    if not parts:
        raise MalformedError(source, "whole file", "it holds no area", "begin each area with an AC record")
    return Reading(gather(parts), remarks.told())


def _areas(data: bytes, source: str, remarks: Remarks) -> Iterator[_Area]:
    area: _Area | None = None
    terrain = False
    for number, line in enumerate(_lines(data, source, remarks), start=1):
        if not line.strip() or line.lstrip().startswith("*"):
            continue
        spot = Spot(source, f"line {number}")
        found = _RECORD.fullmatch(line)
        if found is None:
            raise spot.refuse(
                f"{line.strip()[:40]!r} is not a record", "begin it with a command such as AC, or with * "
            )
        command, text = found[1].upper(), found[2] or ""
        if command == "AC":
            if area is not None:
                yield area
            area, terrain = _Area(spot, text), False
        elif command in _TERRAIN:
            if area is not None:
                yield area
            area, terrain = None, True
            remarks.say("a terrain record (TO, TC) was not read: it is no airspace")
        elif area is not None:
            _take(area, command, text, spot)
        elif not terrain and command not in _PEN_ONLY:
            raise spot.refuse(f"a {command} record stands before any area", "begin each area with an AC record")
    if area is not None:
        yield area


def _lines(data: bytes, source: str, remarks: Remarks) -> list[str]:
    if len(data) > MAX_BYTES:
        raise MalformedError(source, "size", f"it is {len(data)} bytes long", f"split it: at most {MAX_BYTES} are read")
    if data.count(b"\n") > _MOST_LINES:
        raise MalformedError(source, "size", f"it has more than {_MOST_LINES} lines", "split it")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        # Every number and command is ASCII; only names can be meant otherwise.
        text = data.decode("latin-1")
        remarks.say("the file is not UTF-8: names with accents were read as Latin-1")
    return text.replace("\r\n", "\n").split("\n")


def _take(area: _Area, command: str, text: str, spot: Spot) -> None:
    """One record of an area."""
    if command in _DRAWING:
        area.pen.draw(command, text.partition("*")[0].partition(";")[0].strip(), spot)
    elif command == "AA":
        if len(area.times) >= _MOST_TIMES:
            raise spot.refuse(f"the area has more than {_MOST_TIMES} AA records", "split it")
        area.times.append((spot, text.partition(";")[0].strip()))
    elif command in ("AH", "AL"):
        if (area.upper if command == "AH" else area.lower) is not None:
            raise spot.refuse(f"a second {command} in one area", "keep one")
        stated = (spot, text.partition("*")[0].partition(";")[0].strip())
        area.upper, area.lower = (stated, area.lower) if command == "AH" else (area.upper, stated)
    elif command in ("AN", "AI", "AY"):
        before = {"AN": area.name, "AI": area.ident, "AY": area.category}[command]
        if before:
            raise spot.refuse(f"a second {command} in one area", "keep one, or begin the next area with AC")
        words = Row(spot, {command: text}).words(command)
        match command:
            case "AN":
                area.name = words
            case "AI":
                area.ident = words
            case _:
                area.category = words
    elif command in _SAID:
        area.said.append(f"{_SAID[command]} {text[:MAX_WORDS]}")
    elif command not in _PEN_ONLY:
        raise spot.refuse(f"the record {command} is not known", "mend it, or make it a comment with *")


def _part(area: _Area, supplied: Supplied, used: dict[str, int], remarks: Remarks) -> Part:
    spot = area.spot
    if not area.name and not area.ident:
        raise spot.refuse("the area has no name", "give it an AN record")
    shape = area.pen.shape(spot)
    band = _band(area, supplied)
    windows = _windows(area, supplied)
    ident = area.ident or _fresh(area.name, used, remarks)
    entered = Entered(
        source=str(spot),
        place="; ".join(area.pen.records)[:2_000],
        altitude=" to ".join(limit[1] for limit in (area.lower, area.upper) if limit is not None),
        time="; ".join(text for _, text in area.times)[:2_000],
        form="OpenAir, latitude before longitude, distances in nautical miles",
        notes=tuple(area.said[:20]),
    )
    volumes = tuple(_volume(spot, shape, band, window, entered, supplied) for window in windows)
    classes = "/".join(text for text in (area.kind, area.category) if text)
    title = f"{area.name or area.ident} ({classes})"[:MAX_WORDS] if classes else area.name
    return Part(spot, party_of(Row(spot, {}), supplied), ident, _kind(area), title, None, volumes)


def _volume(spot: Spot, shape: Shape, band: Band, window: TimeWindow, entered: Entered, supplied: Supplied) -> Volume4D:
    with spot.guarded("state a smaller uncertainty"):
        return Volume4D(shape, band, window, supplied.horizontal_uncertainty_m, entered)


def _kind(area: _Area) -> Kind:
    """A danger area is a hazard; every other class is a measure of airspace."""
    return Kind.HAZARDOUS_AREA if "Q" in (area.kind.upper(), area.category.upper()) else Kind.AIRSPACE_MEASURE


def _fresh(name: str, used: dict[str, int], remarks: Remarks) -> str:
    """The name, with a number where it was used before: areas of one name without AI are areas of their own."""
    ident = name
    while ident in used:
        used[name] += 1
        ident = f"{name} ({used[name]})"
    used[ident] = 1
    if ident != name:
        remarks.say(f"more than one area is named {name[:60]!r}: they are told apart by a number")
    return ident


def _band(area: _Area, supplied: Supplied) -> Band:
    with area.spot.guarded("mend AL or AH"):
        lower = supplied.lower if area.lower is None else _limit(*area.lower)
        upper = supplied.upper if area.upper is None else _limit(*area.upper)
        if lower is None or upper is None:
            missing = "AL" if lower is None else "AH"
            raise area.spot.refuse(f"the area has no {missing} record", "add it, or supply both limits for the file")
        return Band(lower, upper)


def _limit(spot: Spot, text: str) -> AltitudeLimit:
    with spot.guarded(_MEND_LIMIT):
        level = _LEVEL.fullmatch(text)
        return parse_altitude(f"FL{int(level[1]):03d}" if level is not None else text)


def _windows(area: _Area, supplied: Supplied) -> list[TimeWindow]:
    """The windows of the AA records, else the one supplied."""
    stated = [(spot, text) for spot, text in area.times if text.upper() != "NONE"]
    if len(stated) < len(area.times) and stated:
        raise area.spot.refuse("AA NONE and AA with times contradict each other", "keep one of them")
    if not stated:
        if supplied.window is None:
            raise area.spot.refuse(
                "the area states no time of activity", "add AA records, or supply a window for the file"
            )
        clock_s = supplied.window.clock_uncertainty_s + supplied.clock_uncertainty_s
        return [TimeWindow(supplied.window.start_ms, supplied.window.end_ms, clock_s)]
    return [_window(spot, text, supplied) for spot, text in stated]


def _window(spot: Spot, text: str, supplied: Supplied) -> TimeWindow:
    start, mark, end = (part.strip() for part in text.partition("/"))
    if not mark or start.upper() == "NONE":
        raise spot.refuse(
            f"AA {text[:60]!r} does not say when it begins", "write AA start/end, both with Z, or start/NONE"
        )
    with spot.guarded("write AA start/end in ISO 8601 with Z"):
        end_ms = None if end.upper() == "NONE" else parse_time(end, end=True)
        return TimeWindow(parse_time(start, end=False), end_ms, supplied.clock_uncertainty_s)
