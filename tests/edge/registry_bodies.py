"""Bodies for a registry's calls, drawn from the very shapes that the readers decode, right or with a fault.

The one idea: a shape says what it takes (msgspec writes it as JSON Schema), so what a reader learns to take is drawn
from then on, without anybody saying so here. Leaves are what leads deep into a call, by the names of the members; then
one part, anywhere, may become anything or be missing.
"""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from functools import cache
from typing import Any, Final

import msgspec
from hypothesis import strategies as st

from clearline.wire.f3548_calls_text import time_text
from tests.edge.registry_calls import ident
from tests.edge.tokens import NOW_S

__all__ = ["bodies", "idents"]

_LATE_MS: Final = f"{int(NOW_S * 1000):012x}"


def _instants(*after_s: float) -> st.SearchStrategy[str]:
    return st.sampled_from([time_text(round((NOW_S + s) * 1e6)) for s in after_s])


def _ring(*places: tuple[float, float]) -> dict[str, object]:
    return {"vertices": [{"lat": lat, "lng": lng} for lat, lng in places]}


_SQUARE: Final = _ring((51.99, 4.39), (51.99, 4.41), (52.01, 4.41), (52.01, 4.39))
_URLS: Final = st.sampled_from(["https://uss.example", "https://uss.example/a/"])
# What stands for a whole part, by the name of its shape; and for a leaf, by the name of its member.
_PARTS: Final[dict[str, st.SearchStrategy[Any]]] = {
    "Polygon": st.sampled_from(
        [
            _SQUARE,
            _SQUARE,
            _ring((52.0, 4.4), (52.004, 4.4), (52.0, 4.404)),
            _ring((0.0, 179.99), (0.0, -179.99), (0.01, -179.99), (0.01, 179.99)),
            _ring((89.99, 0.0), (89.99, 120.0), (89.99, -120.0)),
            _ring((52.0, 4.4), (52.0, 4.4), (52.0, 4.4)),
            _ring((52.0, 4.4), (52.01, 4.41), (52.0, 4.41), (52.01, 4.4)),
            _ring((50.0, 4.0), (50.0, 5.0), (51.0, 5.0), (51.0, 4.0)),
        ]
    ),
    "_Footprint19": st.sampled_from([_SQUARE, _ring((-90.0, 0.0), (-89.99, 90.0), (-89.99, 180.0))]),
}
_LEAVES: Final[dict[str, st.SearchStrategy[Any]]] = {
    "time_start": _instants(-60.0, 0.0, 60.0),
    "time_end": _instants(60.0, 660.0, 80_000.0),
    "request_time": _instants(0.0),
    "response_time": _instants(0.0),
    "uss_base_url": _URLS,
    "flights_url": _URLS,
    "identification_service_area_url": _URLS,
    "lat": st.sampled_from([52.0, 52.004, 0.0, 90.0]),
    "lng": st.sampled_from([4.4, 4.404, 180.0]),
    "altitude_lower": st.sampled_from([0, 50.0, -8_000]),
    "altitude_upper": st.sampled_from([120, 50.0, 100_000]),
    "altitude_lo": st.sampled_from([0, 50.0]),
    "altitude_hi": st.sampled_from([120, 50.0]),
    "subscription_id": st.sampled_from([ident(1), ident(2)]),
    "requested_ovn_suffix": st.just(f"{_LATE_MS[:8]}-{_LATE_MS[8:]}-7000-8000-000000000000"),
    "old_version": st.just(""),
    "notify_for_operational_intents": st.sampled_from([True, True, False]),
    "notify_for_constraints": st.sampled_from([False, False, True]),
}
_WHOLE: Final = {"time_start", "time_end", "altitude_lower", "altitude_upper", "notify_for_operational_intents"}
_NUMBERS: Final = st.one_of(st.sampled_from([50, 120, 200]), st.floats(1.0, 500.0))
_ANYTHING: Final = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(2**70), 2**70),
        st.floats(allow_nan=False, allow_infinity=False),
        st.sampled_from([-0.0, 1e-300, 180.0000001, "\x00", "9999-12-31T23:59:59Z", "2027-01-15T08:00:60Z", ident(9)]),
        st.text(max_size=40),
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=9), inner, max_size=3)),
    max_leaves=6,
)


def idents() -> st.SearchStrategy[str]:
    """What stands in a path for an identifier, a version or a name."""
    odd = ["x", "\x00", "..", "a b", ident(1).upper(), ident(1).replace("-", ""), "0" * 1_100, "\u00e9"]
    return st.one_of(st.sampled_from([ident(1), ident(2)]), st.sampled_from([ident(1), *odd]))


@cache
def _whole(shape: type[msgspec.Struct]) -> st.SearchStrategy[Any]:
    schema = msgspec.json.schema(shape)
    return _drawn(schema, schema["$defs"], "")


@st.composite
def bodies(draw: st.DrawFn, shape: type[msgspec.Struct]) -> object:
    """A body of this shape; one in three has a fault somewhere."""
    body = draw(_whole(shape))
    if draw(st.integers(0, 5)) in (2, 4):
        body = {"": deepcopy(body)}
        holder, name = draw(st.sampled_from(list(_parts(body))))
        if draw(st.booleans()) and name != "":
            del holder[name]
        else:
            holder[name] = draw(_ANYTHING)
        return body[""]
    return body


def _parts(whole: Any) -> Iterator[tuple[Any, Any]]:
    """Every place in a JSON value, as what holds it and the name under which it does."""
    names = range(len(whole)) if isinstance(whole, list) else whole if isinstance(whole, dict) else ()
    for name in names:
        yield whole, name
        yield from _parts(whole[name])


def _drawn(schema: Mapping[str, Any], shapes: Mapping[str, Any], name: str) -> st.SearchStrategy[Any]:
    """What a schema takes, for the member of this name."""
    if "$ref" in schema:
        shape = schema["$ref"].rpartition("/")[2]
        if shape == "Solid":
            return _solids(shapes)
        return _PARTS[shape] if shape in _PARTS else _drawn(shapes[shape], shapes, name)
    if "anyOf" in schema:
        # What may be left out is there three times in four.
        kinds = [_drawn(one, shapes, name) for one in schema["anyOf"]]
        return st.one_of(*kinds, *kinds[:1], *kinds[:1])
    if "enum" in schema:
        return st.sampled_from([*schema["enum"], *schema["enum"][:1] * 3])
    kind = str(schema.get("type"))
    if kind == "object" and "properties" in schema:
        return _objects(schema, shapes, name, frozenset(schema.get("required", ())))
    if kind == "array":
        least = schema.get("minItems", 0)
        return st.lists(_drawn(schema.get("items", {}), shapes, name), min_size=least, max_size=least + 1)
    if name in _LEAVES and kind != "null":
        return _LEAVES[name]
    plain = {"number": _NUMBERS, "integer": st.integers(0, 500), "boolean": st.booleans(), "null": st.none()}
    return plain.get(kind, st.text(min_size=schema.get("minLength", 0), max_size=schema.get("minLength", 0) + 20))


def _objects(
    schema: Mapping[str, Any], shapes: Mapping[str, Any], name: str, needed: frozenset[str]
) -> st.SearchStrategy[Any]:
    # The word for a time or an altitude is its member's, wherever it stands. Few calls take a volume without them.
    members = schema["properties"]
    whole = members.keys() & _WHOLE
    members = {it: one["anyOf"][0] if it in whole and "anyOf" in one else one for it, one in members.items()}
    needed |= whole
    drawn = {it: _drawn(one, shapes, name if it == "value" else it) for it, one in members.items()}
    return st.fixed_dictionaries(
        {it: one for it, one in drawn.items() if it in needed},
        optional={it: one for it, one in drawn.items() if it not in needed},
    )


def _solids(shapes: Mapping[str, Any]) -> st.SearchStrategy[Any]:
    """A volume has one outline or the other."""
    schema = shapes["Solid"]
    kinds: list[st.SearchStrategy[Any]] = []
    for outline, other in (("outline_circle", "outline_polygon"), ("outline_polygon", "outline_circle")):
        members = {name: one for name, one in schema["properties"].items() if name != other}
        solid = {"properties": {**members, outline: members[outline]["anyOf"][0]}}
        kinds.append(_objects(solid, shapes, "", frozenset({outline})))
    return st.one_of(*kinds)
