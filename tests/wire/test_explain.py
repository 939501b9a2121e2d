"""The walk through one verdict: every number beside what was entered and the rule that used it."""

from clearline.airspace.activity import Activity
from clearline.conflict.group import Subject, judge_groups
from clearline.conflict.minima import INTERSECT, LINE_2015, Minima
from clearline.conflict.solid import make_solid
from clearline.conflict.verdict import Verdict
from clearline.edge.geoid_file import load_geoid
from clearline.space.altitude import SURFACE, Reference
from clearline.space.latlon import LatLon
from clearline.space.shape import Circle
from clearline.wire.explain import explain
from tests.wire.answers import HOSTILE, activity, feet, metres, valley

_SPOT = Circle(LatLon(36.0, 38.0), 1000.0)


def _steps(a: Activity, b: Activity, minima: Minima = INTERSECT) -> tuple[Verdict, str]:
    sides = [
        Subject(item.ident, item.party, tuple(make_solid(v, minima, load_geoid()) for v in item.volumes))
        for item in (a, b)
    ]
    finding = judge_groups(sides[0], sides[1], minima)
    heights = [side.solids[n].heights for side, n in zip(sides, finding.pair, strict=True)]
    return finding.verdict, "\n".join(explain(a, b, heights[0], heights[1], finding, minima))


def test_a_conflict_is_walked_through_from_words_to_verdict() -> None:
    plans = valley()
    verdict, text = _steps(plans[0], plans[3], LINE_2015)
    assert verdict is Verdict.CONFLICT
    for words in (
        "Coalition/ORBIT-7 entered (coalition.csv: line 2, csv, MGRS, datum WGS84): place 37SDV 12345 67890",
        "Coalition/ORBIT-7 understood: orbit from 36.50000N 038.10000E",
        "Federation/TR-21: given as values, nothing was read from text",
        "Federation/TR-21: widened by 300 m for what is not known of its place.",
        "are together (a shift of 1 h parts them); the minimum is 3 min: short by 1 h 3 min",
        "Heights above mean sea level (EGM96): 1 524 m to 2 134 m and 1 800 m to 2 400 m.",
        "over each other (a move of ",
        "First instant 2026-05-01T07:00:00Z",
        "Verdict: CONFLICT: they come within all three minima.",
    ):
        assert words in text, words


def test_each_way_of_being_clear_says_which_minimum_it_exceeds() -> None:
    base = activity("A", "A", _SPOT, feet(0.0), feet(900.0), (0, 60))
    later = activity("B", "B", _SPOT, feet(0.0), feet(900.0), (61, 90))
    higher = activity("B", "B", _SPOT, feet(1000.0), feet(1900.0), (0, 60))
    away = activity("B", "B", Circle(LatLon(37.0, 38.0), 1000.0), feet(0.0), feet(900.0), (0, 60))
    for other, words in ((later, "the time between them"), (higher, "the height"), (away, "the distance")):
        verdict, text = _steps(base, other)
        assert verdict is Verdict.CLEAR
        assert f"Verdict: CLEAR: {words}" in text
        assert "First instant" not in text


def test_a_cannot_tell_names_what_is_missing_and_whose_it_is() -> None:
    base = activity("A", "A1", _SPOT, feet(0.0), feet(900.0), (0, 60))
    bare = activity("B", "B1", _SPOT, feet(2000.0, None), feet(2500.0, None), (0, 60))
    verdict, text = _steps(base, bare)
    assert verdict is Verdict.CANNOT_TELL
    assert "Heights: there is no frame in which both bands are known." in text
    assert "Missing: ask B about B1: lower limit 2000 ft (no reference)" in text
    assert "Missing: ask A" not in text
    assert "whether they keep it is unknown" in text


def test_bands_that_surely_meet_though_a_limit_is_not_known() -> None:
    low = activity("A", "A1", _SPOT, SURFACE, feet(900.0, None), (0, 60))
    verdict, text = _steps(low, activity("B", "B1", _SPOT, SURFACE, metres(50.0), (0, 60)))
    assert verdict is Verdict.CONFLICT
    assert "what is certain of both bands is nearer than that" in text


def test_heights_above_other_ground_are_not_compared() -> None:
    low, high = metres(0.0, Reference.AGL), metres(100.0, Reference.AGL)
    pair = [activity(party, party, _SPOT, low, high, (0, 60)) for party in "AB"]
    assert "not compared: the minimum sideways brings in other ground" in _steps(pair[0], pair[1], LINE_2015)[1]
    assert "not compared" not in _steps(pair[0], pair[1])[1]


def test_touching_and_endless_windows_are_told_as_such() -> None:
    base = activity("A", "A", _SPOT, feet(0.0), feet(900.0), (0, 60))
    assert "are touching" in _steps(base, activity("B", "B", _SPOT, feet(0.0), feet(9.0), (60, 90)))[1]
    endless = [activity(party, party, _SPOT, feet(0.0), feet(900.0), (0, None)) for party in "AB"]
    assert "are together without end" in _steps(endless[0], endless[1])[1]


def test_a_hostile_name_stays_within_its_line() -> None:
    bad = activity(HOSTILE, HOSTILE, _SPOT, feet(0.0), feet(900.0), (0, 60))
    _, text = _steps(bad, activity("B", "B", _SPOT, feet(0.0), feet(900.0), (0, 60)))
    assert all(c.isprintable() or c == "\n" for c in text)
