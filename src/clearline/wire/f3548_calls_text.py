"""Identifiers, instants and addresses as F3548-21 and F3411 write them in a call, and the words for what is wrong.

The one idea: read once, strictly, into one form (canonical lower case, microseconds since 1970 UTC), so that nothing
behind the wire compares texts that mean the same. A start goes down to a microsecond and an end up: never narrower.
"""

import re
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Final, TypeVar

import msgspec

from clearline.wire.errors import MalformedError

__all__ = [
    "BODY",
    "MAX_URL",
    "OverAreaError",
    "base_url",
    "decoded",
    "ident_of",
    "instant_us",
    "new_ident",
    "time_text",
]

# Where a fault lies, as the caller sees it.
BODY: Final = "request body"
MAX_URL: Final = 2_048  # characters; the standards state none, and every server stops somewhere near
_MAX_SHOWN: Final = 80

_UUID = re.compile(
    r"(?:urn:uuid:)?\{?([0-9a-fA-F]{8})-?([0-9a-fA-F]{4})-?([0-9a-fA-F]{4})-?([0-9a-fA-F]{4})-?([0-9a-fA-F]{12})\}?"
)
_CANONICAL = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
_INSTANT = re.compile(r"(\d{4}-\d\d-\d\d)[Tt](\d\d:\d\d:\d\d)(?:\.(\d{1,6})(\d*))?(?:[Zz]|\+00:00)", re.ASCII)
_HOST = re.compile(r"(https?)://(?:[A-Za-z0-9._~-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?(?:/[^\s#]*)?", re.ASCII)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_DAY: Final = date(1970, 1, 1).toordinal()
_DAY_US: Final = 86_400_000_000
_MAX_INSTANT: Final = 64
Body = TypeVar("Body")


class OverAreaError(MalformedError):
    """An area above the bound of the call; F3411 and the searches answer it with a status of its own (413)."""


def ident_of(text: str, where: str) -> str:
    """Return a version-4 UUID (RFC 4122) in canonical lower case, given in any of the forms that are written.

    Raises MalformedError for what is no UUID, or one of another version.

    >>> ident_of("03E5572AF73349AFBC148A18BD53EE39", "path")
    '03e5572a-f733-49af-bc14-8a18bd53ee39'
    """
    if _CANONICAL.fullmatch(text):
        return text
    parts = _UUID.fullmatch(text)
    found = "-".join(parts.groups()).lower() if parts else ""
    if not _CANONICAL.fullmatch(found):
        raise MalformedError(where, "identifier", f"{_shown(text)} is no version-4 UUID", "send one as RFC 4122 says")
    return found


def new_ident(chance: bytes) -> str:
    """Return the version-4 UUID that 16 random bytes make, in canonical lower case.

    >>> new_ident(bytes(16))
    '00000000-0000-4000-8000-000000000000'
    """
    digits = chance.hex()
    variant = "89ab"[chance[8] & 3]
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:32]}"


def instant_us(text: str, where: str, *, end: bool) -> int:
    """Return the instant an RFC 3339 text in UTC names, microseconds since 1970.

    What is finer goes down, or up if `end`. The standards demand the zone 'Z'; +00:00 says the same. Raises
    MalformedError for any other zone, a leap second, or what is no instant.

    >>> instant_us("1970-01-01T00:00:01.5Z", "body", end=False)
    1500000
    """
    parts = _INSTANT.fullmatch(text) if len(text) <= _MAX_INSTANT else None
    if parts is None:
        raise _no_instant(text, where)
    day, clock, fraction, finer = parts.groups()
    try:
        at = datetime.fromisoformat(f"{day}T{clock}+00:00")
    except ValueError:
        raise _no_instant(text, where) from None
    since = at - _EPOCH
    us = since.days * _DAY_US + since.seconds * 1_000_000
    if fraction is not None:
        us += int(fraction.ljust(6, "0")) + (1 if end and finer.strip("0") else 0)
    return us


def _no_instant(text: str, where: str) -> MalformedError:
    return MalformedError(
        where, "time", f"{_shown(text)} is no RFC 3339 time in UTC", "write it such as 2026-01-31T12:00:00Z"
    )


def time_text(us: int) -> str:
    """Return the instant in RFC 3339, in UTC, to the microsecond where it has a fraction.

    >>> time_text(1_500_000)
    '1970-01-01T00:00:01.500000Z'
    """
    days, rest = divmod(us, _DAY_US)
    seconds, fraction = divmod(rest, 1_000_000)
    minutes, second = divmod(seconds, 60)
    hour, minute = divmod(minutes, 60)
    tail = f".{fraction:06d}Z" if fraction else "Z"
    return f"{_day_text(days)}T{hour:02d}:{minute:02d}:{second:02d}{tail}"


@lru_cache(maxsize=512)
def _day_text(days: int) -> str:
    return date.fromordinal(_EPOCH_DAY + days).isoformat()


def base_url(text: str, where: str, *, allow_http: bool) -> str:
    """Return an address of a USS, as it was written: https, a host, no fragment.

    http is let pass where the operator allows it, for a test pool; so is a '/' at the end, which UssBaseURL forbids and
    clients in use send (the public suite among them). Raises MalformedError for anything else.
    """
    parts = _HOST.fullmatch(text) if len(text) <= MAX_URL else None
    if parts is None:
        raise MalformedError(BODY, where, f"{_shown(text)} is no address of a USS", "send https://HOST/PATH")
    if parts.group(1) == "http" and not allow_http:
        raise MalformedError(BODY, where, f"{_shown(text)} is not encrypted", "offer it by https")
    return text


def decoded(decoder: msgspec.json.Decoder[Body], data: bytes) -> Body:
    """Return what a decoder makes of a body. Raises MalformedError, naming the place, for what it does not take."""
    try:
        return decoder.decode(data)
    except msgspec.ValidationError as error:
        problem, _, where = str(error).partition(" - at `")
        raise MalformedError(BODY, where.rstrip("`") or "$", problem, _mend(problem)) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        problem = "it is nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise MalformedError(BODY, "$", problem, "send one JSON object in UTF-8") from None


def _mend(problem: str) -> str:
    if "missing required field" in problem:
        return "add it"
    if "'Ended'" in problem:
        return "delete the operational intent when it ends"
    return "send what the interface of the standard has there"


def _shown(text: str) -> str:
    return repr(text if len(text) <= _MAX_SHOWN else f"{text[:_MAX_SHOWN]}...")
