"""Plans as rows: one volume a row, every fact in its own column, every reference named.

The one idea: a cell holds what a person would write, and the column or the cell says what it is measured in and from;
positions keep the notation they were written in, and the datum is stated once for the file or in each row.
"""

import re
from collections.abc import Sequence

from clearline.space.datum import UNKNOWN, WGS84, Datum, parse_datum
from clearline.space.latlon import LatLon
from clearline.space.notation import Notation, Position, parse_position
from clearline.space.shape import Circle, Corridor, Orbit, Polygon, Shape
from clearline.space.volume import Entered, Volume4D
from clearline.wire.csv_states import STATE_COLUMNS, read_states
from clearline.wire.csv_text import Sheet, looks_like_csv, read_sheet, records
from clearline.wire.errors import MalformedError
from clearline.wire.fields import (
    FACTS,
    Part,
    Row,
    band_of,
    check_near,
    gather,
    half_width_of,
    horizontal_of,
    kind_of,
    party_of,
    priority_of,
    window_of,
)
from clearline.wire.reading import DatumPolicy, Reading, Supplied
from clearline.wire.remarks import Remarks
from clearline.wire.spot import Spot

__all__ = ["PLAN_COLUMNS", "looks_like_csv", "read_csv"]

PLAN_COLUMNS = (*FACTS, "shape", "positions", "datum", "notation", "remarks")
_SHAPES = ("polygon", "circle", "corridor", "orbit")
_MOST_PLACES = 20_000
_DECIMAL_DEGREES = re.compile(r"\s*(\d{1,2}\.\d{4,40})°([NS]) (\d{1,3}\.\d{4,40})°([EW])\s*", re.ASCII)


def read_csv(data: bytes, *, source: str, supplied: Supplied) -> Reading:
    """Read plans (`shape` and `positions` columns) or states of tracks (`time`, `lat_deg`, `lon_deg` columns).

    See docs/formats/csv.md. Raises MalformedError, with the line.
    """
    sheet = read_sheet(data, source=source, known=frozenset((*PLAN_COLUMNS, *STATE_COLUMNS)))
    stated = {*sheet.header, *sheet.facts}
    plans = {"shape", "positions"} <= stated
    states = {"time", "lat_deg", "lon_deg"} <= stated
    header = Spot(source, f"line {sheet.first_line - 1}")
    if plans == states:
        raise header.refuse(
            "the columns make neither plans nor states" if not plans else "the columns make both plans and states",
            "give shape and positions for plans, or time, lat_deg and lon_deg for states",
        )
    known = PLAN_COLUMNS if plans else STATE_COLUMNS
    for name in sheet.header:
        if name not in known:
            raise header.refuse(f"the column {name} has no place among {'plans' if plans else 'states'}", "delete it")
    return _read_plans(sheet, supplied) if plans else read_states(sheet, supplied)


def _read_plans(sheet: Sheet, supplied: Supplied) -> Reading:
    parts: list[Part] = []
    remarks = Remarks()
    for line, cells in records(sheet):
        texts = {**sheet.facts, **dict(zip(sheet.header, cells, strict=True))}
        part, notes = _read_row(Row(Spot(sheet.source, f"line {line}"), texts), supplied)
        parts.append(part)
        for note in notes:
            remarks.say(note)
    if not parts:
        raise MalformedError(sheet.source, f"line {sheet.first_line}", "it has no row", "add rows under the header")
    return Reading(gather(parts), remarks.told())


def _read_row(row: Row, supplied: Supplied) -> tuple[Part, tuple[str, ...]]:
    ident = row.words("id")
    if not ident:
        raise row.spot.refuse("no id is stated", "give each activity an identifier")
    datum = _datum_of(row, supplied)
    rings, worst_m, notes = _positions_of(row, datum)
    shape = _shape_of(row, rings, supplied)
    uncertainty_m = worst_m + horizontal_of(row, supplied)
    check_near(row, shape, uncertainty_m)
    near = row.words("near")
    entered = Entered(
        source=str(row.spot),
        place=row.text("positions") + (f" (near {near})" if near else ""),
        altitude=f"{row.text('lower')} to {row.text('upper')}" if row.text("lower") else "",
        time=f"{row.text('start')} to {row.text('end')}" if row.text("start") else "",
        form="CSV plans, positions as written",
        datum=row.text("datum") or "not stated",
        notes=notes,
    )
    window, band = window_of(row, supplied), band_of(row, supplied)
    with row.spot.guarded("state the datum, or a smaller uncertainty"):
        volume = Volume4D(shape, band, window, uncertainty_m, entered)
    title = row.words("title") or None
    return Part(row.spot, party_of(row, supplied), ident, kind_of(row), title, priority_of(row), (volume,)), notes


def _datum_of(row: Row, supplied: Supplied) -> Datum | None:
    """The datum a row states; without one UNKNOWN if the policy is to widen, else None: each position must state it."""
    text = row.text("datum")
    datum = None
    if text:
        with row.spot.guarded("name the datum: WGS84, SK-42, ED50, or an EPSG code"):
            datum = parse_datum(text)
    if datum is not None and datum.known:
        return datum
    if supplied.datum_policy is DatumPolicy.WIDEN:
        return UNKNOWN
    if datum is not None:
        raise row.spot.refuse("the datum is stated as unknown", "state it, or let unknown datums widen places")
    return None


def _positions_of(row: Row, datum: Datum | None) -> tuple[tuple[tuple[LatLon, ...], ...], float, tuple[str, ...]]:
    """The rings of places, the worst uncertainty among them, and the notes on them."""
    text, named = row.text("positions"), row.text("notation").upper()
    if not text:
        raise row.spot.refuse("no position is stated", "write positions, parted by ;")
    if named and named not in Notation.__members__:
        raise row.spot.refuse(f"notation {named[:20]!r} is not known", f"use one of {', '.join(Notation)}")
    notation = Notation[named] if named else None
    if text.count(";") + text.count("|") >= _MOST_PLACES:
        raise row.spot.refuse(f"it has more than {_MOST_PLACES} positions", "split it")
    plain = datum == WGS84 and notation in (None, Notation.DD)
    rings: list[tuple[LatLon, ...]] = []
    worst_m, notes = 0.0, dict[str, None]()
    for ring in text.split("|"):
        places: list[LatLon] = []
        for number, word in enumerate(ring.split(";"), start=1):
            place = _decimal_degrees(word) if plain else None
            if place is None:
                position = _position(row, word.strip(), datum, notation, f"{number} of ring {len(rings) + 1}")
                place, worst_m = position.place, max(worst_m, position.uncertainty_m)
                notes.update(dict.fromkeys(position.notes))
            places.append(place)
        rings.append(tuple(places))
    return tuple(rings), worst_m, tuple(notes)


def _position(row: Row, word: str, datum: Datum | None, notation: Notation | None, which: str) -> Position:
    if not word:
        raise row.spot.refuse(f"position {which} is empty", "write a position, or delete the extra ; or |")
    mend = f"mend position {which}"
    with row.spot.guarded(mend if datum is not None else f"{mend}, or add a line '# datum: WGS84' above the header"):
        return parse_position(word, datum=datum, notation=notation)


def _decimal_degrees(word: str) -> LatLon | None:
    """A place in the one form that is most of every file, 35.34167°N 040.31250°E on WGS84; None for any other.

    It says what `parse_position` says of the same text, thirty times as fast (a law in the tests).
    """
    found = _DECIMAL_DEGREES.fullmatch(word)
    if found is None:
        return None
    lat_deg, lon_deg = float(found[1]), float(found[3])
    if lat_deg > 90.0 or lon_deg > 180.0:
        return None
    return LatLon(lat_deg if found[2] == "N" else -lat_deg, lon_deg if found[4] == "E" else -lon_deg)


def _shape_of(row: Row, rings: Sequence[tuple[LatLon, ...]], supplied: Supplied) -> Shape:
    name, count = row.text("shape").lower(), len(rings[0])
    if name not in _SHAPES:
        raise row.spot.refuse(f"shape {name[:20]!r} is not known", f"use {', '.join(_SHAPES)}")
    if len(rings) > 1 and name != "polygon":
        raise row.spot.refuse("only a polygon has holes, parted by |", "part the positions by ;")
    for column, needed in (("radius_m", ("circle", "orbit")), ("half_width_m", ("corridor",))):
        if row.text(column) and name not in needed:
            raise row.spot.refuse(
                f"{column} has no meaning for shape {name[:20]!r}", f"use it for {' or '.join(needed)}"
            )
    with row.spot.guarded("mend the shape"):
        match name:
            case "polygon":
                return Polygon(tuple(rings))
            case "circle" if count == 1:
                return Circle(rings[0][0], _radius_of(row))
            case "corridor" if count > 1:
                return Corridor(rings[0], half_width_of(row, supplied))
            case "orbit" if count == 2:
                return Orbit(rings[0][0], rings[0][1], _radius_of(row))
            case _:
                needed = {"circle": "one position", "orbit": "two positions"}.get(name, "two positions or more")
                raise row.spot.refuse(f"it has {count} positions", f"a {name} takes {needed}")


def _radius_of(row: Row) -> float:
    radius_m = row.number("radius_m")
    if radius_m is None:
        raise row.spot.refuse("no radius_m is stated", "state the radius in metres")
    return radius_m
