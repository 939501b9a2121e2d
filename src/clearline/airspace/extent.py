"""Where and when something is, as coarsely as the standard lets a registry keep it.

The one idea: cells instead of shapes (F3548 DSS0010: a registry keeps no precise extents), and for every cell the
altitudes and the time in which the thing is there, so that a long route blocks each cell only while it passes.
Bounds are closed: touching is meeting.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from operator import lt

__all__ = ["Extent", "Lack", "Span", "lack_of", "merge_extents", "touches"]


@dataclass(frozen=True, slots=True)
class Span:
    """A closed band of altitude (metres above the WGS84 ellipsoid) and a closed time (microseconds since 1970 UTC).

    Microseconds because that is what the databases beneath a registry keep. An unbounded altitude is minus or plus
    infinity, an unbounded time the widest the caller can say. Raises ValueError where a bound is above the other.
    """

    low_m: float
    high_m: float
    start_us: int
    end_us: int

    def __post_init__(self) -> None:
        if not self.low_m <= self.high_m:
            raise ValueError(f"the altitudes {self.low_m} m to {self.high_m} m are upside down or not numbers")
        if self.start_us > self.end_us:
            raise ValueError("the time ends before it starts")

    def touches(self, other: "Span") -> bool:
        """Tell whether the altitudes touch and the times touch."""
        return (
            self.low_m <= other.high_m
            and other.low_m <= self.high_m
            and self.start_us <= other.end_us
            and other.start_us <= self.end_us
        )


@dataclass(frozen=True, slots=True)
class Extent:
    """Cells in ascending order, each once, and the span in which each is used: one for all, or one for each.

    `hull` is the smallest span that holds them all. Raises ValueError for no cells, cells out of order, or another
    number of spans.
    """

    cells: tuple[int, ...]
    spans: tuple[Span, ...]

    def __post_init__(self) -> None:
        if not self.cells:
            raise ValueError("an extent needs at least one cell")
        if not all(map(lt, self.cells, islice(self.cells, 1, None))):
            raise ValueError("the cells of an extent stand in ascending order, each once")
        if len(self.spans) not in (1, len(self.cells)):
            raise ValueError(f"{len(self.spans)} spans for {len(self.cells)} cells; one for all, or one for each")

    @property
    def hull(self) -> Span:
        """Return the smallest span that holds every cell's."""
        return self.spans[0] if len(self.spans) == 1 else _hull(self.spans)

    def span_of(self, place: int) -> Span:
        """Return the span of the cell at this place of `cells`."""
        return self.spans[place if len(self.spans) > 1 else 0]

    def span_in(self, cell: int) -> Span | None:
        """Return the span of this cell; None if the extent does not use it."""
        place = bisect_left(self.cells, cell)
        if place == len(self.cells) or self.cells[place] != cell:
            return None
        return self.span_of(place)


class Lack(StrEnum):
    """What an extent that ought to hold another falls short of."""

    AREA = "area"
    ALTITUDES = "altitudes"
    TIMES = "times"


def touches(one: Extent, other: Extent) -> bool:
    """Tell whether the two share a cell whose altitudes and times touch."""
    for place, cell in enumerate(one.cells):
        there = other.span_in(cell)
        if there is not None and there.touches(one.span_of(place)):
            return True
    return False


def lack_of(outer: Extent, inner: Extent, *, from_us: int) -> Lack | None:
    """Return what the outer extent falls short of to hold the inner one from the given time on; None if it holds it.

    What lies before `from_us` (microseconds) is over and needs no holding.
    """
    for place, cell in enumerate(inner.cells):
        needed = inner.span_of(place)
        if needed.end_us < from_us:
            continue
        held = outer.span_in(cell)
        if held is None:
            return Lack.AREA
        if held.low_m > needed.low_m or held.high_m < needed.high_m:
            return Lack.ALTITUDES
        if held.start_us > max(needed.start_us, from_us) or held.end_us < needed.end_us:
            return Lack.TIMES
    return None


def merge_extents(extents: Sequence[Extent]) -> Extent:
    """Return the extent that holds them all: every cell that one of them uses, with the hull of the spans used there.

    One span for all where every cell has the same. Raises ValueError for none at all.
    """
    if len(extents) == 1:
        return extents[0]
    used: dict[int, list[Span]] = {}
    for extent in extents:
        for place, cell in enumerate(extent.cells):
            used.setdefault(cell, []).append(extent.span_of(place))
    cells = tuple(sorted(used))
    spans = tuple(_hull(used[cell]) for cell in cells)
    return Extent(cells, spans[:1] if all(span == spans[0] for span in spans) else spans)


def _hull(spans: Sequence[Span]) -> Span:
    if len(spans) == 1:
        return spans[0]
    return Span(
        min(span.low_m for span in spans),
        max(span.high_m for span in spans),
        min(span.start_us for span in spans),
        max(span.end_us for span in spans),
    )
