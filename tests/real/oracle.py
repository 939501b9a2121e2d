"""Where flights were near each other, by brute force: every second of every pair that was in the air together.

The one idea: between two reports a flight is taken to go straight and evenly; its place is worked out once a second,
and at every report, from plain formulas of the ellipsoid that share nothing with Clearline. A distance that is within
half a metre of the limit is measured again by geographiclib (Karney). Every interval is closed.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from geographiclib.geodesic import Geodesic
from numpy.typing import NDArray

from tests.real.recordings import Floats, Recording

__all__ = ["Bubble", "Flown", "Nearest", "encounters", "flown", "within_reach"]

_A_M, _F = 6_378_137.0, 1.0 / 298.257223563  # WGS84
_E2 = _F * (2.0 - _F)
_RADIUS_M = 6_371_000.0
_NEAR_M = 0.5


@dataclass(frozen=True, slots=True)
class Bubble:
    """How far round itself a flight claims the sky: metres sideways, metres up and down, each for one flight."""

    half_width_m: float
    half_height_m: float


@dataclass(frozen=True, slots=True, eq=False)
class Flown:
    """A flight, second by second: Earth-centred places (n, 3) and heights in metres, `first_s` the first second.

    `leg_m` is how much the flight rose or sank over the whole leg that each second is part of, `leg_s` how long that
    leg lasted.
    """

    ident: str
    first_s: int
    places_m: Floats
    height_m: Floats
    leg_m: Floats
    leg_s: Floats
    fastest_mps: float
    fastest_climb_mps: float

    @property
    def end_s(self) -> int:
        """The second after the last."""
        return self.first_s + len(self.height_m)


def _ecef(lat_deg: Floats, lon_deg: Floats) -> Floats:
    lat, lon = np.radians(lat_deg), np.radians(lon_deg)
    across_m = _A_M / np.sqrt(1.0 - _E2 * np.sin(lat) ** 2)
    return np.stack(
        (
            across_m * np.cos(lat) * np.cos(lon),
            across_m * np.cos(lat) * np.sin(lon),
            across_m * (1.0 - _E2) * np.sin(lat),
        ),
        axis=1,
    )


def flown(recording: Recording, height_m: Floats) -> Flown:
    """The flight second by second; where a report has no height (NaN), its legs have none.

    Reports must be at whole seconds, as all of these are, so that none is passed over.
    """
    assert not (recording.time_ms % 1000).any(), f"{recording.ident} has reports between seconds"
    at_s = recording.time_ms // 1000
    seconds = np.arange(at_s[0], at_s[-1] + 1)
    # The last leg that has begun, and the share of it that is done.
    leg = np.clip(np.searchsorted(at_s, seconds, side="right") - 1, 0, max(0, len(at_s) - 2))
    after = np.minimum(leg + 1, len(at_s) - 1)
    lasts_s = np.maximum(1, at_s[after] - at_s[leg])
    share = (seconds - at_s[leg]) / lasts_s
    corners = _ecef(recording.lat_deg, recording.lon_deg)
    places_m = corners[leg] + share[:, None] * (corners[after] - corners[leg])
    rise_m = height_m[after] - height_m[leg]
    speed_mps = np.linalg.norm(corners[after] - corners[leg], axis=1) / lasts_s
    return Flown(
        recording.ident,
        int(at_s[0]),
        places_m,
        height_m[leg] + share * rise_m,
        np.abs(rise_m),
        lasts_s.astype(np.float64),
        float(speed_mps.max()),
        float(np.nan_to_num(np.abs(rise_m) / lasts_s).max()),
    )


@dataclass(frozen=True, slots=True)
class Nearest:
    """Two flights that came within a limit: the first second of it, how many seconds, and the least distance."""

    first_s: int
    seconds: int
    least_m: float


def encounters(
    ones: Sequence[Flown], others: Sequence[Flown], lateral_m: float, vertical_m: float
) -> dict[tuple[str, str], Nearest]:
    """All pairs that at one and the same second were within both limits, touching included."""
    found: dict[tuple[str, str], Nearest] = {}
    for one in ones:
        for other in others:
            seconds, chord_m, apart_m = _together(one, other)
            if seconds is None:
                continue
            # An arc is longer than its chord by c^3 / 24 R^2, a millimetre in 10 km.
            arc_m = chord_m * (1.0 + (chord_m / _RADIUS_M) ** 2 / 24.0)
            low = apart_m <= vertical_m
            near = low & (arc_m <= lateral_m - _NEAR_M)
            for k in np.flatnonzero(low & (np.abs(arc_m - lateral_m) < _NEAR_M)).tolist():
                second = seconds[k]
                near[k] = (
                    _karney_m(one.places_m[second - one.first_s], other.places_m[second - other.first_s]) <= lateral_m
                )
            if near.any():
                at = np.flatnonzero(near)
                found[one.ident, other.ident] = Nearest(int(seconds[at[0]]), len(at), float(arc_m[at].min()))
    return found


def within_reach(one: Flown, other: Flown, reach_m: Floats, tall_m: Floats) -> bool:
    """Whether at some second both limits held, which may be other ones at each second (from the first they share)."""
    seconds, chord_m, apart_m = _together(one, other)
    return seconds is not None and bool(((chord_m <= reach_m) & (apart_m <= tall_m)).any())


def _together(one: Flown, other: Flown) -> tuple[NDArray[np.int64] | None, Floats, Floats]:
    """The seconds both were in the air, the chord between them and the difference of their heights."""
    first_s, end_s = max(one.first_s, other.first_s), min(one.end_s, other.end_s)
    if end_s <= first_s:
        return None, np.zeros(0), np.zeros(0)
    a, b = (slice(first_s - flight.first_s, end_s - flight.first_s) for flight in (one, other))
    chord_m = np.linalg.norm(one.places_m[a] - other.places_m[b], axis=1)
    return np.arange(first_s, end_s), chord_m, np.abs(one.height_m[a] - other.height_m[b])


def _karney_m(p: Floats, q: Floats) -> float:
    (lat0, lon0), (lat1, lon1) = (
        (np.degrees(np.arctan2(z, (1.0 - _E2) * np.hypot(x, y))), np.degrees(np.arctan2(y, x))) for x, y, z in (p, q)
    )
    return float(Geodesic.WGS84.Inverse(float(lat0), float(lon0), float(lat1), float(lon1))["s12"])
