"""The area of operations: what every activity of a check has to lie in, so that a swapped or mistyped place is caught.

The one idea: latitude and longitude swapped are both still valid numbers, so no range check sees it; a place that is
outside the area as read and inside it the other way round is told with both readings, and refused.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from clearline.airspace.activity import Activity
from clearline.conflict.exact import TOLERANCE_M, separation
from clearline.conflict.outline import contains, outline
from clearline.space.footprint import footprint
from clearline.space.heights import Footprint
from clearline.space.latlon import LatLon
from clearline.space.shape import Core, Polygon, ShapeError
from clearline.space.volume import Volume4D
from clearline.wire.errors import MalformedError
from clearline.wire.json_text import Json, parse_json
from clearline.wire.words import place_words

__all__ = ["Area", "check_area", "parse_corners", "read_area"]

_CORNER = r"(\d{1,2}(?:\.\d+)?)\s*([NS])\s*,?\s*(\d{1,3}(?:\.\d+)?)\s*([EW])"
_CORNERS = re.compile(rf"\s*{_CORNER}\s*[,;/]?\s*{_CORNER}\s*", re.IGNORECASE)
_ROUNDING_DEG = 1e-9  # 0.1 mm: a corner given as a limit is inside, whatever the last bit of its arithmetic


@dataclass(frozen=True, slots=True)
class Area:
    """A box between two parallels and two meridians, or a polygon of geodesics; `name` is how it was given."""

    name: str
    bounds: Footprint | Polygon

    def holds(self, core: Core) -> bool:
        """Whether a shape lies wholly inside.

        A box counts the shape's own bounds, up to 1 % of its radius too wide; of a polygon the rim may not be touched.
        """
        if isinstance(self.bounds, Footprint):
            return _box_holds(self.bounds, footprint(core))
        rim = tuple((*ring, ring[0]) for ring in self.bounds.rings)
        bare = tuple((*part, part[0]) for part in core.parts) if core.closed else core.parts
        path = Core(bare, False, 0.0)
        inside = contains(outline(self.bounds.core()), outline(path).starts[0])
        return inside and separation(Core(rim, False, 0.0), path).distance_m > core.radius_m + TOLERANCE_M


def parse_corners(text: str) -> Area | None:
    """A box from two of its corners, degrees with hemispheres; None if the text is not of that form.

    >>> area = parse_corners("34N 038E 37N 042E")
    >>> area.bounds if area else None
    Footprint(south_deg=34.0, north_deg=37.0, west_deg=38.0, east_deg=42.0)

    Raises MalformedError for corners that span no box, or more than half the globe.
    """
    match = _CORNERS.fullmatch(text)
    if match is None:
        return None
    lat_a, ns_a, lon_a, ew_a, lat_b, ns_b, lon_b, ew_b = match.groups()
    lats = sorted(float(lat) * (1 if ns.upper() == "N" else -1) for lat, ns in ((lat_a, ns_a), (lat_b, ns_b)))
    lon_a_deg, lon_b_deg = (float(lon) * (1 if ew.upper() == "E" else -1) for lon, ew in ((lon_a, ew_a), (lon_b, ew_b)))
    if lats[0] < -90.0 or lats[1] > 90.0 or max(abs(lon_a_deg), abs(lon_b_deg)) > 180.0:
        raise _bad(text, "a corner is beyond a pole or beyond 180 degrees")
    wide_deg = (lon_b_deg - lon_a_deg) % 360.0
    west_deg = lon_a_deg if wide_deg <= 180.0 else lon_b_deg
    wide_deg = min(wide_deg, 360.0 - wide_deg)
    if lats[0] == lats[1] or wide_deg == 0.0:
        raise _bad(text, "the corners span no area")
    west_deg = -180.0 if west_deg == 180.0 else west_deg
    return Area(text.strip(), Footprint(lats[0], lats[1], west_deg, west_deg + wide_deg))


def read_area(data: bytes, *, source: str) -> Area:
    """A polygon from GeoJSON: a Polygon, a Feature of one, or a collection of one. Raises MalformedError."""
    value = parse_json(data, source=source)
    path = "$"
    if isinstance(value, dict) and value.get("type") == "FeatureCollection":
        features = value.get("features")
        if not isinstance(features, list) or len(features) != 1:
            raise MalformedError(source, "$.features", "it does not hold one feature", "give one polygon")
        value, path = features[0], "$.features[0]"
    if isinstance(value, dict) and value.get("type") == "Feature":
        value, path = value.get("geometry"), f"{path}.geometry"
    if not isinstance(value, dict) or value.get("type") != "Polygon":
        raise MalformedError(source, path, "it is not a Polygon", "give an area of operations as a GeoJSON Polygon")
    rings = value.get("coordinates")
    if not isinstance(rings, list) or not rings:
        raise MalformedError(source, f"{path}.coordinates", "it is not a list of rings", "give at least one ring")
    try:
        return Area(
            source, Polygon(tuple(_ring(ring, f"{path}.coordinates[{n}]", source) for n, ring in enumerate(rings)))
        )
    except ShapeError as error:
        raise MalformedError(source, f"{path}.coordinates", str(error), "mend the polygon") from error


def check_area(activities: Sequence[Activity], area: Area) -> None:
    """Raise MalformedError if any activity is not wholly in the area, naming the first and counting the others."""
    outside = [
        (activity, volume) for activity in activities for volume in activity.volumes if not area.holds(_judged(volume))
    ]
    if not outside:
        return
    activity, volume = outside[0]
    others = len({(other.party, other.ident) for other, _ in outside}) - 1
    more = f" (and {others} more activities)" if others else ""
    places = [place for part in volume.shape.core().parts for place in part]
    problem = f"it is not wholly inside the area of operations {area.name}: it was read as {place_words(places[0])}"
    mend = "mend its place, or widen --area"
    swapped = _swapped(_judged(volume))
    if swapped is not None and area.holds(swapped):
        problem += (
            f"; read the other way round, as {place_words(swapped.parts[0][0])}, it lies inside: latitude and "
            "longitude look swapped"
        )
        mend = "check the axis order of the file with whoever wrote it"
    source = "input" if volume.entered is None else volume.entered.source
    raise MalformedError(source, f"activity {activity.ident!r} of {activity.party!r}{more}", problem, mend)


def _judged(volume: Volume4D) -> Core:
    core = volume.shape.core()
    return Core(core.parts, core.closed, core.radius_m + volume.horizontal_uncertainty_m)


def _swapped(core: Core) -> Core | None:
    """The shape with latitude and longitude of every place exchanged; None where a longitude is no latitude."""
    if any(abs(place.lon_deg) > 90.0 for part in core.parts for place in part):
        return None
    parts = tuple(tuple(LatLon(place.lon_deg, place.lat_deg) for place in part) for part in core.parts)
    return Core(parts, core.closed, core.radius_m)


def _box_holds(box: Footprint, inner: Footprint) -> bool:
    if inner.south_deg < box.south_deg - _ROUNDING_DEG or inner.north_deg > box.north_deg + _ROUNDING_DEG:
        return False
    east_of_west_deg = (inner.west_deg - box.west_deg + _ROUNDING_DEG) % 360.0 - _ROUNDING_DEG
    return east_of_west_deg + (inner.east_deg - inner.west_deg) <= box.east_deg - box.west_deg + _ROUNDING_DEG


def _ring(value: Json, path: str, source: str) -> tuple[LatLon, ...]:
    if not isinstance(value, list):
        raise MalformedError(source, path, "it is not a list of places", "give [longitude, latitude] pairs")
    return tuple(_place(place, f"{path}[{n}]", source) for n, place in enumerate(value))


def _place(value: Json, path: str, source: str) -> LatLon:
    numbers = value[:2] if isinstance(value, list) else []
    degrees = [float(n) for n in numbers if isinstance(n, int | float) and not isinstance(n, bool)]
    if len(degrees) != 2:
        raise MalformedError(source, path, "it is not [longitude, latitude]", "give two numbers")
    return LatLon(degrees[1], degrees[0])


def _bad(text: str, problem: str) -> MalformedError:
    mend = "give two opposite corners, such as '34N 038E 37N 042E', or a GeoJSON polygon file"
    return MalformedError("command line", f"--area {text!r}", problem, mend)
