"""JSON text to values, within bounds: sizes, depth, digits; nothing that two readers could take two ways.

The one idea: JSON leaves open what a repeated member, NaN or a number too large for a double means, so two parties
could read one file differently; such a file is refused, with the line, before anything in it is looked at.
"""

import json
import math
import re
from typing import NoReturn

import numpy as np
from numpy.typing import NDArray

from clearline.wire.errors import MalformedError
from clearline.wire.reading import MAX_BYTES

__all__ = ["MAX_DEPTH", "MAX_VALUES", "Json", "is_json_text", "parse_json", "shown"]

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]

# GeoJSON's deepest geometry in a feature in a collection nests 9 deep; ten activities' worth of wrapping is plenty.
MAX_DEPTH = 64
# A file of 10,000 activities of 50 places each holds 1.5 million values; each costs up to 100 bytes once decoded.
MAX_VALUES = 10_000_000
# The largest double has 309 digits before the point; no whole number in any of our formats has more than 16.
_MAX_DIGITS = 300

_ROW = _MAX_DIGITS // 4  # a run of twice as many digits fills a row, also where a chunk cuts it in two
_CHUNK = 1 << 20  # bytes looked at together while the depth is taken: bounds the memory that takes

# How much deeper the text is after each byte; quotes are marked apart.
_STEP = np.zeros(256, np.int8)
_STEP[[ord("["), ord("{")]] = 1
_STEP[[ord("]"), ord("}")]] = -1
_MARKED = _STEP != 0
_MARKED[ord('"')] = True

_BOMS = ((b"\xff\xfe", "UTF-16 or UTF-32"), (b"\xfe\xff", "UTF-16"), (b"\x00\x00\xfe\xff", "UTF-32"))
_SURROGATE = re.compile(r"\\u[dD][89abAB]|\\u[dD][c-fC-F]")
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]:,]|[^\s"{}\[\]:,]+', re.DOTALL)


class _RefusedError(ValueError):
    """What a hook found; the caller knows the source, so it says where."""


class _RepeatedError(ValueError):
    """A member is given twice in one object."""


def is_json_text(data: bytes) -> bool:
    """Whether bytes begin as a JSON object or array does, past a byte-order mark and white space.

    >>> is_json_text(b' {"type": "Feature"}'), is_json_text(b"<kml/>")
    (True, False)
    """
    return data[:4096].removeprefix(b"\xef\xbb\xbf").lstrip(b" \t\r\n")[:1] in (b"{", b"[")


def shown(value: Json) -> str:
    """A value for a sentence: short, on one line, whatever was in it.

    >>> shown("a" * 100), shown([1, 2]), shown(None)
    ("'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa...'", 'a list', 'null')
    """
    match value:
        case list():
            return "a list"
        case dict():
            return "an object"
        case str():
            return repr(value if len(value) <= 40 else f"{value[:40]}...")
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case _:
            return repr(value)[:40]


def parse_json(data: bytes, *, source: str) -> Json:
    """The value that a JSON text holds.

    Raises MalformedError, with line and column where one can be named, for bytes that are not UTF-8, text that is not
    JSON (RFC 8259), a member given twice in one object, NaN or an infinity, a number no double can hold, half a
    surrogate pair, or anything beyond MAX_BYTES, MAX_DEPTH or MAX_VALUES.

    >>> parse_json(b'{"a": [1, 2.5, null]}', source="example")
    {'a': [1, 2.5, None]}
    """
    text = _text(data, source)
    try:
        value: Json = json.loads(
            text,
            object_pairs_hook=_members,
            parse_constant=_constant,
            parse_int=_integer,
            # The decoder's own reading is a fifth of the whole sooner, and gives an infinity for what is too large.
            parse_float=_number if _may_overflow(data) else float,
        )
        if "\\u" in text and _SURROGATE.search(text):
            json.dumps(value, ensure_ascii=False).encode()
    except json.JSONDecodeError as error:
        where = f"line {error.lineno} column {error.colno}"
        raise MalformedError(source, where, f"it is not JSON: {error.msg}", "mend the text there") from None
    except _RepeatedError:
        name, where = _repeated(text)
        problem = f"the member {shown(name)} is given twice in one object"
        raise MalformedError(source, where, problem, "keep one of them") from None
    except _RefusedError as error:
        problem = f"{shown(str(error))} is not a number that a double can hold"
        mend = "give a number, or null where it is not known"
        raise MalformedError(source, _where_stands(text, str(error)), problem, mend) from None
    except UnicodeEncodeError:
        problem = "a string holds half a surrogate pair, which is no character"
        raise MalformedError(source, "whole file", problem, "write the character itself, in UTF-8") from None
    return value


def _text(data: bytes, source: str) -> str:
    """The text, once it is known to be of a size and depth that can be decoded."""

    def refuse(problem: str, mend: str, where: str = "whole file") -> NoReturn:
        raise MalformedError(source, where, problem, mend)

    if len(data) > MAX_BYTES:
        refuse(f"it is larger than {MAX_BYTES // 2**20} MiB", "split it")
    for mark, name in _BOMS:
        if data.startswith(mark):
            refuse(f"it is {name}; JSON is UTF-8 (RFC 8259, 8.1)", "save it as UTF-8")
    data = data.removeprefix(b"\xef\xbb\xbf")
    if b"\x00" in data[:4]:
        refuse("it is UTF-16 or UTF-32; JSON is UTF-8 (RFC 8259, 8.1)", "save it as UTF-8")
    if data.count(b",") + data.count(b"[") + data.count(b"{") > MAX_VALUES:
        refuse(f"it holds more than {MAX_VALUES} values", "split it")
    deep_at = _too_deep(data)
    if deep_at is not None:
        line = data.count(b"\n", 0, deep_at) + 1
        refuse(f"it nests more than {MAX_DEPTH} deep", "take out the wrapping", f"line {line}")
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        refuse(f"byte {error.start} is not UTF-8; JSON is UTF-8 (RFC 8259, 8.1)", "save it as UTF-8", f"line {line}")


def _may_overflow(data: bytes) -> bool:
    """Whether a number in the text may be too large for a double: it has an exponent, or hundreds of digits.

    Texts may look like that too; then each number is looked at.
    """
    for start in range(0, len(data), _CHUNK):
        part: NDArray[np.uint8] = np.frombuffer(data, np.uint8, min(_CHUNK + 1, len(data) - start), start)
        digits = part - np.uint8(ord("0")) < 10
        if bool(np.any(digits[:-1] & ((part[1:] | 0x20) == ord("e")))):
            return True
        rows = digits[: len(digits) // _ROW * _ROW].reshape(-1, _ROW)
        if bool(np.any(np.all(rows, axis=1))):
            return True
    return False


def _too_deep(data: bytes) -> int | None:
    """Where arrays and objects first nest more than MAX_DEPTH deep; brackets within strings do not count."""
    if b"\\" in data:  # an escaped quote ends no string; pairs are taken from the left, as the escapes are
        data = data.replace(b"\\\\", b"__").replace(b'\\"', b"__")
    depth, quotes = 0, 0
    for start in range(0, len(data), _CHUNK):
        part: NDArray[np.uint8] = np.frombuffer(data, np.uint8, min(_CHUNK, len(data) - start), start)
        at = np.flatnonzero(_MARKED[part])
        marks = part[at]
        inside = quotes + np.cumsum(marks == ord('"'))
        levels = depth + np.cumsum(np.where(inside & 1, 0, _STEP[marks]))
        if len(levels) == 0:
            continue
        if int(levels.max()) > MAX_DEPTH:
            return start + int(at[int(np.argmax(levels > MAX_DEPTH))])
        depth, quotes = int(levels[-1]), int(inside[-1])
    return None


def _members(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise _RepeatedError
    return members


def _constant(text: str) -> NoReturn:
    raise _RefusedError(text)


def _integer(text: str) -> int:
    if len(text) > _MAX_DIGITS:
        raise _RefusedError(text)
    return int(text)


def _number(text: str) -> float:
    value = float(text)
    if value in (math.inf, -math.inf):
        raise _RefusedError(text)
    return value


def _where_stands(text: str, token: str) -> str:
    """The line of a token that was refused: the first like it outside strings, which is where the decoder met it."""
    for found in _TOKEN.finditer(text):
        if found.group() == token:
            return _line(text, found.start())
    return "whole file"


def _repeated(text: str) -> tuple[str, str]:
    """The first member that its object already has, and its line: the same search again, slowly, with places."""
    seen: list[set[str] | None] = []
    last: re.Match[str] | None = None
    for token in _TOKEN.finditer(text):
        names = seen[-1] if seen else None
        if token.group() in ("{", "["):
            seen.append(set() if token.group() == "{" else None)
        elif token.group() in ("}", "]"):
            seen.pop()
        elif token.group() == ":" and last is not None and names is not None:
            name = str(json.loads(last.group()))
            if name in names:
                return name, _line(text, last.start())
            names.add(name)
        last = token
    raise AssertionError("the decoder found a member given twice, so there is one")


def _line(text: str, at: int) -> str:
    return f"line {text.count(chr(10), 0, at) + 1}"
