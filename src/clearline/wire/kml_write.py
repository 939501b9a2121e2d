"""Activities as KML: a drawing for everyone, and beside it the exact words for who reads it back.

The one idea: a drawing may be larger than what it stands for, never smaller, and carries a height only where KML's own
references fit; everything exact stands in ExtendedData under the names the reader knows.
"""

from collections.abc import Sequence

from clearline.airspace.activity import Activity
from clearline.space.altitude import Band, Reference
from clearline.space.latlon import LatLon
from clearline.space.shape import Circle, Corridor, Orbit, Polygon, Shape
from clearline.space.volume import Volume4D
from clearline.wire.fields import UNTIL_FURTHER_NOTICE, facts_of
from clearline.wire.kml_outline import Ring, outlines

__all__ = ["write_kml"]

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<kml xmlns="http://www.opengis.net/kml/2.2">\n<Document>\n'
_TAIL = "</Document>\n</kml>\n"
_MODES = {Reference.EGM96: "absolute", Reference.AGL: "relativeToGround"}


def write_kml(activities: Sequence[Activity]) -> str:
    """The activities as one KML document, a placemark a volume; `read_kml` gives the same activities back.

    Raises ValueError, naming the activity and the reason, for what KML cannot say.
    """
    return (
        _HEAD + "".join(_placemark(activity, volume) for activity in activities for volume in activity.volumes) + _TAIL
    )


def _placemark(activity: Activity, volume: Volume4D) -> str:
    try:
        facts = facts_of(activity, volume)
        exact, geometry = _exact(volume.shape), _geometry(volume.shape, volume.band)
    except ValueError as error:
        raise ValueError(f"activity {activity.ident!r} cannot be written as KML: {error}") from error
    start, end = facts.pop("start"), facts.pop("end")
    end_element = "" if end == UNTIL_FURTHER_NOTICE else f"<end>{end}</end>"
    data = "".join(
        f'<Data name="{name}"><value>{_escaped(text)}</value></Data>\n' for name, text in {**facts, **exact}.items()
    )
    words = f"{activity.party}: {volume.band}; {start} to {end}"
    return (
        f"<Placemark>\n<name>{_escaped(activity.title or activity.ident)}</name>\n"
        f"<description>{_escaped(words)}</description>\n"
        f"<TimeSpan><begin>{start}</begin>{end_element}</TimeSpan>\n"
        f"<ExtendedData>\n{data}</ExtendedData>\n{geometry}</Placemark>\n"
    )


def _exact(shape: Shape) -> dict[str, str]:
    """The data that state a round shape exactly; a polygon is its own drawing."""
    match shape:
        case Polygon():
            return {}
        case Circle():
            name, places, size = "circle", (shape.centre,), {"radius_m": repr(shape.radius_m)}
        case Orbit():
            name, places, size = "orbit", (shape.first, shape.second), {"radius_m": repr(shape.radius_m)}
        case Corridor():
            name, places, size = "corridor", shape.line, {"half_width_m": repr(shape.half_width_m)}
    return {"shape": name, "exact_coordinates": " ".join(_pair(place) for place in places), **size}


def _geometry(shape: Shape, band: Band) -> str:
    """What is drawn: a polygon itself, rings that hold a round shape, or the bare point or line of one without width.

    The height drawn is the upper limit where KML has a reference for it, with a curtain to the ground; else none.
    """
    mode = _MODES.get(band.upper.reference) if band.upper.reference is not None else None
    height_m = band.upper.metres if mode is not None and band.upper.uncertainty_m == 0.0 else None
    level = "" if height_m is None else f"<extrude>1</extrude><altitudeMode>{mode}</altitudeMode>"
    core = shape.core()
    if isinstance(shape, Polygon):
        drawn = [_polygon(shape.rings, level, height_m)]
    else:
        drawn = [_polygon((ring,), level, height_m) for ring in outlines(core)]
        drawn = drawn or [_path(part, level, height_m) for part in core.parts]
    return drawn[0] if len(drawn) == 1 else f"<MultiGeometry>\n{''.join(drawn)}</MultiGeometry>\n"


def _polygon(rings: Sequence[Ring], level: str, height_m: float | None) -> str:
    boundaries = "".join(
        f"<{side}BoundaryIs><LinearRing><coordinates>{_coordinates((*ring, ring[0]), height_m)}"
        f"</coordinates></LinearRing></{side}BoundaryIs>\n"
        for side, ring in zip(("outer", *("inner" for _ in rings[1:])), rings, strict=True)
    )
    return f"<Polygon>{level}\n{boundaries}</Polygon>\n"


def _path(part: Sequence[LatLon], level: str, height_m: float | None) -> str:
    name = "Point" if len(part) == 1 else "LineString"
    return f"<{name}>{level}<coordinates>{_coordinates(part, height_m)}</coordinates></{name}>\n"


def _coordinates(places: Sequence[LatLon], height_m: float | None) -> str:
    tail = "" if height_m is None else f",{height_m!r}"
    return " ".join(_pair(place) + tail for place in places)


def _pair(place: LatLon) -> str:
    return f"{place.lon_deg!r},{place.lat_deg!r}"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
