"""The published ways from a datum to WGS84, which of them holds at a place, and how far they may be wrong there.

The one idea: several operations are published for most datums, each for its own area, and they differ by metres to
tens of metres. The most accurate one that covers the place is taken; what the others in reach say of the same place
is the measure of its doubt. Only operations of plain numbers count, none that needs a grid file, so that every
machine gives the same answer.
"""

import math
import re
import warnings
from functools import cache, lru_cache
from typing import NamedTuple

from pyproj import CRS
from pyproj.exceptions import ProjError
from pyproj.network import set_network_enabled  # pyright: ignore[reportPrivateImportUsage]  # documented there
from pyproj.transformer import Transformer, TransformerGroup

from clearline.space.latlon import LatLon
from clearline.space.wgs84 import distance_m

__all__ = ["OUTSIDE_M", "REACH_DEG", "DatumError", "Shift", "find_shift"]

# EPSG draws the area of an operation as a polygon; PROJ keeps only the box round it, which may say too much. So
# operations whose boxes lie within this of a place have a say in its doubt, and one whose box ends within it may be
# used, at a price; further out none may.
REACH_DEG = 5.0

# The price: of all pairs of operations of one datum, one taken up to 5 degrees outside its own box and one inside it,
# 59,018 samples over the 446 datums of EPSG 12 that have any, the worst disagreed by 185 m beyond their stated
# accuracies (99 %: 142 m). One datum was worse, MGI 1901, by 1.6 km: there the disagreement itself is in the doubt.
OUTSIDE_M = 200.0

_UNSTATED_ACCURACY_M = 999.0  # what EPSG puts where an accuracy is not known; PROJ puts -1
_USES_A_FILE = re.compile(r"\b(?:grids|file|model)=")
# The operation's own code: the last one in its JSON, after those of its parameters.
_CODE = re.compile(r'.*"id":\{"authority":"(?:INVERSE\()?EPSG\)?","code":"?(\d+)"?\}', re.DOTALL)


class DatumError(ValueError):
    """A datum that is not known, or a place that it cannot be shifted at: the sentence says how to mend it."""


class Shift(NamedTuple):
    """A place moved to WGS84: how far from it the truth may be, by which operation, and whether outside its area."""

    place: LatLon
    uncertainty_m: float
    operation: str
    outside: bool


class _Operation(NamedTuple):
    """One published operation: its box, in which `east_deg` may be less than `west_deg`; its accuracy; its name."""

    transformer: Transformer
    west_deg: float
    south_deg: float
    east_deg: float
    north_deg: float
    accuracy_m: float | None
    label: str

    def degrees_outside(self, lat_deg: float, lon_deg: float) -> float:
        """How far a place lies outside the box, degrees; 0 inside it."""
        width = (self.east_deg - self.west_deg) % 360.0 or 360.0
        along = (lon_deg - self.west_deg) % 360.0
        beside = 0.0 if along <= width else min(along - width, 360.0 - along)
        return max(beside, self.south_deg - lat_deg, lat_deg - self.north_deg, 0.0)

    def apply(self, lat_deg: float, lon_deg: float) -> LatLon:
        """The place on WGS84. Raises DatumError where the operation gives none."""
        try:
            lon, lat = self.transformer.transform(lon_deg, lat_deg, errcheck=True)
        except ProjError as error:
            raise DatumError(f"{self.label} gives no place at {lat_deg}, {lon_deg}; state it on WGS84") from error
        return LatLon(float(lat), float(lon))


class _Choice(NamedTuple):
    """An operation that may be taken within one cell, and the doubt that goes with it there, metres."""

    operation: _Operation
    uncertainty_m: float


def find_shift(lat_deg: float, lon_deg: float, epsg: int, name: str) -> Shift:
    """Move a place from the datum of a geographic CRS to WGS84.

    Raises DatumError if no operation is published that needs no grid file and whose accuracy is known, or if the
    place lies more than `REACH_DEG` outside the area of every one of them.
    """
    choices = _choices(epsg, min(math.floor(lat_deg), 89), math.floor(lon_deg))
    nearest: tuple[float, _Choice] | None = None
    for choice in choices:
        outside_deg = choice.operation.degrees_outside(lat_deg, lon_deg)
        if outside_deg == 0.0:
            return _shifted(choice, lat_deg, lon_deg, outside=False)
        if outside_deg <= REACH_DEG and (nearest is None or outside_deg < nearest[0]):
            nearest = outside_deg, choice
    if nearest is None:
        raise DatumError(_why_none(lat_deg, lon_deg, epsg, name))
    return _shifted(nearest[1], lat_deg, lon_deg, outside=True)


def _shifted(choice: _Choice, lat_deg: float, lon_deg: float, *, outside: bool) -> Shift:
    place = choice.operation.apply(lat_deg, lon_deg)
    return Shift(place, choice.uncertainty_m + (OUTSIDE_M if outside else 0.0), choice.operation.label, outside)


@lru_cache(maxsize=65_536)
def _choices(epsg: int, south_deg: int, west_deg: int) -> tuple[_Choice, ...]:
    """What may be taken within a cell of one degree, the most accurate first, then the one for the smallest area."""
    corners = [(south_deg + i, west_deg + j) for i in (0, 1) for j in (0, 1)]
    # A cell is within reach of a box if a corner is; a box smaller than the cell is found from its nearest corner.
    near = [one for one in _operations(epsg) if min(one.degrees_outside(*corner) for corner in corners) <= REACH_DEG]
    usable = sorted((one for one in near if one.accuracy_m is not None), key=_rank)
    return tuple(_Choice(one, (one.accuracy_m or 0.0) + _spread_m(one, near, corners)) for one in usable)


def _rank(operation: _Operation) -> tuple[float, float, str]:
    width = (operation.east_deg - operation.west_deg) % 360.0 or 360.0
    return operation.accuracy_m or 0.0, width * (operation.north_deg - operation.south_deg), operation.label


def _spread_m(chosen: _Operation, near: list[_Operation], corners: list[tuple[int, int]]) -> float:
    """The furthest that any other operation puts a corner of the cell from where the chosen one does.

    Operations differ by a shift that is close to linear over a cell, so no place inside is further off than a corner.
    """
    worst_m = 0.0
    for lat_deg, lon_deg in corners:
        here = chosen.apply(lat_deg, lon_deg)
        worst_m = max(worst_m, *(distance_m(here, other.apply(lat_deg, lon_deg)) for other in near))
    return worst_m


@cache
def _operations(epsg: int) -> tuple[_Operation, ...]:
    """All published operations from a datum to WGS84 that are plain numbers; none of them null or "ballpark"."""
    # Nothing is ever fetched, whatever the environment says: an answer must not depend on who is connected.
    set_network_enabled(active=False)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # that a grid is missing: none is wanted
        try:
            group = TransformerGroup(CRS.from_epsg(epsg), CRS.from_epsg(4326), always_xy=True, allow_ballpark=False)
        except IndexError:  # pyproj's answer where nothing is left once ballpark operations are out
            return ()
    return tuple(_operation(one) for one in group.transformers if not _USES_A_FILE.search(one.definition))


def _operation(transformer: Transformer) -> _Operation:
    west, south, east, north = transformer.area_of_use.bounds
    steps = [step for step in transformer.operations or () if step.type_name != "Conversion"]
    label = " then ".join(_label(step.name, step.to_json()) for step in steps) or transformer.description
    accuracy_m = transformer.accuracy if 0.0 <= transformer.accuracy < _UNSTATED_ACCURACY_M else None
    return _Operation(transformer, west, south, east, north, accuracy_m, label)


def _label(name: str, json: str) -> str:
    code = _CODE.match(json)
    return name if code is None else f"EPSG:{code[1]} {name}"


def _why_none(lat_deg: float, lon_deg: float, epsg: int, name: str) -> str:
    mend = "state the place on WGS84, or its datum as unknown"
    operations = _operations(epsg)
    if not operations:
        return f"no operation from {name} to WGS84 is published that needs no grid file; {mend}"
    if all(one.accuracy_m is None for one in operations):
        return f"how accurate any operation from {name} to WGS84 is, is not known; {mend}"
    return (
        f"{name} is not used at latitude {lat_deg:.4f}, longitude {lon_deg:.4f}: no operation to WGS84 is published "
        f"within {REACH_DEG:g} degrees of there; check place and datum, or {mend}"
    )
