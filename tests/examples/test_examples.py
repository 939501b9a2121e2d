"""The example plans, and the hand calculation of `examples/README.md`: the numbers here are copied from that page."""

import math
from pathlib import Path

import pytest

from clearline.app.check import Checked, check_activities, load_minima, parse_input, read_inputs
from clearline.conflict.verdict import Finding, Verdict
from clearline.wire.errors import MalformedError
from clearline.wire.reading import Supplied
from tests.tidy.tree import ROOT

_FOLDER = ROOT / "examples"
_FILES = ("coalition.csv", "federation.geojson", "relief.kml")


def _checked(folder: Path = _FOLDER, minima: str = "line-2015") -> Checked:
    files, activities = read_inputs([parse_input(str(folder / name)) for name in _FILES], Supplied())
    return check_activities(activities, load_minima(minima), files=files)


@pytest.fixture(scope="module")
def checked() -> Checked:
    return _checked()


def _between(checked: Checked, first: str, second: str) -> Finding:
    places = {activity.ident: n for n, activity in enumerate(checked.result.activities)}
    return checked.explain(places[first], places[second])


def test_one_conflict_one_that_nobody_can_tell_and_the_rest_clear(checked: Checked) -> None:
    result = checked.result
    told = [
        (result.activities[m.first].ident, result.activities[m.second].ident, m.finding.verdict)
        for m in result.meetings
    ]
    assert told == [("HERON-1", "T-21", Verdict.CONFLICT), ("WREN-3", "T-22", Verdict.CANNOT_TELL)]
    assert (result.compared, result.count(Verdict.CLEAR)) == (24, 22)


def test_places_are_where_the_hand_calculation_puts_them(checked: Checked) -> None:
    places = {a.ident: a.volumes[0].shape.core().parts[0][0] for a in checked.result.activities}
    assert places["HERON-1"] == pytest.approx((34.999616, 39.0), abs=1e-5)
    assert places["WREN-3"] == pytest.approx((34.548727, 39.0), abs=1e-5)
    assert places["T-21"] == pytest.approx((34.91 - 30.6 / 110_939.7, 38.5 - 110.5 / 91_370), abs=2e-5)
    assert places["W-24"] == pytest.approx((34.399716, 38.99880), abs=1e-5)


def test_the_conflict_has_the_margins_worked_out_by_hand(checked: Checked) -> None:
    finding = _between(checked, "HERON-1", "T-21")
    assert finding.margins.lateral_m == pytest.approx(2_630.0 - 5_556.0, abs=2.0)
    assert finding.margins.vertical_m == pytest.approx(183.4 - 914.4, abs=0.01)
    assert finding.margins.time_s == -(12 + 3) * 60.0
    assert finding.first_ms == 1_778_752_080_000  # 2026-05-14T09:48:00Z


def test_without_minima_the_same_two_are_clear() -> None:
    finding = _between(_checked(minima="intersect"), "HERON-1", "T-21")
    assert finding.verdict is Verdict.CLEAR
    assert finding.margins.lateral_m == pytest.approx(2_630.0, abs=2.0)


def test_the_height_that_nobody_can_tell_is_the_federations(checked: Checked) -> None:
    finding = _between(checked, "WREN-3", "T-22")
    assert finding.margins.lateral_m == pytest.approx(-7_005.0 - 5_556.0, abs=2.0)
    assert finding.margins.vertical_m is None
    assert finding.margins.time_s == -33 * 60.0
    asks = checked.result.asks(checked.result.meetings[1])
    assert len(asks) == 2
    assert all(ask.startswith("ask Federation about T-22") for ask in asks)


@pytest.mark.parametrize(
    ("words", "verdict", "margin_m"),
    [("M AMSL", Verdict.CLEAR, 933.2 - 914.4), ("FT AMSL", Verdict.CONFLICT, None)],
)
def test_the_answer_turns_on_what_was_left_out(
    tmp_path: Path, words: str, verdict: Verdict, margin_m: float | None
) -> None:
    for name in _FILES:
        text = (_FOLDER / name).read_text("utf-8")
        text = text.replace('"2000"', f'"2000{words}"').replace('"2500"', f'"2500{words}"')
        (tmp_path / name).write_text(text, "utf-8")
    finding = _between(_checked(tmp_path), "WREN-3", "T-22")
    assert finding.verdict is verdict
    assert margin_m is None or finding.margins.vertical_m == pytest.approx(margin_m, abs=0.01)


def test_clear_by_time(checked: Checked) -> None:
    finding = _between(checked, "STORK-4", "T-21")
    assert finding.verdict is Verdict.CLEAR
    assert finding.margins.time_s == 97 * 60.0
    assert finding.margins.lateral_m < 0.0
    assert finding.margins.vertical_m is not None
    assert finding.margins.vertical_m < 0.0


def test_clear_by_height(checked: Checked) -> None:
    finding = _between(checked, "PELICAN-2", "T-21")
    assert finding.verdict is Verdict.CLEAR
    assert finding.margins.vertical_m == pytest.approx(1_123.6 - 914.4, abs=0.5)
    assert max(finding.margins.lateral_m, finding.margins.time_s) < 0.0


@pytest.mark.parametrize(("first", "second", "margin_m"), [("WREN-3", "W-24", 2_747.0), ("CONVOY-5", "W-24", 9_217.0)])
def test_clear_by_distance(checked: Checked, first: str, second: str, margin_m: float) -> None:
    finding = _between(checked, first, second)
    assert finding.verdict is Verdict.CLEAR
    assert finding.margins.lateral_m == pytest.approx(margin_m, abs=2.0)
    assert finding.margins.time_s < 0.0


def test_the_meridian_arc_of_the_page_is_the_one_it_says() -> None:
    sine = math.sin(math.radians(70)), math.sin(math.radians(140)), math.sin(math.radians(210))
    assert 111_132.95254 * 35 - 16_038.50861 * sine[0] + 16.8326 * sine[1] - 0.02198 * sine[2] == pytest.approx(
        3_874_592.9, abs=0.05
    )


def test_the_ambiguous_file_is_refused_with_both_readings() -> None:
    with pytest.raises(MalformedError) as refused:
        read_inputs([parse_input(str(_FOLDER / "ambiguous.csv"))], Supplied())
    told = str(refused.value)
    assert "35.20300N 040.18450E" in told
    assert "35.34167N 040.31250E" in told
    assert "19.3 km" in told
