"""Whatever two plans surely share, found by other code, is never called clear by the whole command.

The one idea: points are laid in both plans by GeographicLib's own Python, heights by the feet and metres the files
name, times by their own clock; a point, a height and a moment that both hold, or hold within the minima, are a meeting.
"""

import itertools
import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from geographiclib.geodesic import Geodesic
from hypothesis import event, given, settings
from hypothesis import strategies as st

import clearline
from clearline.conflict.minima import Minima
from clearline.conflict.verdict import Verdict
from tests.authorities.nga_egm96 import PUBLISHED_M

_WGS84 = Geodesic.WGS84
_START = datetime(2026, 5, 14, 6, tzinfo=UTC)
_FOOT_M = 0.3048
_INSIDE_M = 0.02  # a point nearer to an edge than this is left out: the tolerance of the answer is 1 cm
_MOST_POINTS = 40

Point = tuple[float, float]
Metres = tuple[float, float]


def _go(place: Point, azimuth_deg: float, length_m: float) -> Point:
    end = _WGS84.Direct(place[0], place[1], azimuth_deg, length_m)
    return float(end["lat2"]), float(end["lon2"])


def _apart_m(a: Point, b: Point) -> float:
    return float(_WGS84.Inverse(a[0], a[1], b[0], b[1])["s12"])


def _flat(place: Point, origin: Point) -> Metres:
    """East and north of an origin by azimuth and distance: straight to 1 mm over the 4 km areas here span."""
    found = _WGS84.Inverse(origin[0], origin[1], place[0], place[1])
    azimuth, length_m = math.radians(float(found["azi1"])), float(found["s12"])
    return length_m * math.sin(azimuth), length_m * math.cos(azimuth)


@dataclass(frozen=True)
class Plan:
    """A plan as its file says it: a shape about a middle, limits in words with their metres, a window in seconds."""

    kind: str
    middle: Point
    azimuth_deg: float
    size_m: float
    width_m: float
    limits: tuple[str, str]
    band_m: Metres  # what both limits surely hold, on the reference the two plans share
    window_s: tuple[float, float]
    clock_s: float
    doubt_m: float

    def corners(self) -> list[Point]:
        """The corners of an area, or the ends of a line."""
        turns = (0.0, 140.0, 230.0) if self.kind == "Polygon" else (0.0, 180.0)
        return [_go(self.middle, self.azimuth_deg - turn, self.size_m) for turn in turns]

    def feature(self, party: str) -> dict[str, object]:
        """The feature, longitude first."""
        shape: dict[str, object] = {}
        places = [[lon, lat] for lat, lon in self.corners()]
        geometry: dict[str, object] = {"type": self.kind, "coordinates": places}
        match self.kind:
            case "Point":
                shape["radius_m"] = self.size_m
                geometry["coordinates"] = [self.middle[1], self.middle[0]]
            case "Polygon":
                geometry["coordinates"] = [[*places, places[0]]]
                shape["edges"] = "geodesic"
            case _:
                shape |= {"half_width_m": self.width_m, "edges": "geodesic"}
        start, end = ((_START + timedelta(seconds=second)).isoformat() for second in self.window_s)
        facts = {
            "party": party, "id": party, "start": start, "end": end, "lower": self.limits[0], "upper": self.limits[1],
            "clock_uncertainty_s": self.clock_s, "horizontal_uncertainty_m": self.doubt_m, **shape,
        }  # fmt: skip
        return {"type": "Feature", "properties": facts, "geometry": geometry}

    def holds(self, place: Point) -> bool:
        """Whether a place surely lies inside."""
        room_m = self.doubt_m - _INSIDE_M
        if self.kind == "Point":
            return _apart_m(place, self.middle) <= self.size_m + room_m
        corners = [_flat(corner, self.middle) for corner in self.corners()]
        x, y = _flat(place, self.middle)
        off_m = min(_off_m((x, y), a, b) for a, b in itertools.pairwise([*corners, corners[0]]))
        if self.kind == "LineString":
            return off_m <= self.width_m + room_m
        crossings = sum(
            (a[1] > y) != (b[1] > y) and x < a[0] + (y - a[1]) / (b[1] - a[1]) * (b[0] - a[0])
            for a, b in itertools.pairwise([*corners, corners[0]])
        )
        return off_m <= room_m or (crossings % 2 == 1 and off_m >= _INSIDE_M)

    def points(self) -> Iterator[Point]:
        """Places all over the shape and about its rim."""
        yield self.middle
        for corner in self.corners():
            for share in (0.3, 0.6, 0.9, 0.999):
                line = _WGS84.InverseLine(self.middle[0], self.middle[1], corner[0], corner[1])
                at = line.Position(share * float(line.s13))
                yield float(at["lat2"]), float(at["lon2"])
        reach_m = self.width_m if self.kind == "LineString" else self.size_m
        for turn in range(0, 360, 30):
            for share in (0.5, 0.998):
                yield _go(self.middle, turn, reach_m * share)
        for corner in self.corners():
            for turn in range(0, 360, 60):
                yield _go(corner, turn, self.width_m * 0.99)


def _off_m(place: Metres, a: Metres, b: Metres) -> float:
    (x, y), (ax, ay), (bx, by) = place, a, b
    length2 = (bx - ax) ** 2 + (by - ay) ** 2
    along = max(0.0, min(1.0, ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / length2))
    return math.hypot(x - ax - along * (bx - ax), y - ay - along * (by - ay))


def _toward(a: Plan, b: Plan) -> Iterator[Point]:
    """Places along the way between two middles, where they are nearest if anywhere."""
    line = _WGS84.InverseLine(a.middle[0], a.middle[1], b.middle[0], b.middle[1])
    for step in range(41):
        at = line.Position(step / 40.0 * float(line.s13))
        yield float(at["lat2"]), float(at["lon2"])


def _meet(a: Plan, b: Plan, minima: Minima) -> bool:
    """Whether some places, heights and moments of two plans are within the minima of each other."""
    windows = [(p.window_s[0] - p.clock_s, p.window_s[1] + p.clock_s) for p in (a, b)]
    if max(windows[0][0], windows[1][0]) - min(windows[0][1], windows[1][1]) > minima.time_s:
        return False
    if max(a.band_m[0], b.band_m[0]) - min(a.band_m[1], b.band_m[1]) > minima.vertical_m:
        return False
    candidates = [*a.points(), *b.points(), *_toward(a, b)]
    in_a = [place for place in candidates if a.holds(place)]
    in_b = [place for place in candidates if b.holds(place)]
    if set(in_a) & set(in_b):
        return True
    if minima.lateral_m == 0.0:
        return False
    nearest = sorted(itertools.product(_near(in_a, b.middle), _near(in_b, a.middle)), key=lambda pair: _rough(*pair))
    return any(_apart_m(p, q) <= minima.lateral_m - _INSIDE_M for p, q in nearest[:_MOST_POINTS])


def _near(places: Sequence[Point], to: Point) -> list[Point]:
    return sorted(places, key=lambda place: _rough(place, to))[:_MOST_POINTS]


def _rough(a: Point, b: Point) -> float:
    return math.dist(a, b)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("truth")


def _verdict(a: Plan, b: Plan, minima: Minima, folder: Path, engine: str = "auto") -> Verdict:
    for name, plan in (("A", a), ("B", b)):
        (folder / name).write_text(json.dumps(plan.feature(name)), "utf-8")
    return clearline.check(str(folder / "A"), str(folder / "B"), minima=minima, engine=engine).verdict


# How a height is written, and the metres of one of its units; those of a pair are on one reference.
_SCALES = {
    "M AMSL": 1.0, "FT AMSL": _FOOT_M, "M WGS84": 1.0, "FT WGS84": _FOOT_M, "M AGL": 1.0, "FT STD": _FOOT_M,
    "FL": 100.0 * _FOOT_M, "FT QNH": _FOOT_M,
}  # fmt: skip
_TOGETHER = [
    ("M AMSL", "FT AMSL"),
    ("FT WGS84", "M WGS84"),
    ("FL", "FT STD"),
    ("FT QNH", "FT AMSL"),
    ("M AGL", "M AGL"),
]
_PLACES = [(35.0, 40.0), (89.99, 15.0), (-89.9995, 100.0), (-17.0, 179.995), (0.0, 0.0), (66.6, -179.999), (45.0, 45.0)]
_MINIMA = [
    Minima("t", 1, *minima)
    for minima in ((0.0, 0.0, 0.0), (5_556.0, 914.4, 180.0), (300.0, 0.0, 0.0), (0.0, 50.0, 60.0))
]


def _written(metres: float, scale: str) -> tuple[str, float]:
    """A height in words, and the metres that the words say."""
    unit_m = _SCALES[scale]
    value = round(metres / unit_m)
    return (f"FL{value:03d}" if scale == "FL" else f"{value}{scale}"), value * unit_m


@st.composite
def _plans(draw: st.DrawFn, place: Point, scale: str) -> Plan:
    lower, low_m = _written(draw(st.sampled_from([900.0, 1_200.0, 1_524.0])), scale)
    upper, high_m = _written(low_m + draw(st.sampled_from([0.0, 31.0, 400.0])), scale)
    start_s = draw(st.integers(0, 20)) * 30.0
    size_m = draw(st.sampled_from([50.0, 700.0, 2_000.0]))
    return Plan(
        draw(st.sampled_from(["Point", "Polygon", "LineString"])),
        _go(place, draw(st.floats(0.0, 360.0)), draw(st.floats(0.0, 2_500.0))),
        draw(st.floats(0.0, 360.0)),
        size_m,
        draw(st.sampled_from([5.0, 200.0])),
        (lower, upper),
        (low_m, max(low_m, high_m)),
        (start_s, start_s + draw(st.integers(0, 10)) * 30.0),
        draw(st.sampled_from([0.0, 15.0])),
        draw(st.sampled_from([0.0, 100.0])),
    )


@st.composite
def _two(draw: st.DrawFn) -> tuple[Plan, Plan]:
    place, scales = draw(st.sampled_from(_PLACES)), draw(st.sampled_from(_TOGETHER))
    one, other = draw(st.permutations(scales))
    return draw(_plans(place, one)), draw(_plans(place, other))


@settings(max_examples=80)
@given(_two(), st.sampled_from(_MINIMA))
def test_what_two_plans_share_is_never_clear(folder: Path, two: tuple[Plan, Plan], minima: Minima) -> None:
    meet = _meet(*two, minima)
    event(f"meet: {meet}")
    verdict = _verdict(*two, minima, folder)
    assert not meet or verdict is not Verdict.CLEAR
    if meet and "AGL" not in two[0].limits[0]:  # all heights are stated on one thing, so nothing is left to ask
        assert verdict is Verdict.CONFLICT or "QNH" in two[0].limits[0] + two[1].limits[0]


@settings(max_examples=40)
@given(st.sampled_from(PUBLISHED_M), st.floats(-38.0, 200.0), st.sampled_from([0.0, 3.0]), st.sampled_from([1, -1]))
def test_heights_above_the_sea_and_the_ellipsoid_meet_by_the_published_geoid(
    folder: Path, point: tuple[float, float, float], gap_m: float, vertical_m: float, side: int
) -> None:
    lat_deg, lon_deg, undulation_m = point
    place = (lat_deg, math.remainder(lon_deg, 360.0))
    sea_m, thick_m = 3_000.0, 20.0
    # The one is 20 m thick above the sea; the other, on the ellipsoid, lies as far over or under it as the gap says.
    low_m = sea_m + undulation_m + (thick_m + gap_m if side > 0 else -thick_m - gap_m)
    bands = [("3000M AMSL", "3020M AMSL"), (f"{low_m:.1f}M WGS84", f"{low_m + thick_m:.1f}M WGS84")]
    one, other = (Plan("Point", place, 0.0, 5.0, 1.0, band, (0.0, 0.0), (0.0, 60.0), 0.0, 0.0) for band in bands)
    minima = Minima("t", 1, 0.0, vertical_m, 0.0)
    verdict = _verdict(one, other, minima, folder)
    assert gap_m > vertical_m - 0.2 or verdict is Verdict.CONFLICT
    # Beyond 25 m of doubt (1.2 m of the grid, and what the geoid turns within one of its cells) it is clear.
    assert gap_m < vertical_m + 25.0 or verdict is Verdict.CLEAR


def test_a_fair_share_of_these_plans_meets() -> None:
    found: list[bool] = []

    @settings(max_examples=80)
    @given(_two(), st.sampled_from(_MINIMA))
    def count(two: tuple[Plan, Plan], minima: Minima) -> None:
        found.append(_meet(*two, minima))

    count()
    assert 0.2 * len(found) < sum(found) < 0.9 * len(found)
