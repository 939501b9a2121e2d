"""Laws of extents: touching is symmetric and closed, holding is pointwise, a merge holds all its parts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearline.airspace.extent import Extent, Lack, Span, lack_of, merge_extents, touches

_LONG_AGO_US = -100


def _spans() -> st.SearchStrategy[Span]:
    pairs = st.tuples(st.integers(0, 4), st.integers(0, 4)).map(sorted)
    return st.builds(lambda heights, times: Span(float(heights[0]), float(heights[1]), *times), pairs, pairs)


@st.composite
def _extents(draw: st.DrawFn) -> Extent:
    cells = tuple(sorted(draw(st.sets(st.integers(0, 4), min_size=1, max_size=4))))
    count = draw(st.sampled_from((1, len(cells))))
    return Extent(cells, tuple(draw(_spans()) for _ in range(count)))


def _points(extent: Extent) -> set[tuple[int, int, int]]:
    """Every whole point (cell, metre, microsecond) of an extent: with whole bounds these say all."""
    return {
        (cell, height, time)
        for place, cell in enumerate(extent.cells)
        for height in range(5)
        for time in range(5)
        if extent.span_of(place).low_m <= height <= extent.span_of(place).high_m
        and extent.span_of(place).start_us <= time <= extent.span_of(place).end_us
    }


@given(one=_extents(), other=_extents())
def test_touches_is_symmetric_and_means_a_common_point(one: Extent, other: Extent) -> None:
    assert touches(one, other) == touches(other, one) == bool(_points(one) & _points(other))


@given(outer=_extents(), inner=_extents(), from_us=st.integers(-1, 6))
def test_an_extent_holds_another_when_it_holds_every_later_point(outer: Extent, inner: Extent, from_us: int) -> None:
    later = {point for point in _points(inner) if point[2] >= from_us}
    assert (lack_of(outer, inner, from_us=from_us) is None) == (later <= _points(outer))


@given(extents=st.lists(_extents(), min_size=1, max_size=4))
def test_a_merge_holds_its_parts_and_uses_no_other_cell(extents: list[Extent]) -> None:
    merged = merge_extents(extents)
    for part in extents:
        assert lack_of(merged, part, from_us=_LONG_AGO_US) is None
    assert set(merged.cells) == {cell for part in extents for cell in part.cells}
    for place, cell in enumerate(merged.cells):
        used = [span for part in extents if (span := part.span_in(cell)) is not None]
        hull = merged.span_of(place)
        assert hull.low_m == min(span.low_m for span in used)
        assert hull.high_m == max(span.high_m for span in used)
        assert hull.start_us == min(span.start_us for span in used)
        assert hull.end_us == max(span.end_us for span in used)


@given(extent=_extents())
def test_the_hull_is_the_smallest_span_that_holds_every_cells(extent: Extent) -> None:
    spans = [extent.span_of(place) for place in range(len(extent.cells))]
    assert extent.hull == Span(
        min(span.low_m for span in spans),
        max(span.high_m for span in spans),
        min(span.start_us for span in spans),
        max(span.end_us for span in spans),
    )


@given(extent=_extents(), cell=st.integers(-1, 6))
def test_span_in_finds_a_cell_or_says_that_it_is_not_used(extent: Extent, cell: int) -> None:
    expected = extent.span_of(extent.cells.index(cell)) if cell in extent.cells else None
    assert extent.span_in(cell) == expected


def test_one_span_for_all_where_every_cell_has_the_same() -> None:
    span = Span(0.0, 1.0, 0, 1)
    assert merge_extents((Extent((1, 2), (span,)), Extent((3,), (span,)))) == Extent((1, 2, 3), (span,))
    wider = Span(0.0, 2.0, 0, 1)
    assert merge_extents((Extent((1, 2), (span,)), Extent((3,), (wider,)))).spans == (span, span, wider)


def test_merging_one_gives_it_back() -> None:
    one = Extent((1, 2), (Span(0.0, 1.0, 0, 1), Span(0.0, 1.0, 0, 1)))
    assert merge_extents((one,)) is one


def test_what_is_short_is_named() -> None:
    outer = Extent((1, 2), (Span(10.0, 20.0, 100, 200),))
    for inner, lack in (
        (Extent((1, 3), (Span(10.0, 20.0, 100, 200),)), Lack.AREA),
        (Extent((1,), (Span(9.0, 20.0, 100, 200),)), Lack.ALTITUDES),
        (Extent((1,), (Span(10.0, 21.0, 100, 200),)), Lack.ALTITUDES),
        (Extent((1,), (Span(10.0, 20.0, 99, 200),)), Lack.TIMES),
        (Extent((1,), (Span(10.0, 20.0, 100, 201),)), Lack.TIMES),
        (Extent((1, 2), (Span(10.0, 20.0, 100, 200),)), None),
    ):
        assert lack_of(outer, inner, from_us=0) == lack
    # What lies before is over and needs no holding, be it a part of the time or a whole cell.
    assert lack_of(outer, Extent((1,), (Span(10.0, 20.0, 0, 200),)), from_us=100) is None
    assert lack_of(outer, Extent((3,), (Span(0.0, 99.0, 0, 99),)), from_us=100) is None


@pytest.mark.parametrize(
    ("low_m", "high_m", "start_us", "end_us"),
    [(2.0, 1.0, 0, 0), (float("nan"), 1.0, 0, 0), (0.0, float("nan"), 0, 0), (0.0, 1.0, 1, 0)],
)
def test_a_span_refuses_to_be_upside_down(low_m: float, high_m: float, start_us: int, end_us: int) -> None:
    with pytest.raises(ValueError, match=r"upside down|ends before"):
        Span(low_m, high_m, start_us, end_us)


@pytest.mark.parametrize(
    ("cells", "count"), [((), 1), ((2, 1), 1), ((1, 1), 1), ((1, 2, 3), 2), ((1, 2), 0), ((1,), 2)]
)
def test_an_extent_refuses_cells_out_of_order_and_spans_that_do_not_fit(cells: tuple[int, ...], count: int) -> None:
    with pytest.raises(ValueError, match=r"at least one cell|ascending order|spans for"):
        Extent(cells, (Span(0.0, 1.0, 0, 1),) * count)
