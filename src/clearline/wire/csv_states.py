"""States of tracks as rows: one report a row, a million rows at a time.

The one idea: columns, not rows, are what is checked. Numbers and times are turned to arrays a block of rows at a time
and judged whole; only where a block fails is the row looked for that failed it.
"""

import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from clearline.airspace.activity import Activity
from clearline.space.altitude import AltitudeLimit, Band, Reference, Unit
from clearline.space.bubble import Fix, track_volumes
from clearline.space.datum import UNKNOWN_DATUM_M, WGS84, Datum, parse_datum, to_wgs84
from clearline.space.latlon import LatLon
from clearline.space.volume import Entered
from clearline.wire.csv_text import Sheet, records
from clearline.wire.fields import Part, Row, gather, half_width_of, kind_of, party_of, priority_of
from clearline.wire.iso_column import iso_column_ms
from clearline.wire.reading import DatumPolicy, Reading, Supplied
from clearline.wire.spot import Spot

__all__ = ["STATE_COLUMNS", "read_states"]

_ALTITUDES = {"altitude_m": Unit.METRE, "altitude_ft": Unit.FOOT, "altitude_fl": Unit.FLIGHT_LEVEL}
# Facts that hold for a whole track; a track whose rows differ in one of them is refused.
_PER_TRACK = (
    "kind",
    "title",
    "priority",
    "half_width_m",
    "half_height_m",
    "horizontal_uncertainty_m",
    "clock_uncertainty_s",
    "altitude_uncertainty_m",
    "altitude_reference",
    "pressure_hpa",
    "datum",
)
STATE_COLUMNS = ("party", "id", "time", "lat_deg", "lon_deg", *_ALTITUDES, *_PER_TRACK)
_REFERENCES = {
    "WGS84": Reference.WGS84,
    "HAE": Reference.WGS84,
    "AMSL": Reference.EGM96,
    "EGM96": Reference.EGM96,
    "EGM2008": Reference.EGM2008,
    "AGL": Reference.AGL,
    "STD": Reference.STD,
    "QNH": Reference.QNH,
}
_BLOCK = 20_000
_UNTOLD = math.nan

Floats = NDArray[np.float64]
Words = tuple[str, ...]


@dataclass(slots=True)
class _Columns:
    """What was read so far, one array a block: which track, when, where, how high (NaN: not stated), which line."""

    track: list[NDArray[np.int64]] = field(default_factory=list[NDArray[np.int64]])
    time_ms: list[NDArray[np.int64]] = field(default_factory=list[NDArray[np.int64]])
    lat_deg: list[Floats] = field(default_factory=list[Floats])
    lon_deg: list[Floats] = field(default_factory=list[Floats])
    altitude: list[Floats] = field(default_factory=list[Floats])


def read_states(sheet: Sheet, supplied: Supplied) -> Reading:
    """The tracks of a file of states, each as the volumes that hold it. Raises MalformedError, with the line.

    A track is all rows that share party and id; its rows may stand in any order. Facts for a whole track (half-width,
    datum, altitude reference) are columns, `#` lines, or supplied.
    """
    header = Spot(sheet.source, f"line {sheet.first_line - 1}")
    given = [name for name in _ALTITUDES if name in sheet.header]
    if len(given) > 1:
        raise header.refuse(f"{' and '.join(given)} are both given", "keep one altitude column")
    if "id" not in sheet.header and "id" not in sheet.facts:
        raise header.refuse("no id column is given", "name each track in a column id")
    columns, firsts = _Columns(), dict[tuple[str, ...], tuple[int, int]]()
    names = [name for name in ("party", "id", *_PER_TRACK) if name in sheet.header]
    for lines, cells in _blocks(sheet):
        _read_block(sheet, lines, cells, names, given, columns, firsts)
    if not firsts:
        raise header.refuse("it has no row", "add rows under the header")
    rows = [
        Row(Spot(sheet.source, f"line {line}"), {**sheet.facts, **dict(zip(names, key, strict=True))})
        for key, (_, line) in firsts.items()
    ]
    return _tracks(rows, columns, given[0] if given else None, supplied)


def _blocks(sheet: Sheet) -> Iterator[tuple[Sequence[int], Sequence[Words]]]:
    """The rows in blocks: their line numbers and their columns."""
    plain = not any('"' in line for line in sheet.lines)
    width, separator = len(sheet.header), sheet.separator
    if not plain:
        source = records(sheet)
        while block := list(itertools.islice(source, _BLOCK)):
            yield [line for line, _ in block], list(zip(*(cells for _, cells in block), strict=True))
        return
    for start in range(0, len(sheet.lines), _BLOCK):
        lines = sheet.lines[start : start + _BLOCK]
        first = sheet.first_line + start
        rows = [line.split(separator, width) for line in lines]
        if any(len(row) != width for row in rows) or any(line.startswith("#") for line in lines):
            part = Sheet(sheet.source, sheet.facts, sheet.header, separator, lines, first)
            kept = list(records(part))  # leaves out empty lines, and refuses what is wrong
            if kept:
                yield [line for line, _ in kept], list(zip(*(cells for _, cells in kept), strict=True))
            continue
        yield range(first, first + len(lines)), list(zip(*rows, strict=True))


def _read_block(
    sheet: Sheet,
    lines: Sequence[int],
    cells: Sequence[Words],
    names: Sequence[str],
    given: Sequence[str],
    columns: _Columns,
    firsts: dict[tuple[str, ...], tuple[int, int]],
) -> None:
    def column(name: str) -> Words:
        return cells[sheet.header.index(name)]

    def spot(place: int) -> Spot:
        return Spot(sheet.source, f"line {lines[place]}")

    keys = zip(*(column(name) for name in names), strict=True) if names else itertools.repeat((), len(lines))
    track = np.empty(len(lines), np.int64)
    for place, key in enumerate(keys):
        known = firsts.get(key)
        if known is None:
            known = firsts[key] = (len(firsts), lines[place])
        track[place] = known[0]
    columns.track.append(track)
    columns.time_ms.append(iso_column_ms(column("time"), spot))
    columns.lat_deg.append(_numbers(column("lat_deg"), "lat_deg", 90.0, spot))
    columns.lon_deg.append(_numbers(column("lon_deg"), "lon_deg", 360.0, spot))
    if given:
        columns.altitude.append(_numbers(column(given[0]), given[0], None, spot))


def _numbers(texts: Words, name: str, most: float | None, spot: Callable[[int], Spot]) -> Floats:
    """A column of numbers; where `most` is None a cell may be empty, which is NaN."""
    whole = "".join(texts)
    try:
        plain = not set(whole) - set("0123456789.+-eE ")
        values = np.array(
            [float(text) if text else _UNTOLD for text in texts] if most is None else list(map(float, texts))
        )
        if plain and (most is None or bool(np.all(np.abs(values) <= most))) and not np.isinf(values).any():
            return values
    except ValueError:
        pass
    values = np.empty(len(texts))
    for place, text in enumerate(texts):
        value = Row(spot(place), {name: text}).number(name)
        if value is None and most is not None:
            raise spot(place).refuse(f"{name} is not stated", "state it, or delete the row")
        if value is not None and most is not None and abs(value) > most:
            raise spot(place).refuse(f"{name} {value} is not within -{most:.0f}..{most:.0f}", "mend the number")
        values[place] = _UNTOLD if value is None else value
    return values


def _tracks(rows: Sequence[Row], columns: _Columns, altitude: str | None, supplied: Supplied) -> Reading:
    track, time_ms = np.concatenate(columns.track), np.concatenate(columns.time_ms)
    order = np.lexsort((time_ms, track))
    ends = np.searchsorted(track[order], np.arange(len(rows) + 1))
    times = time_ms[order].tolist()
    lats, lons = (np.concatenate(part)[order].tolist() for part in (columns.lat_deg, columns.lon_deg))
    heights = np.concatenate(columns.altitude)[order].tolist() if altitude else [_UNTOLD] * len(times)
    parts: list[Part] = []
    notes: list[str] = []
    made: _Made = {}
    for number, row in enumerate(rows):
        span = slice(int(ends[number]), int(ends[number + 1]))
        limits = list(map(_limits(row, altitude, made), heights[span]))
        part, said = _read_track(row, times[span], lats[span], lons[span], limits, altitude, supplied)
        parts.append(part)
        notes += [f"{part.ident}: {note}" for note in said]
    activities = gather(parts)
    _refuse_torn(parts, activities)
    return Reading(activities, tuple(notes))


def _refuse_torn(parts: Sequence[Part], activities: Sequence[Activity]) -> None:
    """Refuse a track whose rows differ in a fact that must hold for all of it: it came out as two."""
    if len(parts) == len(activities):
        return
    seen: dict[tuple[str, str], Part] = {}
    for part in parts:
        before = seen.setdefault((part.party, part.ident), part)
        if before is not part:
            raise part.spot.refuse(
                f"track {part.ident[:60]!r} has another {', '.join(_PER_TRACK[:3])}, width, uncertainty, reference or "
                f"datum here than before ({before.spot.where})",
                "keep these the same on all rows of a track, or give the tracks identifiers of their own",
            )


def _read_track(
    row: Row,
    times: Sequence[int],
    lats: Sequence[float],
    lons: Sequence[float],
    limits: Sequence[AltitudeLimit | None],
    altitude: str | None,
    supplied: Supplied,
) -> tuple[Part, tuple[str, ...]]:
    ident = row.words("id")
    if not ident:
        raise row.spot.refuse("no id is stated", "name the track")
    places, datum_m, datum_notes = _places(row, lats, lons, supplied)
    half_height_m = row.number("half_height_m")
    band = None
    if all(limit is None for limit in limits) and supplied.lower is not None and supplied.upper is not None:
        with row.spot.guarded("mend the limits supplied"):
            band = Band(supplied.lower, supplied.upper)
        limits = [band.lower] * len(times)
    with row.spot.guarded("mend the reports of this track"):
        held = track_volumes(
            [Fix(*fix) for fix in zip(times, places, limits, strict=True)],
            half_width_m=half_width_of(row, supplied),
            half_height_m=supplied.half_height_m if half_height_m is None else half_height_m,
            gap_s=supplied.track_gap_s,
            clock_uncertainty_s=(row.number("clock_uncertainty_s") or 0.0) + supplied.clock_uncertainty_s,
            horizontal_uncertainty_m=(row.number("horizontal_uncertainty_m") or 0.0)
            + supplied.horizontal_uncertainty_m
            + datum_m,
            entered=Entered(
                source=f"{row.spot} and on, track {ident}",
                place=f"{len(times)} reports, from {lats[0]:.5f}, {lons[0]:.5f} to {lats[-1]:.5f}, {lons[-1]:.5f}",
                altitude=f"{altitude} {row.text('altitude_reference')}".strip() if altitude else "",
                form="CSV states, lat_deg and lon_deg",
                datum=row.text("datum") or "not stated",
                notes=datum_notes,
            ),
        )
    volumes = held.volumes if band is None else tuple(replace(volume, band=band) for volume in held.volumes)
    title = row.words("title") or None
    part = Part(row.spot, party_of(row, supplied), ident, kind_of(row), title, priority_of(row), volumes)
    return part, (*datum_notes, *held.notes)


_Made = dict[tuple[float, Reference | None, float, float | None], AltitudeLimit]


def _limits(row: Row, altitude: str | None, made: _Made) -> Callable[[float], AltitudeLimit | None]:
    """How a number of the altitude column becomes an altitude; what was `made` before is not made again."""
    named = row.text("altitude_reference").upper()
    if named and named not in _REFERENCES:
        raise row.spot.refuse(f"altitude_reference {named[:20]!r} is not known", f"use one of {', '.join(_REFERENCES)}")
    unit = None if altitude is None else _ALTITUDES[altitude]
    reference = Reference.STD if unit is Unit.FLIGHT_LEVEL and not named else _REFERENCES.get(named)
    uncertainty_m, pressure_hpa = row.number("altitude_uncertainty_m") or 0.0, row.number("pressure_hpa")

    def limit(value: float) -> AltitudeLimit | None:
        if math.isnan(value):
            return None
        key = (value, reference, uncertainty_m, pressure_hpa)
        known = made.get(key)
        if known is None:
            with row.spot.guarded("mend the altitudes of this track"):
                known = made[key] = AltitudeLimit(value, unit, reference, uncertainty_m, pressure_hpa)
        return known

    return limit


def _places(
    row: Row, lats: Sequence[float], lons: Sequence[float], supplied: Supplied
) -> tuple[list[LatLon], float, tuple[str, ...]]:
    """The places on WGS84, what the datum adds to their uncertainty (metres), and a note on that."""
    text = row.text("datum")
    places = [LatLon(*place) for place in zip(lats, lons, strict=True)]
    if text:
        with row.spot.guarded("name the datum: WGS84, SK-42, ED50, or an EPSG code"):
            datum = parse_datum(text)
            if datum.known:
                return _shifted(places, datum)
    if supplied.datum_policy is DatumPolicy.REFUSE:
        raise row.spot.refuse(
            "the datum of the positions is not stated", "add a datum column or a line '# datum: WGS84' above the header"
        )
    return places, UNKNOWN_DATUM_M, (f"the datum is not stated: read as WGS84, and widened by {UNKNOWN_DATUM_M:.0f} m",)


def _shifted(places: list[LatLon], datum: Datum) -> tuple[list[LatLon], float, tuple[str, ...]]:
    if datum == WGS84:
        return places, 0.0, ()
    moved = [to_wgs84(place.lat_deg, place.lon_deg, datum) for place in places]
    return [place for place, _ in moved], max(doubt_m for _, doubt_m in moved), ()
