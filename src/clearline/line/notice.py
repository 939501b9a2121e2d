"""Notices: what one party tells another it will do, has changed, has seen or needs; sixteen types, one shape.

The one idea: a notice counts from its receipt, so how much notice was given is worked out from the receiver's own
signed receipt, and too little of it is said so to both.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar

from clearline.line.area import Area, Limit, Place
from clearline.line.ledger import Ledger
from clearline.line.statement import Body, Refused, Relation, Said
from clearline.line.terms import Function, Level

__all__ = [
    "NO_USEFUL_NOTICE_MS",
    "RULES",
    "SHORT_NOTICE_MS",
    "KeyField",
    "Movement",
    "Notice",
    "NoticeType",
    "Standing",
    "accept_notice",
    "current",
    "followers",
    "given_words",
    "key_fields",
    "standing",
]

# Pop-up activity: an hour is normal, under 15 min is short, under 2 min is of no use (domain requirements, section 9).
SHORT_NOTICE_MS = 15 * 60_000
NO_USEFUL_NOTICE_MS = 2 * 60_000

_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - reckoned in UTC throughout; the Z is written beside it


RULES = {
    "N1": "a notice N2 or N3 names the one notice that it changes or cancels",
    "N2": "only its author changes or cancels a notice, and to the same addressee",
    "N3": "a notice N3 cancels, no other does, and it changes nothing",
}


class NoticeType(StrEnum):
    """What a notice is about (N1 to N16)."""

    ACTIVITY = "N1"
    CHANGE = "N2"
    CANCEL = "N3"
    START_END = "N4"
    IMMINENT_HAZARD = "N5"
    MOVEMENT = "N6"
    PROTECTED_SITE = "N7"
    HUMANITARIAN_MOVEMENT = "N8"
    DISTRESS = "N9"
    DEVIATION = "N10"
    INCIDENT = "N11"
    LINE_CHECK = "N12"
    CHANNEL = "N13"
    GOOD_WILL = "N14"
    NAVIGATION_UNRELIABLE = "N15"
    GENERAL = "N16"


# What a notice is for, where the author does not choose: the function decides what a suspension does to it.
_FUNCTION = {
    NoticeType.IMMINENT_HAZARD: Function.FLIGHT_SAFETY,
    NoticeType.PROTECTED_SITE: Function.PROTECTED_SITE,
    NoticeType.HUMANITARIAN_MOVEMENT: Function.PROTECTED_SITE,
    NoticeType.DISTRESS: Function.DISTRESS_SAR,
    NoticeType.DEVIATION: Function.FLIGHT_SAFETY,
    NoticeType.INCIDENT: Function.INCIDENT_REPORT,
    NoticeType.LINE_CHECK: Function.LINE_CHECK,
}


@dataclass(frozen=True, slots=True)
class Movement:
    """What a protected site or a humanitarian movement has besides a place and a time (section 4 of the reference)."""

    organisation: str
    purpose: str = ""
    site_type: str = ""
    address: str = ""
    focal_point: str = ""
    leader_phone: str = ""
    vehicles: tuple[str, ...] = ()
    persons: int | None = None
    cargo: str = ""
    marking: str = ""
    photo_sha256: str = ""
    revalidate_by_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Notice(Body):
    """One notice. `subject` is the author's own name for what it is about; `text` is free and decides nothing.

    `activity` is a neutral kind (`airspace.activity.Kind`). `circuit` is where a warning was given, if not here.
    Raises ValueError for a type that needs a place and has none.
    """

    kind: ClassVar[str] = "notice"
    by_person_only: ClassVar[bool] = True
    formal: ClassVar[bool] = True
    type: NoticeType
    subject: str
    title: str
    level: Level
    function: Function
    areas: tuple[Area, ...] = ()
    activity: str = ""
    text: str = ""
    contact_post: str = ""
    contact_callsign: str = ""
    circuit: str = ""
    movement: Movement | None = None

    def __post_init__(self) -> None:
        if not self.subject:
            raise ValueError("a notice names its subject")
        if self.type in _PLACED and not self.areas:
            raise ValueError(f"a notice {self.type} ({self.type.name}) needs a place, a height and a time")
        due = _FUNCTION.get(self.type)
        if due is not None and self.function is not due:
            raise ValueError(f"a notice {self.type} ({self.type.name}) is for {due}, not {self.function}")


_PLACED = {
    NoticeType.ACTIVITY,
    NoticeType.CHANGE,
    NoticeType.IMMINENT_HAZARD,
    NoticeType.MOVEMENT,
    NoticeType.PROTECTED_SITE,
    NoticeType.HUMANITARIAN_MOVEMENT,
    NoticeType.NAVIGATION_UNRELIABLE,
}


class Standing(StrEnum):
    """Whether a notice holds now."""

    CURRENT = "CURRENT"
    SUPERSEDED = "SUPERSEDED"
    CANCELLED = "CANCELLED"
    EXPIRED = "EXPIRED"


@dataclass(frozen=True, slots=True)
class KeyField:
    """A field that a read-back must repeat: its name and its value as words."""

    name: str
    value: str


def standing(ledger: Ledger, notice: Said, now_ms: int) -> Standing:
    """Whether a notice holds: by its author's later words, whatever order they arrived in, and by the time."""
    later = followers(ledger, notice)
    if any(notice.record_id in said.linked(Relation.CANCELS) for said in later):
        return Standing.CANCELLED
    if any(notice.record_id in said.linked(Relation.UPDATES) for said in later):
        return Standing.SUPERSEDED
    until_ms = notice.header.valid_until_ms
    return Standing.EXPIRED if until_ms is not None and now_ms > until_ms else Standing.CURRENT


def followers(ledger: Ledger, notice: Said) -> list[Said]:
    """The notices by which its author changed a notice or called it off; those that are void do neither."""
    return [
        said
        for said in ledger.about(notice.record_id)
        if notice.record_id in (*said.linked(Relation.UPDATES), *said.linked(Relation.CANCELS))
        and said.header.author == notice.header.author
        and _change_fault(said) is None
    ]


def current(ledger: Ledger, author: str, now_ms: int) -> list[tuple[Said, Notice]]:
    """A party's notices that hold now, oldest first; a warning holds though a second person failed to release it."""
    return [
        (said, notice)
        for said, notice in ledger.ever(Notice)
        if said.header.author == author and standing(ledger, said, now_ms) is Standing.CURRENT
    ]


def accept_notice(said: Said, ledger: Ledger) -> Refused | None:
    """Why a notice is void; None if it stands. Only its author changes or cancels it, and it names what it changes."""
    notice = said.body
    if not isinstance(notice, Notice):
        return None
    for record_id in (*said.linked(Relation.UPDATES), *said.linked(Relation.CANCELS)):
        before = ledger.get(record_id)
        if before is not None and (before.header.author, before.header.addressee) != (
            said.header.author,
            said.header.addressee,
        ):
            return Refused("N2", RULES["N2"])
    return _change_fault(said)


def _change_fault(said: Said) -> Refused | None:
    """What is wrong with how a notice changes or cancels another, by itself alone; then it does neither."""
    updates, cancels = said.linked(Relation.UPDATES), said.linked(Relation.CANCELS)
    if not isinstance(said.body, Notice):
        return Refused("N1", RULES["N1"]) if updates or cancels else None
    cancelling = said.body.type is NoticeType.CANCEL
    if (cancelling or said.body.type is NoticeType.CHANGE or updates or cancels) and len((*updates, *cancels)) != 1:
        return Refused("N1", f"{RULES['N1']}; it names {len((*updates, *cancels))}")
    return Refused("N3", RULES["N3"]) if bool(cancels) != cancelling else None


def given_words(given_ms: int | None) -> str:
    """How much notice was given, as both sides show it; None is "no signed receipt exists".

    >>> given_words(47_000)
    'NO USEFUL NOTICE: 0 min 47 s'
    """
    if given_ms is None:
        return "no signed receipt exists"
    sign, size_s = ("-" if given_ms < 0 else ""), abs(given_ms) // 1000
    words = f"{sign}{size_s // 60} min {size_s % 60} s"
    if given_ms < NO_USEFUL_NOTICE_MS:
        return f"NO USEFUL NOTICE: {words}"
    return f"SHORT NOTICE: {words}" if given_ms < SHORT_NOTICE_MS else words


def key_fields(said: Said) -> tuple[KeyField, ...]:
    """The fields a read-back must repeat: the type, the subject, and of each area the place, the heights, the times.

    A number is written out in full: two notices that differ in a field never read back alike, but for a metre of place
    and a second of time.
    """
    notice = said.body
    if not isinstance(notice, Notice):
        raise TypeError(f"only a notice is read back, not a {type(said.body).__name__}")
    fields = [KeyField("type", notice.type.value), KeyField("subject", notice.subject)]
    for number, area in enumerate(notice.areas, 1):
        mark = f"{number}." if len(notice.areas) > 1 else ""
        fields.append(KeyField(f"{mark}place", _places(area.rings[0])))
        fields.extend(KeyField(f"{mark}without {n}", _places(ring)) for n, ring in enumerate(area.rings[1:], 1))
        if area.radius_mm:
            fields.append(KeyField(f"{mark}within", f"{_thousandths(area.radius_mm)} m"))
        fields.append(KeyField(f"{mark}from height", _height(area.lower)))
        fields.append(KeyField(f"{mark}to height", _height(area.upper)))
        fields.append(KeyField(f"{mark}from", _time(area.start_ms)))
        fields.append(KeyField(f"{mark}until", "UFN" if area.end_ms is None else _time(area.end_ms)))
    return tuple(fields)


def _places(ring: tuple[Place, ...]) -> str:
    return " ; ".join(f"{_degrees(p.lat_e7, 'NS', 2)} {_degrees(p.lon_e7, 'EW', 3)}" for p in ring)


def _degrees(value_e7: int, letters: str, width: int) -> str:
    whole, part = divmod((abs(value_e7) + 50) // 100, 100_000)
    return f"{whole:0{width}d}.{part:05d}{letters[value_e7 < 0]}"


def _height(limit: Limit) -> str:
    if limit.reference in ("SURFACE", "UNLIMITED"):
        return str(limit.reference)
    unit = limit.unit or "(no unit)"
    setting = "" if limit.pressure_centi_hpa is None else f" {_thousandths(limit.pressure_centi_hpa * 10)} hPa"
    station = "" if limit.station_mm is None else f" station {_thousandths(limit.station_mm)} m"
    return f"{_thousandths(limit.value_milli)} {unit} {limit.reference or '(no reference)'}{setting}{station}"


def _thousandths(value: int) -> str:
    """A whole number of thousandths as a decimal, none of its figures lost."""
    whole, part = divmod(abs(value), 1000)
    return f"{'-' if value < 0 else ''}{whole}{f'.{part:03d}'.rstrip('0') if part else ''}"


def _time(ms: int) -> str:
    return (_EPOCH + timedelta(seconds=ms // 1000)).isoformat() + "Z"
