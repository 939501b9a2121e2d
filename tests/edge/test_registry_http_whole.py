"""What a client may rely on over HTTP: nothing that touches is left out, wherever it is, and no OVN is given away."""

import asyncio
from itertools import chain

import pytest

from clearline.airspace.extent import Extent, Span
from clearline.airspace.reference import Intent, IntentState
from clearline.edge.registry_memory import MemoryStore
from clearline.edge.registry_port import Asked
from clearline.registry.view import Outcome, Put
from clearline.space.cover import cover_circle
from clearline.space.latlon import LatLon
from tests.edge.registry_calls import Answer, Registry, extent, ident
from tests.edge.tokens import NOW_S

_INTENTS = "/dss/v1/operational_intent_references"
_CONSTRAINTS = "/dss/v1/constraint_references"
_SUBSCRIPTIONS = "/dss/v1/subscriptions"
_BASE = "https://uss.example"
_CROWD = 10_050  # the reference stops at 10,000


def _intent(where: dict[str, object], **other: object) -> dict[str, object]:
    return {"extents": [where], "state": "Accepted", "uss_base_url": _BASE, **other}


def _found(answer: Answer, name: str = "operational_intent_references") -> list[str]:
    assert answer.status == 200, answer.body
    references = answer.json[name]
    assert isinstance(references, list)
    return [str(one["id"]) for one in references]


def _held(number: int) -> Intent:
    start_us = round((NOW_S + 60) * 1e6)
    where = Extent(cover_circle(LatLon(52.0, 4.4), 200.0), (Span(50.0, 120.0, start_us, start_us + 600_000_000),))
    ovn = f"an OVN of some length {number}"
    return Intent(
        ident(number),
        "uss9",
        1,
        ovn,
        (),
        IntentState.ACCEPTED,
        _BASE,
        None,
        where,
        start_us,
        start_us + 600_000_000,
        start_us,
    )


def test_more_than_ten_thousand_in_view_are_all_found_and_all_asked_for() -> None:  # DSS0005,2
    store = MemoryStore()
    crowd = [_held(number) for number in range(1, _CROWD + 1)]
    asked = Asked("restore", "", 0, "")
    asyncio.run(store.transact(asked, lambda _: Outcome(None, tuple(Put(one) for one in crowd))))
    registry = Registry(store=store)
    found = _found(registry.call("POST", f"{_INTENTS}/query", {"area_of_interest": extent()}))
    assert found == sorted(one.ident for one in crowd)
    path = f"{_INTENTS}/{ident(900_000)}"
    keys = [one.ovn for one in crowd]
    refused = registry.call("PUT", path, _intent(extent(), key=keys[:-1]))
    assert refused.status == 409
    assert refused.part("missing_operational_intents", 0, "id") == crowd[-1].ident
    whole = registry.call("PUT", path, _intent(extent()))
    missing = whole.json["missing_operational_intents"]
    assert whole.status == 409 and isinstance(missing, list) and len(missing) == _CROWD
    assert registry.call("PUT", path, _intent(extent(), key=keys)).status == 201


@pytest.mark.parametrize(
    ("here", "there", "away"),
    [
        ((0.0, 179.9999), (0.0, -179.9999), (0.0, 179.9)),
        ((-17.0, 180.0), (-17.0, -180.0), (-17.0, -179.9)),
        ((90.0, 0.0), (89.9995, -100.0), (89.9, 0.0)),
        ((-89.9999, 90.0), (-89.9999, -90.0), (-89.9, 90.0)),
        ((89.9995, 179.99), (89.9995, 0.0), (89.9, 0.0)),
    ],
)
def test_what_touches_is_found_across_the_antimeridian_and_over_the_poles(
    here: tuple[float, float], there: tuple[float, float], away: tuple[float, float]
) -> None:
    registry = Registry()

    def at(place: tuple[float, float]) -> dict[str, object]:
        return extent(lat=place[0], lng=place[1])

    assert registry.call("PUT", f"{_INTENTS}/{ident(1)}", _intent(at(here))).status == 201
    for place, found in ((here, [ident(1)]), (there, [ident(1)]), (away, [])):
        query = {"area_of_interest": at(place)}
        assert _found(registry.call("POST", f"{_INTENTS}/query", query, sub="uss2")) == found
    refused = registry.call("PUT", f"{_INTENTS}/{ident(2)}", _intent(at(there)), sub="uss2")
    assert (refused.status, refused.part("missing_operational_intents", 0, "id")) == (409, ident(1))
    assert registry.call("PUT", f"{_INTENTS}/{ident(3)}", _intent(at(away)), sub="uss2").status == 201


@pytest.mark.parametrize(
    ("ring", "area"),
    [
        (
            [(0.0, 179.99), (0.0, -179.99), (0.02, -179.99), (0.02, 179.99)],
            "0.01,-179.999,0.01,-179.998,0.011,-179.998",
        ),
        ([(89.9, 0.0), (89.9, 120.0), (89.9, -120.0)], "89.999,30,89.999,31,89.9991,31"),
    ],
)
def test_an_identification_area_is_found_there_too(ring: list[tuple[float, float]], area: str) -> None:
    registry = Registry()
    scope = "rid.service_provider rid.display_provider"
    whole = extent()
    volume = whole["volume"]
    assert isinstance(volume, dict)
    del volume["outline_circle"]
    volume["outline_polygon"] = {"vertices": [{"lat": lat, "lng": lng} for lat, lng in ring]}
    path = "/rid/v2/dss/identification_service_areas"
    body = {"extents": whole, "uss_base_url": _BASE}
    assert registry.call("PUT", f"{path}/{ident(1)}", body, scope=scope).status == 200
    assert _found(registry.call("GET", f"{path}?area={area}", scope=scope), "service_areas") == [ident(1)]
    assert _found(registry.call("GET", f"{path}?area=1,1,1,1.01,1.01,1", scope=scope), "service_areas") == []


def test_whatever_another_asks_it_is_not_given_an_ovn() -> None:
    """An OVN proves that its manager was asked; the registry, asked anything, tells it to the manager alone."""
    registry = Registry()
    listener = {"extents": extent(), "uss_base_url": _BASE, "notify_for_operational_intents": True}
    listener["notify_for_constraints"] = True
    implicit = {"uss_base_url": _BASE, "notify_for_constraints": True}
    own = [
        registry.call("PUT", f"{_INTENTS}/{ident(1)}", _intent(extent(), new_subscription=implicit)),
        registry.call("PUT", f"{_CONSTRAINTS}/{ident(2)}", {"extents": [extent()], "uss_base_url": _BASE}),
        registry.call("PUT", f"{_SUBSCRIPTIONS}/{ident(3)}", listener),
    ]
    assert [answer.status for answer in own] == [201, 201, 200]
    intent_ovn = own[0].text("operational_intent_reference", "ovn")
    constraint_ovn = own[1].text("constraint_reference", "ovn")
    version = own[2].text("subscription", "version")
    hidden = {intent_ovn, constraint_ovn, version}

    def asked(method: str, path: str, body: object = None) -> Answer:
        return registry.call(method, path, body, sub="uss2")

    area = {"area_of_interest": extent()}
    answers = [
        asked("PUT", f"{_INTENTS}/{ident(11)}", _intent(extent())),
        asked("PUT", f"{_INTENTS}/{ident(11)}", _intent(extent(), new_subscription=implicit)),
        asked("PUT", f"{_INTENTS}/{ident(11)}", _intent(extent(), subscription_id=ident(3))),
        asked("PUT", f"{_SUBSCRIPTIONS}/{ident(13)}", listener),
        asked("PUT", f"{_CONSTRAINTS}/{ident(12)}", {"extents": [extent()], "uss_base_url": _BASE}),
    ]
    for kind, number, body in (
        (_INTENTS, 1, _intent(extent())),
        (_CONSTRAINTS, 2, {"extents": [extent()], "uss_base_url": _BASE}),
        (_SUBSCRIPTIONS, 3, listener),
    ):
        path = f"{kind}/{ident(number)}"
        wrong = "not the version it has now"
        answers += [
            asked("GET", path),
            asked("POST", f"{kind}/query", area),
            asked("PUT", path, body),
            asked("PUT", f"{path}/{wrong}", body),
            asked("DELETE", f"{path}/{wrong}"),
        ]
    assert {answer.status for answer in answers} >= {200, 201, 403, 409}
    told = list(chain.from_iterable((answer.body, *map(str.encode, answer.headers.values())) for answer in answers))
    assert [text for text in told for secret in hidden if secret.encode() in text] == []
    # Its manager that quotes an old one is not told the present one either: it reads it again.
    stale = registry.call("DELETE", f"{_INTENTS}/{ident(1)}/{'x' * 43}")
    assert stale.status == 409 and intent_ovn not in stale.text("message")
