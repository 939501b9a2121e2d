"""Activities as F3548-21 operational intents and constraints, as far as their managers' plans know them.

The one idea: F3548 knows circles and plain polygons, metres above the ellipsoid and closed windows, and no doubt about
any of them. A doubt becomes room; a corridor becomes the circles and strips it is made of; what would be said narrower,
or by a guess, is refused.
"""

import itertools
import json
from collections.abc import Sequence
from typing import assert_never

from clearline.airspace.activity import Activity, Kind
from clearline.space.altitude import AltitudeLimit, Reference
from clearline.space.latlon import LatLon
from clearline.space.shape import Circle, Corridor, Orbit, Polygon
from clearline.space.volume import Volume4D
from clearline.space.wgs84 import azimuths_and_distances, destination, geodesic_pieces
from clearline.space.window import TimeWindow
from clearline.wire.geojson_write import check_name
from clearline.wire.json_text import Json
from clearline.wire.words import instant

__all__ = ["volume_values", "write_f3548"]

# utm.yaml, Altitude: sanity bounds of the standard, metres above the ellipsoid.
_LOWEST_M, _HIGHEST_M = -8_000.0, 100_000.0
# The side of a strip, a geodesic, bows outward off the strip by w L^2 / 8 R^2: 1.5 m at 50 km off a leg of 100 km.
_LEG_M = 100_000.0
_ROUNDING_M = 0.001  # far above the noise of laying out corners, far below F3548's 1 cm


def write_f3548(activities: Sequence[Activity]) -> str:
    """A list of answers, one for each activity: `constraint` for airspace measures, else `operational_intent`.

    A reference holds what a plan knows (id, manager, times); state, version and addresses are given by those who run
    the systems. Raises ValueError, naming activity and reason, for an altitude that is not above the ellipsoid, an end
    that is open, a polygon with holes, a line without width, a limit or time equal to its opposite.
    """
    lines = ",\n".join(json.dumps(_answer(one), ensure_ascii=False, allow_nan=False) for one in activities)
    return f"[\n{lines}\n]\n"


def _answer(activity: Activity) -> Json:
    check_name(activity)
    try:
        windows = [_window(volume) for volume in activity.volumes]
        volumes = volume_values(activity.volumes)
    except ValueError as error:
        raise ValueError(f"activity {activity.ident!r} cannot be said in F3548: {error}") from error
    whole = TimeWindow(min(one.start_ms for one in windows), max(one.end_ms or 0 for one in windows))
    reference: dict[str, Json] = {"id": activity.ident, "manager": activity.party, **_times(whole)}
    if activity.kind is Kind.AIRSPACE_MEASURE:
        return {"constraint": {"reference": reference, "details": {"volumes": volumes}}}
    details: dict[str, Json] = {"volumes": volumes, "off_nominal_volumes": [], "priority": activity.priority}
    return {"operational_intent": {"reference": reference, "details": details}}


def volume_values(volumes: Sequence[Volume4D]) -> list[Json]:
    """Volumes as Volume4D objects of F3548. Raises ValueError, with the reason, for one that cannot be said exactly."""
    return [
        {"volume": extent, **_times(window)}
        for volume, window in zip(volumes, [_window(volume) for volume in volumes], strict=True)
        for extent in _extents(volume)
    ]


def _window(volume: Volume4D) -> TimeWindow:
    """The window, wider by what its clock may have been off."""
    start_ms, end_ms = volume.window.widened(volume.window.clock_uncertainty_s)
    if end_ms is None:
        raise ValueError("it has no end, and F3548 requires one; state it")
    if end_ms <= start_ms:
        raise ValueError("it ends when it starts, and F3548 requires a later end")
    return TimeWindow(start_ms, end_ms)


def _times(window: TimeWindow) -> dict[str, Json]:
    return {
        "time_start": {"value": instant(window.start_ms), "format": "RFC3339"},
        "time_end": {"value": instant(window.end_ms), "format": "RFC3339"},
    }


def _extents(volume: Volume4D) -> list[Json]:
    """The Volume3D objects that hold a volume together, all of one band."""
    lower_m = _metres(volume.band.lower, -1.0)
    upper_m = _metres(volume.band.upper, 1.0)
    if not lower_m < upper_m:
        raise ValueError(f"its lower limit {lower_m:g} m is not below its upper limit {upper_m:g} m, as F3548 requires")
    band: dict[str, Json] = {"altitude_lower": _altitude(lower_m), "altitude_upper": _altitude(upper_m)}
    return [{**outline, **band} for outline in _outlines(volume)]


def _metres(limit: AltitudeLimit, outward: float) -> float:
    metres = limit.metres
    if limit.reference is not Reference.WGS84 or metres is None:
        raise ValueError(
            f"its limit {limit} is not a height above the WGS84 ellipsoid, which F3548 requires; convert it"
        )
    value_m = metres + outward * limit.uncertainty_m
    if not _LOWEST_M <= value_m <= _HIGHEST_M:
        raise ValueError(f"its limit {limit} is not within -8000..100000 m, as F3548 requires")
    return value_m


def _altitude(value_m: float) -> Json:
    return {"value": value_m, "reference": "W84", "units": "M"}


def _outlines(volume: Volume4D) -> list[dict[str, Json]]:
    """The outlines that hold a shape and what its place may be off by."""
    shape, doubt_m = volume.shape, volume.horizontal_uncertainty_m
    match shape:
        case Circle():
            return [_circle(shape.centre, shape.radius_m + doubt_m)]
        case Corridor():
            return _room(shape.line, shape.half_width_m + doubt_m)
        case Orbit():
            axis = (shape.first,) if shape.first == shape.second else (shape.first, shape.second)
            return _room(axis, shape.radius_m + doubt_m)
        case Polygon():
            ring, *holes = shape.rings
            if holes:
                raise ValueError("it has holes, which F3548 does not know; cut it into areas without holes")
            area: list[dict[str, Json]] = [_polygon(ring)]
            return area + _room((*ring, ring[0]), doubt_m) if doubt_m > 0.0 else area
        case _:
            assert_never(shape)


def _room(path: Sequence[LatLon], width_m: float) -> list[dict[str, Json]]:
    """All within a distance of a path: a circle round each of its places, and a strip along each leg.

    A strip ends on the normals at the ends of its leg, where the circles begin; its sides are geodesics that bow
    outward, as those of a positively curved surface do off a line of equal distance.
    """
    outlines = [_circle(place, width_m) for place in dict.fromkeys(path)]
    for a, b in itertools.pairwise(path):
        pieces = [LatLon(lat, lon) for lat, lon in geodesic_pieces((a, b), closed=False, step_m=_LEG_M).tolist()]
        outlines.extend(_strip(start, end, width_m + _ROUNDING_M) for start, end in itertools.pairwise(pieces))
    return outlines


def _strip(a: LatLon, b: LatLon, width_m: float) -> dict[str, Json]:
    there_deg, back_deg = azimuths_and_distances([a, b], [b, a])[0].tolist()
    corners = (
        destination(a, there_deg - 90.0, width_m),
        destination(a, there_deg + 90.0, width_m),
        destination(b, back_deg - 90.0, width_m),
        destination(b, back_deg + 90.0, width_m),
    )
    return _polygon(corners)


def _polygon(ring: Sequence[LatLon]) -> dict[str, Json]:
    return {"outline_polygon": {"vertices": [_place(place) for place in ring]}}


def _circle(centre: LatLon, radius_m: float) -> dict[str, Json]:
    if radius_m <= 0.0:
        raise ValueError("it has a radius or width of 0, and F3548 knows no points and lines; give it room")
    return {"outline_circle": {"center": _place(centre), "radius": {"value": radius_m, "units": "M"}}}


def _place(place: LatLon) -> Json:
    return {"lat": place.lat_deg, "lng": place.lon_deg}
