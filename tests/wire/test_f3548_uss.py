"""What systems tell each other goes out and comes back the same, and rubbish comes in as one clear error."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearline.airspace.reference import IntentState
from clearline.node.coordination import AskPut, Wish
from clearline.node.coordination_intent import Meant
from clearline.node.coordination_mend import Held
from clearline.wire.errors import MalformedError
from clearline.wire.f3548_uss import (
    details_body,
    put_body,
    query_body,
    read_changed,
    read_details,
    read_missing,
    read_reference,
    read_references,
    read_refusal,
    read_update,
    reference_value,
    update_body,
)
from clearline.wire.f3548_uss_record import read_held, write_held
from tests.node.uss_intents import MEANING, box, known, meant, reference, uuid

_READERS = (
    lambda data: read_references(data, source="t"),
    lambda data: read_reference(data, source="t"),
    lambda data: read_changed(data, source="t"),
    lambda data: read_missing(data, source="t"),
    lambda data: read_details(data, MEANING, source="t"),
    lambda data: read_update(data, MEANING, source="t"),
    lambda data: read_held(data, MEANING, source="t"),
)
_STATES = st.sampled_from(IntentState)


def _same(one: Meant, two: Meant) -> bool:
    """The same state, priority and volumes, whatever was entered."""
    return (one.state, one.priority, one.solids) == (two.state, two.priority, two.solids)


@given(_STATES, st.integers(0, 100), st.floats(-60.0, 60.0), st.floats(1.0, 5_000.0), st.integers(0, 86_400_000))
def test_details_come_back_as_they_went_out(
    state: IntentState, priority: int, lat: float, radius_m: float, after_ms: int
) -> None:
    sent = known(2, meant(state, priority=priority, lat=lat, radius_m=radius_m, after_s=after_ms / 1_000.0))
    back = read_details(details_body(sent), MEANING, source="t")
    assert back.reference == sent.reference and _same(back.meant, sent.meant)
    update = read_update(update_body(sent.reference.ident, sent, [(uuid(9), 3)]), MEANING, source="t")
    assert update.known == back and update.subscriptions == ((uuid(9), 3),)


@given(state=_STATES, wished=st.booleans(), ending=st.booleans())
def test_what_is_held_comes_back_from_the_disk_as_it_was(*, state: IntentState, wished: bool, ending: bool) -> None:
    held = Held("flight", uuid(2), known(2, meant(state)), meant(IntentState.ACTIVATED) if wished else None, ending)
    back = read_held(write_held(held), MEANING, source="t")
    assert (back.flight, back.ident, back.ending) == (held.flight, held.ident, held.ending)
    assert back.known is not None and held.known is not None and back.known.reference == held.known.reference
    assert _same(back.known.meant, held.known.meant)
    assert len(back.known.meant.off_nominal) == len(held.known.meant.off_nominal)
    assert (back.wished is None) == (held.wished is None)


@given(
    st.binary(max_size=200)
    | st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["operational_intent", "reference", "details", "id", "form"]), inner, max_size=3
            )
        ),
        max_leaves=8,
    ).map(lambda value: json.dumps(value).encode())
)
def test_rubbish_is_one_clear_error(data: bytes) -> None:
    for read in _READERS:
        if read is _READERS[3]:  # every member of a refusal may be left out
            with suppress(MalformedError):
                read(data)
        else:
            with pytest.raises(MalformedError):
                read(data)


@pytest.mark.parametrize(
    ("where", "value"),
    [
        (("reference", "state"), "Flying"),
        (("reference", "state"), "Ended"),
        (("reference", "ovn"), "short"),
        (("reference", "version"), "1"),
        (("reference", "id"), "no-uuid"),
        (("details", "priority"), 1.2),
        (("details", "priority"), "high"),
        (("details", "volumes"), []),
        (("details", "volumes", 0, "time_end"), None),
        (("details", "volumes", 0, "volume", "altitude_upper", "reference"), "SFC"),
        (("details", "volumes", 0, "volume", "outline_circle", "radius", "value"), 0.0),
    ],
)
def test_each_fault_in_details_is_refused(where: tuple[str | int, ...], value: object) -> None:
    body = json.loads(details_body(known(2)))
    inside = body["operational_intent"]
    for step in where[:-1]:
        inside = inside[step]
    inside[where[-1]] = value
    with pytest.raises(MalformedError):
        read_details(json.dumps(body).encode(), MEANING, source="t")


def test_details_without_an_ovn_and_updates_of_another_are_refused() -> None:
    bare = json.loads(details_body(known(2)))
    del bare["operational_intent"]["reference"]["ovn"]
    with pytest.raises(MalformedError, match="ovn"):
        read_details(json.dumps(bare).encode(), MEANING, source="t")
    with pytest.raises(MalformedError, match="another intent"):
        read_update(update_body(uuid(3), known(2), [(uuid(9), 0)]), MEANING, source="t")


def test_a_deletion_is_told_by_leaving_the_intent_out() -> None:
    update = read_update(update_body(uuid(2), None, [(uuid(9), 0)]), MEANING, source="t")
    assert update.known is None and update.ident == uuid(2)


def test_a_put_proves_its_key_and_asks_for_a_subscription_around_it() -> None:
    body = json.loads(put_body(AskPut(Wish(uuid(1), "me", meant()), None, frozenset({"b", "a"})), url="https://me"))
    assert body["key"] == ["a", "b"] and body["state"] == "Accepted" and len(body["extents"]) == 1
    assert body["new_subscription"]["uss_base_url"] == body["uss_base_url"] == "https://me"
    assert json.loads(query_body(box()))["area_of_interest"] == body["extents"][0]


def test_a_reference_comes_back_and_subscribers_with_it() -> None:
    sent = reference(2, IntentState.CONTINGENT, ovn="0123456789abcdef")
    body = {
        "operational_intent_reference": reference_value(sent),
        "subscribers": [
            {
                "uss_base_url": "https://other.example",
                "subscriptions": [{"subscription_id": uuid(9), "notification_index": 4}],
            }
        ],
    }
    back, (told,) = read_changed(json.dumps(body).encode(), source="t")
    assert back == sent and told.subscriptions == ((uuid(9), 4),)
    assert read_missing(json.dumps({"missing_operational_intents": [reference_value(sent)]}).encode(), source="t")


@given(st.text(max_size=1_000))
def test_a_refusals_words_are_short_and_printable(words: str) -> None:
    told = read_refusal(json.dumps({"message": words}).encode())
    assert told.isprintable() and len(told) <= 400
    assert "no reason" in read_refusal(b"\xff<html>")
