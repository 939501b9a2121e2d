"""What a verdict says beside its one word, and what it is where one limit of a band is unknown or unending."""

from clearline.conflict.judge import judge_pair
from clearline.conflict.minima import INTERSECT, Minima
from clearline.conflict.solid import Solid, make_solid
from clearline.conflict.verdict import Finding, Verdict
from clearline.edge.geoid_file import load_geoid
from clearline.space.altitude import SURFACE, UNLIMITED, AltitudeLimit, Band, Reference, Unit
from clearline.space.heights import Frame
from clearline.space.latlon import LatLon
from clearline.space.shape import Circle
from clearline.space.volume import Volume4D
from clearline.space.window import TimeWindow
from clearline.wire.altitudes import parse_altitude

_UNKNOWN = AltitudeLimit(2_000.0, None, None)


def _limit(text: str) -> AltitudeLimit:
    return {"?": _UNKNOWN, "SFC": SURFACE, "UNL": UNLIMITED}.get(text) or parse_altitude(text)


def _solid(lower: str, upper: str, start_ms: int = 0, lon_deg: float = 40.0) -> Solid:
    band = Band(_limit(lower), _limit(upper))
    volume = Volume4D(Circle(LatLon(35.0, lon_deg), 1_000.0), band, TimeWindow(start_ms, start_ms + 60_000))
    return make_solid(volume, INTERSECT, load_geoid())


def _found(one: Solid, other: Solid, minima: Minima = INTERSECT) -> Finding:
    found = judge_pair(one, other, minima)
    mirrored = judge_pair(other, one, minima)
    assert (found.verdict, found.margins, found.first_ms) == (mirrored.verdict, mirrored.margins, mirrored.first_ms)
    return found


def test_a_clear_pair_has_no_first_instant_no_place_and_nothing_to_ask() -> None:
    for other in (_solid("?", "?", 60_001), _solid("?", "?", lon_deg=41.0), _solid("?", "900M AMSL")):
        found = _found(_solid("1000M AMSL", "2000M AMSL"), other)
        assert (found.verdict, found.first_ms, found.place, found.reasons) == (Verdict.CLEAR, None, None, ())


def test_a_pair_that_is_not_clear_has_all_of_them() -> None:
    found = _found(_solid("1000M AMSL", "2000M AMSL"), _solid("?", "?", 60_000))
    assert (found.verdict, found.first_ms, len(found.reasons)) == (Verdict.CANNOT_TELL, 60_000, 2)
    assert found.place is not None


def test_a_gap_that_one_known_limit_proves_is_told() -> None:
    found = _found(_solid("1000M AMSL", "2000M AMSL"), _solid("?", "900M AMSL"))
    assert found.margins.frame is Frame.AMSL
    assert found.margins.vertical_m == 100.0


def test_bands_known_in_one_frame_meet_however_uncertain_they_are() -> None:
    doubtful = Band(*(AltitudeLimit(height, Unit.METRE, Reference.EGM96, 500.0) for height in (1_000.0, 1_100.0)))
    volume = Volume4D(Circle(LatLon(35.0, 40.0), 1_000.0), doubtful, TimeWindow(0, 60_000))
    found = _found(make_solid(volume, INTERSECT, load_geoid()), _solid("1500M AMSL", "1600M AMSL"))
    assert (found.verdict, found.margins.vertical_m, found.reasons) == (Verdict.CONFLICT, -100.0, ())


def test_nothing_missing_is_asked_for_where_it_does_not_matter() -> None:
    found = _found(_solid("FL090", "FL100"), _solid("FL095", "FL110"))
    assert (found.verdict, found.margins.frame, found.reasons) == (Verdict.CONFLICT, Frame.STD, ())


def test_what_is_sure_of_bands_with_an_unknown_limit_is_enough_for_a_conflict() -> None:
    assert _found(_solid("1500M AMSL", "?"), _solid("1000M AMSL", "2000M AMSL")).verdict is Verdict.CONFLICT
    assert _found(_solid("?", "UNL"), _solid("1000M AMSL", "UNL")).verdict is Verdict.CONFLICT
    assert _found(_solid("?", "UNL"), _solid("?", "UNL")).verdict is Verdict.CONFLICT
    assert _found(_solid("2500M AMSL", "?"), _solid("1000M AMSL", "2000M AMSL")).verdict is Verdict.CLEAR
    assert _found(_solid("500M AMSL", "?"), _solid("1000M AMSL", "2000M AMSL")).verdict is Verdict.CANNOT_TELL
