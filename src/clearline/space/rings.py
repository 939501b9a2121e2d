"""The compiled routines for places and rings, where they were built; None, and the plain ones, where they were not.

The one idea: a routine answers only where all is as it mostly is, and says None for the rest, which the plain Python
that asked then does from the start, with its words for what is wrong. So a file is never refused on one machine and
taken on another.
"""

from collections.abc import Sequence
from importlib import import_module
from typing import Protocol, cast

from clearline.space.latlon import LatLon

__all__ = ["RINGS", "CompiledRings", "box_of"]


class CompiledRings(Protocol):
    """What the compiled module offers (native/rings/rings.cpp)."""

    def places_of(self, pairs: object, kind: type[LatLon]) -> list[LatLon] | None:
        """Return the places of a list of [longitude, latitude]; None unless each is two floats, the latitude right."""
        ...

    def box_of(self, path: Sequence[LatLon], kind: type[LatLon]) -> tuple[float, float, float, float] | None:
        """Return the lowest and highest latitude and longitude of places that are all two floats."""
        ...

    def stray_m(
        self, path: Sequence[LatLon], kind: type[LatLon], curve_factor: float, degree_m: float, most_m: float
    ) -> float | None:
        """Return how far edges straight on the grid stray from geodesics; None where one strays beyond `most_m`."""
        ...

    def tidied(self, path: Sequence[LatLon], kind: type[LatLon], *, closed: bool) -> tuple[LatLon, ...] | None:
        """Return the path without repeats; None where a place is not one as it stands."""
        ...

    def surely_plain(
        self, path: Sequence[LatLon], kind: type[LatLon], flattened: float, narrow: float, smallest: float
    ) -> bool:
        """Return whether a ring surely bounds one plain area, as `space.plain_ring` proves it."""
        ...


def _load() -> CompiledRings | None:
    try:
        return cast("CompiledRings", import_module("clearline.space._rings"))
    except ImportError:
        return None


RINGS = _load()


def box_of(path: Sequence[LatLon]) -> tuple[float, float, float, float]:
    """The lowest and highest latitude and the lowest and highest longitude of some places, as numbers, degrees.

    The antimeridian is not seen: a path across it looks wide. Raises ValueError for no place.

    >>> box_of([LatLon(1.0, 5.0), LatLon(2.0, 4.0)])
    (1.0, 2.0, 4.0, 5.0)
    """
    box = None if RINGS is None else RINGS.box_of(path, LatLon)
    if box is not None:
        return box
    lats_deg = [place.lat_deg for place in path]
    lons_deg = [place.lon_deg for place in path]
    return min(lats_deg), max(lats_deg), min(lons_deg), max(lons_deg)
