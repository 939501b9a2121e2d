"""Volumes as F3548-21 and F3411-22a write them in a call, and the cells, altitudes and times a registry keeps of them.

The one idea: the shape is read, covered and forgotten (DSS0010: a registry keeps no precise extents). A bound that is
left out is as wide as can be said, where the call lets it be left out; it is never guessed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from typing import Annotated, Final, Literal

import msgspec

from clearline.airspace.bounds import AREA_MAX_KM2, EARLIEST_US, HIGHEST_M, LATEST_US, LOWEST_M
from clearline.airspace.extent import Extent, Span, merge_extents
from clearline.space.cover import TooLargeError, cover_circle, cover_polygon
from clearline.space.latlon import LatLon
from clearline.wire.errors import MalformedError
from clearline.wire.f3548_calls_text import BODY, OverAreaError, instant_us

__all__ = [
    "MOST_CELLS",
    "MOST_VOLUMES",
    "Altitude",
    "Covering",
    "Place",
    "Polygon",
    "Solid",
    "Taking",
    "Time",
    "Volume",
    "cover_volumes",
]

# Our own bounds: what one call may ask to be covered, all volumes together, so that no call holds up the others.
MOST_VOLUMES: Final = 1_000
MOST_CELLS: Final = 50_000

Degrees90 = Annotated[float, msgspec.Meta(ge=-90, le=90)]
Degrees180 = Annotated[float, msgspec.Meta(ge=-180, le=180)]


class Place(msgspec.Struct):
    """A vertex or a centre."""

    lat: Degrees90
    lng: Degrees180


class Time(msgspec.Struct):
    """An instant, as `instant_us` reads it."""

    value: str
    format: Literal["RFC3339"]


class Altitude(msgspec.Struct):
    """An altitude, metres above the WGS84 ellipsoid."""

    value: Annotated[float, msgspec.Meta(ge=LOWEST_M, le=HIGHEST_M)]
    reference: Literal["W84"]
    units: Literal["M"]


class _Radius(msgspec.Struct):
    value: Annotated[float, msgspec.Meta(gt=0)]
    units: Literal["M"]


class _Circle(msgspec.Struct):
    center: Place
    radius: _Radius


class Polygon(msgspec.Struct):
    """A ring of places, the last joined to the first."""

    vertices: Annotated[list[Place], msgspec.Meta(min_length=3)]


class Solid(msgspec.Struct):
    """A shape and the altitudes between which it stands (Volume3D)."""

    outline_circle: _Circle | None = None
    outline_polygon: Polygon | None = None
    altitude_lower: Altitude | None = None
    altitude_upper: Altitude | None = None


class Volume(msgspec.Struct):
    """A block of space and time (Volume4D of both standards)."""

    volume: Solid
    time_start: Time | None = None
    time_end: Time | None = None


@dataclass(frozen=True, slots=True)
class Taking:
    """What a call takes: how many vertices and how large an area, and whether altitudes and times must be there."""

    most_vertices: int
    most_km2: float = AREA_MAX_KM2
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Covering:
    """What a registry keeps of volumes. A start or an end is None where no volume has one."""

    extent: Extent
    start_us: int | None
    end_us: int | None


def cover_volumes(volumes: Sequence[Volume], taking: Taking, *, where: str = "") -> Covering:
    """Return the cells that the volumes touch, with the altitudes and the times of those that touch each.

    `where` is the one volume's place in the body; without it they are the list `extents`. Raises MalformedError, and
    OverAreaError for an area above the bound.
    """
    vertices = cells = 0
    extents: list[Extent] = []
    starts: list[int] = []
    ends: list[int] = []
    for place, volume in enumerate(volumes):
        here = where or f"$.extents[{place}]"
        vertices += len(volume.volume.outline_polygon.vertices) if volume.volume.outline_polygon else 0
        if vertices > taking.most_vertices:
            raise MalformedError(
                BODY, here, "there are too many vertices", f"send at most {taking.most_vertices} in all volumes"
            )
        span = _span(volume, here, taking, starts, ends)
        covered = _cells(volume.volume, f"{here}.volume", taking.most_km2)
        cells += len(covered)
        if cells > MOST_CELLS:
            raise OverAreaError(BODY, here, "the volumes are too large together", "send fewer or smaller ones")
        extents.append(Extent(covered, (span,)))
    start_us = min(starts) if starts else None
    end_us = max(ends) if ends else None
    return Covering(extents[0] if len(extents) == 1 else merge_extents(extents), start_us, end_us)


def _span(volume: Volume, where: str, taking: Taking, starts: list[int], ends: list[int]) -> Span:
    solid = volume.volume
    low, high, start, end = solid.altitude_lower, solid.altitude_upper, volume.time_start, volume.time_end
    if taking.whole and (low is None or high is None or start is None or end is None):
        problem = "a start, an end, a lower or an upper altitude is missing"
        raise MalformedError(BODY, where, problem, "give all four for each volume")
    start_us, end_us = EARLIEST_US, LATEST_US
    if start is not None:
        start_us = instant_us(start.value, f"{BODY}: {where}.time_start", end=False)
        starts.append(start_us)
    if end is not None:
        end_us = instant_us(end.value, f"{BODY}: {where}.time_end", end=True)
        ends.append(end_us)
    low_m, high_m = -inf if low is None else low.value, inf if high is None else high.value
    if low_m > high_m:
        raise MalformedError(BODY, where, "altitude_lower is above altitude_upper", "exchange them")
    if start_us > end_us:
        raise MalformedError(BODY, where, "time_end is before time_start", "exchange them")
    return Span(low_m, high_m, start_us, end_us)


def _cells(solid: Solid, where: str, most_km2: float) -> tuple[int, ...]:
    circle, polygon = solid.outline_circle, solid.outline_polygon
    try:
        if circle is not None and polygon is None:
            centre = LatLon(circle.center.lat, circle.center.lng)
            return cover_circle(centre, circle.radius.value, most_km2=most_km2)
        if polygon is not None and circle is None:
            ring = [LatLon(vertex.lat, vertex.lng) for vertex in polygon.vertices]
            return cover_polygon(ring, most_km2=most_km2)
    except TooLargeError as error:
        raise OverAreaError(BODY, where, str(error), "split it") from None
    except ValueError as error:
        raise MalformedError(BODY, where, str(error), "draw the outline anew") from None
    raise MalformedError(BODY, where, "it has no outline, or two", "give either outline_circle or outline_polygon")
