"""Circuits beside the data line: which ones a party has said it listens to, and what a warning there is worth.

The one idea: a warning on a channel that nobody listens to is no warning; so a party says which circuits it monitors,
and one that it had not confirmed to whoever warned on it counts as not delivered there.
"""

from dataclasses import dataclass
from typing import ClassVar

from clearline.line.ledger import Ledger, had_seen
from clearline.line.notice import Notice
from clearline.line.statement import Body, Said

__all__ = ["Monitoring", "Warned", "monitored", "same_circuit", "warned_on"]


@dataclass(frozen=True, slots=True)
class Monitoring(Body):
    """A party confirms that it listens to a circuit (a frequency, a telephone), from when, until when.

    The last word on a circuit counts; one that has ended says that it listens no longer. `until_ms` None is "until it
    says otherwise". Raises ValueError for no circuit, or an end before the start.
    """

    kind: ClassVar[str] = "monitoring"
    by_person_only: ClassVar[bool] = True
    circuit: str
    from_ms: int
    until_ms: int | None = None

    def __post_init__(self) -> None:
        if not self.circuit.strip():
            raise ValueError("name the circuit that is monitored, as warnings will name it")
        if self.until_ms is not None and self.until_ms < self.from_ms:
            raise ValueError("a circuit is monitored until a time before it is monitored from")


@dataclass(frozen=True, slots=True)
class Warned:
    """A warning on a circuit: the addressee's word that it listens there, which the author held (None: never any).

    `delivered` is False unless that word covers the time of the warning; and then it is still no proof: what the
    addressee heard is for the addressee to say.
    """

    circuit: str
    addressee: str
    confirmed_by: Said | None
    delivered: bool | None

    @property
    def words(self) -> str:
        """What may be said of it, to both sides."""
        head = f"given on {self.circuit}"
        if self.confirmed_by is None:
            return f"{head}, which {self.addressee} never confirmed that it monitors: not delivered there"
        record = self.confirmed_by.record_id[:12]
        if self.delivered is False:
            return f"{head}, which {self.addressee} confirmed for another time alone ({record}): not delivered there"
        return f"{head}, which {self.addressee} confirmed that it monitors ({record}); no proof that it was heard"


def monitored(ledger: Ledger, party: str, now_ms: int, *, to: str) -> list[tuple[Said, Monitoring]]:
    """The circuits that a party has confirmed to another that it listens to now, the last word on each."""
    latest: dict[str, tuple[Said, Monitoring]] = {}
    for said, body in ledger.of(Monitoring):
        if (said.header.author, said.header.addressee) == (party, to):
            latest[same_circuit(body.circuit)] = (said, body)
    return [found for found in latest.values() if _covers(found[1], now_ms)]


def warned_on(ledger: Ledger, notice: Said) -> Warned | None:
    """What a notice that was given on a circuit is worth there; None for one that names no circuit.

    Only what its author held when it was signed counts, as the signature itself shows: both sides find the same, and
    nobody confirms a circuit after the fact.
    """
    body, header = notice.body, notice.header
    if not isinstance(body, Notice) or not body.circuit:
        return None
    words = [
        (said, monitoring)
        for said, monitoring in ledger.of(Monitoring)
        if (said.header.author, said.header.addressee) == (header.addressee, header.author)
        and same_circuit(monitoring.circuit) == same_circuit(body.circuit)
        and had_seen(notice, said)
    ]
    if not words:
        return Warned(body.circuit, header.addressee, None, delivered=False)
    said, last = words[-1]
    return Warned(body.circuit, header.addressee, said, None if _covers(last, header.created_ms) else False)


def same_circuit(name: str) -> str:
    """A circuit's name as compared: spaces and case do not count, all else does, so a doubt is "not confirmed".

    >>> same_circuit("121.5  MHz") == same_circuit("121.5 MHZ"), same_circuit("121.5") == same_circuit("121.50")
    (True, False)
    """
    return " ".join(name.split()).casefold()


def _covers(body: Monitoring, at_ms: int) -> bool:
    return body.from_ms <= at_ms and (body.until_ms is None or at_ms <= body.until_ms)
