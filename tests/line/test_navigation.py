"""Where navigation is unreliable: how far it reaches, for how long, and what an incident's place is worth there."""

import dataclasses

import pytest

from clearline.line.area import Place, place_of
from clearline.line.incident import Incident, IncidentKind
from clearline.line.navigation import UNRELIABLE_M, doubt_at, doubt_of_incident, place_in_doubt, volumes_in_doubt
from clearline.line.notice import Notice, NoticeType
from clearline.line.terms import Function, Level
from clearline.space.altitude import AltitudeLimit, Band, Reference, Unit
from clearline.space.bubble import Fix, track_volumes
from clearline.space.latlon import LatLon
from clearline.space.shape import Circle
from clearline.space.volume import Volume4D
from clearline.space.wgs84 import destination
from clearline.space.window import TimeWindow
from tests.line.two_desks import HOUR_MS, MINUTE_MS, T0, Line, area, notice

_MIDDLE = LatLon(35.0, 40.0)  # of the area: 5 km about it
_LOW = AltitudeLimit(0.0, Unit.METRE, Reference.EGM96)


def _warned(*, open_ended: bool = False) -> Line:
    line = Line()
    where = area(start_ms=T0)
    if open_ended:
        where = dataclasses.replace(where, end_ms=None)
    line.notify(
        Notice(NoticeType.NAVIGATION_UNRELIABLE, "J1", "GNSS", Level.OPERATIONAL, Function.FLIGHT_SAFETY, (where,))
    )
    return line


def _incident(at: LatLon, known_m: float = 0.0, *, at_ms: int = T0, uncertain: bool = False) -> Incident:
    place, known_mm = place_of(at, known_m)
    return Incident(IncidentKind.BOUNDARY_CROSSING, "over it", at_ms, "BRAVO", uncertain, place, known_mm)


def test_a_position_that_may_be_inside_is_in_doubt() -> None:
    """17 km from the middle: 2 km beyond the reach of the warning, unless it is itself known to 3 km alone."""
    line = _warned()
    place = destination(_MIDDLE, 90.0, 17_000.0)
    assert doubt_at(line.a.ledger, place, T0, 1_000.0).warnings == ()
    assert len(doubt_at(line.a.ledger, place, T0, 3_000.0).warnings) == 1
    assert doubt_at(line.a.ledger, place, T0, 3_000.0).uncertainty_m == UNRELIABLE_M
    assert doubt_at(line.a.ledger, _MIDDLE, T0, 2 * UNRELIABLE_M).uncertainty_m == 2 * UNRELIABLE_M


def test_a_notice_of_anything_else_puts_no_position_in_doubt() -> None:
    line = Line()
    line.notify(notice())
    assert doubt_at(line.a.ledger, _MIDDLE, T0 + HOUR_MS, 10.0).warnings == ()


def test_a_warning_until_further_notice_has_no_end_but_a_beginning() -> None:
    line = _warned(open_ended=True)
    assert len(doubt_at(line.a.ledger, _MIDDLE, T0 + 1_000 * HOUR_MS, 10.0).warnings) == 1
    assert doubt_at(line.a.ledger, _MIDDLE, T0 - 1, 10.0).warnings == ()


def test_a_volume_without_an_end_is_in_doubt_by_any_later_report_or_warning() -> None:
    line = _warned()
    high = AltitudeLimit(400.0, Unit.METRE, Reference.EGM96)
    far, near = destination(_MIDDLE, 90.0, 90_000.0), destination(_MIDDLE, 90.0, 1_000.0)
    open_ended = [
        Volume4D(Circle(place, 500.0), Band(_LOW, high), TimeWindow(T0 - HOUR_MS, None)) for place in (far, near)
    ]
    apart = [Fix(T0 - HOUR_MS, far, _LOW)]
    known = [volume.horizontal_uncertainty_m for volume in volumes_in_doubt(line.a.ledger, apart, open_ended)]
    assert known == [0.0, UNRELIABLE_M]
    later = [*apart, Fix(T0, destination(_MIDDLE, 90.0, 5_000.0), _LOW), Fix(T0 + 9 * HOUR_MS, far, _LOW)]
    known = [volume.horizontal_uncertainty_m for volume in volumes_in_doubt(line.a.ledger, later, open_ended)]
    assert known == [UNRELIABLE_M, UNRELIABLE_M]


def test_a_leg_through_the_area_is_in_doubt_though_both_its_reports_are_outside() -> None:
    line = _warned()
    fixes = [
        Fix(T0 + n * 10 * MINUTE_MS, destination(_MIDDLE, bearing, 40_000.0), _LOW)
        for n, bearing in enumerate((270.0, 90.0))
    ]
    assert [doubt_at(line.a.ledger, fix.place, fix.time_ms, 0.0).warnings for fix in fixes] == [(), ()]
    told = track_volumes(fixes, half_width_m=500.0, half_height_m=500.0, gap_s=900.0).volumes
    widened = volumes_in_doubt(line.a.ledger, fixes, told)
    assert {volume.horizontal_uncertainty_m for volume in widened} == {0.0, UNRELIABLE_M}
    assert widened[0].horizontal_uncertainty_m == widened[-1].horizontal_uncertainty_m == 0.0


def test_a_volume_that_is_known_worse_already_stays_so() -> None:
    line = _warned()
    fixes = [Fix(T0, _MIDDLE, _LOW)]
    told = track_volumes(
        fixes, half_width_m=5.0, half_height_m=5.0, gap_s=9.0, horizontal_uncertainty_m=3 * UNRELIABLE_M
    )
    (volume,) = volumes_in_doubt(line.a.ledger, fixes, told.volumes)
    assert volume.horizontal_uncertainty_m == 3 * UNRELIABLE_M


def test_the_place_of_an_incident_is_in_doubt_by_its_author_a_warning_or_being_none() -> None:
    ledger = _warned().b.ledger
    far = destination(_MIDDLE, 0.0, 200_000.0)
    assert place_in_doubt(ledger, _incident(_MIDDLE, 10.0))
    assert place_in_doubt(ledger, _incident(_MIDDLE, 50_000.0))  # known worse than the warning makes it: a claim still
    assert not place_in_doubt(ledger, _incident(far, 10.0))
    assert not place_in_doubt(ledger, _incident(_MIDDLE, 10.0, at_ms=T0 + 3 * HOUR_MS))
    assert place_in_doubt(ledger, _incident(far, 10.0, uncertain=True))
    nowhere = Incident(IncidentKind.BOUNDARY_CROSSING, "x", T0, "BRAVO", False, Place(910_000_000, 0), 5)
    assert place_in_doubt(ledger, nowhere)
    found = doubt_of_incident(ledger, nowhere)
    assert found is not None
    assert (found.uncertainty_m, found.warnings) == (UNRELIABLE_M, ())


def test_an_incident_without_a_place_is_as_its_author_says() -> None:
    ledger = _warned().b.ledger
    for uncertain in (False, True):
        stated = Incident(IncidentKind.INTERFERENCE, "x", T0, place_uncertain=uncertain)
        assert doubt_of_incident(ledger, stated) is None
        assert place_in_doubt(ledger, stated) is uncertain


@pytest.mark.parametrize(("place", "known_mm"), [(None, 1), (Place(0, 0), -1)])
def test_an_uncertainty_of_no_place_or_below_nothing_is_refused(place: Place | None, known_mm: int) -> None:
    with pytest.raises(ValueError, match="known to 0 mm or more"):
        Incident(IncidentKind.INTERFERENCE, "x", T0, place=place, known_mm=known_mm)
