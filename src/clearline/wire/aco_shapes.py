"""The eight shapes of an airspace control order (and RADARC) as shapes of ours.

The one idea: fields tell what they are (a position, a length, a bearing), so a shape is read from the fields of each
sort in the order they stand, and a field of no sort is refused.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from clearline.space.arc import Arc, polygon_with_arcs, sector
from clearline.space.datum import Datum
from clearline.space.latlon import LatLon
from clearline.space.shape import Circle, Corridor, Orbit, Polygon, Shape
from clearline.space.wgs84 import azimuths_and_distances, destination, distance_m
from clearline.wire.aco_text import (
    Fields,
    is_bearing,
    is_length,
    is_minutes,
    is_position,
    only,
    parse_bearing,
    parse_length,
    parse_position,
)

__all__ = ["SHAPES", "Placed", "shapes_of_set"]

SHAPES = frozenset({"POLYGON", "CIRCLE", "CORRIDOR", "AORBIT", "1TRACK", "POLYARC", "RADARC", "APOINT", "GEOLINE"})
_MOST_FIELDS = 50_000
_TRACK_CELLS = 5


@dataclass(frozen=True, slots=True)
class Placed:
    """A shape on WGS84, how far its places may be off because of the datum (metres), and notes on how it was read."""

    shape: Shape
    uncertainty_m: float
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Sorted:
    """The fields of a shape set by sort, parsed, in order."""

    places: tuple[LatLon, ...]
    lengths_m: tuple[float, ...]
    bearings_deg: tuple[float, ...]
    others: tuple[str, ...]
    uncertainty_m: float


def shapes_of_set(found: Fields, datum: Datum, bare_half_width_m: float | None) -> list[Placed]:
    """The shapes one set draws: one, or for a 1TRACK whose legs differ in width one a leg. Raises MalformedError.

    `bare_half_width_m` is what a GEOLINE is given for width, None for none.
    """
    spot = found.spot
    if len(found.fields) > _MOST_FIELDS:
        raise spot.refuse(f"it has more than {_MOST_FIELDS} fields", "split it")
    with spot.guarded(f"mend the {found.name} set"):
        if found.name == "1TRACK":
            return _track(found, datum)
        sort = _sorted([field for field in found.fields if field not in ("", "-")], datum)
        if found.name != "AORBIT" and not {"", "-"}.isdisjoint(found.fields):  # of an orbit every field is counted
            raise spot.refuse("a field of it is empty, so a place or a size is missing", "fill it in, or take it out")
        if found.name != "AORBIT" and sort.others:
            raise spot.refuse(f"the field {sort.others[0][:40]!r} has no place in a {found.name}", "mend or delete it")
        shape, notes = _shape(found, sort, bare_half_width_m)
        return [Placed(shape, sort.uncertainty_m, (*notes, *_coarse(found)))]


def _coarse(found: Fields) -> tuple[str, ...]:
    """A note where positions are given to the minute: an order's numbers are the place, as the corner of an area is."""
    if any(is_position(field) and is_minutes(field) for field in found.fields):
        return ("positions stated to the minute (1.9 km) are taken as exact",)
    return ()


def _sorted(fields: Sequence[str], datum: Datum) -> _Sorted:
    placed = [parse_position(field, datum) for field in fields if is_position(field)]
    return _Sorted(
        tuple(place for place, _ in placed),
        tuple(parse_length(field) for field in fields if is_length(field)),
        tuple(parse_bearing(field) for field in fields if is_bearing(field) and not is_length(field)),
        tuple(field for field in fields if not (is_position(field) or is_length(field) or is_bearing(field))),
        max((doubt_m for _, doubt_m in placed), default=0.0),
    )


def _shape(found: Fields, sort: _Sorted, bare_half_width_m: float | None) -> tuple[Shape, tuple[str, ...]]:
    places, lengths_m = sort.places, sort.lengths_m
    counts = (len(places), len(lengths_m), len(sort.bearings_deg))
    match found.name, counts:
        case "POLYGON", (_, 0, 0):
            return Polygon((places,)), ()
        case "CIRCLE", (1, 1, 0):
            return Circle(places[0], lengths_m[0]), ()
        case "CORRIDOR", (_, 1, 0) if counts[0] > 1:
            # The width is from side to side (UDL: "the side to side distance").
            return Corridor(places, lengths_m[0] / 2.0), ()
        case "APOINT", (1, 0, 0):
            return Circle(places[0], 0.0), ()
        case "GEOLINE", (_, 0, 0) if counts[0] > 1:
            if bare_half_width_m is not None:
                return Corridor(places, bare_half_width_m), ()
            return Corridor(places, 0.0), ("a GEOLINE is a line without width, and is read as one",)
        case "AORBIT", (2, 1, 0):
            return _orbit(places, lengths_m[0], sort.others, found)
        case "RADARC", (1, 2, 2):
            return sector(places[0], min(lengths_m), max(lengths_m), *sort.bearings_deg), ()
        case "POLYARC", (_, 1, 2) if len(places) > 1:
            arc = Arc(places[0], lengths_m[0], *sort.bearings_deg, clockwise=True)
            note = "a POLYARC is read as its arc, clockwise, and then its points"
            return polygon_with_arcs([arc, *places[1:]]), (note,)
        case _:
            raise found.spot.refuse(
                f"a {found.name} with {counts[0]} positions, {counts[1]} lengths and {counts[2]} bearings is not one",
                "mend the set: see docs/formats/aco.md",
            )


def _orbit(
    places: Sequence[LatLon], width_m: float, others: Sequence[str], found: Fields
) -> tuple[Shape, tuple[str, ...]]:
    """An orbit centred on its axis, or to the left or right; where that is not said, one that holds all three.

    Beside the axis, the axis is moved by half the width; the two moved ends are no longer joined by a line at exactly
    that distance, so the radius grows by what that line may stray.
    """
    (side,) = only(others or ("",), 1, "alignments", found.spot)
    if side == "C":
        return Orbit(places[0], places[1], width_m / 2.0), ()
    azimuths, lengths = azimuths_and_distances([places[0], places[1]], [places[1], places[0]])
    # The line between two places equally far from a geodesic strays from the curve at that distance by about
    # d L^2 / (8 R^2); twice that, with R 6357 km the smallest, and a millimetre, is surely more.
    stray_m = 2.0 * (width_m / 2.0) * (float(lengths[0]) / 6_356_752.0) ** 2 / 8.0 + 1e-3
    if side == "":
        note = "an orbit whose alignment (C, L or R) is not stated is read as wide to both sides as to the wider"
        return Orbit(places[0], places[1], width_m + 2.0 * stray_m), (note,)
    if side not in ("L", "R"):
        raise found.spot.refuse(f"the alignment {side[:10]!r} is not known", "use C, L or R")
    turn_deg = -90.0 if side == "L" else 90.0
    first = destination(places[0], float(azimuths[0]) + turn_deg, width_m / 2.0)
    second = destination(places[1], float(azimuths[1]) + 180.0 + turn_deg, width_m / 2.0)
    note = f"an orbit to the {'left' if side == 'L' else 'right'} of its axis is read as one round the axis moved there"
    return Orbit(first, second, width_m / 2.0 + stray_m), (note,)


def _track(found: Fields, datum: Datum) -> list[Placed]:
    """The legs of a 1TRACK: rows of leg number, from, to, width left, width right; the wider side counts for both."""
    cells = list(found.fields)
    while cells and not (cells[0].isdecimal() and len(cells) >= _TRACK_CELLS and is_position(cells[1])):
        if is_position(cells[0]) or is_length(cells[0]):
            raise found.spot.refuse("a leg does not begin with its number", "give leg/from/to/left/right for each leg")
        cells.pop(0)  # a column heading
    if not cells or len(cells) % _TRACK_CELLS:
        raise found.spot.refuse("the legs are not rows of five fields", "give leg/from/to/left/right for each leg")
    legs: list[tuple[LatLon, LatLon, float]] = []
    doubt_m, uneven = 0.0, False
    for start in range(0, len(cells), _TRACK_CELLS):
        sort = _sorted(cells[start + 1 : start + _TRACK_CELLS], datum)
        if (len(sort.places), len(sort.lengths_m)) != (2, 2):
            raise found.spot.refuse(f"leg {cells[start][:10]} is not from, to, left, right", "mend the row")
        legs.append((sort.places[0], sort.places[1], max(sort.lengths_m)))
        doubt_m, uneven = max(doubt_m, sort.uncertainty_m), uneven or sort.lengths_m[0] != sort.lengths_m[1]
    notes = ("a 1TRACK wider to one side is read as that wide to both",) if uneven else ()
    return [Placed(shape, doubt_m, (*notes, *_coarse(found))) for shape in _joined(legs)]


def _joined(legs: Sequence[tuple[LatLon, LatLon, float]]) -> list[Shape]:
    """Legs that follow one another with one width as one corridor."""
    lines: list[tuple[list[LatLon], float]] = []
    for first, second, width_m in legs:
        if lines and lines[-1][1] == width_m and distance_m(lines[-1][0][-1], first) == 0.0:
            lines[-1][0].append(second)
        else:
            lines.append(([first, second], width_m))
    return [Corridor(tuple(line), width_m) for line, width_m in lines]
