"""What can be shown of a statement's way to the other side: sent, made available, received; kept apart.

The one idea: three signatures prove three things. Without the counterpart's there is no proof of receipt, and the
words for that are fixed: they claim neither that it was received nor that it was not.
"""

from dataclasses import dataclass

__all__ = ["NO_RECEIPT", "Journey", "Witnessing", "describe_journey", "describe_witnessing"]

NO_RECEIPT = "no signed receipt exists"


@dataclass(frozen=True, slots=True)
class Journey:
    """The evidence on one statement, each part with its time, None where it is missing.

    `logged_ms` is its place in the author's signed log; `witnessed_ms` when a witness cosigned that log past it;
    `offered` the relays or routes that took it, each with its time; `receipt_ms` the addressee's own signed receipt,
    and `cosigned_ms` its cosignature on the log past it, which is a receipt for all before.
    """

    logged_ms: int
    witnessed_ms: int | None
    offered: tuple[tuple[str, int], ...]
    receipt_ms: int | None
    cosigned_ms: int | None
    while_suspended: bool = False

    @property
    def received_ms(self) -> int | None:
        """The earliest proof of receipt."""
        return min([ms for ms in (self.receipt_ms, self.cosigned_ms) if ms is not None], default=None)


@dataclass(frozen=True, slots=True)
class Witnessing:
    """How far an own log is witnessed: its `size`, how many statements a quorum of witnesses has `covered`, and when.

    `covered_ms` is None where a quorum never covered any; `since_ms` is when this node logged the first statement that
    none has covered, None where all are.
    """

    size: int
    covered: int
    covered_ms: int | None
    since_ms: int | None


def describe_witnessing(found: Witnessing | None, time: "dict[int, str]") -> str:
    """What the board says of it; `found` None: no witness was ever named. `time` has the words for each time.

    >>> describe_witnessing(Witnessing(3, 2, 1, 2), {1: "12:00:00Z", 2: "12:05:00Z"})
    'unwitnessed since 12:05:00Z (1 of 3 statements); last cosigned at 12:00:00Z'
    """
    if found is None:
        return "unwitnessed: no witness is named"
    if found.since_ms is None:
        return "nothing was said yet" if found.covered_ms is None else f"witnessed in full at {time[found.covered_ms]}"
    last = "never cosigned" if found.covered_ms is None else f"last cosigned at {time[found.covered_ms]}"
    return f"unwitnessed since {time[found.since_ms]} ({found.size - found.covered} of {found.size} statements); {last}"


def describe_journey(journey: Journey, time: "dict[int, str]") -> tuple[str, str, str]:
    """Three sentences: on sending, on making available, on receipt. `time` has the words for each time.

    >>> describe_journey(Journey(1, None, (), None, None), {1: "12:00:00Z"})[2]
    'Received: no signed receipt exists.'
    """
    witness = (
        f"a witness cosigned the log at {time[journey.witnessed_ms]}"
        if journey.witnessed_ms is not None
        else "no witness has cosigned it yet"
    )
    sent = f"Proved sent: entered in the signed log at {time[journey.logged_ms]}; {witness}."
    taken = ", ".join(f"{route} at {time[at_ms]}" for route, at_ms in journey.offered)
    available = f"Made available: {taken}." if taken else "Made available: no relay or route has signed for it."
    if journey.received_ms is None:
        return sent, available, f"Received: {NO_RECEIPT}."
    how = "by its receipt" if journey.receipt_ms == journey.received_ms else "by its cosignature on the log"
    suspended = ", while the channel was suspended" if journey.while_suspended else ""
    return sent, available, f"Proved received: {time[journey.received_ms]}, {how}{suspended}."
