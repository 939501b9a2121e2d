"""One value, one sequence of bytes: RFC 8785 canonical JSON without its only hard part, numbers with a fraction.

The one idea: bytes are accepted only if writing out what they say gives those same bytes again, so two readers can
never take one signed text to mean two things (docs/specs/record.md section 2).
"""

import json
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NoReturn, TypeAlias, cast

from clearline.record.errors import RecordError

__all__ = ["MAX_BYTES", "MAX_DEPTH", "MAX_WHOLE", "Value", "canonical", "from_canonical"]

Value: TypeAlias = "bool | int | str | Sequence[Value] | Mapping[str, Value] | None"

MAX_WHOLE = 2**53 - 1  # the largest whole number that every JSON reader keeps exactly (RFC 7493 section 2.2)
MAX_DEPTH = 16  # containers inside one another, the outermost counted; nothing a line says needs more
MAX_BYTES = 2**20  # one statement; what is larger is an attachment, named by its digest

_KEY = re.compile(r"[a-z][a-z0-9_]{0,63}", re.ASCII)
# Under the restrictions of `_check` this writes RFC 8785: nothing is left that the two would write differently. What
# holds itself is nested too deep, and is refused before the writer sees it.
_WRITER = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False, check_circular=False
)


def canonical(value: Mapping[str, Value], *, where: str = "value", max_bytes: int = MAX_BYTES) -> bytes:
    """The canonical bytes of an object.

    Keys are `[a-z][a-z0-9_]{0,63}`, so that sorting them by UTF-16 as RFC 8785 asks is sorting them by byte. Equal
    values give equal bytes. Raises RecordError for a float, a whole number beyond 2^53 - 1, a lone surrogate, a key
    of another form, more than 16 containers inside one another, or more than `max_bytes` bytes.

    >>> canonical({"to": "bravo", "seq": 7})
    b'{"seq":7,"to":"bravo"}'
    """
    _check(value, where, 1)
    try:
        data = _WRITER.encode(value).encode("utf-8")
    except UnicodeEncodeError as error:
        raise RecordError(where, "a text holds half a surrogate pair") from error
    if len(data) > max_bytes:
        raise RecordError(where, f"it is {len(data)} bytes long; {max_bytes} are allowed")
    return data


def from_canonical(data: bytes, *, where: str = "bytes", max_bytes: int = MAX_BYTES) -> dict[str, Value]:
    """The object that canonical bytes say. Raises RecordError unless they are its canonical bytes.

    >>> from_canonical(b'{"seq":7,"to":"bravo"}')
    {'seq': 7, 'to': 'bravo'}
    """
    if len(data) > max_bytes:
        raise RecordError(where, f"it is {len(data)} bytes long; {max_bytes} are allowed")
    try:
        value = cast("object", json.loads(data.decode("utf-8"), parse_float=_refuse, parse_constant=_refuse))
    except UnicodeDecodeError as error:
        raise RecordError(where, "it is not UTF-8") from error
    except RecursionError as error:
        raise RecordError(where, f"more than {MAX_DEPTH} containers lie inside one another") from error
    except ValueError as error:
        raise RecordError(where, f"it is not JSON of whole numbers: {error}") from error
    if not isinstance(value, dict):
        raise RecordError(where, "it is not an object")
    found = cast("dict[str, Value]", value)
    # A doubled key, a space, an escape that need not be, -0: all come out as other bytes.
    if canonical(found, where=where, max_bytes=max_bytes) != data:
        raise RecordError(where, "it is not in canonical form (RFC 8785): it does not write out as it was read")
    return found


def _refuse(text: str) -> NoReturn:
    raise ValueError(f"{text[:40]} is not a whole number")


@lru_cache(maxsize=4096)
def _is_key(key: str) -> bool:
    return _KEY.fullmatch(key) is not None


def _check(value: object, where: str, depth: int) -> None:
    """Refuse what has no canonical form."""
    if value is None or isinstance(value, str):
        return
    if isinstance(value, int):  # and so are true and false
        if not -MAX_WHOLE <= value <= MAX_WHOLE:
            raise RecordError(where, "a whole number lies beyond 2^53 - 1, where readers disagree")
        return
    if depth > MAX_DEPTH:
        raise RecordError(where, f"more than {MAX_DEPTH} containers lie inside one another")
    if isinstance(value, dict):
        for key, part in cast("dict[object, object]", value).items():
            if not isinstance(key, str) or not _is_key(key):
                raise RecordError(where, f"the key {str(key)[:80]!r} is not of the form [a-z][a-z0-9_]*, 64 at most")
            _check(part, where, depth + 1)
    elif isinstance(value, list | tuple):
        for part in cast("Sequence[object]", value):
            _check(part, where, depth + 1)
    else:
        raise RecordError(where, f"a {type(value).__name__} has no canonical form: use whole numbers in small units")
