"""Notices: what holds, what changes what, and which fields are read back."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearline.line.area import Area, Limit, Outline, Place
from clearline.line.notice import (
    Notice,
    NoticeType,
    Standing,
    accept_notice,
    current,
    followers,
    given_words,
    key_fields,
    standing,
)
from clearline.line.observed import LineCheck
from clearline.line.statement import Link, Relation, Said, Utterance
from clearline.line.terms import Function, Level, Precedence
from clearline.space.altitude import Reference, Unit
from tests.line.two_desks import MINUTE_MS, OFFICER, SECOND, T0, Line, area, notice


def _change(line: Line, kind: NoticeType, *links: Link, released: bool = True, by_a: bool = True) -> Said:
    desk, peer = (line.a, "BRAVO") if by_a else (line.b, "ALPHA")
    body = notice("A1", kind)
    said = desk.say(Utterance(peer, body, links=links), line.now_ms, OFFICER, SECOND if released else None)
    line.carry()
    return said


def _stands(line: Line, said: Said) -> set[Standing]:
    return {standing(ledger, said, line.now_ms) for ledger in (line.a.ledger, line.b.ledger)}


@pytest.mark.parametrize(
    ("kind", "relation", "state"),
    [
        (NoticeType.CHANGE, Relation.UPDATES, Standing.SUPERSEDED),
        (NoticeType.CANCEL, Relation.CANCELS, Standing.CANCELLED),
    ],
)
def test_only_its_author_in_due_form_changes_or_cancels_a_notice(
    kind: NoticeType, relation: Relation, state: Standing
) -> None:
    """A change that is void for any reason takes nothing off the board."""
    line = Line()
    said, other = line.notify(notice("A1")), line.notify(notice("A2"))
    link = Link(relation, said.record_id)
    wrong = [
        (_change(line, kind, link, by_a=False), "N2"),
        (_change(line, kind, link, released=False), "P2"),
        (_change(line, kind), "N1"),
        (_change(line, kind, link, Link(relation, other.record_id)), "N1"),
        (_change(line, NoticeType.ACTIVITY, Link(Relation.CANCELS, said.record_id)), "N3"),
        (_change(line, NoticeType.CHANGE, Link(Relation.CANCELS, said.record_id)), "N3"),
        (_change(line, NoticeType.CANCEL, Link(Relation.UPDATES, said.record_id)), "N3"),
    ]
    for forged, rule in wrong:
        assert line.a.void[forged.record_id].rule == rule
        assert line.b.void[forged.record_id].rule == rule
    assert _stands(line, said) == {Standing.CURRENT}
    check = line.a.say(Utterance("BRAVO", LineCheck("x"), links=(link,)), line.now_ms)
    line.carry()
    assert accept_notice(check, line.a.ledger) is None
    assert _stands(line, said) == {Standing.CURRENT}
    good = _change(line, kind, link)
    assert good.record_id not in line.b.void
    assert _stands(line, said) == {state}
    assert [by.record_id for by in followers(line.b.ledger, said)] == [good.record_id]


def test_a_notice_to_another_party_changes_nothing_here() -> None:
    line = Line()
    said = line.notify(notice("A1"))
    link = (Link(Relation.UPDATES, said.record_id),)
    body = notice("A1", NoticeType.CHANGE)
    elsewhere = line.a.say(Utterance("HUMAN", body, links=link), T0, OFFICER, SECOND)
    assert line.a.void[elsewhere.record_id].rule == "D1"
    assert standing(line.a.ledger, said, T0) is Standing.CURRENT


def test_a_notice_runs_out_after_its_last_instant() -> None:
    line = Line()
    said = line.notify(notice(), valid_until_ms=T0 + MINUTE_MS)
    assert standing(line.a.ledger, said, T0 + MINUTE_MS) is Standing.CURRENT
    assert standing(line.a.ledger, said, T0 + MINUTE_MS + 1) is Standing.EXPIRED
    assert [found.record_id for found, _ in current(line.b.ledger, "ALPHA", T0)] == [said.record_id]
    assert current(line.b.ledger, "BRAVO", T0) == []
    assert current(line.b.ledger, "ALPHA", T0 + MINUTE_MS + 1) == []


def test_a_warning_that_nobody_released_is_still_current() -> None:
    line = Line()
    said = line.a.say(Utterance("BRAVO", notice(), Precedence.PRIORITY), T0, OFFICER)
    line.carry()
    assert [found.record_id for found, _ in current(line.b.ledger, "ALPHA", T0)] == [said.record_id]


def test_a_notice_that_needs_a_place_or_a_function_is_not_made_without() -> None:
    with pytest.raises(ValueError, match="names its subject"):
        Notice(NoticeType.GENERAL, "", "", Level.OPERATIONAL, Function.POLICY)
    with pytest.raises(ValueError, match="needs a place"):
        Notice(NoticeType.ACTIVITY, "A1", "", Level.OPERATIONAL, Function.FLIGHT_SAFETY)
    with pytest.raises(ValueError, match="is for DISTRESS_SAR"):
        Notice(NoticeType.DISTRESS, "A1", "", Level.OPERATIONAL, Function.POLICY)


@pytest.mark.parametrize(
    ("given_ms", "words"),
    [
        (None, "no signed receipt exists"),
        (-35 * MINUTE_MS, "NO USEFUL NOTICE: -35 min 0 s"),
        (2 * MINUTE_MS - 1, "NO USEFUL NOTICE: 1 min 59 s"),
        (2 * MINUTE_MS, "SHORT NOTICE: 2 min 0 s"),
        (15 * MINUTE_MS - 1, "SHORT NOTICE: 14 min 59 s"),
        (15 * MINUTE_MS, "15 min 0 s"),
    ],
)
def test_how_much_notice_was_given(given_ms: int | None, words: str) -> None:
    assert given_words(given_ms) == words


_LIMITS = st.builds(
    Limit,
    st.integers(-400_000, 20_000_000),
    st.sampled_from([None, Unit.METRE, Unit.FOOT]),
    st.sampled_from([None, Reference.EGM96, Reference.QNH, Reference.AGL, Reference.QFE]),
    st.just(0),
    st.none() | st.integers(85_000, 110_000),
    st.none() | st.integers(0, 5_000_000),
)
_RINGS = st.lists(
    st.builds(
        Place, st.integers(-90_000, 90_000).map(lambda n: n * 1_000), st.integers(-900, 900).map(lambda n: n * 10**6)
    ),
    min_size=1,
    max_size=3,
).map(tuple)
_AREAS = st.builds(
    Area,
    st.just(Outline.POLYGON),
    st.lists(_RINGS, min_size=1, max_size=2).map(tuple),
    st.integers(0, 2**40),
    _LIMITS,
    _LIMITS,
    st.integers(0, 2**30).map(lambda n: n * 1000),
    st.none() | st.integers(2**30, 2**31).map(lambda n: n * 1000),
)


@given(_AREAS, _AREAS)
def test_two_areas_that_differ_never_read_back_alike(one: Area, other: Area) -> None:
    line = Line()
    first, second = (line.notify(notice("A1", NoticeType.ACTIVITY, each)) for each in (one, other))
    same = dataclasses.replace(one, clock_uncertainty_ms=0) == dataclasses.replace(other, clock_uncertainty_ms=0)
    assert (key_fields(first) == key_fields(second)) == same


def test_the_fields_that_are_read_back() -> None:
    line = Line()
    told = {field.name: field.value for field in key_fields(line.notify(notice()))}
    assert told == {
        "type": "N1",
        "subject": "A1",
        "place": "35.00000N 040.00000E",
        "within": "5000 m",
        "from height": "5000 FT EGM96",
        "to height": "6000 FT EGM96",
        "from": "2015-09-30T09:00:00Z",
        "until": "2015-09-30T10:00:00Z",
    }
    surface = Limit(0, Unit.METRE, Reference.SURFACE)
    none = Limit(2_000_000, None, None)
    south = Place(-350_000_000, -400_000_000)
    odd = dataclasses.replace(area(), rings=((south,),), radius_mm=0, lower=surface, upper=none, end_ms=None)
    more = {f.name: f.value for f in key_fields(line.notify(notice("A1", NoticeType.ACTIVITY, odd, area())))}
    assert more["1.place"] == "35.00000S 040.00000W"
    assert (more["1.from height"], more["1.to height"]) == ("SURFACE", "2000 (no unit) (no reference)")
    assert more["1.until"] == "UFN"
    assert "1.within" not in more
    check = line.a.say(Utterance("BRAVO", LineCheck("x")), T0)
    with pytest.raises(TypeError, match="only a notice is read back"):
        key_fields(check)


def test_a_notice_about_another_changes_nothing_and_is_not_void() -> None:
    """That an activity has begun does not take its notice off the board."""
    line = Line()
    said = line.notify(notice("A1"))
    assert said.record_id not in line.b.void
    body = Notice(NoticeType.START_END, "A1", "Begun", Level.OPERATIONAL, Function.FLIGHT_SAFETY)
    begun = line.a.say(Utterance("BRAVO", body, links=(Link(Relation.ABOUT, said.record_id),)), T0, OFFICER, SECOND)
    line.carry()
    assert begun.record_id not in line.b.void
    assert followers(line.b.ledger, said) == []
    other = line.notify(notice("A2"))
    two = (Link(Relation.UPDATES, said.record_id), Link(Relation.UPDATES, other.record_id))
    assert line.b.void[_change(line, NoticeType.ACTIVITY, *two).record_id].rule == "N1"
    assert _stands(line, said) == {Standing.CURRENT}
