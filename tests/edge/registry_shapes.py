"""The shapes of F3548-21's answers, from the facts of its interface file; what is not named may not be there."""

from typing import TypeAlias

import jsonschema

__all__ = ["ANSWERS", "assert_shape"]

Shape: TypeAlias = dict[str, object]

_UUID4 = r"^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$"
_IDENT: Shape = {"type": "string", "pattern": _UUID4}
_TEXT: Shape = {"type": "string"}
_OVN: Shape = {"type": "string", "minLength": 16, "maxLength": 128}
_COUNT: Shape = {"type": "integer", "minimum": 0, "maximum": 2**31 - 1}
_FLAG: Shape = {"type": "boolean"}


def _object(required: Shape, **optional: Shape) -> Shape:
    return {
        "type": "object",
        "required": list(required),
        "properties": {**required, **optional},
        "additionalProperties": False,
    }


def _list(of: Shape, least: int = 0) -> Shape:
    return {"type": "array", "items": of, "minItems": least}


_TIME = _object(
    {
        "value": {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$"},
        "format": {"const": "RFC3339"},
    }
)
_STATE: Shape = {"enum": ["Unknown", "Normal", "Down"]}
_REFERENCE: Shape = {
    "id": _IDENT,
    "manager": _TEXT,
    "uss_availability": _STATE,
    "version": {"type": "integer", "minimum": 1, "maximum": 2**31 - 1},
    "time_start": _TIME,
    "time_end": _TIME,
    "uss_base_url": _TEXT,
}
_INTENT = _object(
    {
        **_REFERENCE,
        "state": {"enum": ["Accepted", "Activated", "Nonconforming", "Contingent"]},
        "subscription_id": _IDENT,
    },
    ovn=_OVN,
)
_CONSTRAINT = _object(_REFERENCE, ovn=_OVN)
_SUBSCRIPTION = _object(
    {
        "id": _IDENT,
        "version": _TEXT,
        "notification_index": _COUNT,
        "time_start": _TIME,
        "time_end": _TIME,
        "uss_base_url": _TEXT,
        "notify_for_operational_intents": _FLAG,
        "notify_for_constraints": _FLAG,
        "implicit_subscription": _FLAG,
        "dependent_operational_intents": _list(_IDENT),
    }
)
_SUBSCRIBERS = _list(
    _object(
        {
            "uss_base_url": _TEXT,
            "subscriptions": _list(_object({"subscription_id": _IDENT, "notification_index": _COUNT}), least=1),
        }
    )
)

ANSWERS: dict[str, Shape] = {
    "intent": _object({"operational_intent_reference": _INTENT}),
    "intents": _object({"operational_intent_references": _list(_INTENT)}),
    "intent changed": _object({"subscribers": _SUBSCRIBERS, "operational_intent_reference": _INTENT}),
    "constraint": _object({"constraint_reference": _CONSTRAINT}),
    "constraints": _object({"constraint_references": _list(_CONSTRAINT)}),
    "constraint changed": _object({"subscribers": _SUBSCRIBERS, "constraint_reference": _CONSTRAINT}),
    "subscription": _object({"subscription": _SUBSCRIPTION}),
    "subscriptions": _object({"subscriptions": _list(_SUBSCRIPTION)}),
    "subscription put": _object(
        {"subscription": _SUBSCRIPTION},
        operational_intent_references=_list(_INTENT),
        constraint_references=_list(_CONSTRAINT),
    ),
    "availability": _object({"version": _TEXT, "status": _object({"uss": _TEXT, "availability": _STATE})}),
    "report": _object(
        {"report_id": {"type": "string", "minLength": 1, "maxLength": 128}, "exchange": {"type": "object"}}
    ),
    "message": _object({"message": {"type": "string", "minLength": 1}}),
    "conflict": _object(
        {
            "message": {"type": "string", "minLength": 1},
            "missing_operational_intents": _list(_INTENT),
            "missing_constraints": _list(_CONSTRAINT),
        }
    ),
}


def assert_shape(name: str, answer: object) -> None:
    """Raise if the answer is not of the shape of this name."""
    jsonschema.validate(answer, ANSWERS[name])
