"""The plane a map of the report is drawn on: azimuthal and equidistant about the middle of what it shows.

The one idea: distances and bearings from the middle of the map are those along the ellipsoid, so one projection serves
a valley, a pole and the antimeridian alike, and the scale bar tells the truth there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np

from clearline.space.footprint import footprint
from clearline.space.heights import Footprint
from clearline.space.latlon import LatLon
from clearline.space.shape import Core
from clearline.space.wgs84 import Floats, azimuths_and_distances, destination, ecef, from_ecef

__all__ = ["View", "fit_view", "nice"]

_HALF_TURN_M = 20_003_931.0  # from a place to its antipode over a pole: half a meridian of WGS84, rounded down
_MARGIN_SHARE = 0.14
_LEAST_M = 400.0  # the narrowest piece of the world a map shows: below this nothing in it gives a sense of scale


@dataclass(frozen=True, slots=True)
class View:
    """A map of `size_px` (wide, tall) with `middle` at its centre, north up there, `scale_m` metres to a pixel."""

    middle: LatLon
    scale_m: float
    size_px: tuple[float, float]

    @property
    def width_px(self) -> float:
        """How wide it is."""
        return self.size_px[0]

    @property
    def height_px(self) -> float:
        """How tall it is."""
        return self.size_px[1]

    def pixels(self, places: Floats) -> Floats:
        """Places, shape (n, 2) latitude and longitude, as pixels, shape (n, 2), right and down."""
        starts = np.broadcast_to(np.asarray(self.middle), places.shape)
        azimuth_deg, range_m = azimuths_and_distances(_places(starts), _places(places))
        azimuth, range_px = np.radians(azimuth_deg), range_m / self.scale_m
        return np.stack(
            (
                self.width_px / 2.0 + range_px * np.sin(azimuth),
                self.height_px / 2.0 - range_px * np.cos(azimuth),
            ),
            axis=-1,
        )

    def place(self, x_px: float, y_px: float) -> LatLon:
        """The place under a pixel."""
        east, north = x_px - self.width_px / 2.0, self.height_px / 2.0 - y_px
        range_m = float(np.hypot(east, north)) * self.scale_m
        return destination(self.middle, float(np.degrees(np.arctan2(east, north))), min(range_m, _HALF_TURN_M))

    def box(self) -> Footprint:
        """A box of latitudes and longitudes that holds all of the map, and a little more."""
        reach_m = float(np.hypot(self.width_px, self.height_px)) / 2.0 * self.scale_m * 1.05
        if reach_m > _HALF_TURN_M / 2.0:
            return Footprint(-90.0, 90.0, -180.0, 180.0)
        return footprint(Core(((self.middle,),), False, reach_m))


def fit_view(cores: Sequence[Core], width_px: float, height_px: float) -> View:
    """The view that shows all the shapes with a margin round them. Raises ValueError for no shape."""
    if not cores:
        raise ValueError("a map needs at least one shape")
    places = np.asarray([place for core in cores for part in core.parts for place in part], np.float64)
    radii_m = np.asarray([core.radius_m for core in cores for part in core.parts for _ in part])
    total = ecef(places[:, 0], places[:, 1]).sum(axis=0)
    # Shapes all round the globe have no middle: any will do, as the map then shows the globe.
    middle = from_ecef(total) if float(np.linalg.norm(total)) > 1e5 * len(places) else LatLon(0.0, 0.0)
    for _ in range(2):  # about the mean of the corners first, then about the middle of what those span
        low, high = _extent(View(middle, 1.0, (0.0, 0.0)), places, radii_m)
        x_m, y_m = (low + high) / 2.0
        middle = View(middle, 1.0, (0.0, 0.0)).place(float(x_m), float(y_m))
    low, high = _extent(View(middle, 1.0, (0.0, 0.0)), places, radii_m)
    wide_m, tall_m = (float(v) for v in np.maximum(np.abs(low), np.abs(high)) * 2.0 * (1.0 + 2.0 * _MARGIN_SHARE))
    scale_m = max(wide_m / width_px, tall_m / height_px, _LEAST_M / height_px)
    return View(middle, min(scale_m, 2.0 * _HALF_TURN_M / height_px), (width_px, height_px))


def _extent(view: View, places: Floats, radii_m: Floats) -> tuple[Floats, Floats]:
    metres = view.pixels(places)
    return (metres - radii_m[:, None]).min(axis=0), (metres + radii_m[:, None]).max(axis=0)


def _places(rows: Floats) -> Sequence[LatLon]:
    """Rows of latitude and longitude as they are: what reads places reads them by column."""
    return cast("Sequence[LatLon]", rows)


def nice(value: float, steps: Sequence[float] = (1.0, 2.0, 5.0)) -> float:
    """The largest of 1, 2, 5, 10, 20 ... that is no larger than a value.

    >>> nice(0.7), nice(340.0)
    (0.5, 200.0)
    """
    power = 10.0 ** np.floor(np.log10(value))
    return float(max(step * power for step in steps if step * power <= value * (1.0 + 1e-9)))
