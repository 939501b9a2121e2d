"""Failure stories 20, 21, 24 and 27: units, references, touching, and shapes at the ends of the map.

The figures are the domain record's, computed at 35 N 40 E.
"""

from dataclasses import replace

import pytest

from clearline.conflict.digest import check_digest
from clearline.conflict.engine import PlainEngine
from clearline.conflict.fast import FastEngine
from clearline.conflict.group import Subject, find_meetings, judge_groups
from clearline.conflict.minima import INTERSECT, LINE_2015, Minima
from clearline.conflict.solid import make_solid
from clearline.conflict.verdict import Finding, Verdict
from clearline.edge.geoid_file import load_geoid
from clearline.space.altitude import SURFACE, UNLIMITED, AltitudeError, AltitudeLimit, Band, Reference, Unit
from clearline.space.heights import Frame
from clearline.space.latlon import LatLon
from clearline.space.shape import Circle, Corridor, Polygon, Shape, ShapeError
from clearline.space.volume import Volume4D
from clearline.space.wgs84 import destination
from clearline.space.window import TimeWindow

_PLACE = LatLon(35.0, 40.0)
_AREA = Circle(_PLACE, 5_000.0)
_HOUR = TimeWindow(1_442_577_600_000, 1_442_581_200_000)
_M, _FT, _FL = Unit.METRE, Unit.FOOT, Unit.FLIGHT_LEVEL


def _volume(low: AltitudeLimit, high: AltitudeLimit, shape: Shape = _AREA, window: TimeWindow = _HOUR) -> Volume4D:
    return Volume4D(shape, Band(low, high), window)


def _finding(a: Volume4D, b: Volume4D, minima: Minima = INTERSECT) -> Finding:
    """What is told to both sides: the same whichever is asked first, and whichever engine looks."""

    def subjects(*volumes: Volume4D) -> list[Subject]:
        return [Subject(str(n), str(n), (make_solid(v, minima, load_geoid()),)) for n, v in enumerate(volumes)]

    first, second = subjects(a, b)
    there, back = judge_groups(first, second, minima), judge_groups(second, first, minima)
    assert there.verdict is back.verdict
    assert there.margins == replace(back.margins, lateral_m=there.margins.lateral_m)
    assert there.margins.lateral_m == pytest.approx(back.margins.lateral_m, abs=1e-3)
    for engine in (PlainEngine(), FastEngine()):
        meetings = find_meetings(subjects(a, b), minima, engine)
        assert [meeting.finding.verdict for meeting in meetings] == [there.verdict] * (
            there.verdict is not Verdict.CLEAR
        )
    return there


def _level(value: float, unit: Unit | None, reference: Reference | None, **more: float) -> Volume4D:
    """A flight at one altitude."""
    limit = replace(AltitudeLimit(value, unit, reference), **more)
    return _volume(limit, limit)


def test_story_20_feet_for_metres() -> None:
    feet, metres = _level(5_000.0, _FT, Reference.EGM96), _level(5_000.0, _M, Reference.EGM96)
    finding = _finding(feet, metres)
    assert finding.verdict is Verdict.CLEAR
    assert finding.margins.vertical_m == pytest.approx(3_476.0, abs=0.5)
    for other in (feet, metres):
        bare = _finding(_level(5_000.0, None, Reference.EGM96), other)
        assert bare.verdict is Verdict.CANNOT_TELL
        assert bare.margins.vertical_m is None
        assert any("no unit was stated" in reason for reason in bare.reasons)


@pytest.mark.parametrize(("qnh_hpa", "apart_m"), [(990.0, 195.0), (1_025.0, 97.0)])
def test_story_21_flight_level_and_qnh(qnh_hpa: float, apart_m: float) -> None:
    """FL100 and 10,000 ft on the QNH are the same numerals, and the pressure apart."""
    finding = _finding(_level(100.0, _FL, Reference.STD), _level(10_000.0, _FT, Reference.QNH, pressure_hpa=qnh_hpa))
    assert finding.verdict is Verdict.CLEAR
    assert finding.margins.frame is Frame.STD
    assert finding.margins.vertical_m == pytest.approx(apart_m, abs=0.5)
    untold = _finding(_level(100.0, _FL, Reference.STD), _level(10_000.0, _FT, Reference.QNH))
    assert untold.verdict is Verdict.CANNOT_TELL
    assert any("the pressure is not known" in reason for reason in untold.reasons)


def test_story_21_above_ground_and_above_sea() -> None:
    """0 to 150 m above ground of 700 m, against 700 to 800 and 900 to 1,000 m above the sea."""
    ground = AltitudeLimit(0.0, _M, Reference.AGL, ground_m=(700.0, 700.0))
    low = _volume(ground, replace(ground, value=150.0))
    same, above = (_volume(AltitudeLimit(m, _M, Reference.EGM96), AltitudeLimit(m + 100.0, _M, Reference.EGM96))
                   for m in (700.0, 900.0))  # fmt: skip
    assert _finding(low, same).verdict is Verdict.CONFLICT
    assert _finding(low, above).verdict is Verdict.CLEAR
    bare = AltitudeLimit(0.0, _M, Reference.AGL)
    no_terrain = _volume(bare, replace(bare, value=150.0))
    for other in (same, above):
        assert _finding(no_terrain, other).verdict is Verdict.CANNOT_TELL
    higher = _volume(replace(bare, value=200.0), replace(bare, value=300.0))
    assert _finding(no_terrain, higher).verdict is Verdict.CLEAR  # the same ground, whatever its height
    assert _finding(no_terrain, higher, LINE_2015).verdict is Verdict.CANNOT_TELL  # but not 3 NM further on


def test_story_21_qfe_and_qnh() -> None:
    """300 m on the QFE of a field at 700 m is 1,000 m above the sea; the same numeral on the QNH is 300 m."""
    qfe = _level(300.0, _M, Reference.QFE, station_m=700.0)
    assert _finding(qfe, _level(300.0, _M, Reference.QNH)).verdict is Verdict.CLEAR
    assert _finding(qfe, _level(1_000.0, _M, Reference.QNH)).verdict is Verdict.CONFLICT
    assert _finding(qfe, _level(1_000.0, _M, Reference.EGM96)).verdict is Verdict.CONFLICT
    field = _level(300.0, _M, Reference.QFE)
    assert _finding(field, _level(300.0, _M, Reference.QNH)).verdict is Verdict.CANNOT_TELL
    shown = _level(300.0, _M, Reference.QNH, pressure_hpa=1_013.25)
    both = _finding(_level(300.0, _M, Reference.QFE, pressure_hpa=930.0), shown)
    assert both.verdict is Verdict.CLEAR and both.margins.frame is Frame.STD


def test_story_21_ellipsoid_and_sea_level() -> None:
    """At 35 N 40 E the sea is 19.7 m above the ellipsoid, and under the whole area no less than 17 m."""
    finding = _finding(_level(1_000.0, _M, Reference.WGS84), _level(1_000.0, _M, Reference.EGM96))
    assert finding.verdict is Verdict.CLEAR
    assert finding.margins.vertical_m is not None
    assert 16.0 < finding.margins.vertical_m < 19.7
    raised = _finding(_level(1_019.7, _M, Reference.WGS84), _level(1_000.0, _M, Reference.EGM96))
    assert raised.verdict is Verdict.CONFLICT
    other_model = _finding(_level(1_000.0, _M, Reference.EGM2008), _level(1_009.0, _M, Reference.EGM96))
    assert other_model.verdict is Verdict.CONFLICT  # the two models may differ by as much
    nowhere = _finding(_level(1_000.0, _M, None), _level(3_000.0, _M, Reference.EGM96))
    assert nowhere.verdict is Verdict.CANNOT_TELL


def test_story_21_metres_against_feet_of_one_reference() -> None:
    """Finding 13: 3000-3500 m and 9000-12000 ft (2743-3658 m) meet, though 3500 is less than 9000."""
    metres = _volume(AltitudeLimit(3_000.0, _M, Reference.WGS84), AltitudeLimit(3_500.0, _M, Reference.WGS84))
    feet = _volume(AltitudeLimit(9_000.0, _FT, Reference.WGS84), AltitudeLimit(12_000.0, _FT, Reference.WGS84))
    finding = _finding(metres, feet)
    assert finding.verdict is Verdict.CONFLICT
    assert finding.margins.vertical_m == pytest.approx(3_000.0 - 12_000.0 * 0.3048)


def test_story_21_surface_against_ellipsoid() -> None:
    """Finding 13: 0-150 m above ground of 700 m and 700-800 m above the ellipsoid meet, though 150 is less than 700."""
    top = AltitudeLimit(150.0, _M, Reference.AGL, ground_m=(700.0, 700.0))
    ellipsoid = _volume(AltitudeLimit(700.0, _M, Reference.WGS84), AltitudeLimit(800.0, _M, Reference.WGS84))
    assert _finding(_volume(SURFACE, top), ellipsoid).verdict is Verdict.CONFLICT
    untold = _finding(_volume(SURFACE, replace(top, ground_m=None)), ellipsoid)
    assert untold.verdict is Verdict.CANNOT_TELL
    assert any("the height of the ground is not known" in reason for reason in untold.reasons)


def _touching() -> tuple[Volume4D, Volume4D]:
    """Edge to edge, end to start, top to bottom."""
    west = Polygon(((LatLon(35.0, 40.0), LatLon(35.0, 40.1), LatLon(35.1, 40.1), LatLon(35.1, 40.0)),))
    east = Polygon(((LatLon(35.1, 40.1), LatLon(35.1, 40.2), LatLon(35.0, 40.2), LatLon(35.0, 40.1)),))
    levels = [AltitudeLimit(m, _M, Reference.WGS84) for m in (1_000.0, 2_000.0, 3_000.0)]
    end_ms = _HOUR.end_ms
    assert end_ms is not None
    first = Volume4D(west, Band(*levels[:2]), _HOUR)
    return first, Volume4D(east, Band(*levels[1:]), TimeWindow(end_ms, end_ms + 3_600_000))


def test_story_24_touching_volumes() -> None:
    """Closed intervals: touching is meeting, under every parameter set, and both nodes say so with one fingerprint."""
    a, b = _touching()
    finding = _finding(a, b)
    assert finding.verdict is Verdict.CONFLICT
    assert finding.first_ms == _HOUR.end_ms
    assert finding.margins.vertical_m == 0.0 and finding.margins.time_s == 0.0
    assert abs(finding.margins.lateral_m) < 0.005
    assert _finding(a, b, LINE_2015).verdict is Verdict.CONFLICT

    def fingerprint() -> str:
        sides = list(zip("ab", _touching(), strict=True))
        subjects = [Subject(name, name, (make_solid(volume, INTERSECT, load_geoid()),)) for name, volume in sides]
        meetings = find_meetings(subjects, INTERSECT, PlainEngine())
        return check_digest([(name, name, [volume]) for name, volume in sides], INTERSECT, meetings)

    assert fingerprint() == fingerprint()


def test_story_24_a_little_apart_in_any_one_way_is_clear_until_the_minima_say_more() -> None:
    a, b = _touching()
    later = replace(b, window=TimeWindow(b.window.start_ms + 1, b.window.end_ms))
    higher = replace(b, band=Band(replace(b.band.lower, value=2_000.01), b.band.upper))
    assert isinstance(b.shape, Polygon)
    aside = replace(b, shape=Polygon((tuple(LatLon(lat, lon + 3e-7) for lat, lon in b.shape.rings[0]),)))  # 3 cm
    for apart in (later, higher, aside):
        assert _finding(a, apart).verdict is Verdict.CLEAR
        assert _finding(a, apart, Minima("a little", 1, 0.05, 0.02, 0.001)).verdict is Verdict.CONFLICT
    doubtful = replace(later, window=replace(later.window, clock_uncertainty_s=0.001))
    assert _finding(a, doubtful).verdict is Verdict.CONFLICT


def _band() -> tuple[AltitudeLimit, AltitudeLimit]:
    return AltitudeLimit(1_000.0, _M, Reference.WGS84), AltitudeLimit(2_000.0, _M, Reference.WGS84)


def test_story_27_antimeridian() -> None:
    ring = (LatLon(10.0, 179.9), LatLon(10.0, -179.9), LatLon(10.2, -179.9), LatLon(10.2, 179.9))
    area = _volume(*_band(), shape=Polygon((ring,)))
    for lon_deg in (179.95, 180.0, -180.0, -179.95):
        assert _finding(area, _volume(*_band(), shape=Circle(LatLon(10.1, lon_deg), 10.0))).verdict is Verdict.CONFLICT
    for lon_deg in (0.0, 179.8, -179.8):
        assert _finding(area, _volume(*_band(), shape=Circle(LatLon(10.1, lon_deg), 10.0))).verdict is Verdict.CLEAR
    line = Corridor((LatLon(10.1, 179.0), LatLon(10.1, -179.0)), 10.0)
    assert _finding(area, _volume(*_band(), shape=line)).verdict is Verdict.CONFLICT


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_story_27_pole(sign: float) -> None:
    cap = _volume(*_band(), shape=Polygon((tuple(LatLon(sign * 85.0, lon) for lon in (0.0, 90.0, 180.0, -90.0)),)))
    for place in (LatLon(sign * 90.0, 77.0), LatLon(sign * 89.0, -135.0), LatLon(sign * 86.0, 180.0)):
        assert _finding(cap, _volume(*_band(), shape=Circle(place, 10.0))).verdict is Verdict.CONFLICT
    assert _finding(cap, _volume(*_band(), shape=Circle(LatLon(sign * 80.0, 10.0), 10.0))).verdict is Verdict.CLEAR
    over = Corridor((LatLon(sign * 89.0, 0.0), LatLon(sign * 89.0, 180.0)), 10.0)
    pole = Circle(LatLon(sign * 90.0, 0.0), 0.0)
    assert _finding(_volume(*_band(), shape=over), _volume(*_band(), shape=pole)).verdict is Verdict.CONFLICT


def test_story_27_winding() -> None:
    ring = tuple(destination(_PLACE, bearing, 10_000.0) for bearing in (0.0, 90.0, 180.0, 270.0))
    for drawn in (ring, ring[::-1]):
        area = _volume(*_band(), shape=Polygon((drawn,)))
        assert _finding(area, _volume(*_band(), shape=Circle(_PLACE, 1.0))).verdict is Verdict.CONFLICT
        outside = Circle(destination(_PLACE, 45.0, 10_000.0), 1.0)
        assert _finding(area, _volume(*_band(), shape=outside)).verdict is Verdict.CLEAR


def test_story_27_self_crossing_is_refused() -> None:
    a, b, c, d = (destination(_PLACE, bearing, 10_000.0) for bearing in (0.0, 90.0, 180.0, 270.0))
    with pytest.raises(ShapeError, match="crosses itself between places"):
        Polygon(((a, c, b, d),))
    with pytest.raises(ShapeError, match="goes over itself"):
        Polygon(((a, b, c, d, a, b, c, d),))
    with pytest.raises(ShapeError, match="no area"):
        Polygon(((a, c, _PLACE),))


def test_story_27_zero_height() -> None:
    sheet = _level(1_500.0, _M, Reference.WGS84)
    assert _finding(sheet, sheet).verdict is Verdict.CONFLICT
    assert _finding(sheet, _volume(*_band())).verdict is Verdict.CONFLICT
    assert _finding(sheet, _level(2_000.0, _M, Reference.WGS84)).verdict is Verdict.CLEAR
    with pytest.raises(AltitudeError, match="swap"):
        Band(*_band()[::-1])


def test_story_27_open_ended() -> None:
    """UNLIMITED has no top, and until further notice no end: both meet whatever comes, and neither is a number."""
    until_notice = TimeWindow(_HOUR.start_ms, None)
    endless = _volume(SURFACE, UNLIMITED, window=until_notice)
    next_year = TimeWindow(_HOUR.start_ms + 365 * 86_400_000, _HOUR.start_ms + 366 * 86_400_000)
    high = AltitudeLimit(30_000.0, _M, Reference.EGM96)
    for other in (_volume(high, high, window=next_year), _level(600.0, _FL, Reference.STD), endless):
        assert _finding(endless, other).verdict is Verdict.CONFLICT
    before = TimeWindow(_HOUR.start_ms - 2, _HOUR.start_ms - 1)
    assert _finding(endless, _volume(*_band(), window=before)).verdict is Verdict.CLEAR
    from_high = _volume(high, UNLIMITED, window=until_notice)
    assert _finding(from_high, _volume(*_band())).verdict is Verdict.CLEAR
    with pytest.raises(AltitudeError, match="UNLIMITED"):
        Band(UNLIMITED, UNLIMITED)
