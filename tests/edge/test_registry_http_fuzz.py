"""Whatever is sent, the answer is one that the interface file has for the call, in its shape; and never a defect.

The one idea: what a fuzzer of interface files looks for, held by tests of our own: bodies are drawn from the shapes the
readers decode, in sequences of two clients, so that they meet each other's entities. The statuses of a call are facts
of the interface files of F3548-21, F3411-19 and F3411-22a; what is not theirs is said where it stands.
"""

from dataclasses import dataclass
from functools import cache
from typing import Final
from urllib.parse import quote

import jsonschema
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearline.wire import f3411_calls, f3548_calls
from clearline.wire.f3411_calls_answer import F3411Version
from tests.edge.registry_bodies import bodies, idents
from tests.edge.registry_calls import UTM, Answer, Registry, extent, ident
from tests.edge.registry_shapes import assert_shape
from tests.edge.test_registry_http_f3411 import answer_shape, area_body, subscription_body
from tests.edge.tokens import claims, token

RID: Final = (
    "rid.service_provider rid.display_provider"
    " dss.read.identification_service_areas dss.write.identification_service_areas"
)
_ALWAYS: Final = frozenset({400, 401, 403})
_BODY: Final = {"uss_base_url": "https://uss.example"}
_AREA: Final = "area=51.99,4.39,51.99,4.41,52.01,4.41"
_SEARCHES: Final = [
    _AREA,
    f"{_AREA}&earliest_time=2027-01-15T08:00:00Z",
    "",
    "area=1,2,3",
    "area=nan,1,2,3,4,5",
    "x=%ff",
]


@dataclass(frozen=True, slots=True)
class _Call:
    """A call: its method, its path with `{}` for what names stand there, its body's shape, its statuses, its answer."""

    method: str
    path: str
    body: type[msgspec.Struct] | None
    good: int
    bad: frozenset[int]
    shape: str

    @property
    def version(self) -> F3411Version | None:
        """The version of F3411 that the call belongs to, if it is of that standard."""
        if self.path.startswith("/rid/v2"):
            return F3411Version.V22A
        return F3411Version.V19 if self.path.startswith("/v1") else None


def _f3548() -> list[_Call]:
    calls: list[_Call] = []
    for kind, put, more in (
        ("operational_intent", f3548_calls._PutIntent, {412}),
        ("constraint", f3548_calls._PutConstraint, set[int]()),
    ):
        path, name = f"/dss/v1/{kind}_references", kind.removeprefix("operational_")
        changes = frozenset({409, 413, *more})
        calls += [
            _Call("POST", f"{path}/query", f3548_calls._Query, 200, frozenset({413}), f"{name}s"),
            _Call("GET", f"{path}/{{}}", None, 200, frozenset({404}), name),
            _Call("PUT", f"{path}/{{}}", put, 201, changes, f"{name} changed"),
            _Call("PUT", f"{path}/{{}}/{{}}", put, 200, changes, f"{name} changed"),
            _Call("DELETE", f"{path}/{{}}/{{}}", None, 200, frozenset({404, 409, *more}), f"{name} changed"),
        ]
    path, put_subscription = "/dss/v1/subscriptions", f3548_calls._PutSubscription
    availability = "/dss/v1/uss_availability/{}"
    return [
        *calls,
        _Call("POST", f"{path}/query", f3548_calls._Query, 200, frozenset({413}), "subscriptions"),
        _Call("GET", f"{path}/{{}}", None, 200, frozenset({404}), "subscription"),
        _Call("PUT", f"{path}/{{}}", put_subscription, 200, frozenset({409, 429}), "subscription put"),
        _Call("PUT", f"{path}/{{}}/{{}}", put_subscription, 200, frozenset({409, 429}), "subscription put"),
        _Call("DELETE", f"{path}/{{}}/{{}}", None, 200, frozenset({404, 409}), "subscription"),
        _Call("POST", "/dss/v1/reports", f3548_calls._Report, 201, frozenset(), "report"),
        # 409 is not in the file; the public suite asks for it where the version is not the present one (decision 0014).
        _Call("PUT", availability, f3548_calls._SetAvailability, 200, frozenset({409}), "availability"),
        _Call("GET", availability, None, 200, frozenset(), "availability"),
    ]


def _f3411(prefix: str, area: type[msgspec.Struct], subscription: type[msgspec.Struct]) -> list[_Call]:
    areas, subscriptions = f"{prefix}/identification_service_areas", f"{prefix}/subscriptions"
    found, kept, gone = frozenset({404}), frozenset({409, 413}), frozenset({404, 409})
    many = frozenset({409, 429})
    return [
        _Call("GET", areas, None, 200, frozenset({413}), "areas"),
        _Call("GET", f"{areas}/{{}}", None, 200, found, "area"),
        _Call("PUT", f"{areas}/{{}}", area, 200, kept, "area changed"),
        _Call("PUT", f"{areas}/{{}}/{{}}", area, 200, kept, "area changed"),
        _Call("DELETE", f"{areas}/{{}}/{{}}", None, 200, gone, "area changed"),
        _Call("GET", subscriptions, None, 200, frozenset({413}), "subscriptions"),
        _Call("GET", f"{subscriptions}/{{}}", None, 200, found, "subscription"),
        _Call("PUT", f"{subscriptions}/{{}}", subscription, 200, many, "subscription put"),
        _Call("PUT", f"{subscriptions}/{{}}/{{}}", subscription, 200, many, "subscription put"),
        _Call("DELETE", f"{subscriptions}/{{}}/{{}}", None, 200, gone, "subscription"),
    ]


_CALLS: Final = [
    *_f3548(),
    *_f3411("/v1/dss", f3411_calls._Area19, f3411_calls._Subscription19),
    *_f3411("/rid/v2/dss", f3411_calls._Area22a, f3411_calls._Subscription22a),
]


@cache
def _bearer(sub: str) -> str:
    return f"Bearer {token(claims(sub=sub, scope=f'{UTM} {RID}'))}"


class _Speaker:
    """Two clients of one registry, who remember the versions that they were told of."""

    def __init__(self) -> None:
        self.registry = Registry()
        self._told: dict[str, tuple[str, str]] = {}

    def begin(self, version: F3411Version | None) -> None:
        """Let there be one of each kind, as the interface has them."""
        good: dict[str, object] = {
            "/dss/v1/operational_intent_references": {**_BODY, "extents": [extent()], "state": "Accepted"},
            "/dss/v1/constraint_references": {**_BODY, "extents": [extent()]},
            "/dss/v1/subscriptions": {**_BODY, "extents": extent(), "notify_for_operational_intents": True},
        }
        if version is not None:
            prefix = "/v1/dss" if version is F3411Version.V19 else "/rid/v2/dss"
            good = {
                f"{prefix}/identification_service_areas": area_body(version),
                f"{prefix}/subscriptions": subscription_body(version),
            }
        for kind, body in good.items():
            answer = self.registry.call("PUT", f"{kind}/{ident(1)}", body, authorization=_bearer("uss1"))
            self._remember(kind, answer)
            assert kind in self._told

    def say(self, data: st.DataObject, call: _Call) -> Answer:
        """Make a call, and hold its answer to the interface file."""
        kind = call.path.partition("/{")[0]
        known = self._told.get(kind)
        if known is not None and data.draw(st.integers(0, 3)):
            names = known
        else:
            names = (data.draw(idents()), data.draw(st.sampled_from([*sum(self._told.values(), ()), "0" * 32])))
        path = call.path.format(*(quote(name, safe="") for name in names))
        if call.shape in ("areas", "subscriptions") and call.method == "GET":
            path = f"{path}?{data.draw(st.sampled_from(_SEARCHES))}"
        body = None if call.body is None else data.draw(bodies(call.body))
        sub = data.draw(st.sampled_from(["uss1", "uss1", "uss1", "uss2"]))
        answer = self.registry.call(call.method, path, body, authorization=_bearer(sub))
        self._hold(call, answer, (path, body, sub))
        self._remember(kind, answer)
        return answer

    def _remember(self, kind: str, answer: Answer) -> None:
        for value in answer.json.values():
            if isinstance(value, dict) and "id" in value:
                self._told[kind] = (str(value["id"]), str(value.get("ovn", value["version"])))

    def _hold(self, call: _Call, answer: Answer, asked: object) -> None:
        assert answer.headers["content-type"] == "application/json"
        assert answer.status in {call.good} | call.bad | _ALWAYS, (asked, answer.status, answer.body)
        if answer.status != call.good:
            assert_shape("conflict" if "missing_constraints" in answer.json else "message", answer.json)
        elif call.version is None:
            assert_shape(call.shape, answer.json)
        else:
            jsonschema.validate(answer.json, answer_shape(call.shape, call.version))


@pytest.mark.parametrize(
    "places",
    [
        ("/dss/v1/operational_intent",),
        ("/dss/v1/constraint",),
        ("/dss/v1/subscriptions",),
        ("/dss/v1/reports", "/dss/v1/uss_availability"),
        ("/v1/dss",),
        ("/rid/v2/dss",),
    ],
)
def test_each_call_answers_as_its_interface_file_says(places: tuple[str, ...]) -> None:
    calls = [call for call in _CALLS if call.path.startswith(places)]
    creating = [call for call in calls if call.body and call.path.count("{}") < 2]
    seen: set[tuple[_Call, bool]] = set()

    @given(data=st.data())
    def talk(data: st.DataObject) -> None:
        speaker = _Speaker()
        if data.draw(st.booleans()):
            speaker.begin(calls[0].version)
        for choice in (creating, *[calls] * 4):
            call = data.draw(st.sampled_from(choice))
            seen.add((call, speaker.say(data, call).status == call.good))

    talk()
    # It is worth nothing if it never gets past the readers.
    assert [f"{call.method} {call.path}" for call in calls if (call, True) not in seen] == [], "never taken"
    assert {call.path for call in calls if (call, False) not in seen} <= {"/dss/v1/uss_availability/{}"}


@given(body=st.one_of(st.binary(max_size=60), st.sampled_from([b"[" * 100_000, b'{"a":' * 5_000, b'"' + b"a" * 9_999])))
def test_whatever_bytes_a_body_has_the_answer_is_a_reason(body: bytes) -> None:
    registry = Registry()
    for call in _CALLS:
        if call.body is not None:
            answer = registry.call(call.method, call.path.format("x", "y"), body, authorization=_bearer("uss1"))
            assert answer.status == 400
            assert_shape("message", answer.json)
