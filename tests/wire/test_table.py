"""The table on the terminal: worst first, what to ask, nothing hidden, nothing that steers the terminal."""

from dataclasses import replace

from clearline.conflict.assign import assign
from clearline.conflict.change_cost import Plan
from clearline.conflict.engine import PlainEngine
from clearline.conflict.minima import INTERSECT, LINE_2015
from clearline.conflict.resolve import propose
from clearline.conflict.verdict import Verdict
from clearline.edge.geoid_file import load_geoid
from clearline.space.latlon import LatLon
from clearline.space.shape import Circle
from clearline.wire.result import FileRead, shortlist
from clearline.wire.table import PERMISSION, write_table
from tests.wire.answers import HOSTILE, activity, answer, feet, valley

_SPOT = Circle(LatLon(36.0, 38.0), 1000.0)


def test_a_conflict_comes_before_a_cannot_tell_and_both_are_numbered_as_in_the_other_forms() -> None:
    unknown = activity("A", "A0", _SPOT, feet(2000.0, None), feet(2500.0, None), (0, 60))
    known = activity("A", "A1", _SPOT, feet(2000.0), feet(2500.0), (0, 60))
    result = answer([unknown, known, activity("B", "B1", _SPOT, feet(2200.0), feet(2400.0), (0, 60))])
    rows = [line for line in write_table(result).splitlines() if line[:1] in "12"]
    assert [row.split("  ")[:2] for row in rows[:2]] == [["2", "CONFLICT"], ["1", "CANNOT TELL"]]


def test_what_is_missing_is_asked_of_the_side_that_left_it_out() -> None:
    text = write_table(answer(valley(), LINE_2015))
    assert "ask Federation about TR-22: lower limit 2000 m (no reference): no reference was stated" in text
    assert "ask Coalition about UAS-3: lower limit 0 m AGL: the height of the ground is not known" in text


def test_clear_is_counted_and_said_to_be_no_permission() -> None:
    text = write_table(answer(valley(), INTERSECT))
    assert "9 pairs of activities compared: 1 CONFLICT, 1 CANNOT TELL, 7 CLEAR." in text
    assert text.endswith(PERMISSION + "\n")


def test_minima_engine_files_notes_and_digest_are_quoted() -> None:
    result = answer(valley(), LINE_2015, files=[FileRead("a.csv", "csv", 3, ("a place was widened",))])
    text = write_table(result)
    for words in ("line-2015 v1: 5 556 m (3.0 NM)", "Engine: plain", "a.csv: 3 activities, read as csv",
                  "    a place was widened", result.digest):  # fmt: skip
        assert words in text


def test_a_hostile_name_cannot_steer_the_terminal() -> None:
    first = activity(HOSTILE, HOSTILE, _SPOT, feet(0.0, None), feet(900.0, None), (0, 60))
    other = activity("B", "\x1b]0;owned\x07", _SPOT, feet(0.0), feet(900.0), (0, 60))
    text = write_table(answer([first, other], files=[FileRead("\x1b[2Ja", "csv", 1, ("\x9b31m",))]))
    assert "CANNOT TELL" in text
    assert all(c.isprintable() or c == "\n" for c in text)


def test_a_long_list_is_cut_and_says_by_how_much() -> None:
    many = [activity("A", f"A{n}", _SPOT, feet(0.0), feet(900.0), (0, 60)) for n in range(40)]
    many += [activity("B", f"B{n}", _SPOT, feet(0.0), feet(900.0), (0, 60)) for n in range(26)]
    text = write_table(answer(many))
    assert "... and 40 more; --format json lists them all" in text
    assert "1 040 CONFLICT" in text


def test_proposals_show_the_best_of_each_kind_and_count_the_rest() -> None:
    plans = valley()
    result = answer(plans, LINE_2015)
    pair = [Plan(plans[n].ident, plans[n].party, plans[n].volumes) for n in (0, 3)]
    proposal = propose(pair[0], pair[1], LINE_2015, load_geoid())
    kinds = [{type(c).__name__ for c in option.changes if c is not None} for option in shortlist(proposal)]
    assert {"TimeShift"} in kinds
    assert {"AltitudeShift"} in kinds
    text = write_table(replace(result, proposals=(proposal, None)))
    assert "#1 could be cleared by:" in text
    assert f"and {len(proposal.options) - 6} more; --format json lists them all" in text


def test_a_conflict_without_a_proposal_is_said_to_have_been_left_out() -> None:
    result = answer(valley(), LINE_2015)
    assert "Options for 1 more conflicts were not worked out" in write_table(replace(result, proposals=(None, None)))


def test_an_assignment_is_told_with_its_method() -> None:
    plans = [Plan(item.ident, item.party, item.volumes) for item in valley()]
    found = assign(plans, LINE_2015, load_geoid(), PlainEngine())
    text = write_table(replace(answer(valley(), LINE_2015), assignment=found))
    assert "All together (first-fit):" in text
    assert "nobody can tell about Coalition UAS-3 and Federation TR-22" in text


def test_a_check_without_meetings_is_short_and_clear() -> None:
    result = answer([activity("A", "A", _SPOT, feet(0.0), feet(9.0), (0, 1)),
                     activity("B", "B", _SPOT, feet(0.0), feet(9.0), (9, 10))])  # fmt: skip
    assert result.verdict is Verdict.CLEAR
    assert write_table(result).startswith("1 pairs of activities compared: 0 CONFLICT, 0 CANNOT TELL, 1 CLEAR.")
