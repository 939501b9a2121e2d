"""What each party declares open, limited, suspended or closed, and what that permits now.

The one idea: what may be done is a decision over a table of rules, quoted by name to the officer; and the last rule is
the floor: whatever is suspended, a safety message is still received and receipted.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from clearline.line.ledger import Ledger
from clearline.line.statement import Body, Refused, Relation, Said
from clearline.line.terms import SAFETY, Function, Level

__all__ = [
    "CLOSING_NOTICE_MS",
    "RULES",
    "Charter",
    "Declaration",
    "Permission",
    "Permit",
    "State",
    "Suspension",
    "check_declaration",
    "declared",
    "effective_from_ms",
    "in_force",
    "leaders_exempt",
    "permit",
]

# A channel is closed for good with notice, so that nobody finds a dead line in an emergency.
CLOSING_NOTICE_MS = 72 * 3_600_000


class State(StrEnum):
    """What a party declares a level to be, from the most open to the most shut."""

    OPEN = "OPEN"
    LIMITED = "LIMITED"
    SUSPENDED = "SUSPENDED"
    CLOSED = "CLOSED"


@dataclass(frozen=True, slots=True)
class Charter(Body):
    """What a channel is for, and what it is not; both show it beside the channel. A new one from both reopens it."""

    kind: ClassVar[str] = "charter"
    by_person_only: ClassVar[bool] = True
    formal: ClassVar[bool] = True
    level: Level
    functions: tuple[Function, ...]
    is_for: tuple[str, ...]
    is_not: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Declaration(Body):
    """One party's word on one level: its state and, where LIMITED, the functions that stay open.

    `announced_via` is how it was made public, `note` what was said. Raises ValueError for LIMITED without functions
    or functions without LIMITED.
    """

    kind: ClassVar[str] = "declaration"
    by_person_only: ClassVar[bool] = True
    formal: ClassVar[bool] = True
    level: Level
    state: State
    from_ms: int
    functions: tuple[Function, ...] = ()
    announced_via: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        if (self.state is State.LIMITED) != bool(self.functions):
            raise ValueError("name the functions that stay open with LIMITED, and with no other state")


@dataclass(frozen=True, slots=True)
class Suspension(Body):
    """An order that suspends dealings in a scope, with its exemptions.

    Empty `levels`, `functions` or `initiators` in the scope mean all. `initiators` are parties whose initiatives are
    refused. `reason_hash` is the SHA-256 of a reason that is kept back. `ends_ms` None is until further notice.
    """

    kind: ClassVar[str] = "suspension"
    by_person_only: ClassVar[bool] = True
    formal: ClassVar[bool] = True
    from_ms: int
    levels: tuple[Level, ...] = ()
    functions: tuple[Function, ...] = ()
    initiators: tuple[str, ...] = ()
    exempt_levels: tuple[Level, ...] = ()
    exempt_functions: tuple[Function, ...] = ()
    exempt_posts: tuple[str, ...] = ()
    reason: str = ""
    reason_hash: str = ""
    review_at_ms: int | None = None
    ends_ms: int | None = None

    def covers(self, level: Level, function: Function, initiator: str) -> bool:
        """Whether the scope takes it in, exemptions left aside."""
        return (
            (not self.levels or level in self.levels)
            and (not self.functions or function in self.functions)
            and (not self.initiators or initiator in self.initiators)
        )


def leaders_exempt(from_ms: int, reason: str) -> Suspension:
    """The order of 2014 as far as it is publicly known.

    Military cooperation at operational level and below is suspended; talks between leaders and between ministers are
    not disallowed; safety stays.
    """
    return Suspension(
        from_ms,
        levels=(Level.CHIEFS_OF_DEFENCE, Level.OPERATIONAL, Level.TACTICAL),
        exempt_levels=(Level.LEADERS, Level.MINISTERS),
        exempt_functions=tuple(sorted(SAFETY)),
        reason=reason,
    )


class Permission(StrEnum):
    """What may be done: speak and be answered, only be received, or not even that."""

    PERMIT = "PERMIT"
    PERMIT_RECEIVE_ONLY = "PERMIT_RECEIVE_ONLY"
    REFUSE = "REFUSE"


@dataclass(frozen=True, slots=True)
class Permit:
    """A permission, the rule that decided, in words, and the statement it rests on (None: nothing was declared)."""

    permission: Permission
    rule: str
    why: str
    resting_on: str | None = None


# C1 to C7 in the order they are asked: the first with something to say decides one party's word; then the floor.
# C9 and C10 are about declaring.
RULES = {
    "C1": "exempt: the suspension names this level, function or post as exempt",
    "C2": "suspended: a suspension order in force covers it",
    "C3": "closed: the level was declared closed",
    "C4": "suspended: the level was declared suspended",
    "C5": "limited: the level was declared open for other functions only",
    "C6": "open: the level was declared open for it",
    "C7": "undeclared: nothing was declared for this level",
    "C8": "floor: a safety message is received whatever is suspended",
    "C9": "closing needs 72 h of notice: declare it SUSPENDED now, and CLOSED from a later time",
    "C10": "a closed level is opened again under a new charter signed by both: file the charter first",
}


def effective_from_ms(said: Said, from_ms: int) -> int:
    """When a restriction takes effect: as it says, but never before it was logged; an earlier date is a claim."""
    return max(from_ms, said.logged_ms)


def declared(
    ledger: Ledger, party: str, level: Level, now_ms: int, *, peer: str | None = None
) -> tuple[Said, Declaration] | None:
    """The latest declaration of a party on a level that is in effect now.

    With `peer`, what was declared between the own party and that one: a line to another is another line.
    """
    found: tuple[Said, Declaration] | None = None
    for said, body in ledger.of(Declaration):
        in_effect = effective_from_ms(said, body.from_ms) <= now_ms
        if said.header.author == party and body.level is level and in_effect and _on_line(said, ledger, peer):
            found = (said, body)
    return found


def in_force(ledger: Ledger, party: str, now_ms: int, *, peer: str | None = None) -> list[tuple[Said, Suspension]]:
    """A party's suspension orders that are in force now: begun, not ended, not cancelled; `peer` as in `declared`."""
    found: list[tuple[Said, Suspension]] = []
    for said, body in ledger.of(Suspension):
        if said.header.author != party or not _on_line(said, ledger, peer):
            continue
        begun = effective_from_ms(said, body.from_ms) <= now_ms
        ended = body.ends_ms is not None and body.ends_ms <= now_ms
        lifted = any(
            by.header.author == party and by.logged_ms <= now_ms
            for by in ledger.about(said.record_id)
            if said.record_id in (*by.linked(Relation.CANCELS), *by.linked(Relation.UPDATES))
        )
        if begun and not ended and not lifted:
            found.append((said, body))
    return found


def permit(
    ledger: Ledger, peer: str, level: Level, function: Function, *, initiator: str, post: str, now_ms: int
) -> Permit:
    """Whether `initiator` may use a level for a function now: the more restrictive of both parties' words.

    For safety functions a refusal becomes PERMIT_RECEIVE_ONLY by the floor rule: it is received and receipted.
    """
    words = [
        _word(ledger, party, level, function, peer=peer, initiator=initiator, post=post, now_ms=now_ms)
        for party in (ledger.own, peer)
    ]
    worst = next((word for word in words if word.permission is Permission.REFUSE), words[0])
    if worst.permission is Permission.REFUSE and function in SAFETY:
        return Permit(Permission.PERMIT_RECEIVE_ONLY, "C8", f"{RULES['C8']}; otherwise {worst.why}", worst.resting_on)
    return worst


def _word(
    ledger: Ledger, party: str, level: Level, function: Function, *, peer: str, initiator: str, post: str, now_ms: int
) -> Permit:
    """What one party's own declarations and orders say."""
    exempt = False
    for said, order in in_force(ledger, party, now_ms, peer=peer):
        if not order.covers(level, function, initiator):
            continue
        if level in order.exempt_levels or function in order.exempt_functions or post in order.exempt_posts:
            exempt = True
            continue
        return _permit(Permission.REFUSE, "C2", party, order.reason, said)
    found = declared(ledger, party, level, now_ms, peer=peer)
    if exempt and (found is None or found[1].state is not State.CLOSED):
        return _permit(Permission.PERMIT, "C1", party, "", None)
    if found is None:
        return _permit(Permission.REFUSE, "C7", party, "", None)
    said, declaration = found
    match declaration.state:
        case State.OPEN:
            return _permit(Permission.PERMIT, "C6", party, "", said)
        case State.LIMITED:
            if function in declaration.functions:
                return _permit(Permission.PERMIT, "C6", party, "", said)
            return _permit(Permission.REFUSE, "C5", party, declaration.note, said)
        case State.SUSPENDED:
            return _permit(Permission.REFUSE, "C4", party, declaration.note, said)
        case State.CLOSED:
            return _permit(Permission.REFUSE, "C3", party, declaration.note, said)


def _permit(permission: Permission, rule: str, party: str, reason: str, said: Said | None) -> Permit:
    why = f"{party}: {RULES[rule]}" + (f" ({reason})" if reason else "")
    return Permit(permission, rule, why, None if said is None else said.record_id)


def check_declaration(
    ledger: Ledger, declaration: Declaration, now_ms: int, *, peer: str | None = None
) -> Refused | None:
    """Why the own party may not declare this now; None if it may. `peer` is whom it is declared to, as in `declared`.

    Closing needs notice; what was closed is reopened only under a charter that both signed since.
    """
    if declaration.state is State.CLOSED and declaration.from_ms < now_ms + CLOSING_NOTICE_MS:
        return Refused("C9", RULES["C9"])
    before = declared(ledger, ledger.own, declaration.level, now_ms, peer=peer)
    if before is None or before[1].state is not State.CLOSED or declaration.state is State.CLOSED:
        return None
    since_ms = before[0].logged_ms
    signed = {
        said.header.author
        for said, charter in ledger.of(Charter)
        if charter.level is declaration.level and said.logged_ms > since_ms and _on_line(said, ledger, peer)
    }
    if len(signed) < 2:
        return Refused("C10", RULES["C10"])
    return None


def _on_line(said: Said, ledger: Ledger, peer: str | None) -> bool:
    return peer is None or {said.header.author, said.header.addressee} == {ledger.own, peer}
