"""The judge of histories: what one registry can have done, and what none can."""

from collections.abc import Iterable
from itertools import permutations
from math import inf

from hypothesis import given
from hypothesis import strategies as st

from tests.registry_history.judge import Act, Done, Held, apart, explains, registry_model

_NONE: frozenset[str] = frozenset()
_EMPTY: Held = frozenset()


def _put(
    began: float, ended: float, ident: str, answer: object, *, key: Iterable[str] = (), cells: Iterable[int] = (1,)
) -> Done[Act]:
    return Done(began, ended, ("put", ident, None, f"ovn-{ident}", frozenset(cells), frozenset(key)), answer)


def _query(began: float, ended: float, *found: str, cells: Iterable[int] = (1,)) -> Done[Act]:
    return Done(began, ended, ("query", "", None, "", frozenset(cells), _NONE), frozenset(found))


def _fits(*history: Done[Act]) -> bool:
    return explains(history, _EMPTY, registry_model)


def test_one_after_the_other_the_second_must_have_read_the_first() -> None:
    assert _fits(_put(0, 1, "a", True), _put(2, 3, "b", frozenset({"ovn-a"})))
    assert _fits(_put(0, 1, "a", True), _put(2, 3, "b", True, key=["ovn-a"]))
    assert not _fits(_put(0, 1, "a", True), _put(2, 3, "b", True))


def test_two_at_once_that_have_not_read_each_other_are_a_false_clear() -> None:
    assert not _fits(_put(0, 3, "a", True), _put(1, 2, "b", True))
    assert _fits(_put(0, 3, "a", frozenset({"ovn-b"})), _put(1, 2, "b", True))
    assert _fits(_put(0, 3, "a", True), _put(1, 2, "b", True, cells=[2]))


def test_what_was_answered_is_read_from_then_on() -> None:
    assert not _fits(_put(0, 1, "a", True), _query(2, 3))
    assert _fits(_put(0, 3, "a", True), _query(1, 2), _query(2, 4, "ovn-a"))
    assert not _fits(_put(0, 5, "a", True), _query(1, 2, "ovn-a"), _query(3, 4))


def test_a_call_without_an_answer_may_have_happened_or_not_but_not_both() -> None:
    lost = _put(0, inf, "a", None)
    assert _fits(lost, _query(1, 2))
    assert _fits(lost, _query(1, 2), _query(3, 4, "ovn-a"))
    assert not _fits(lost, _query(1, 2, "ovn-a"), _query(3, 4))


def test_a_changed_or_deleted_intent_is_known_by_its_ovn() -> None:
    gone: Done[Act] = Done(2, 3, ("delete", "a", "ovn-a", "", frozenset({1}), _NONE), True)
    again: Done[Act] = Done(4, 5, ("delete", "a", "ovn-a", "", frozenset({1}), _NONE), "clash")
    assert _fits(_put(0, 1, "a", True), gone, again, _query(6, 7))
    assert not _fits(_put(0, 1, "a", True), again)
    assert not _fits(_put(0, 1, "a", True), gone, _query(6, 7, "ovn-a"))


def test_calls_whose_cells_never_touch_are_judged_apart() -> None:
    calls = [_put(0, 1, "a", True, cells=[1]), _put(0, 1, "b", True, cells=[2]), _query(0, 1, cells=[2, 3])]
    assert sorted(len(part) for part in apart(calls)) == [1, 2]
    assert len(apart([*calls, _query(0, 1, cells=[1, 2])])) == 1


_CALLS = st.lists(
    st.builds(
        lambda began, lasted, ident, answer, key: _put(began, began + lasted, ident, answer, key=key),
        st.integers(0, 5),
        st.integers(1, 4),
        st.sampled_from(["a", "b", "c"]),
        st.sampled_from([True, "clash", frozenset({"ovn-a"}), frozenset({"ovn-b"}), frozenset({"ovn-a", "ovn-b"})]),
        st.sets(st.sampled_from(["ovn-a", "ovn-b"])),
    ),
    max_size=5,
)


@given(calls=_CALLS)
def test_the_search_finds_what_trying_every_order_finds(calls: list[Done[Act]]) -> None:
    assert _fits(*calls) == any(_possible(order) for order in permutations(calls))


def _possible(order: tuple[Done[Act], ...]) -> bool:
    """Whether this very order keeps the times and gives the answers."""
    states: set[Held] = {_EMPTY}
    for place, call in enumerate(order):
        if any(later.ended < call.began for later in order[place + 1 :]):
            return False
        states = {after for state in states for after in registry_model(state, call.what, call.answer)}
    return bool(states)
