"""The fingerprint of a check: the same for the same plans and answers, on any machine, and for nothing else."""

from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from clearline.conflict.digest import FORM, Planned, check_digest
from clearline.conflict.engine import Engine, PlainEngine
from clearline.conflict.fast import FastEngine
from clearline.conflict.group import Meeting, Subject, find_meetings
from clearline.conflict.minima import INTERSECT, LINE_2015, Minima, Zone
from clearline.conflict.solid import Solid
from clearline.conflict.verdict import Verdict
from clearline.space.altitude import AltitudeLimit, Band, Reference, Unit
from clearline.space.latlon import LatLon
from clearline.space.shape import Circle, Corridor, Polygon
from clearline.space.volume import Entered, Volume4D
from clearline.space.wgs84 import destination
from clearline.space.window import TimeWindow
from tests.conflict.worlds import flat_heights, shapes

_CENTRE = LatLon(35.0, 40.0)


def _limit(value: float) -> AltitudeLimit:
    return AltitudeLimit(value, Unit.METRE, Reference.WGS84)


def _volume(lon_deg: float = 40.0, radius_m: float = 5_000.0, start_ms: int = 0) -> Volume4D:
    band = Band(_limit(1_000.0), _limit(2_000.0))
    return Volume4D(Circle(LatLon(35.0, lon_deg), radius_m), band, TimeWindow(start_ms, start_ms + 3_600_000))


_PLANNED: list[Planned] = [
    ("A1", "ALPHA", (_volume(), _volume(start_ms=7_200_000))),
    ("B1", "BRAVO", (_volume(40.05),)),
    ("B2", "BRAVO", (_volume(40.02, start_ms=7_000_000), _volume(50.0))),
    ("C1", "CHARLIE", (_volume(60.0),)),
]


def _solid(volume: Volume4D) -> Solid:
    low_m, high_m = volume.band.lower.value, volume.band.upper.value
    return Solid(volume.shape.core(), flat_heights(low_m, high_m), volume.window.start_ms, volume.window.end_ms)


def _meetings(planned: list[Planned], minima: Minima, engine: Engine) -> list[Meeting]:
    subjects = [Subject(ident, party, tuple(map(_solid, volumes))) for ident, party, volumes in planned]
    return find_meetings(subjects, minima, engine)


def _digest(planned: list[Planned], minima: Minima = LINE_2015, engine: Engine | None = None) -> str:
    return check_digest(planned, minima, _meetings(planned, minima, engine or PlainEngine()))


@given(st.permutations(_PLANNED), st.sampled_from([INTERSECT, LINE_2015]))
def test_the_order_of_plans_and_the_engine_do_not_count(planned: list[Planned], minima: Minima) -> None:
    assert _meetings(planned, minima, PlainEngine())
    for engine in (PlainEngine(), FastEngine(2)):
        assert _digest(planned, minima, engine) == _digest(_PLANNED, minima)


@given(st.data(), st.floats(-1e-9, 1e-9), st.floats(-1e-6, 1e-6))
def test_the_noise_of_arithmetic_does_not_count(data: st.DataObject, turn_deg: float, noise_m: float) -> None:
    """Figures as people write them, each a little off; and margins off by more than any machine's noise."""
    places = [LatLon(round(p.lat_deg, 5), round(p.lon_deg, 5)) for p in data.draw(shapes()).core().parts[0]]
    assume(all(abs(place.lat_deg) < 89.9 for place in places))  # at a pole all longitudes are one
    band, window = Band(_limit(100.0), _limit(200.0)), TimeWindow(0, None)

    def planned(line: list[LatLon], half_m: float) -> list[Planned]:
        return [("A", "ALPHA", (Volume4D(Corridor(tuple(line), half_m), band, window),))]

    def off(place: LatLon) -> LatLon:
        lon_deg = place.lon_deg + turn_deg
        return LatLon(max(-90.0, min(90.0, place.lat_deg - turn_deg)), lon_deg)

    moved = planned([off(place) for place in places], 152.4 + noise_m)
    assert check_digest(moved, INTERSECT, ()) == check_digest(planned(places, 152.4), INTERSECT, ())
    meetings = _meetings(_PLANNED, LINE_2015, PlainEngine())
    margins = [replace(m.finding.margins, lateral_m=m.finding.margins.lateral_m + 1e3 * noise_m) for m in meetings]
    noisy = [replace(m, finding=replace(m.finding, margins=n)) for m, n in zip(meetings, margins, strict=True)]
    assert check_digest(_PLANNED, LINE_2015, noisy) == check_digest(_PLANNED, LINE_2015, meetings)


def test_what_was_entered_verbatim_does_not_count() -> None:
    entered = [
        (ident, party, tuple(replace(volume, entered=Entered("a file", place="35N 40E")) for volume in volumes))
        for ident, party, volumes in _PLANNED
    ]
    assert check_digest(entered, INTERSECT, ()) == check_digest(_PLANNED, INTERSECT, ())


def test_everything_else_counts() -> None:
    zone = Zone("field", Polygon((tuple(destination(_CENTRE, a, 9e4) for a in (45.0, 135.0, 225.0)),)), 1.0, 1.0, 1.0)
    volume = _volume()
    upper = volume.band.upper
    changed = [
        replace(volume, shape=Circle(LatLon(35.0, 40.000_000_1), 5_000.0)),
        replace(volume, shape=Circle(LatLon(35.0, 40.0), 5_000.001)),
        replace(volume, shape=Corridor((LatLon(35.0, 40.0), LatLon(35.0, 40.1)), 5_000.0)),
        replace(volume, band=Band(volume.band.lower, _limit(2_000.001))),
        replace(volume, band=Band(volume.band.lower, replace(upper, unit=Unit.FOOT, value=6_600.0))),
        replace(volume, band=Band(volume.band.lower, replace(upper, reference=Reference.EGM96))),
        replace(volume, band=Band(volume.band.lower, replace(upper, uncertainty_m=1.0))),
        replace(volume, band=Band(volume.band.lower, replace(upper, reference=Reference.QNH, pressure_hpa=1_013.2))),
        replace(volume, band=Band(volume.band.lower, replace(upper, reference=Reference.QNH, pressure_hpa=1_013.3))),
        replace(volume, band=Band(volume.band.lower, replace(upper, reference=Reference.AGL, ground_m=(0.0, 1.0)))),
        replace(volume, band=Band(volume.band.lower, replace(upper, reference=Reference.AGL, ground_m=(0.0, 2.0)))),
        replace(volume, window=TimeWindow(1, 3_600_000)),
        replace(volume, window=TimeWindow(0, None)),
        replace(volume, window=TimeWindow(0, 3_600_000, 0.001)),
        replace(volume, horizontal_uncertainty_m=0.001),
    ]
    digests = [check_digest([("A", "ALPHA", (one,))], INTERSECT, ()) for one in (volume, *changed)]
    digests += [
        check_digest([("A", "BRAVO", (volume,))], INTERSECT, ()),
        check_digest([("B", "ALPHA", (volume,))], INTERSECT, ()),
        check_digest([("A", "ALPHA", (volume, volume))], INTERSECT, ()),
        check_digest([("A", "ALPHA", (volume,))], LINE_2015, ()),
        check_digest([("A", "ALPHA", (volume,))], replace(INTERSECT, version=2), ()),
        check_digest([("A", "ALPHA", (volume,))], replace(INTERSECT, inflation=1.5), ()),
        check_digest([("A", "ALPHA", (volume,))], replace(INTERSECT, zones=(zone,)), ()),
    ]
    assert len(set(digests)) == len(digests)


def test_every_part_of_an_answer_counts() -> None:
    meetings = _meetings(_PLANNED, LINE_2015, PlainEngine())
    first = meetings[0]
    finding = first.finding
    others = [
        meetings[1:],
        [replace(first, second=first.second + 1), *meetings[1:]],
        *(
            [replace(first, finding=other), *meetings[1:]]
            for other in (
                replace(finding, verdict=Verdict.CANNOT_TELL),
                replace(finding, pair=(1, 0)),
                replace(finding, first_ms=1),
                replace(finding, required=(0.0, 0.0, 0.0)),
                replace(finding, reasons=("lower limit: no pressure",)),
            )
        ),
    ]
    digests = [check_digest(_PLANNED, LINE_2015, some) for some in (meetings, *others)]
    assert len(set(digests)) == len(digests)


@pytest.mark.parametrize("sign", [-1.0, 1.0])
def test_one_meridian_and_one_zero_have_one_name_each(sign: float) -> None:
    def planned(lat_deg: float, lon_deg: float) -> list[Planned]:
        return [("A", "ALPHA", (replace(_volume(), shape=Circle(LatLon(lat_deg, lon_deg), 1.0)),))]

    assert check_digest(planned(10.0, sign * 180.0), INTERSECT, ()) == check_digest(planned(10.0, 180.0), INTERSECT, ())
    assert check_digest(planned(sign * 0.0, 1.0), INTERSECT, ()) == check_digest(planned(0.0, 1.0), INTERSECT, ())


def test_the_digest_of_a_known_answer_does_not_drift() -> None:
    """It may change only together with FORM."""
    assert FORM == "clearline-check-2"
    assert _digest(_PLANNED) == "d3e57672d99d99ff721c39e5d7ecff1e2717e15fb209c57515773fb01080f17d"
