"""Where and when something is, as coarsely as the standard lets a registry keep it.

The one idea: cells instead of shapes (F3548 DSS0010: a registry keeps no precise extents), and for every cell the
altitudes and the time in which the thing is there, so that a long route blocks each cell only while it passes.
Bounds are closed: touching is meeting.
"""

from dataclasses import dataclass

__all__ = ["Extent", "Span", "touches"]


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
        if any(later <= earlier for earlier, later in zip(self.cells, self.cells[1:], strict=False)):
            raise ValueError("the cells of an extent stand in ascending order, each once")
        if len(self.spans) not in (1, len(self.cells)):
            raise ValueError(f"{len(self.spans)} spans for {len(self.cells)} cells; one for all, or one for each")

    @property
    def hull(self) -> Span:
        """Return the smallest span that holds every cell's."""
        if len(self.spans) == 1:
            return self.spans[0]
        return Span(
            min(span.low_m for span in self.spans),
            max(span.high_m for span in self.spans),
            min(span.start_us for span in self.spans),
            max(span.end_us for span in self.spans),
        )

    def span_of(self, place: int) -> Span:
        """Return the span of the cell at this place of `cells`."""
        return self.spans[place if len(self.spans) > 1 else 0]


def touches(one: Extent, other: Extent) -> bool:
    """Tell whether the two share a cell whose altitudes and times touch."""
    places = {cell: place for place, cell in enumerate(other.cells)}
    for place, cell in enumerate(one.cells):
        there = places.get(cell)
        if there is not None and _meet(one.span_of(place), other.span_of(there)):
            return True
    return False


def _meet(one: Span, other: Span) -> bool:
    return (
        one.low_m <= other.high_m
        and other.low_m <= one.high_m
        and one.start_us <= other.end_us
        and other.start_us <= one.end_us
    )
