"""After a lost answer, what is in force is what the registry's version says, and nothing unknown is ever flown."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearline.airspace.reference import IntentState
from clearline.node.coordination_mend import Gone, Held, Stands, Strange, mend
from tests.node.uss_intents import known, meant, reference, uuid

_S = IntentState
_NEW = meant(_S.ACTIVATED)
_OLD = known(1, manager="me")


def _held(*, wished: bool = True, registered: bool = True, ending: bool = False) -> Held:
    return Held("flight", uuid(1), _OLD if registered else None, _NEW if wished else None, ending)


def test_a_change_that_has_not_happened_leaves_what_was() -> None:
    found = mend(_held(), _OLD.reference)
    assert isinstance(found, Stands) and found.held.known == _OLD and not found.held.in_doubt and found.changed is None


def test_a_change_that_had_happened_is_in_force_and_said() -> None:
    now = reference(1, _S.ACTIVATED, manager="me", version=2, ovn="ovn-of-version-2")
    found = mend(_held(), now)
    assert isinstance(found, Stands) and found.held.known is not None and found.changed is not None
    assert (found.held.known.reference, found.held.known.meant) == (now, _NEW)


def test_a_first_registration_either_happened_or_there_is_nothing() -> None:
    held = _held(registered=False)
    assert mend(held, None) == Gone(None)
    found = mend(held, reference(1, _S.ACTIVATED, manager="me", ovn="ovn-of-version-1"))
    assert isinstance(found, Stands) and found.held.known is not None and found.held.known.meant == _NEW


def test_what_the_registry_lost_is_gone_and_said() -> None:
    lost = mend(_held(wished=False), None)
    assert isinstance(lost, Gone) and lost.changed is not None
    assert mend(_held(wished=False, ending=True), None) == Gone(None)


@given(version=st.integers(1, 4), state=st.sampled_from(IntentState), same_ovn=st.booleans(), wished=st.booleans())
def test_what_stands_is_known_to_be_what_the_registry_holds(
    *, version: int, state: IntentState, same_ovn: bool, wished: bool
) -> None:
    """Law: details stand beside a reference only if they were registered under that very version."""
    ovn = _OLD.reference.ovn if same_ovn else f"another-ovn-of-{version}"
    found = mend(_held(wished=wished), reference(1, state, manager="me", version=version, ovn=ovn))
    if isinstance(found, Stands) and found.held.known is not None:
        stands = found.held.known
        assert stands.meant.state is stands.reference.state
        assert (stands.meant == _OLD.meant) == (version == 1 and same_ovn)
        assert (stands.meant == _NEW) == (version == 2)
    else:
        assert isinstance(found, Strange)


def test_what_is_ending_goes_on_ending() -> None:
    found = mend(_held(wished=False, ending=True), replace(_OLD.reference))
    assert isinstance(found, Stands) and found.held.ending


def test_a_flight_that_is_nothing_cannot_be_held() -> None:
    with pytest.raises(ValueError, match="neither"):
        Held("flight", uuid(1), None)
