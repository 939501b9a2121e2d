"""Activities as rows of our CSV, every number exactly as it is inside.

The one idea: a row says nothing it could say in two ways. Places are decimal degrees with hemispheres to the last
digit, altitudes name unit and reference, times end in Z, and what a row has no column for is an error.
"""

from collections.abc import Sequence
from decimal import Decimal

from clearline.airspace.activity import Activity
from clearline.space.latlon import LatLon
from clearline.space.shape import Circle, Corridor, Orbit, Polygon, Shape
from clearline.space.volume import Volume4D
from clearline.wire.fields import FACTS, facts_of

__all__ = ["write_csv"]

_HEAD = "# clearline-csv 1\n# datum: WGS84\n# notation: DD\n"
_ALWAYS = ("party", "id", "kind", "title", "priority", "shape", "positions", "lower", "upper", "start", "end")
_MUST_QUOTE = frozenset(',"\n#')
_LONGEST_ANGLE = 50  # characters; a place nearer to zero than 1e-30 degrees has more


def write_csv(activities: Sequence[Activity]) -> str:
    """The activities as CSV, one row a volume; `read_csv` gives the same activities back.

    Raises ValueError, naming the activity and the reason, for what a row cannot say.
    """
    rows = [_row(activity, volume) for activity in activities for volume in activity.volumes]
    used = {name for row in rows for name in row}
    columns = [name for name in (*_ALWAYS, *FACTS) if name in used or name in _ALWAYS]
    columns = list(dict.fromkeys(columns))
    lines = [",".join(columns), *(",".join(_cell(row.get(name, "")) for name in columns) for row in rows)]
    return _HEAD + "".join(line + "\n" for line in lines)


def _row(activity: Activity, volume: Volume4D) -> dict[str, str]:
    try:
        return {**facts_of(activity, volume), **_shape(volume.shape)}
    except ValueError as error:
        raise ValueError(f"activity {activity.ident!r} cannot be written as CSV: {error}") from error


def _shape(shape: Shape) -> dict[str, str]:
    match shape:
        case Polygon():
            return {"shape": "polygon", "positions": " | ".join(_positions(ring) for ring in shape.rings)}
        case Circle():
            return {"shape": "circle", "positions": _positions((shape.centre,)), "radius_m": repr(shape.radius_m)}
        case Orbit():
            places = _positions((shape.first, shape.second))
            return {"shape": "orbit", "positions": places, "radius_m": repr(shape.radius_m)}
        case Corridor():
            # A line of one place is written twice: one alone could be what is left of a line, and is refused.
            line = shape.line if len(shape.line) > 1 else shape.line * 2
            return {"shape": "corridor", "positions": _positions(line), "half_width_m": repr(shape.half_width_m)}


def _positions(places: Sequence[LatLon]) -> str:
    return " ; ".join(f"{_angle(place.lat_deg, 'NS')} {_angle(place.lon_deg, 'EW')}" for place in places)


def _angle(degrees: float, letters: str) -> str:
    """An angle in plain decimals, all of them, with its hemisphere."""
    text = format(Decimal(repr(abs(degrees))), "f")
    if len(text) > _LONGEST_ANGLE:
        raise ValueError(f"the angle {degrees!r} has too many decimals; round it")
    return f"{text if '.' in text else text + '.0'}°{letters[degrees < 0.0]}"


def _cell(text: str) -> str:
    """A cell by RFC 4180: quoted where it holds a comma, a quote, or anything that could be taken for a comment."""
    if _MUST_QUOTE.isdisjoint(text):
        return text
    return '"' + text.replace('"', '""') + '"'
