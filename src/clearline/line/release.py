"""Two persons for what goes out: one drafts, another releases; at FLASH one may send, and another confirms.

The one idea: a draft is a statement in the party's own log, so who wrote and who released a thing can be shown later,
to the party itself and, by the pseudonyms in the header, to the other side.
"""

from dataclasses import dataclass
from typing import ClassVar

from clearline.line import persons
from clearline.line.ledger import Ledger
from clearline.line.statement import Actor, Body, Link, Refused, Relation, Said, Utterance
from clearline.line.terms import Precedence, Role

__all__ = [
    "CONFIRM_WITHIN_MS",
    "RULES",
    "Confirmation",
    "ConfirmationLapsed",
    "Draft",
    "Released",
    "WithdrawnDraft",
    "accept_release",
    "decide_confirmation",
    "decide_draft",
    "decide_release",
    "decide_withdrawal",
    "drafts_waiting",
    "lapsing",
    "needs_confirming",
    "next_lapse_ms",
    "unconfirmed",
    "will_lapse",
]

# One person may send at FLASH; the second confirms within this (domain requirements, "release control").
CONFIRM_WITHIN_MS = 10 * 60_000

RULES = {
    **persons.RULES,
    "P3": "nobody releases or confirms what they wrote themselves",
    "P4": "releasing needs the role RELEASE",
    "P5": "the draft is not waiting: it was released or withdrawn, or there is none",
    "P6": "the statement is not waiting for a confirmation",
    "P7": "a statement at FLASH was not confirmed by a second person in time",
}


@dataclass(frozen=True, slots=True)
class Draft(Body):
    """A statement as one officer wrote it, waiting for another to release it. In the party's own log alone."""

    kind: ClassVar[str] = "draft"
    by_person_only: ClassVar[bool] = True
    addressee: str
    precedence: Precedence
    body: Body
    links: tuple[Link, ...] = ()
    valid_from_ms: int | None = None
    valid_until_ms: int | None = None
    lang: str = "en"
    phrase: str | None = None


@dataclass(frozen=True, slots=True)
class Released(Body):
    """The second person's release of a draft, in the party's own log; the statement itself goes out beside it."""

    kind: ClassVar[str] = "released"
    by_person_only: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class WithdrawnDraft(Body):
    """A draft that will not go out, and why."""

    kind: ClassVar[str] = "withdrawn_draft"
    by_person_only: ClassVar[bool] = True
    why: str


@dataclass(frozen=True, slots=True)
class Confirmation(Body):
    """The second person's word on a FLASH that one person sent."""

    kind: ClassVar[str] = "confirmation"
    by_person_only: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class ConfirmationLapsed(Body):
    """No second person confirmed a FLASH within ten minutes: it stands, and this is said of it."""

    kind: ClassVar[str] = "confirmation_lapsed"


def decide_draft(utterance: Utterance, actor: Actor | None, ledger: Ledger) -> tuple[Utterance, ...] | Refused:
    """What an officer's wish to say something becomes: a draft, or at FLASH and for what is not formal, itself."""
    body = utterance.body
    if actor is None and (body.by_person_only or body.formal):
        return Refused("P1", RULES["P1"])
    if not body.formal or utterance.precedence is Precedence.FLASH or utterance.addressee == ledger.own:
        return (utterance,)
    draft = Draft(
        utterance.addressee,
        utterance.precedence,
        body,
        utterance.links,
        utterance.valid_from_ms,
        utterance.valid_until_ms,
        utterance.lang,
        utterance.phrase,
    )
    return (Utterance(ledger.own, draft),)


def drafts_waiting(ledger: Ledger) -> list[tuple[Said, Draft]]:
    """Drafts neither released nor withdrawn, oldest first."""
    return [(said, draft) for said, draft in ledger.of(Draft) if not _settled(ledger, said)]


def decide_release(draft_id: str, actor: Actor, ledger: Ledger) -> tuple[Utterance, Utterance] | Refused:
    """The release and the statement that goes out; whoever says them puts the actor's pseudonym in `released_by`."""
    said = ledger.get(draft_id)
    if said is None or not isinstance(said.body, Draft) or _settled(ledger, said):
        return Refused("P5", RULES["P5"])
    if Role.RELEASE not in actor.roles:
        return Refused("P4", RULES["P4"])
    if actor.person == said.header.person:
        return Refused("P3", RULES["P3"])
    draft = said.body
    out = Utterance(
        draft.addressee,
        draft.body,
        draft.precedence,
        draft.links,
        draft.valid_from_ms,
        draft.valid_until_ms,
        draft.lang,
        draft.phrase,
    )
    return Utterance(ledger.own, Released(), links=(Link(Relation.ABOUT, draft_id),)), out


def decide_withdrawal(draft_id: str, why: str, ledger: Ledger) -> tuple[Utterance, ...] | Refused:
    """The withdrawal of a draft that is waiting."""
    said = ledger.get(draft_id)
    if said is None or not isinstance(said.body, Draft) or _settled(ledger, said):
        return Refused("P5", RULES["P5"])
    return (Utterance(ledger.own, WithdrawnDraft(why), links=(Link(Relation.ABOUT, draft_id),)),)


def unconfirmed(ledger: Ledger) -> list[Said]:
    """Formal statements at FLASH that one person sent and no second has confirmed, whosever they are."""
    return [said for said in ledger if needs_confirming(said) and not _confirmed(ledger, said)]


def decide_confirmation(record_id: str, actor: Actor, ledger: Ledger) -> tuple[Utterance, ...] | Refused:
    """The second person's confirmation of an own FLASH; late ones are taken too, and show as late."""
    said = ledger.get(record_id)
    if said is None or said.header.author != ledger.own or said not in unconfirmed(ledger):
        return Refused("P6", RULES["P6"])
    if Role.RELEASE not in actor.roles:
        return Refused("P4", RULES["P4"])
    if actor.person == said.header.person:
        return Refused("P3", RULES["P3"])
    link = Link(Relation.ABOUT, record_id)
    return (Utterance(said.header.addressee, Confirmation(), Precedence.IMMEDIATE, (link,)),)


def needs_confirming(said: Said) -> bool:
    """Whether it is to be confirmed by a second person: sent by one alone, and not void for want of even that one."""
    return _sent_alone(said) and persons.accept_persons(said) is None


def lapsing(ledger: Ledger, now_ms: int) -> list[Utterance]:
    """The lapse of each own FLASH whose ten minutes have passed without a second person; said once each."""
    return [utterance for at_ms, utterance in _will_lapse(ledger) if at_ms <= now_ms]


def next_lapse_ms(ledger: Ledger) -> int | None:
    """When the next own FLASH will lapse, or lapsed and it was not yet said; None if none is waiting."""
    return min([at_ms for at_ms, _ in _will_lapse(ledger)], default=None)


def will_lapse(ledger: Ledger, said: Said) -> list[tuple[int, Utterance]]:
    """That no second person confirmed an own FLASH, and when that falls due; empty where it is confirmed or said."""
    if said.header.author != ledger.own or not needs_confirming(said) or _confirmed(ledger, said):
        return []
    if any(by.header.author == ledger.own for by, _ in ledger.saying(said.record_id, ConfirmationLapsed)):
        return []
    link = (Link(Relation.ABOUT, said.record_id),)
    out = Utterance(said.header.addressee, ConfirmationLapsed(), Precedence.IMMEDIATE, link)
    return [(said.logged_ms + CONFIRM_WITHIN_MS, out)]


def _will_lapse(ledger: Ledger) -> list[tuple[int, Utterance]]:
    return [found for said in unconfirmed(ledger) for found in will_lapse(ledger, said)]


def accept_release(said: Said, ledger: Ledger) -> Refused | None:
    """Why a statement that came in is void for want of a person; None if it stands."""
    refused = persons.accept_persons(said)
    if refused is not None or not isinstance(said.body, Confirmation | ConfirmationLapsed | Released | WithdrawnDraft):
        return refused
    about = [ledger.get(record_id) for record_id in said.linked(Relation.ABOUT)]
    sent = about[0] if len(about) == 1 else None
    if isinstance(said.body, Released | WithdrawnDraft):
        if sent is None or not isinstance(sent.body, Draft):
            return Refused("P5", RULES["P5"])
    elif sent is None or sent.header.author != said.header.author or not _sent_alone(sent):
        return Refused("P6", RULES["P6"])
    if isinstance(said.body, Confirmation | Released) and sent.header.person == said.header.person:
        return Refused("P3", RULES["P3"])
    return None


def _sent_alone(said: Said) -> bool:
    """Whether one person alone sent it, at FLASH, and it is of a kind that two must."""
    header = said.header
    outgoing = header.addressee != header.author
    return outgoing and said.body.formal and header.precedence is Precedence.FLASH and header.released_by is None


def _settled(ledger: Ledger, draft: Said) -> bool:
    """Whether it was withdrawn, or released by another than its writer; a release by the writer is none."""
    released = any(by.header.person != draft.header.person for by, _ in ledger.saying(draft.record_id, Released))
    return released or bool(ledger.saying(draft.record_id, WithdrawnDraft))


def _confirmed(ledger: Ledger, sent: Said) -> bool:
    return any(
        by.header.author == sent.header.author and by.header.person != sent.header.person
        for by, _ in ledger.saying(sent.record_id, Confirmation)
    )
