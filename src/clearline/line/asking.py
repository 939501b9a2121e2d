"""Questions about where the other side is: each one a record it can see, and only so many for an area and a day.

The one idea: asking tells the other side as much as it tells the asker; many small questions over one area are a
pattern, and the pattern is shown to the side that was asked, with the asker's own signatures.
"""

from collections import Counter
from dataclasses import dataclass
from typing import ClassVar

from clearline.line.ledger import Ledger
from clearline.line.statement import Body, Refused, Said, Utterance
from clearline.line.terms import Precedence

__all__ = [
    "BUDGET",
    "CELL_E7",
    "RULES",
    "Pattern",
    "Query",
    "QueryRefused",
    "accept_query",
    "decide_query",
    "patterns",
    "spent",
]

# A cell of a quarter degree is some 25 km wide: the size of an area a party would plan for. Twenty questions a day and
# cell is far more than planning takes (the busiest real line had 10 to 12 calls a day), and far too few to map a place.
CELL_E7 = 2_500_000
BUDGET = 20
MOST_CELLS = 10_000
_ANYWHERE = (1 << 60, 0)  # no cell of the ground
_DAY_MS = 86_400_000

RULES = {
    "Q1": "the day's budget of questions for this area is spent",
    "Q2": "a question names an area that is not upside down",
}


@dataclass(frozen=True, slots=True)
class Query(Body):
    """A question: what is planned or known in a box of latitudes and longitudes, and a time. Seen by the other side.

    Raises ValueError for a box that ends before it begins.
    """

    kind: ClassVar[str] = "query"
    south_e7: int
    west_e7: int
    north_e7: int
    east_e7: int
    start_ms: int
    end_ms: int
    purpose: str = ""

    def __post_init__(self) -> None:
        if self.north_e7 < self.south_e7 or self.east_e7 < self.west_e7 or self.end_ms < self.start_ms:
            raise ValueError(RULES["Q2"])

    def cells(self) -> list[tuple[int, int]]:
        """The cells the box touches, at most 10,000 of them; for a larger box one that stands for all the Earth."""
        rows = range(self.south_e7 // CELL_E7, self.north_e7 // CELL_E7 + 1)
        columns = range(self.west_e7 // CELL_E7, self.east_e7 // CELL_E7 + 1)
        if len(rows) * len(columns) > MOST_CELLS:
            return [_ANYWHERE]  # a question about a continent maps nothing; all of these have one budget
        return [(row, column) for row in rows for column in columns]


@dataclass(frozen=True, slots=True)
class QueryRefused(Body):
    """A question that was not answered, by the rule that forbids it."""

    kind: ClassVar[str] = "query_refused"
    rule: str


@dataclass(frozen=True, slots=True)
class Pattern:
    """Many questions of one party about one cell on one day (days since 1970-01-01), each signed by it."""

    party: str
    day: int
    cell: tuple[int, int]
    queries: tuple[str, ...]


def spent(ledger: Ledger, party: str, now_ms: int) -> Counter[tuple[int, int]]:
    """How many questions a party has asked today, by cell; by the clock of this node, which the asker does not set."""
    today = now_ms // _DAY_MS
    asked: Counter[tuple[int, int]] = Counter()
    for said, query in ledger.of(Query):
        if said.header.author == party and said.logged_ms // _DAY_MS == today:
            asked.update(query.cells())
    return asked


def decide_query(query: Query, peer: str, ledger: Ledger, *, now_ms: int) -> tuple[Utterance, ...] | Refused:
    """A question, if the day's budget allows it."""
    asked = spent(ledger, ledger.own, now_ms)
    full = [cell for cell in query.cells() if asked[cell] >= BUDGET]
    if full:
        return Refused("Q1", f"{RULES['Q1']} ({BUDGET}): {len(full)} of its cells; call the other side's watch instead")
    return (Utterance(peer, query, Precedence.PRIORITY),)


def accept_query(said: Said, ledger: Ledger) -> Refused | None:
    """Why a question that came in is not answered; None if it is to be, or is none. It is counted either way."""
    query = said.body
    if not isinstance(query, Query):
        return None
    asked = spent(ledger, said.header.author, said.logged_ms)
    # The ledger may hold this very question already; it is then one of those counted.
    allowed = BUDGET + (1 if ledger.get(said.record_id) is not None else 0)
    if any(asked[cell] >= allowed for cell in query.cells()):
        return Refused("Q1", RULES["Q1"])
    return None


def patterns(ledger: Ledger) -> list[Pattern]:
    """Every cell and day, by this node's clock, on which a party asked as often as its budget allows, or oftener."""
    found: dict[tuple[str, int, tuple[int, int]], list[str]] = {}
    for said, query in ledger.of(Query):
        day = said.logged_ms // _DAY_MS
        for cell in query.cells():
            found.setdefault((said.header.author, day, cell), []).append(said.record_id)
    return [
        Pattern(party, day, cell, tuple(ids)) for (party, day, cell), ids in sorted(found.items()) if len(ids) >= BUDGET
    ]
