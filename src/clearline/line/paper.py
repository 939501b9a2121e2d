"""What was said on paper and by telephone while no network was there, keyed in afterwards by two persons.

The one idea: the statement counts from when it is keyed in, like any other; when it was written down, and how it was
passed, stand beside it as what two persons say, and never make it older than it is.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from clearline.line.ledger import Ledger
from clearline.line.statement import Body, Link, Refused, Relation, Said, Utterance

__all__ = ["RULES", "PaperWay", "Transcribed", "accept_transcribed", "decide_transcribed", "paper_words", "transcribed"]

RULES = {
    "J1": "what was transcribed is one statement of the same party, to the same party, that is here",
    "J2": "two persons transcribe, at every precedence: one reads, the other keys in",
    "J3": "what was written down was written before it was keyed in",
}


class PaperWay(StrEnum):
    """How it was passed at the time."""

    TELEPHONE = "TELEPHONE"
    RADIO = "RADIO"
    COURIER = "COURIER"
    FAX = "FAX"
    IN_PERSON = "IN_PERSON"
    NOT_PASSED = "NOT_PASSED"


@dataclass(frozen=True, slots=True)
class Transcribed(Body):
    """A statement was transcribed from paper: when it was written, when it was passed and how, and the form's number.

    `passed_ms` is None where it was not passed. `page_sha256` is the fingerprint of a picture of the page. Raises
    ValueError for a time of passing without a way, or before it was written.
    """

    kind: ClassVar[str] = "transcribed"
    by_person_only: ClassVar[bool] = True
    formal: ClassVar[bool] = True
    written_ms: int
    passed_ms: int | None
    way: PaperWay
    form_number: str = ""
    page_sha256: str = ""

    def __post_init__(self) -> None:
        if (self.passed_ms is None) != (self.way is PaperWay.NOT_PASSED):
            raise ValueError("state when it was passed and how, or that it was not")
        if self.passed_ms is not None and self.passed_ms < self.written_ms:
            raise ValueError("it was passed before it was written: look at the two times")


def decide_transcribed(body: Transcribed, record_id: str, ledger: Ledger) -> tuple[Utterance, ...] | Refused:
    """Say of an own statement that it was transcribed; it goes through a second person, whatever its precedence."""
    said = ledger.get(record_id)
    if said is None or said.header.author != ledger.own:
        return Refused("J1", RULES["J1"])
    refused = _fault(body, said)
    if refused is not None:
        return refused
    return (Utterance(said.header.addressee, body, links=(Link(Relation.ABOUT, record_id),)),)


def accept_transcribed(said: Said, ledger: Ledger) -> Refused | None:
    """Why the word that something was transcribed is void; None if it stands or is none."""
    if not isinstance(said.body, Transcribed):
        return None
    if said.header.released_by is None:
        return Refused("J2", RULES["J2"])
    about = said.linked(Relation.ABOUT)
    what = ledger.get(about[0]) if len(about) == 1 else None
    if what is None or (what.header.author, what.header.addressee) != (said.header.author, said.header.addressee):
        return Refused("J1", RULES["J1"])
    return _fault(said.body, what)


def transcribed(ledger: Ledger, said: Said) -> tuple[Said, Transcribed] | None:
    """The first valid word on where a statement was transcribed from; None where there is none."""
    for by, body in ledger.saying(said.record_id, Transcribed):
        if accept_transcribed(by, ledger) is None:
            return by, body
    return None


def paper_words(ledger: Ledger, said: Said, time: "dict[int, str]") -> str | None:
    """What is printed beside a statement that was on paper; `time` has the words for each time, None for another."""
    found = transcribed(ledger, said)
    if found is None:
        return None
    by, body = found
    passed = "not passed at the time" if body.passed_ms is None else f"passed {time[body.passed_ms]} by {body.way}"
    keyed = f"keyed in {time[said.header.created_ms]}, and counts from there"
    return (
        f"transcribed from paper, by two persons ({by.header.person}, {by.header.released_by}): "
        f"written {time[body.written_ms]}, {passed}; {keyed}"
    )


def _fault(body: Transcribed, said: Said) -> Refused | None:
    latest_ms = body.written_ms if body.passed_ms is None else body.passed_ms
    return Refused("J3", RULES["J3"]) if latest_ms > said.header.created_ms else None
