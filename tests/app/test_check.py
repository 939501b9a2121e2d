"""The first job: what can be refused is refused before anything is compared; the answer is about all that was given."""

from pathlib import Path

import pytest

import clearline
from clearline.app.check import (
    EngineMissingError,
    check,
    check_activities,
    choose_engine,
    load_area,
    load_minima,
    parse_input,
    read_inputs,
)
from clearline.conflict.minima import INTERSECT, LINE_2015, MinimaError
from clearline.conflict.verdict import Verdict
from clearline.wire.errors import MalformedError
from clearline.wire.reading import Supplied
from tests.app.worlds import circle, write_plans


def test_two_files_are_checked_against_each_other(tmp_path: Path) -> None:
    ours = write_plans(tmp_path, "a.geojson", [circle("A", "A1"), circle("A", "A2", (40.0, 38.0))])
    theirs = write_plans(tmp_path, "b.geojson", [circle("B", "B1", (36.05, 38.0))])
    result = check(ours, theirs)
    assert result.verdict is Verdict.CONFLICT
    assert (result.compared, len(result.meetings)) == (2, 1)
    assert [read.activities for read in result.files] == [2, 1]


def test_the_same_names_do_it_in_python() -> None:
    assert clearline.check is check
    assert clearline.INTERSECT is INTERSECT
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = clearline.nothing  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]  # that is the test


def test_both_engines_give_one_digest(tmp_path: Path) -> None:
    files = [write_plans(tmp_path, f"{p}.geojson", [circle(p, f"{p}{n}", (36.0 + n / 50, 38.0)) for n in range(6)])
             for p in "AB"]  # fmt: skip
    assert check(*files, engine="plain", minima="line-2015").digest == check(*files, minima=LINE_2015).digest


def test_one_party_alone_is_refused_unless_its_own_are_to_be_compared(tmp_path: Path) -> None:
    ours = write_plans(tmp_path, "a.geojson", [circle("A", "A1"), circle("A", "A2")])
    with pytest.raises(MalformedError, match="belong to one party"):
        check(ours)
    assert check(ours, within_parties=True).compared == 1


def test_one_activity_alone_is_not_clear_of_nothing(tmp_path: Path) -> None:
    with pytest.raises(MalformedError, match="nothing to compare"):
        check(write_plans(tmp_path, "a.geojson", [circle("A", "A1")]), within_parties=True)


def test_a_file_without_activities_does_not_read_as_a_side_that_meets_nobody(tmp_path: Path) -> None:
    ours = write_plans(tmp_path, "a.geojson", [circle("A", "A1")])
    theirs = write_plans(tmp_path, "b.geojson", [circle("B", "B1", (50.0, 10.0))])
    with pytest.raises(MalformedError):
        check(ours, theirs, write_plans(tmp_path, "c.geojson", []))


def test_one_name_twice_is_refused(tmp_path: Path) -> None:
    ours = write_plans(tmp_path, "a.geojson", [circle("A", "A1")])
    again = write_plans(tmp_path, "b.geojson", [circle("A", "A1", (40.0, 38.0))])
    with pytest.raises(MalformedError, match=r"already has an activity of this name, from .*a\.geojson"):
        check(ours, again)


def test_a_party_can_be_named_where_the_file_does_not(tmp_path: Path) -> None:
    bare = circle("", "X1")
    assert isinstance(bare["properties"], dict)
    del bare["properties"]["party"]
    path = write_plans(tmp_path, "x.geojson", [bare])
    _, activities = read_inputs([parse_input(f"North={path}")], Supplied())
    assert activities[0].party == "North"
    assert parse_input("=x").name == "=x"


def test_minima_come_by_name_or_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "minima.json"
    path.write_text('{"name": "ours", "version": 2, "lateral_nm": 1, "vertical_ft": 100, "time_min": 1}')
    assert load_minima("line-2015") is LINE_2015
    assert load_minima(str(path)).lateral_m == 1852.0
    with pytest.raises(MinimaError, match="no minima named 'nosuch'"):
        load_minima("nosuch")


def test_engines_by_name() -> None:
    assert choose_engine("plain").name == "plain"
    assert choose_engine("auto").name in ("plain", "compiled")
    with pytest.raises(EngineMissingError, match="no engine named"):
        choose_engine("warp")


def test_progress_is_told_of_every_stage(tmp_path: Path) -> None:
    files = [write_plans(tmp_path, f"{p}.geojson", [circle(p, p)]) for p in "AB"]
    told: list[tuple[str, int, int]] = []
    check(*files, progress=lambda what, done, total: told.append((what, done, total)))
    assert [what for what, _, _ in told] == ["reading", "reading", "placing", "judging", "judging"]
    assert told[-1][1] == told[-1][2]


def test_a_clear_pair_can_be_explained(tmp_path: Path) -> None:
    files = [write_plans(tmp_path, f"{p}.geojson", [circle(p, p, (36.0 + n, 38.0))]) for n, p in enumerate("AB")]
    _, activities = read_inputs([parse_input(name) for name in files], Supplied())
    checked = check_activities(activities, INTERSECT)
    assert checked.explain(0, 1).verdict is Verdict.CLEAR


def test_an_area_is_two_corners_or_a_file(tmp_path: Path) -> None:
    path = tmp_path / "area.geojson"
    path.write_text('{"type": "Polygon", "coordinates": [[[38, 34], [42, 34], [42, 37], [38, 37], [38, 34]]]}')
    assert load_area("34N 038E 37N 042E").name == "34N 038E 37N 042E"
    assert load_area(str(path)).name == str(path)
    with pytest.raises(OSError, match="No such file"):
        load_area(str(tmp_path / "nosuch.geojson"))
    outside = write_plans(tmp_path, "a.geojson", [circle("A", "A"), circle("B", "B", (30.0, 30.0))])
    with pytest.raises(MalformedError, match="not wholly inside"):
        check(outside, area="34N 037E 37N 042E")
