"""Plans written in any format and checked from the bytes meet whom they meet: never fewer, and hardly ever more."""

import math
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from clearline.airspace.activity import Activity
from clearline.app.check import Checked, Input, check_activities, read_inputs
from clearline.app.writers import WRITERS
from clearline.conflict.minima import INTERSECT, LINE_2015, Minima
from clearline.conflict.verdict import Finding, Verdict
from clearline.wire.reading import DatumPolicy, Supplied
from tests.endtoend.worlds import in_order, sides, upright

_INFLATED = Minima("inflated", 1, 100.0, 30.0, 60.0, inflation=2.0)
_SEVERITY = {Verdict.CLEAR: 0, Verdict.CANNOT_TELL: 1, Verdict.CONFLICT: 2}
# A corridor, an orbit or a doubt is said in F3548 by strips, up to 1.5 m too wide off legs of 100 km (its page), laid
# out to a millimetre; those drawn here are 12 km long at most.
_STRIP_M = 0.05


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("formats")


def _from_bytes(two: Sequence[Sequence[Activity]], form: str, minima: Minima, folder: Path) -> Checked:
    """The check of two files in one format; ValueError where the format cannot say the plans."""
    names: list[Input] = []
    for number, activities in enumerate(two):
        path = folder / f"{form}{number}"
        path.write_bytes(WRITERS[form](activities).encode())
        names.append(Input(str(path)))
    files, found = read_inputs(names, Supplied())
    assert {read.form for read in files} == {form}
    return check_activities(found, minima, files=files)


def _pairs(checked: Checked, two: Sequence[Sequence[Activity]]) -> list[tuple[str, str, Finding]]:
    places = {activity.ident: n for n, activity in enumerate(checked.result.activities)}
    return [(a.ident, b.ident, checked.explain(places[a.ident], places[b.ident])) for a in two[0] for b in two[1]]


@given(sides, st.sampled_from([INTERSECT, LINE_2015, _INFLATED]))
def test_exact_formats_give_the_verdicts_of_the_values_and_their_digest(
    folder: Path, two: list[list[Activity]], minima: Minima
) -> None:
    direct = check_activities([*two[0], *two[1]], minima, engine="plain")
    for form in ("geojson", "csv", "kml"):
        read = _from_bytes(two, form, minima, folder)
        assert read.result.digest == direct.result.digest, form
        assert read.result.verdict is direct.result.verdict, form


@settings(max_examples=30)
@given(in_order, st.sampled_from([INTERSECT, LINE_2015]))
def test_an_order_gives_the_verdicts_of_the_values(folder: Path, two: list[list[Activity]], minima: Minima) -> None:
    direct = check_activities([*two[0], *two[1]], minima, engine="plain")
    read = _from_bytes(two, "aco", minima, folder)
    for (*_, before), (*_, after) in zip(_pairs(direct, two), _pairs(read, two), strict=True):
        # Read back a size may differ in its last bit, and nothing else.
        assert before.verdict is after.verdict or abs(before.margins.lateral_m) < 0.006


@settings(max_examples=30)
@given(upright, st.sampled_from([INTERSECT, LINE_2015]))
def test_f3548_never_parts_what_meets_and_joins_nothing_further_than_its_strips(
    folder: Path, two: list[list[Activity]], minima: Minima
) -> None:
    direct = check_activities([*two[0], *two[1]], minima, engine="plain")
    read = _from_bytes(two, "f3548", minima, folder)
    for (a, b, before), (*_, after) in zip(_pairs(direct, two), _pairs(read, two), strict=True):
        assert _SEVERITY[after.verdict] >= _SEVERITY[before.verdict], (a, b)
        if before.verdict is Verdict.CLEAR and after.verdict is not Verdict.CLEAR:
            vertical_m = before.margins.vertical_m
            assert before.margins.lateral_m < _STRIP_M, (a, b)
            assert vertical_m is None or vertical_m < 0.001, (a, b)
            assert before.margins.time_s < 0.002, (a, b)


@settings(max_examples=20)
@given(sides)
def test_a_format_after_another_gives_the_digest_of_the_first(folder: Path, two: list[list[Activity]]) -> None:
    before = _from_bytes(two, "csv", INTERSECT, folder)
    found = [[a for a in before.result.activities if a.party == party] for party in ("BLUE", "GREEN")]
    for form in ("kml", "geojson", "csv"):
        checked = _from_bytes(found, form, INTERSECT, folder)
        assert checked.result.digest == before.result.digest
        found = [[a for a in checked.result.activities if a.party == party] for party in ("BLUE", "GREEN")]


_HEAD = "id,party,shape,positions,radius_m,half_width_m,lower,upper,start,end\n"
_ROWS = [
    "{0}-1,{0},circle,{1},900,,900M AMSL,1200M AMSL,2026-05-14T06:00Z,2026-05-14T09:00Z\n",
    "{0}-2,{0},corridor,{1} ; {2},,250,FL030,FL050,2026-05-14T06:00Z,UFN\n",
    "{0}-3,{0},polygon,{1} ; {2} ; {3},,,SFC,400FT AGL,2026-05-14T06:00Z,140700ZMAY26\n",
]
_seconds = st.integers(0, 240)
_DATUMS = ("WGS84", "SK-42", "EPSG:4200", "unknown")


@settings(max_examples=30)
@given(st.tuples(*[st.sampled_from(_DATUMS)] * 2), st.lists(_seconds, min_size=12, max_size=12))
def test_a_plan_on_another_datum_keeps_its_verdicts_in_every_format(
    folder: Path, datums: tuple[str, str], seconds: list[int]
) -> None:
    supplied = Supplied(datum_policy=DatumPolicy.WIDEN)
    names: list[Input] = []
    for party, datum in zip(("BLUE", "GREEN"), datums, strict=True):
        own = seconds[:6] if party == "BLUE" else seconds[6:]
        places = [f"55°{10 + n // 60:02}′{n % 60:02}″N 037°{20 + m // 60:02}′{m % 60:02}″E"
                  for n, m in zip(own[::2], own[1::2], strict=True)]  # fmt: skip
        # Counterclockwise, and an area at all.
        assume((own[3] - own[1]) * (own[4] - own[0]) - (own[5] - own[1]) * (own[2] - own[0]) > 20)
        path = folder / f"datum{party}"
        path.write_text(f"# datum: {datum}\n{_HEAD}" + "".join(row.format(party, *places) for row in _ROWS), "utf-8")
        names.append(Input(str(path)))
    files, activities = read_inputs(names, supplied)
    direct = check_activities(activities, INTERSECT, files=files, engine="plain")
    two = [[one for one in activities if one.party == party] for party in ("BLUE", "GREEN")]
    if "unknown" in datums:  # a datum that is not known is room on every side, wherever it is written to
        assert max(volume.horizontal_uncertainty_m for one in activities for volume in one.volumes) >= 300.0
    for form in ("geojson", "csv", "kml"):
        assert _from_bytes(two, form, INTERSECT, folder).result.digest == direct.result.digest, form


def test_a_good_share_of_the_plans_meet_and_a_good_share_do_not() -> None:
    told: Counter[Verdict] = Counter()

    def count(made: st.SearchStrategy[list[list[Activity]]]) -> Callable[[], None]:
        @settings(max_examples=40)
        @given(made)
        def each(two: list[list[Activity]]) -> None:
            checked = check_activities([*two[0], *two[1]], INTERSECT)
            told.update(finding.verdict for *_, finding in _pairs(checked, two))
            assert math.isfinite(checked.result.compared)

        return each

    for made in (sides, upright, in_order):
        told.clear()
        count(made)()
        assert told[Verdict.CONFLICT] > 0.1 * told.total()
        assert told[Verdict.CLEAR] > 0.1 * told.total()
    told.clear()
    count(sides)()
    assert told[Verdict.CANNOT_TELL] > 0.05 * told.total()
