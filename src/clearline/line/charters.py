"""What a level's charter is for, asked before anything goes out on it, and which level is the right one instead.

The one idea: what does not belong on a line is in the way of what does; so it is refused there with the rule, and the
levels where it may be raised are named. What is marked safety always passes.
"""

from clearline.line.channel import Charter, Permission, permit
from clearline.line.ledger import Ledger
from clearline.line.statement import Refused
from clearline.line.terms import SAFETY, Function, Level

__all__ = ["RULES", "charter_of", "check_charter", "levels_for", "right_channel"]

RULES = {
    "B1": "the charter that both signed for this level is not for it",
}


def charter_of(ledger: Ledger, peer: str, level: Level) -> Charter | None:
    """The charter of a level that the own party and a peer both signed, word for word, last; None where there is none.

    What a side signs alone changes nothing, also where both had signed the same before: until both have signed it
    since, the one that holds stays. Since is by the clocks of those who signed, so both nodes find the same.
    """
    signed: dict[Charter, dict[str, tuple[int, str]]] = {}
    for said, charter in ledger.of(Charter):
        header = said.header
        if charter.level is level and {header.author, header.addressee} == {ledger.own, peer}:
            signed.setdefault(charter, {})[header.author] = (header.created_ms, said.record_id)
    both = [charter for charter, by in signed.items() if len(by) == 2]
    return max(both, key=lambda charter: min(signed[charter].values()), default=None)


def check_charter(
    ledger: Ledger, peer: str, level: Level, function: Function, *, post: str, now_ms: int
) -> Refused | None:
    """Why a level's charter keeps a function off it, and where it belongs; None if it may go out there.

    It says nothing of suspensions: whatever was suspended, what fits the charter is received, and its receipt says so.
    """
    charter = charter_of(ledger, peer, level)
    if function in SAFETY or charter is None or function in charter.functions:
        return None
    meant = f" (it is not: {'; '.join(charter.is_not)})" if charter.is_not else ""
    offer = right_channel(ledger, peer, function, post=post, now_ms=now_ms)
    return Refused("B1", f"{RULES['B1']}: {level} is for {', '.join(charter.functions)}{meant}; {offer}")


def levels_for(ledger: Ledger, peer: str, function: Function, *, post: str, now_ms: int) -> tuple[Level, ...]:
    """The levels, the highest first, on which the own party may raise a function now by every rule there is."""
    found: list[Level] = []
    for level in Level:
        word = permit(ledger, peer, level, function, initiator=ledger.own, post=post, now_ms=now_ms)
        charter = charter_of(ledger, peer, level)
        meant = charter is None or function in SAFETY or function in charter.functions
        if word.permission is Permission.PERMIT and meant:
            found.append(level)
    return tuple(found)


def right_channel(ledger: Ledger, peer: str, function: Function, *, post: str, now_ms: int) -> str:
    """The levels that are right for a function now, in words."""
    right = levels_for(ledger, peer, function, post=post, now_ms=now_ms)
    return f"the right channel for {function} now: {', '.join(right)}" if right else f"no level is open for {function}"
