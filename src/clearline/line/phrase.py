"""Phrases with typed slots, rendered in three languages, code first.

The one idea: whatever stands in a slot is set apart by Unicode isolates and written with the digits 0 to 9, so that no
language can reorder a number or read it in another script.
"""

import re
from enum import StrEnum

from clearline.line.phrase_table import PHRASES, Phrase

__all__ = ["LANGUAGES", "SLOTS", "PhraseError", "SlotType", "plain", "render", "slots_of", "western"]

LANGUAGES = ("en", "ru", "ar")

_ISOLATE, _POP = "\u2068", "\u2069"  # FIRST STRONG ISOLATE, POP DIRECTIONAL ISOLATE (Unicode Standard Annex 9)
_SLOT = re.compile(r"\{(\w+)\}")
_BY_CODE = {phrase.code: phrase for phrase in PHRASES}

# Arabic-Indic and Extended Arabic-Indic digits, and the marks that go with them.
_WESTERN = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹٫", "01234567890123456789.")


class PhraseError(ValueError):
    """A phrase that cannot be said so: the sentence says which slot and why."""


class SlotType(StrEnum):
    """What a slot takes, each checked before anything is said."""

    TIME = "TIME"
    COUNT = "COUNT"
    PLACE = "PLACE"
    HEIGHT = "HEIGHT"
    BAND = "BAND"
    LENGTH = "LENGTH"
    NAME = "NAME"
    HASH = "HASH"
    REASON = "REASON"
    TEXT = "TEXT"


# What each slot takes, by its name.
SLOTS = {
    **dict.fromkeys(("time", "from_time", "to_time"), SlotType.TIME),
    **dict.fromkeys(("minutes", "count"), SlotType.COUNT),
    **dict.fromkeys(("place", "area", "boundary", "route", "object"), SlotType.PLACE),
    **dict.fromkeys(("lower", "upper"), SlotType.HEIGHT),
    **dict.fromkeys(("your_band", "our_band"), SlotType.BAND),
    "distance": SlotType.LENGTH,
    **dict.fromkeys(("circuit", "ref", "id", "post1", "post2", "datum", "part", "field"), SlotType.NAME),
    "hash": SlotType.HASH,
    "code": SlotType.REASON,
    "day": SlotType.TIME,
    **dict.fromkeys(("what", "ours", "yours", "fields", "new", "old"), SlotType.TEXT),
}

# A time of day without its Z is nobody's time (story 23).
_DATE = r"[12]\d{3}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"
_CLOCK = r"([01]\d|2[0-3]):?[0-5]\d(:?[0-5]\d)?Z"
_FIGURE = r"(SURFACE|UNLIMITED|FL\d{3}|-?\d[\d.]*\s?(M|FT|m|ft)\b[^\n]*)"
_ABOVE = r"(AMSL|AGL|STD|QNH|QFE|WGS84|EGM96|EGM2008)( \d{3,4}(\.\d+)? hPa)?"
_STATED = rf"(SURFACE|UNLIMITED|FL\d{{3}}|-?\d[\d.]*\s?(M|FT|m|ft) {_ABOVE})"

_FORMS = {
    SlotType.TIME: (re.compile(rf"{_DATE}(T{_CLOCK})?|{_CLOCK}"), "a time in UTC such as 14:20Z, or a date"),
    SlotType.COUNT: (re.compile(r"\d{1,6}"), "a whole number"),
    SlotType.HEIGHT: (
        re.compile(_FIGURE),
        "a height with its unit and reference, such as 3000 ft AMSL, FL095 or SURFACE",
    ),
    SlotType.BAND: (
        re.compile(rf"{_STATED}( ?(TO|-|–) ?{_STATED})?"),
        "heights with their units and references, such as SURFACE TO 3000 ft AMSL",
    ),
    SlotType.LENGTH: (re.compile(r"\d[\d.]*\s?(M|KM|NM|m|km)"), "a distance with its unit, such as 2.1 NM"),
    SlotType.HASH: (re.compile(r"[0-9a-f]{8,64}"), "a hash in hexadecimal"),
    SlotType.REASON: (re.compile(r"U[1-7]"), "a reason code, U1 to U7"),
    # A place is said by its identifier in a gazetteer and its name as spelled, so that no name stands alone.
    SlotType.PLACE: (re.compile(r"\S+ \S.*|.*\d.*"), "an identifier and the spelled name, or coordinates"),
    SlotType.NAME: (re.compile(r"\S.{0,119}"), "a name"),
    SlotType.TEXT: (re.compile(r"[^\n]{1,400}"), "one line of text"),
}


def slots_of(code: str) -> tuple[str, ...]:
    """The slots of a phrase, in the order of its English text. Raises PhraseError for a code that is not known."""
    return tuple(_SLOT.findall(_phrase(code).en))


def render(code: str, lang: str, /, **slots: str) -> str:
    """The phrase in a language: its code, then its text, every slot isolated and in Western digits.

    Raises PhraseError for a code or language that is not known, a slot that is missing or too many, or a value that is
    not of the slot's type.

    >>> plain(render("A06", "en", time="14:20Z"))
    'A06 I WILL CALL AGAIN AT 14:20Z UTC.'
    """
    phrase = _phrase(code)
    if lang not in LANGUAGES:
        raise PhraseError(f"{lang!r} is not a language of the catalogue: use {', '.join(LANGUAGES)}")
    text = {"en": phrase.en, "ru": phrase.ru, "ar": phrase.ar}[lang]
    wanted = set(_SLOT.findall(text))
    if set(slots) != wanted:
        odd = ", ".join(sorted(wanted ^ set(slots)))
        raise PhraseError(f"{code} takes {', '.join(sorted(wanted)) or 'no slots'}; look at {odd}")
    values = {name: _checked(code, name, western(value)) for name, value in slots.items()}
    filled = _SLOT.sub(lambda match: f"{_ISOLATE}{values[match.group(1)]}{_POP}", text)
    return f"{_ISOLATE}{code}{_POP} {filled}"


def western(text: str) -> str:
    """A text with Arabic-Indic digits as 0 to 9.

    >>> western("٣٥٫٢٠")
    '35.20'
    """
    return text.translate(_WESTERN)


def plain(text: str) -> str:
    """A rendering without its isolates, for places that cannot show them."""
    return text.replace(_ISOLATE, "").replace(_POP, "")


def _phrase(code: str) -> Phrase:
    if code not in _BY_CODE:
        raise PhraseError(f"{code!r} is not a phrase of the catalogue")
    return _BY_CODE[code]


def _checked(code: str, name: str, value: str) -> str:
    if _ISOLATE in value or _POP in value or not value.isprintable():
        raise PhraseError(f"{code}: {name} holds characters that steer the text; write it plainly")
    if any(mark.isnumeric() and mark not in "0123456789" for mark in value):
        raise PhraseError(f"{code}: {name} has figures of a script other than 0 to 9; write it with those")
    form, expected = _FORMS[SLOTS[name]]
    if not form.fullmatch(value):
        raise PhraseError(f"{code}: {name} is {value[:60]!r}; give {expected}")
    return value
