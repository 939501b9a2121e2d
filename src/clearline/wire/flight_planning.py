"""The bodies of the flight_planning v0.7.0 and versioning interfaces, by which a public suite drives a planning system.

The one idea: the envelope is read strictly and a fault in it is the caller's (400); what cannot be planned for what it
says is no fault of form, and is rejected as a person's request would be.
"""

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

import msgspec

from clearline.airspace.reference import IntentState
from clearline.space.volume import Volume4D
from clearline.wire.errors import MalformedError
from clearline.wire.f3548_calls_text import BODY, decoded, instant_us, time_text
from clearline.wire.f3548_uss import read_volumes
from clearline.wire.json_text import parse_json

__all__ = [
    "API_VERSION",
    "Status",
    "Upsert",
    "cleared_body",
    "done_body",
    "notices_body",
    "read_clear",
    "read_instant",
    "read_upsert",
    "status_body",
    "version_body",
]

API_VERSION: Final = "v0.7.0"
Status: TypeAlias = Literal["NotPlanned", "Planned", "OkToFly", "OffNominal", "Closed"]
_Style: TypeAlias = Literal["Hypothetical", "IfAllowed", "InReality"]
_encode = msgspec.json.Encoder().encode


class _Basic(msgspec.Struct):
    usage_state: Literal["Planned", "InUse", "Closed"]
    uas_state: str | None = None
    area: list[msgspec.Raw] = []


class _F3548(msgspec.Struct):
    priority: int | None = None


class _Plan(msgspec.Struct):
    basic_information: _Basic
    astm_f3548_21: _F3548 | None = None


class _Upsert(msgspec.Struct):
    flight_plan: _Plan
    execution_style: _Style
    request_id: str


class _Clear(msgspec.Struct):
    request_id: str
    extent: msgspec.Raw


_UPSERT, _CLEAR = msgspec.json.Decoder(_Upsert), msgspec.json.Decoder(_Clear)

# Usage, and the aircraft's own state, as states of an operational intent. What is not in it is not known.
_STATES: Final[dict[tuple[str, str], IntentState]] = {
    ("Planned", "Nominal"): IntentState.ACCEPTED,
    ("InUse", "Nominal"): IntentState.ACTIVATED,
    ("InUse", "OffNominal"): IntentState.NONCONFORMING,
    ("InUse", "Contingent"): IntentState.CONTINGENT,
}


@dataclass(frozen=True, slots=True)
class Upsert:
    """A virtual user's request. `state` is None where the flight is closed; `problem` says what cannot be planned."""

    request_id: str
    hypothetical: bool
    state: IntentState | None
    priority: int
    volumes: tuple[Volume4D, ...]
    problem: str | None = None


def read_upsert(data: bytes) -> Upsert:
    """Return a request to plan or change a flight. Raises MalformedError for a fault of form."""
    found = decoded(_UPSERT, data)
    basic, f3548 = found.flight_plan.basic_information, found.flight_plan.astm_f3548_21
    priority = 0 if f3548 is None or f3548.priority is None else f3548.priority
    hypothetical = found.execution_style == "Hypothetical"
    if basic.usage_state == "Closed":
        return Upsert(found.request_id, hypothetical, None, priority, ())
    state = _STATES.get((basic.usage_state, basic.uas_state or "Nominal"))
    if state is None:
        problem = f"a flight that is {basic.usage_state} with its aircraft {basic.uas_state} has no state in F3548"
        return Upsert(found.request_id, hypothetical, IntentState.ACCEPTED, priority, (), problem)
    try:
        volumes = read_volumes([parse_json(bytes(raw), source=BODY) for raw in basic.area], source=BODY)
        problem = None if volumes else "the flight has no area"
    except MalformedError as error:
        volumes, problem = (), f"the area cannot be planned: {error}"
    return Upsert(found.request_id, hypothetical, state, priority, volumes, problem)


def read_clear(data: bytes) -> Volume4D:
    """Return the area that is to be cleared. Raises MalformedError."""
    extent = decoded(_CLEAR, data).extent
    return read_volumes([parse_json(bytes(extent), source=BODY)], source=BODY)[0]


def read_instant(text: str) -> int:
    """Return an instant of a query, microseconds since 1970 UTC. Raises MalformedError."""
    return instant_us(text, "query", end=False)


def status_body() -> bytes:
    """Write that the interface is ready."""
    return _encode(
        {
            "status": "Ready",
            "api_name": "Flight Planning Automated Testing Interface",
            "api_version": API_VERSION,
        }
    )


def done_body(result: str, status: Status, notes: str, conflicts: int) -> bytes:
    """Write what came of a user's request."""
    value = {"planning_result": result, "flight_plan_status": status}
    if notes:
        value["notes"] = notes
    if conflicts:
        value["includes_advisories"] = "AtLeastOneAdvisoryOrCondition"
    return _encode(value)


def cleared_body(failed: list[str]) -> bytes:
    """Write whether an area was cleared, and of what it was not."""
    return _encode({"outcome": {"success": not failed, "message": "; ".join(failed) or "cleared"}})


def notices_body(notices: list[tuple[int, int, str]]) -> bytes:
    """Write what users were told: when (microseconds since 1970 UTC), how many conflicts, in which words."""
    return _encode(
        {
            "user_notifications": [
                {
                    "observed_at": {"value": time_text(at_us), "format": "RFC3339"},
                    "conflicts": "Single" if count == 1 else "Multiple" if count else "Unknown",
                    "message": text,
                }
                for at_us, count, text in notices
            ]
        }
    )


def version_body(system: str, version: str) -> bytes:
    """Write the version of a system."""
    return _encode({"system_identity": system, "system_version": version})
