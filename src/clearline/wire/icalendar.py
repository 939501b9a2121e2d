"""Talks as calendar messages (RFC 5545 and iTIP, RFC 5546), so that a staff's own calendar can show and answer them.

The one idea: a calendar message carries the appointment and nothing else; what binds is the signed record, whose
identifier it names.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from clearline.wire.errors import MalformedError
from clearline.wire.times import parse_time
from clearline.wire.words import instant

__all__ = ["MAX_BYTES", "Invitation", "Method", "read_invitation", "write_invitation"]

MAX_BYTES = 256 * 1024
_FOLD = 75  # octets a line may have (RFC 5545 section 3.1)
_LINE = re.compile(
    r"([A-Za-z0-9-]+)((?:;[A-Za-z0-9-]+=(?:\"[^\"]*\"|[^\";:,]*)(?:,(?:\"[^\"]*\"|[^\";:,]*))*)*):(.*)", re.DOTALL
)
_UTC = re.compile(r"(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z")
_UNESCAPED = {"n": "\n", "N": "\n", "\\": "\\", ";": ";", ",": ","}


class Method(StrEnum):
    """What a message does (iTIP)."""

    REQUEST = "REQUEST"
    REPLY = "REPLY"
    COUNTER = "COUNTER"
    DECLINECOUNTER = "DECLINECOUNTER"
    CANCEL = "CANCEL"


@dataclass(frozen=True, slots=True)
class Invitation:
    """One calendar message about one talk.

    `record_id` is the signed request it is about; `sequence` counts the changes of the appointment. `start_ms` and
    `end_ms` are the window. `accepted` is the answer in a REPLY, None in every other message. Raises ValueError for a
    window that ends before it begins, or an answer in what is no REPLY.
    """

    method: Method
    record_id: str
    sequence: int
    stamp_ms: int
    start_ms: int
    end_ms: int
    organizer: str
    attendee: str
    summary: str
    agenda: tuple[str, ...] = ()
    accepted: bool | None = None

    def __post_init__(self) -> None:
        if self.end_ms < self.start_ms or self.sequence < 0:
            raise ValueError("an appointment ends after it begins, and its changes count from 0")
        if (self.method is Method.REPLY) != (self.accepted is not None):
            raise ValueError("a REPLY says whether it accepts, and no other message does")


def write_invitation(invitation: Invitation) -> str:
    """The message as iCalendar text, lines folded and ended as RFC 5545 asks."""
    status = "CANCELLED" if invitation.method is Method.CANCEL else "TENTATIVE"
    part = {None: "NEEDS-ACTION", True: "ACCEPTED", False: "DECLINED"}[invitation.accepted]
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Clearline//Line//EN",
        f"METHOD:{invitation.method}",
        "BEGIN:VEVENT",
        f"UID:{invitation.record_id}@clearline.invalid",
        f"SEQUENCE:{invitation.sequence}",
        f"DTSTAMP:{_utc(invitation.stamp_ms)}",
        f"DTSTART:{_utc(invitation.start_ms)}",
        f"DTEND:{_utc(invitation.end_ms)}",
        f"SUMMARY:{_escaped(invitation.summary)}",
        f"STATUS:{status}",
        f"ORGANIZER;CN={_quoted(invitation.organizer)}:mailto:line@clearline.invalid",
        f"ATTENDEE;CN={_quoted(invitation.attendee)};PARTSTAT={part}:mailto:line@clearline.invalid",
        *([f"DESCRIPTION:{_escaped(chr(10).join(invitation.agenda))}"] if invitation.agenda else []),
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(f"{folded}\r\n" for line in lines for folded in _folded(line))


def read_invitation(data: bytes, *, source: str) -> Invitation:
    """Read one calendar message. Raises MalformedError for anything but one event with UTC times and our UID."""
    if len(data) > MAX_BYTES:
        raise MalformedError(source, "whole file", f"it is larger than {MAX_BYTES} bytes", "send one event")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise MalformedError(source, f"byte {error.start}", "it is not UTF-8", "save it as UTF-8") from error
    values = _properties(text, source)
    method = values.get("METHOD", "")
    if method not in {member.value for member in Method}:
        raise MalformedError(source, "METHOD", f"{method[:40]!r} is not a method", f"use {', '.join(Method)}")
    uid = re.fullmatch(r"([0-9a-f]{64})@clearline\.invalid", values.get("UID", ""))
    if uid is None:
        raise MalformedError(source, "UID", "it names no signed request", "answer the invitation that was sent")
    sequence = values.get("SEQUENCE", "0")
    if not re.fullmatch(r"\d{1,6}", sequence):
        raise MalformedError(source, "SEQUENCE", f"{sequence[:40]!r} is not a count", "give a whole number")
    part = re.search(r"PARTSTAT=([A-Z-]+)", values.get("ATTENDEE;", ""))
    accepted = None
    if method == Method.REPLY:
        accepted = {"ACCEPTED": True, "DECLINED": False}.get("" if part is None else part.group(1))
        if accepted is None:
            raise MalformedError(source, "ATTENDEE", "the reply neither accepts nor declines", "answer yes or no")
    try:
        return Invitation(
            Method(method),
            uid.group(1),
            int(sequence),
            _instant(values, "DTSTAMP", source),
            _instant(values, "DTSTART", source),
            _instant(values, "DTEND", source),
            _name(values.get("ORGANIZER;", "")),
            _name(values.get("ATTENDEE;", "")),
            _plain(values.get("SUMMARY", "")),
            tuple(line for line in _plain(values.get("DESCRIPTION", "")).split("\n") if line),
            accepted,
        )
    except MalformedError:
        raise
    except ValueError as error:
        raise MalformedError(source, "VEVENT", str(error), "correct the event") from error


def _properties(text: str, source: str) -> dict[str, str]:
    """The properties of the calendar and its one event; parameters under the name with a semicolon."""
    unfolded = re.sub(r"\r?\n[ \t]", "", text)
    found: dict[str, str] = {}
    depth: list[str] = []
    events = 0
    for number, line in enumerate(unfolded.splitlines(), 1):
        if not line:
            continue
        match = _LINE.fullmatch(line)
        if match is None:
            raise MalformedError(source, f"line {number}", f"{line[:60]!r} is not a property", "write NAME:value")
        name, parameters, value = match.group(1).upper(), match.group(2), match.group(3)
        if name == "BEGIN":
            depth.append(value.upper())
            events += value.upper() == "VEVENT"
        elif name == "END":
            if not depth or depth.pop() != value.upper():
                raise MalformedError(source, f"line {number}", f"END:{value[:40]} ends nothing", "close what was begun")
        elif depth in (["VCALENDAR"], ["VCALENDAR", "VEVENT"]):
            found.setdefault(name, value)
            found.setdefault(f"{name};", parameters)
    if events != 1 or depth:
        raise MalformedError(source, "VCALENDAR", f"it holds {events} whole events", "send exactly one")
    return found


def _instant(values: dict[str, str], name: str, source: str) -> int:
    match = _UTC.fullmatch(values.get(name, ""))
    if match is None or values.get(f"{name};"):
        problem = f"{values.get(name, '')[:40]!r} is not a time in UTC"
        raise MalformedError(source, name, problem, "use UTC such as 20150918T120000Z")
    year, month, day, hour, minute, second = match.groups()
    try:
        return parse_time(f"{year}-{month}-{day}T{hour}:{minute}:{second}Z", end=False)
    except ValueError as error:
        raise MalformedError(source, name, str(error), "use UTC such as 20150918T120000Z") from error


def _utc(ms: int) -> str:
    return instant(ms - ms % 1000).replace("-", "").replace(":", "")


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\r", "").replace("\n", "\\n")


def _plain(text: str) -> str:
    return re.sub(r"\\(.)", lambda match: _UNESCAPED.get(match.group(1), match.group(1)), text)


def _quoted(text: str) -> str:
    """A parameter value in quotes; it can hold neither quotes nor control characters."""
    return '"' + "".join(" " if c == '"' or not c.isprintable() else c for c in text) + '"'


def _name(parameters: str) -> str:
    match = re.search(r'CN="([^"]*)"|CN=([^;:,"]*)', parameters)
    return "" if match is None else match.group(1) or match.group(2) or ""


def _folded(line: str) -> list[str]:
    """The line in pieces of at most 75 octets, each after the first begun with a space, no character cut."""
    pieces: list[str] = []
    held, size = "", 0
    for character in line:
        width = len(character.encode("utf-8"))
        if size + width > _FOLD:
            pieces.append(held)
            held, size = " ", 1
        held, size = held + character, size + width
    return [*pieces, held]
