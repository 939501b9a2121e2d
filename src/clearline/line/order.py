"""Which of two things was said first, and how far two clocks are proved to be apart.

The one idea: an order is claimed only where it is proved, by one log, by what the author of the later one had seen, or
by two clocks that surely do not overlap; everything else is undetermined, and stays so.
"""

from dataclasses import dataclass
from enum import StrEnum

from clearline.line.ledger import Ledger, had_seen
from clearline.line.statement import Said

__all__ = ["ALARM_MS", "Order", "Skew", "backdated_ms", "skew", "stamp_words", "who_was_first"]

# Clocks are kept to 100 ms; more than a second apart alarms both sides (domain requirements, section 9, "time").
ALARM_MS = 1_000


class Order(StrEnum):
    """Which of two statements was said first."""

    FIRST = "FIRST"
    SECOND = "SECOND"
    UNDETERMINED = "UNDETERMINED"


@dataclass(frozen=True, slots=True)
class Skew:
    """What is proved of a peer's clock against the own, milliseconds: at least this far ahead, at least this behind.

    Zero is "nothing is proved", not "it is right". Both may be above zero: then it was set in between.
    """

    ahead_ms: int
    behind_ms: int

    @property
    def doubt_ms(self) -> int:
        """How far a time by that clock may be off, as far as is proved."""
        return max(self.ahead_ms, self.behind_ms)

    @property
    def alarm(self) -> bool:
        """Whether both sides must be told."""
        return self.doubt_ms > ALARM_MS


def skew(ledger: Ledger, peer: str) -> Skew:
    """What the logs between the two prove of the peer's clock.

    Ahead: it stamped something later than this node received it. Behind: it stamped something earlier than this node
    stamped what its author had seen by then. Both nodes find the same of each other from the same statements, but for
    the time of travel.
    """
    own = [said for said in ledger if said.header.author == ledger.own and said.header.addressee == peer]
    latest_ms: list[int] = []  # of the own statements so far, the latest surely said by then
    for said in own:
        least_ms = said.header.created_ms - said.header.clock_uncertainty_ms
        latest_ms.append(max(least_ms, latest_ms[-1] if latest_ms else least_ms))
    doubt_ms = max((said.header.clock_uncertainty_ms for said in own), default=0)
    ahead_ms, behind_ms, count = 0, 0, 0
    for said in ledger:
        if said.header.author != peer or said.header.addressee != ledger.own:
            continue
        header = said.header
        ahead_ms = max(ahead_ms, header.created_ms - header.clock_uncertainty_ms - said.logged_ms - doubt_ms)
        while said.seen is not None and count < len(own) and own[count].seq < said.seen:
            count += 1
        if count:
            behind_ms = max(behind_ms, latest_ms[count - 1] - header.created_ms - header.clock_uncertainty_ms)
    return Skew(ahead_ms, behind_ms)


def who_was_first(first: Said, second: Said, *, doubt_ms: int = 0) -> Order:
    """Which of two statements between the same two parties was said first.

    `doubt_ms` is added to every stated clock uncertainty where the two clocks differ: give `skew(...).doubt_ms`. The
    answer for (b, a) is that for (a, b) turned round.
    """
    one, other = first.header, second.header
    if (one.author, one.addressee, one.mode) == (other.author, other.addressee, other.mode):
        return _first_if(first.seq < second.seq, second.seq < first.seq)
    if (one.author, one.addressee, one.mode) == (other.addressee, other.author, other.mode):
        proved = _first_if(had_seen(second, first), had_seen(first, second))
        if proved is not Order.UNDETERMINED:
            return proved
    room_ms = one.clock_uncertainty_ms + other.clock_uncertainty_ms + 2 * doubt_ms
    gap_ms = other.created_ms - one.created_ms
    return _first_if(gap_ms > room_ms, -gap_ms > room_ms)


def backdated_ms(said: Said) -> int:
    """By how much a statement says it is older than it came into this node's log; 0 where it does not.

    What lay in a queue looks the same as what was dated back: the figure is shown, with both times, and blames nobody.
    """
    return max(0, said.logged_ms - said.header.created_ms - said.header.clock_uncertainty_ms)


def stamp_words(said: Said, time: "dict[int, str]") -> str:
    """Both times of a statement, and a flag where they are more than the alarm apart; `time` has the words for each.

    >>> from clearline.line.statement import Body, Header
    >>> from clearline.line.terms import By, Mode, Precedence
    >>> header = Header("a", "b", Mode.ACTUAL, Precedence.ROUTINE, By.MACHINE, "", "", 0)
    >>> stamp_words(Said("", 0, 7_200_000, header, Body()), {0: "08:00Z", 7_200_000: "10:00Z"})
    'dated 08:00Z by its author, logged 10:00Z here: 120 min 0 s later'
    """
    header = said.header
    words = f"dated {time[header.created_ms]} by its author, logged {time[said.logged_ms]} here"
    late_s = backdated_ms(said) // 1000
    early_ms = header.created_ms - said.logged_ms - header.clock_uncertainty_ms
    if late_s * 1000 >= ALARM_MS:
        return f"{words}: {late_s // 60} min {late_s % 60} s later"
    return f"{words}: its author's clock is ahead" if early_ms > ALARM_MS else words


def _first_if(first: bool, second: bool) -> Order:  # noqa: FBT001 - two halves of one question
    return Order.FIRST if first else Order.SECOND if second else Order.UNDETERMINED
