"""The arbiter says whether a USS answers (F3548-21 DSS0100,1)."""

from functools import partial

import pytest

from clearline.airspace.subscription import Availability, UssState
from clearline.registry.availability import GetAvailability, SetAvailability, get_availability, set_availability
from clearline.registry.refusal import Refusal, RefusalKind
from tests.registry.sky import NOW_US, Sky, refuses


def _get(sky: Sky, uss: str = "uss1") -> Availability:
    return sky.ask(partial(get_availability, command=GetAvailability(uss)))


def _set(sky: Sky, state: UssState, version: str, uss: str = "uss1") -> Availability | Refusal:
    command = SetAvailability(uss, state, version)
    return sky.ask(partial(set_availability, command=command, now_us=sky.now_us, fresh=sky.fresh()))


def test_dss0100_1_a_uss_of_which_nothing_was_said_is_unknown() -> None:
    assert _get(Sky()) == Availability("uss1", UssState.UNKNOWN, "", 0)


@pytest.mark.parametrize("state", list(UssState))
def test_dss0210_3a_to_3c_what_the_arbiter_says_is_kept(state: UssState) -> None:
    sky = Sky()
    said = _set(sky, state, "")
    assert isinstance(said, Availability)
    assert (said.uss, said.state, said.updated_us) == ("uss1", state, NOW_US)
    assert said.version
    assert _get(sky) == said
    assert _get(sky, "uss2").state is UssState.UNKNOWN


def test_dss0210_a2_7_2_6_a_change_quotes_the_present_version() -> None:
    sky = Sky()
    refuses(_set(sky, UssState.DOWN, "never-given"), RefusalKind.CONFLICT)
    first = _set(sky, UssState.DOWN, "")
    assert isinstance(first, Availability)
    refuses(_set(sky, UssState.NORMAL, ""), RefusalKind.CONFLICT)
    refuses(_set(sky, UssState.NORMAL, "never-given"), RefusalKind.CONFLICT)
    second = _set(sky, UssState.NORMAL, first.version)
    assert isinstance(second, Availability)
    assert second.version != first.version
    refuses(_set(sky, UssState.DOWN, first.version), RefusalKind.CONFLICT)
    assert _get(sky).state is UssState.NORMAL
