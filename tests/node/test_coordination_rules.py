"""Who gives way to whom, what was never allowed, and which step may follow which."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from clearline.airspace.reference import IntentState
from clearline.conflict.engine import PlainEngine
from clearline.conflict.fast import best_engine
from clearline.node.coordination_intent import NOMINAL, Meant
from clearline.node.coordination_rules import STEPS, Policy, Standing, judge, meeting, why_not
from clearline.space.altitude import SURFACE, Band
from clearline.space.latlon import LatLon
from clearline.space.shape import Polygon
from clearline.space.wgs84 import destination
from tests.node.uss_intents import MEANING, NOW_MS, box, known, meant, reference

_S = IntentState
_ENGINE = PlainEngine()
_POLICY = Policy(cmsa=True)


def _why(wish: Meant, before: Meant | None = None, policy: Policy = _POLICY) -> str | None:
    return why_not(wish, before, policy, now_ms=NOW_MS)


@given(ours=st.integers(-5, 105), theirs=st.integers(-5, 105), permitted=st.booleans())
def test_what_meets_is_allowed_exactly_over_a_lower_priority_or_a_permitted_equal(
    *, ours: int, theirs: int, permitted: bool
) -> None:
    policy = Policy(equal_permitted=frozenset({ours}) if permitted else frozenset())
    judged = judge(meant(priority=ours), None, [known(2, meant(priority=theirs))], [], policy, _ENGINE)
    assert bool(judged.allowed) == (theirs < ours or (theirs == ours and permitted))
    assert bool(judged.refused) != bool(judged.allowed)


def test_what_is_proved_apart_is_no_clash_whatever_its_priority() -> None:
    for other in (meant(priority=99, lat=52.1), meant(priority=99, low_m=151.0), meant(priority=99, after_s=601.0)):
        judged = judge(meant(), None, [known(2, other)], [], _POLICY, _ENGINE)
        assert not judged.refused and not judged.allowed


def test_touching_is_meeting_and_two_centimetres_apart_is_not() -> None:
    """GEN0500: volumes that are more than 1 cm apart do not meet."""
    place = box().shape
    for gap_m, meets in ((0.0, True), (0.02, False)):
        north = destination(LatLon(52.0, 4.4), 0.0, 400.0 + gap_m)
        other = MEANING(_S.ACCEPTED, (replace(box(), shape=replace(place, centre=north)),), (), 0)
        assert bool(meeting(meant(), [other], _ENGINE)) is meets
    assert meeting(meant(), [meant(low_m=150.0), meant(low_m=150.02), meant(after_s=600.0)], _ENGINE) == [0, 2]


def test_a_change_underway_may_keep_a_conflict_that_was_there_and_make_no_new_one() -> None:
    """SCD0030, SCD0050."""
    before, wish = meant(_S.ACTIVATED), meant(_S.ACTIVATED, radius_m=150.0)
    there, new = known(2, meant(_S.ACTIVATED, priority=9)), known(3, meant(_S.ACTIVATED, priority=9, lat=52.1))
    assert judge(wish, before, [there], [], _POLICY, _ENGINE).allowed[0].existed
    assert judge(meant(_S.ACTIVATED, lat=52.1), before, [new], [], _POLICY, _ENGINE).refused
    assert judge(wish, replace(before, state=_S.ACCEPTED), [there], [], _POLICY, _ENGINE).refused
    assert judge(wish, before, [known(2, meant(priority=9))], [], _POLICY, _ENGINE).refused


def test_what_is_unread_is_below_all_if_accepted_and_at_the_highest_if_in_use() -> None:
    """SCD0005, SCD0010; at the highest priority itself it is an equal, which may not meet either."""
    for priority in (0, 100):
        for state in IntentState:
            judged = judge(meant(priority=priority), None, [], [reference(2, state)], _POLICY, _ENGINE)
            assert bool(judged.refused) is (state is not _S.ACCEPTED)
            if judged.refused:
                assert judged.refused[0].standing is (Standing.EQUAL if priority == 100 else Standing.HIGHER)


@given(st.sampled_from(IntentState), st.none() | st.sampled_from(IntentState))
def test_a_step_is_open_exactly_where_the_table_has_it(to: IntentState, was: IntentState | None) -> None:
    before = None if was is None else meant(was)
    assert (_why(meant(to), before) is None) is (was in STEPS[to])


def test_an_ended_or_contingent_intent_comes_back_to_nothing() -> None:
    assert all(_S.CONTINGENT not in STEPS[to] for to in IntentState if to is not _S.CONTINGENT)


def test_without_the_role_nothing_is_declared_off_nominal() -> None:
    """SCD0100."""
    for state in IntentState:
        told = _why(meant(state), meant(_S.ACTIVATED), Policy())
        assert ("SCD0100" in (told or "")) is (state not in NOMINAL)


def test_what_the_standard_forbids_is_said_with_its_clause() -> None:
    both = MEANING(_S.ACCEPTED, (box(),), (box(),), 0)
    assert "OPIN0015" in (_why(both) or "")
    far = meant(after_s=30 * 86_400.0)
    assert "OPIN0030" in (_why(far) or "")
    assert _why(meant(after_s=30 * 86_400.0 - 600.0)) is None
    assert "over already" in (_why(meant(after_s=-600.0)) or "")
    assert "in use now" in (_why(meant(_S.ACTIVATED, after_s=1.0)) or "")
    assert _why(meant(_S.ACTIVATED)) is None
    assert "priority" in (_why(meant(priority=101)) or "")
    ground = replace(box(), band=Band(SURFACE, box().band.upper))
    assert "ellipsoid" in (_why(MEANING(_S.ACCEPTED, (ground,), (), 0)) or "")


def test_more_than_ten_thousand_vertices_are_too_many() -> None:
    """OPIN0020: over all volumes."""
    ring = tuple(destination(LatLon(52.0, 4.4), turn * 360.0 / 5_000, 500.0) for turn in range(5_000))
    half = replace(box(), shape=Polygon((ring,)))
    assert _why(MEANING(_S.ACCEPTED, (half, half), (), 0)) is None
    assert "OPIN0020" in (_why(MEANING(_S.ACCEPTED, (half, half, box()), (), 0)) or "")


@given(st.lists(st.tuples(st.sampled_from([52.0, 52.002, 52.01]), st.sampled_from([0.0, 140.0, 400.0])), max_size=8))
def test_both_engines_find_the_same_meetings(others: list[tuple[float, float]]) -> None:
    found = [meant(lat=lat, low_m=low_m) for lat, low_m in others]
    assert meeting(meant(), found, _ENGINE) == meeting(meant(), found, best_engine())
