"""What a party's own officers send to their node and are shown by it, as JSON.

The one idea: what is shown is written off the values themselves, so nothing a rule knows is left out of sight; what is
sent may leave out what has a default, and is then read by the same strict rules as a statement of the other side.
"""

import types
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import MISSING, dataclass, fields, is_dataclass
from enum import StrEnum
from typing import Union, cast, get_args, get_origin, get_type_hints

from clearline.line.ladder import Ladder
from clearline.line.statement import Body, Link, Refused, Relation, Said
from clearline.line.terms import Precedence
from clearline.record.canonical import Value
from clearline.wire.errors import MalformedError
from clearline.wire.json_text import Json
from clearline.wire.statement_json import read_body, write_body

__all__ = ["Wish", "read_wish", "shown", "shown_said"]

_SOURCE = "request"
_COMMON = ("peer", "precedence", "links", "valid_from_ms", "valid_until_ms", "lang", "phrase", "body")


@dataclass(frozen=True, slots=True)
class Wish:
    """What an officer wishes to say: to whom, how urgently, and the body; None where the act needs none."""

    peer: str = ""
    precedence: Precedence | None = None
    links: tuple[Link, ...] = ()
    valid_from_ms: int | None = None
    valid_until_ms: int | None = None
    lang: str = "en"
    phrase: str | None = None
    body: Body | None = None


def read_wish(value: Json, kind: type[Body] | None) -> Wish:
    """The wish that members say, its body of one class. Raises MalformedError naming the member."""
    members = _object(value, "$")
    odd = sorted(set(members) - set(_COMMON))
    if odd:
        raise MalformedError(_SOURCE, "$", f"no such member: {', '.join(odd)[:120]}", f"use {', '.join(_COMMON)}")
    body: Body | None = None
    if kind is not None:
        filled = _filled(members.get("body", {}), kind, "$.body")
        body = read_body(cast("Value", {"kind": kind.kind, "body": filled}), _SOURCE)
    elif "body" in members:
        raise MalformedError(_SOURCE, "$.body", "this act has no body", "leave it out")
    return Wish(
        _text(members, "peer", ""),
        _precedence(members.get("precedence")),
        _links(members.get("links", [])),
        _time(members, "valid_from_ms"),
        _time(members, "valid_until_ms"),
        _text(members, "lang", "en"),
        _text(members, "phrase", "") or None,
        body,
    )


def shown(value: object) -> Json:
    """Any value of the line as JSON: dataclasses by their fields, statements with their bodies, sets in order.

    >>> shown(Refused("L3", "once"))
    {'rule': 'L3', 'why': 'once'}
    """
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, str):
        return str(value)
    if isinstance(value, Said):
        return shown_said(value, None)
    if isinstance(value, Body):
        return cast("Json", write_body(value))
    if isinstance(value, Mapping):
        pairs = cast("Mapping[object, object]", value)
        return {str(name): shown(part) for name, part in pairs.items()}
    if isinstance(value, AbstractSet):
        return [shown(part) for part in sorted(cast("AbstractSet[str]", value))]
    if isinstance(value, Sequence):
        return [shown(part) for part in cast("Sequence[object]", value)]
    if is_dataclass(value) and not isinstance(value, type):
        found: dict[str, Json] = {one.name: shown(getattr(value, one.name)) for one in fields(value)}
        if isinstance(value, Ladder):
            found |= {"top": shown(value.top), "received": value.received_words}
        return found
    raise TypeError(f"nothing on the line is a {type(value).__name__}")


def shown_said(said: Said, void: Refused | None) -> dict[str, Json]:
    """One statement: its place, its header, its kind and body; `void` is the rule by which it does not count."""
    header = shown(said.header)
    assert isinstance(header, dict)
    return {
        "record_id": said.record_id,
        "seq": said.seq,
        "logged_ms": said.logged_ms,
        **header,
        **cast("dict[str, Json]", write_body(said.body)),
        "void": shown(void),
    }


def _filled(value: Json, kind: type, where: str) -> Json:
    """Members with every default written in, in dataclasses inside it too."""
    if not isinstance(value, dict):
        return value  # the reader says what is wrong
    hints = get_type_hints(kind)
    found: dict[str, Json] = dict(value)
    for one in fields(kind):
        if one.name in found:
            found[one.name] = _inside(found[one.name], hints[one.name], f"{where}.{one.name}")
        elif one.default is not MISSING:
            default: object = one.default
            found[one.name] = shown(default)
    return found


def _inside(value: Json, hint: object, where: str) -> Json:
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        parts = [part for part in get_args(hint) if part is not type(None)]
        return value if value is None else _inside(value, parts[0], where)
    if origin is tuple and isinstance(value, list):
        inner = get_args(hint)[0]
        return [_inside(part, inner, f"{where}[{n}]") for n, part in enumerate(value)]
    if isinstance(hint, type) and is_dataclass(hint) and not issubclass(hint, StrEnum):
        return _filled(value, hint, where)
    return value


def _object(value: Json, where: str) -> dict[str, Json]:
    if not isinstance(value, dict):
        raise MalformedError(_SOURCE, where, "it is not an object", "send one JSON object")
    return value


def _text(members: Mapping[str, Json], name: str, default: str) -> str:
    found = members.get(name, default)
    if found is None:
        return default
    if not isinstance(found, str):
        raise MalformedError(_SOURCE, f"$.{name}", "it is not a text", "give a text")
    return found


def _time(members: Mapping[str, Json], name: str) -> int | None:
    found = members.get(name)
    if found is not None and (isinstance(found, bool) or not isinstance(found, int)):
        raise MalformedError(_SOURCE, f"$.{name}", "it is not a whole number", "give milliseconds since 1970 UTC")
    return found


def _precedence(value: Json) -> Precedence | None:
    if value is None:
        return None
    words = [one.value for one in Precedence]
    if not isinstance(value, str) or value not in words:
        raise MalformedError(_SOURCE, "$.precedence", "it is no precedence", f"use {', '.join(words)}")
    return Precedence(value)


def _links(value: Json) -> tuple[Link, ...]:
    if not isinstance(value, list):
        raise MalformedError(_SOURCE, "$.links", "it is not a list", "give a list of links")
    found: list[Link] = []
    words = [one.value for one in Relation]
    for number, one in enumerate(value):
        members = _object(one, f"$.links[{number}]")
        relation, to = members.get("relation"), members.get("to")
        if not isinstance(relation, str) or relation not in words or not isinstance(to, str) or len(members) != 2:
            mend = f"give relation ({', '.join(words)}) and to (a record identifier)"
            raise MalformedError(_SOURCE, f"$.links[{number}]", "it is no link", mend)
        found.append(Link(Relation(relation), to))
    return tuple(found)
