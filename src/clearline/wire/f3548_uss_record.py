"""What a system keeps of its own intents, as bytes: members as in F3548-21, with what is under way beside them.

The one idea: a record is read back by the readers of the standard's own forms, so what comes from the disk is held to
what comes from outside.
"""

import msgspec

from clearline.airspace.reference import IntentState
from clearline.node.coordination_intent import Known, Meant
from clearline.node.coordination_mend import Held
from clearline.wire.errors import MalformedError
from clearline.wire.f3548_uss import Meaning, details_value, read_reference, read_volumes, reference_value
from clearline.wire.json_text import Json, parse_json

__all__ = ["read_held", "write_held"]

_FORM = 1


class _Details(msgspec.Struct):
    state: IntentState
    priority: int


class _Record(msgspec.Struct):
    form: int
    flight: str
    ident: str
    ending: bool
    reference: msgspec.Raw = msgspec.Raw()
    meant: _Details | None = None
    wished: _Details | None = None


_RECORD = msgspec.json.Decoder(_Record)
_encode = msgspec.json.Encoder().encode


def write_held(held: Held) -> bytes:
    """Write what is held of a flight."""
    value: dict[str, Json] = {"form": _FORM, "flight": held.flight, "ident": held.ident, "ending": held.ending}
    if held.known is not None:
        value["reference"] = reference_value(held.known.reference)
        value["meant"] = _meant_value(held.known.meant)
    if held.wished is not None:
        value["wished"] = _meant_value(held.wished)
    return _encode(value)


def read_held(data: bytes, meaning: Meaning, *, source: str) -> Held:
    """Return what was held of a flight. Raises MalformedError for what no version of this wrote."""
    try:
        record = _RECORD.decode(data)
        value = parse_json(data, source=source)
        assert isinstance(value, dict), "it was decoded as an object"
        if record.form != _FORM:
            raise MalformedError(source, "$.form", f"form {record.form} is not known", "use the version that wrote it")
        known = None
        if bytes(record.reference) and record.meant is not None:
            one = _encode({"operational_intent_reference": record.reference})
            known = Known(read_reference(one, source=source), _meant(record.meant, value["meant"], meaning, source))
        wished = None if record.wished is None else _meant(record.wished, value["wished"], meaning, source)
        return Held(record.flight, record.ident, known, wished, record.ending)
    except (msgspec.MsgspecError, ValueError) as error:
        if isinstance(error, MalformedError):
            raise
        raise MalformedError(source, "$", str(error), "restore the latest backup") from error


def _meant_value(meant: Meant) -> Json:
    return {"state": meant.state.value, **details_value(meant)}


def _meant(details: _Details, value: Json, meaning: Meaning, source: str) -> Meant:
    assert isinstance(value, dict), "it was decoded as an object"
    kinds: list[list[Json]] = []
    for name in ("volumes", "off_nominal_volumes"):
        listed = value.get(name)
        kinds.append(listed if isinstance(listed, list) else [])
    nominal, off_nominal = (read_volumes(kind, source=source) for kind in kinds)
    return meaning(details.state, nominal, off_nominal, details.priority)
