"""The machine of one wish: it registers nothing that was not judged, whatever it is answered, and it always ends."""

from hypothesis import given
from hypothesis import strategies as st

from clearline.airspace.reference import IntentState
from clearline.airspace.subscription import UssState
from clearline.conflict.engine import PlainEngine
from clearline.node.coordination import (
    MOST_ROUNDS,
    Answer,
    AskDetails,
    AskPut,
    AskReferences,
    Coordination,
    Described,
    Failed,
    Foreseen,
    Lost,
    Missing,
    References,
    Refused,
    Registered,
    Rejected,
    Undescribed,
    Wish,
)
from clearline.node.coordination_intent import Known, Meant
from clearline.node.coordination_rules import Policy
from tests.node.uss_intents import known, meant, reference, uuid

_S = IntentState


def _machine(
    what: Meant | None = None,
    *,
    before: Known | None = None,
    shelf: dict[str, Known] | None = None,
    hypothetical: bool = False,
) -> Coordination:
    held = shelf or {}
    wish = Wish(uuid(1), "me", what or meant(), hypothetical)
    return Coordination(wish, before=before, shelf=held.get, policy=Policy(cmsa=True), engine=PlainEngine())


def _done(what: Meant | None = None) -> Registered:
    state = (what or meant()).state
    return Registered(reference(1, state, manager="me", ovn="a-new-ovn-of-mine"), ())


def test_an_empty_sky_is_registered_with_an_empty_key() -> None:
    machine = _machine()
    (ask,) = machine.to_send()
    assert isinstance(ask, AskReferences)
    machine.receive(References(()))
    (put,) = machine.to_send()
    assert isinstance(put, AskPut) and put.key == frozenset() and put.ovn is None
    machine.receive(_done())
    assert machine.outcome == _done()


def test_what_is_near_and_apart_is_read_and_proved_by_the_key() -> None:
    other = known(2, meant(lat=52.1))
    machine = _machine()
    machine.to_send()
    machine.receive(References((reference(2),)))
    (ask,) = machine.to_send()
    assert isinstance(ask, AskDetails)
    machine.receive(Described(other))
    (put,) = machine.to_send()
    assert isinstance(put, AskPut) and put.key == {other.reference.ovn}


def test_what_meets_an_equal_is_rejected_and_never_put() -> None:
    machine = _machine()
    machine.to_send()
    machine.receive(References((reference(2),)))
    machine.to_send()
    machine.receive(Described(known(2)))
    assert isinstance(machine.outcome, Rejected) and not machine.to_send()
    assert uuid(2) in machine.outcome.told()


def test_the_shelf_spares_a_call_only_for_the_version_that_the_registry_names() -> None:
    for version, asks in ((1, 0), (2, 1)):
        machine = _machine(shelf={uuid(2): known(2, meant(lat=52.1))})
        machine.to_send()
        machine.receive(References((reference(2, version=version),)))
        assert sum(isinstance(ask, AskDetails) for ask in machine.to_send()) == asks


def test_silence_of_a_system_that_is_not_down_fails() -> None:
    for availability in (UssState.NORMAL, UssState.UNKNOWN):
        machine = _machine()
        machine.to_send()
        machine.receive(References((reference(2, availability=availability),)))
        machine.to_send()
        machine.receive(Undescribed(uuid(2), "it times out"))
        assert isinstance(machine.outcome, Failed) and not machine.outcome.in_doubt


def test_a_down_system_that_is_silent_stands_below_all_if_accepted_and_above_all_if_in_use() -> None:
    for state in IntentState:
        machine = _machine()
        machine.to_send()
        machine.receive(References((reference(2, state, availability=UssState.DOWN),)))
        machine.to_send()
        machine.receive(Undescribed(uuid(2), "it is down"))
        if state is _S.ACCEPTED:
            (put,) = machine.to_send()
            assert isinstance(put, AskPut)
        else:
            assert isinstance(machine.outcome, Rejected)


def test_what_the_key_lacks_is_read_and_judged_before_it_is_put_again() -> None:
    machine = _machine()
    machine.to_send()
    machine.receive(References(()))
    machine.to_send()
    machine.receive(Missing((reference(2),)))
    (ask,) = machine.to_send()
    assert isinstance(ask, AskDetails)
    machine.receive(Described(known(2)))
    assert isinstance(machine.outcome, Rejected)


def test_a_stale_shelf_is_read_again_once_and_a_manager_that_insists_fails() -> None:
    apart = known(2, meant(lat=52.1))
    machine = _machine(shelf={uuid(2): apart})
    machine.to_send()
    machine.receive(References((reference(2),)))
    machine.to_send()
    machine.receive(Missing((reference(2),)))
    (ask,) = machine.to_send()
    assert isinstance(ask, AskDetails)
    machine.receive(Described(apart))
    machine.to_send()
    machine.receive(Missing((reference(2),)))
    assert isinstance(machine.outcome, Failed)


def test_a_sky_that_never_rests_is_given_up() -> None:
    machine = _machine()
    machine.to_send()
    machine.receive(References(()))
    for number in range(2, 2 + MOST_ROUNDS):
        (put,) = machine.to_send()
        assert isinstance(put, AskPut)
        machine.receive(Missing((reference(number),)))
        if machine.outcome is None:
            machine.to_send()
            machine.receive(Described(known(number, meant(lat=52.1))))
    assert isinstance(machine.outcome, Failed)


def test_an_older_version_or_another_manager_is_no_description() -> None:
    for told in (known(2, meant(lat=52.1), version=1), known(2, meant(lat=52.1), version=2, manager="third")):
        machine = _machine()
        machine.to_send()
        machine.receive(References((reference(2, version=2),)))
        machine.to_send()
        machine.receive(Described(told))
        assert isinstance(machine.outcome, Failed)


def test_only_a_lost_put_leaves_a_doubt() -> None:
    machine = _machine()
    machine.to_send()
    machine.receive(Lost("cut"))
    assert machine.outcome == Failed("cut", in_doubt=False)
    machine = _machine()
    machine.to_send()
    machine.receive(References(()))
    machine.to_send()
    machine.receive(Lost("cut"))
    assert machine.outcome == Failed("cut", in_doubt=True)


def test_an_answer_about_another_intent_or_state_or_name_is_a_doubt() -> None:
    for wrong in (
        reference(2, manager="me", ovn="0123456789abcdef"),
        reference(1, _S.ACTIVATED, manager="me", ovn="0123456789abcdef"),
        reference(1, manager="me"),
        reference(1, manager="somebody", ovn="0123456789abcdef"),
    ):
        machine = _machine()
        machine.to_send()
        machine.receive(References(()))
        machine.to_send()
        machine.receive(Registered(wrong, ()))
        assert isinstance(machine.outcome, Failed) and machine.outcome.in_doubt


def test_an_off_nominal_state_is_said_at_once_and_without_a_key() -> None:
    machine = _machine(meant(_S.CONTINGENT), before=known(1, meant(_S.ACTIVATED), manager="me"))
    (put,) = machine.to_send()
    assert isinstance(put, AskPut) and not put.key and put.ovn == "ovn-000001-000001"


def test_a_hypothetical_wish_is_never_put() -> None:
    machine = _machine(hypothetical=True)
    machine.to_send()
    machine.receive(References(()))
    assert machine.outcome == Foreseen(()) and not machine.to_send()


_OTHERS = st.integers(2, 5)
_WHERE = st.sampled_from([52.0, 52.1])


@st.composite
def _answers(draw: st.DrawFn) -> list[Answer]:
    """Anything a registry and others may say, in any order, true or not."""
    refs = st.builds(
        reference,
        _OTHERS,
        st.sampled_from(IntentState),
        version=st.integers(1, 2),
        availability=st.sampled_from(UssState),
    )
    details = st.builds(
        lambda number, lat, version, priority: Described(
            known(number, meant(lat=lat, priority=priority), version=version)
        ),
        _OTHERS,
        _WHERE,
        st.integers(1, 2),
        st.integers(0, 1),
    )
    answer = st.one_of(
        st.builds(lambda found: References(tuple(found)), st.lists(refs, max_size=3)),
        st.builds(lambda found: Missing(tuple(found)), st.lists(refs, max_size=2)),
        details,
        st.just(Refused(400, "no")),
        st.just(_done()),
    )
    return draw(st.lists(answer, max_size=40))


@given(_answers(), st.integers(0, 1))
def test_whatever_is_answered_no_put_goes_out_against_an_equal_or_higher_that_was_read(
    answers: list[Answer], priority: int
) -> None:
    """Law: each PUT's key is of intents that were read, and none of those that meet it is of its priority or above."""
    machine = _machine(meant(priority=priority))
    read: dict[str, Known] = {}
    waiting = list(machine.to_send())
    for answer in answers:
        if not waiting or machine.outcome is not None:
            break
        ask = waiting.pop(0)
        fits = {AskReferences: References, AskDetails: Described, AskPut: Missing | Registered | Refused}[type(ask)]
        if not isinstance(answer, fits):
            continue_with: Answer = Lost("nothing came") if not isinstance(ask, AskPut) else Refused(500, "no")
            machine.receive(continue_with)
            continue
        if isinstance(answer, Described):
            assert isinstance(ask, AskDetails)
            told = answer.known
            mine = known(int(ask.reference.ident[:8], 16), told.meant, version=told.reference.version)
            read[mine.reference.ident] = mine
            answer = Described(mine)
        machine.receive(answer)
        for more in machine.to_send():
            waiting.append(more)
            if isinstance(more, AskPut):
                assert more.key <= {one.reference.ovn for one in read.values()}
                for one in read.values():
                    near = one.meant.volumes[0].shape == more.wish.meant.volumes[0].shape
                    if one.reference.ovn in more.key and near:
                        assert one.meant.priority < priority
