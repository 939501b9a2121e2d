"""The edge of the compiled core: what cannot be is refused with a sentence, and leaves everything as it was."""

import gc
import math
import threading
from collections.abc import Callable, Sized
from dataclasses import fields, replace
from typing import TYPE_CHECKING, cast

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from clearline.conflict.batch import FOREVER_MS, Batch
from clearline.conflict.engine import Reach
from clearline.conflict.fast import load_core, make_arrays, make_store

if TYPE_CHECKING:
    from clearline.conflict._core import Store

_HERE = Reach(0.0, 0.0, 0.0)


def _squares(count: int, lat_deg: float = 10.0, size_deg: float = 0.01) -> Batch:
    """Squares side by side along a parallel, each touching the next."""
    west = 20.0 + np.arange(count, dtype=np.float64) * size_deg
    lat = np.tile([lat_deg, lat_deg, lat_deg + size_deg, lat_deg + size_deg], count)
    lon = np.asarray(np.stack((west, west + size_deg, west + size_deg, west), axis=1).ravel(), np.float64)
    return Batch(
        lat, lon, np.arange(count + 1, dtype=np.int64) * 4, np.arange(count + 1, dtype=np.int64),
        np.ones(count, np.uint8), np.zeros(count), np.zeros(count, np.int64), np.full(count, 1_000, np.int64),
        np.zeros(count), np.ones(count), np.zeros(count, np.int32),
    )  # fmt: skip


def _pairs(store: "Store") -> list[list[int]]:
    found, states = store.join(False, 1)
    assert len(found) == len(states)
    return found.tolist()


_KINDS = [np.float64, np.float32, np.int64, np.int32, np.uint8, np.bool_, np.complex128]


@given(st.data())
def test_arrays_that_do_not_fit_together_are_refused_and_no_others(data: st.DataObject) -> None:
    """Any column of any kind and length, or changed in order: taken only if it is as it should be."""
    batch = _squares(3)
    names = [field.name for field in fields(Batch)]
    name = data.draw(st.sampled_from(names))
    column: NDArray[np.generic] = getattr(batch, name)
    wrong: object = data.draw(
        st.one_of(
            st.sampled_from(
                [None, 1.0, "text", [0.0], column[:-1], np.append(column, column[-1:]), column[:0], column[::2]]
            ),
            st.sampled_from(_KINDS).map(column.astype),
            st.just(np.stack((column, column))),
            st.just(np.asfortranarray(np.stack((column, column)))[0]),
            st.just(column.astype(column.dtype.newbyteorder())),
        )
    )
    right = (
        isinstance(wrong, np.ndarray)
        and wrong.dtype == column.dtype
        and wrong.shape == column.shape
        and wrong.flags.c_contiguous
    )
    columns = [wrong if other == name else getattr(batch, other) for other in names]
    make = cast("Callable[..., Sized]", load_core().Arrays)
    if right:
        assert len(make(*columns)) == 3
    else:
        with pytest.raises((TypeError, ValueError)):
            make(*columns)


_ASTRAY = {
    "part_offsets": (
        [0, 4, 8, 13],
        [0, 4, 8, 11],
        [1, 4, 8, 12],
        [0, 8, 4, 12],
        [0, -4, 8, 12],
        [0, 4, 2**62, 12],
        [-(2**63), 4, 8, 12],
    ),
    "volume_parts": (
        [0, 1, 2, 4],
        [0, 1, 2, 2],
        [1, 1, 2, 3],
        [0, 2, 1, 3],
        [0, -1, 2, 3],
        [0, 1, 2**62, 3],
        [0, 3],
        [],
        [0, 1, 2, 3, 3],
    ),
}


@pytest.mark.parametrize("name", sorted(_ASTRAY))
def test_offsets_that_lead_astray_are_refused(name: str) -> None:
    for offsets in _ASTRAY[name]:
        with pytest.raises(ValueError, match=name):
            make_arrays(replace(_squares(3), **{name: np.array(offsets, np.int64)}))
    # An empty list of offsets, or one part less than there are volumes.
    for offsets in ([], [0, 12]):
        with pytest.raises(ValueError, match=r"offsets|volume_parts"):
            make_arrays(replace(_squares(3), part_offsets=np.array(offsets, np.int64)))


def test_offsets_changed_afterwards_lead_nowhere() -> None:
    """What leads from one array into another was copied: a caller who changes it changes nothing."""
    batch = _squares(3)
    arrays = make_arrays(batch)
    batch.part_offsets[:] = 2**60
    batch.volume_parts[:] = -5
    store = make_store(_HERE)
    assert store.add(arrays).tolist() == [0, 1, 2]
    assert _pairs(store) == [[0, 1], [1, 2]]


_NUMBERS = [
    math.nan,
    math.inf,
    -math.inf,
    1e308,
    -1e308,
    5e-324,
    -0.0,
    0.0,
    1.0,
    -1.0,
    89.9999999,
    90.0,
    90.1,
    -180.0,
    360.0,
    361.0,
    1e7,
]
_WHOLE = [-(2**63), 2**63 - 1, 2**62, -1, 0, 1, 2**51, 2**51 + 1, -(2**51)]


@given(st.data())
def test_whatever_the_numbers_a_store_takes_all_or_nothing(data: st.DataObject) -> None:
    """Numbers of every sort in any column: taken or refused by ValueError; what is taken can be joined and asked."""
    batch = _squares(4)
    for name in data.draw(
        st.lists(st.sampled_from([field.name for field in fields(Batch)][:11]), min_size=1, max_size=4)
    ):
        if name in ("part_offsets", "volume_parts"):
            continue
        column = getattr(batch, name)
        value = data.draw(st.sampled_from(_NUMBERS if column.dtype == np.float64 else _WHOLE))
        if column.dtype != np.float64:
            value = int(np.clip(value, np.iinfo(column.dtype).min, np.iinfo(column.dtype).max))
        column[data.draw(st.integers(0, len(column) - 1))] = value
    for reach in (_HERE, Reach(5_000.0, math.inf, 1e9)):
        store = make_store(reach)
        store.add(make_arrays(_squares(2)))
        before = _pairs(store)
        try:
            ids = store.add(make_arrays(batch))
        except ValueError:
            assert len(store) == 2 and _pairs(store) == before
            assert store.add(make_arrays(_squares(1, -10.0))).tolist() == [2]
            continue
        assert ids.tolist() == [2, 3, 4, 5]
        joined = {tuple(pair) for pair in _pairs(store)}
        asked = {
            tuple(sorted((n + 2, key))) for n, key in store.query(make_arrays(batch), -1)[0].tolist() if n + 2 != key
        }
        assert {pair for pair in joined if pair[1] >= 2} == asked
        store.remove(ids)
        assert _pairs(store) == before


@pytest.mark.parametrize(
    ("column", "value", "told"),
    [
        ("lat_deg", 90.000001, "not on the Earth"),
        ("lon_deg", math.nan, "not on the Earth"),
        ("radius_m", -1.0, "radius"),
        ("radius_m", math.nan, "radius"),
        ("low_m", math.nan, "height that is not a number"),
        ("end_ms", -1, "ends before it starts"),
        ("start_ms", -(2**52), "71,000 years"),
    ],
)
def test_a_volume_that_cannot_be_is_named(column: str, value: float, told: str) -> None:
    batch = _squares(5)
    row = getattr(batch, column)
    row[len(row) * 3 // 5] = value
    with pytest.raises(ValueError, match=f"volume 3: .*{told}"):
        make_store(_HERE).add(make_arrays(batch))


def test_an_edge_too_long_to_bound_or_a_shape_round_the_earth_is_refused() -> None:
    long_edge = replace(_squares(1), lon_deg=np.array([20.0, 30.0, 30.0, 20.0]))
    with pytest.raises(ValueError, match="cut it along the geodesic"):
        make_store(_HERE).add(make_arrays(long_edge))
    round_it = replace(_squares(1), lon_deg=np.array([0.0, 90.0, 180.0, -90.0]))
    with pytest.raises(ValueError, match="more than a quarter of the Earth"):
        make_store(_HERE).add(make_arrays(round_it))


@pytest.mark.parametrize(
    "reach",
    [
        (-1.0, 0.0, 0.0), (math.nan, 0.0, 0.0), (2.1e7, 0.0, 0.0), (0.0, -1.0, 0.0), (0.0, math.nan, 0.0),
        (0.0, 0.0, -1.0), (0.0, 0.0, math.inf),
    ],
)  # fmt: skip
def test_a_reach_that_cannot_be_is_refused(reach: tuple[float, float, float]) -> None:
    with pytest.raises(ValueError, match="a reach must be"):
        load_core().Store(*reach)


def test_a_bad_volume_among_thousands_leaves_the_store_as_it_was() -> None:
    """Both ways in: few at a time straight into the store, and thousands by way of a copy in order of place."""
    store = make_store(_HERE)
    first = store.add(make_arrays(_squares(100)))
    store.remove(first[10:20])
    before, size = _pairs(store), store.memory_bytes()
    for count in (50, 6_000):
        batch = _squares(count, -30.0)
        batch.lat_deg[-1] = 91.0
        for _ in range(3):
            with pytest.raises(ValueError, match=f"volume {count - 1}"):
                store.add(make_arrays(batch))
        assert len(store) == 90 and _pairs(store) == before
    assert store.memory_bytes() < size + 2_000_000
    # Identifiers of removed volumes are used again, lowest first, as if nothing had been tried in between.
    assert store.add(make_arrays(_squares(12, -30.0))).tolist() == [*range(10, 20), 100, 101]


def test_removing_is_all_or_nothing() -> None:
    store = make_store(_HERE)
    store.add(make_arrays(_squares(4)))
    for wrong, told in (
        ([0, 4], "no volume 4"),
        ([1, -1], "no volume -1"),
        ([2, 2], "twice"),
        ([2**31 - 1], "no volume"),
    ):
        with pytest.raises(ValueError, match=told):
            store.remove(np.array(wrong, np.int32))
        assert len(store) == 4 and len(_pairs(store)) == 3
    remove = cast("Callable[..., None]", store.remove)
    for wrong in (np.array([0], np.int64), [0], np.zeros((1, 1), np.int32)):
        with pytest.raises(TypeError):
            remove(wrong)
    store.remove(np.array([0, 3], np.int32))
    with pytest.raises(ValueError, match="no volume 3"):
        store.remove(np.array([3], np.int32))
    assert len(store) == 2 and _pairs(store) == [[1, 2]]


def test_a_store_that_is_emptied_and_filled_again_does_not_grow() -> None:
    """The dead are cleared away when they are most of what is there."""
    store = make_store(_HERE)
    most = 0
    for turn in range(12):
        ids = store.add(make_arrays(_squares(2_000, -30.0 + turn)))
        assert sorted(ids.tolist()) == list(range(2_000))
        assert len(_pairs(store)) == 1_999
        most = max(most, store.memory_bytes()) if turn < 3 else most
        assert turn < 3 or store.memory_bytes() <= most * 1.5
        store.remove(ids)
        assert _pairs(store) == [] and len(store) == 0


def test_many_parts_survive_clearing_away() -> None:
    """A ring with a hole keeps its hole when the dead round it are dropped."""
    store = make_store(_HERE)
    dead = store.add(make_arrays(_squares(3_000)))
    ring = Batch(
        np.array([0.0, 0.0, 1.0, 1.0, 0.4, 0.4, 0.6, 0.6]), np.array([0.0, 1.0, 1.0, 0.0, 0.4, 0.6, 0.6, 0.4]),
        np.array([0, 4, 8], np.int64), np.array([0, 2], np.int64), np.ones(1, np.uint8), np.zeros(1),
        np.zeros(1, np.int64), np.full(1, FOREVER_MS, np.int64), np.zeros(1), np.ones(1), np.zeros(1, np.int32),
    )  # fmt: skip
    (kept,) = store.add(make_arrays(ring)).tolist()
    store.remove(dead)
    store.add(make_arrays(_squares(10)))
    spots = _squares(3)
    for number, (lat, lon) in enumerate(((0.5, 0.5), (0.2, 0.2), (2.0, 2.0))):
        spots.lat_deg[4 * number : 4 * number + 4] = lat + np.array([0.0, 0.0, 0.01, 0.01])
        spots.lon_deg[4 * number : 4 * number + 4] = lon + np.array([0.0, 0.01, 0.01, 0.0])
    assert store.query(make_arrays(spots), -1)[0].tolist() == [[1, kept]]


def test_parties_are_told_apart_only_if_asked() -> None:
    batch = replace(_squares(3), party=np.array([0, 0, 1], np.int32))
    store = make_store(_HERE)
    store.add(make_arrays(batch))
    assert store.join(False, 1)[0].tolist() == [[0, 1], [1, 2]]
    assert store.join(True, 1)[0].tolist() == [[1, 2]]
    asked = make_arrays(_squares(1))
    assert store.query(asked, -1)[0].tolist() == [[0, 0], [0, 1]]
    assert store.query(asked, 0)[0].tolist() == []


def test_many_threads_may_ask_and_change_one_store() -> None:
    store = make_store(_HERE)
    store.add(make_arrays(_squares(500)))
    asked, more = make_arrays(_squares(50)), make_arrays(_squares(20, -40.0))
    expected = store.query(asked, -1)[0].tolist()
    wrong: list[str] = []

    def work(number: int) -> None:
        for _ in range(60):
            if number == 0:
                store.remove(store.add(more))
            elif store.query(asked, -1)[0].tolist() != expected or len(store.join(False, 2)[0]) < 499:
                wrong.append(f"thread {number}")

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong and len(store) == 500


def test_answers_outlive_what_they_came_from() -> None:
    store = make_store(_HERE)
    ids = store.add(make_arrays(_squares(100)))
    found, states = store.join(False, 1)
    copy = found.copy(), states.copy(), ids.copy()
    del store
    gc.collect()
    assert np.array_equal(found, copy[0]) and np.array_equal(states, copy[1]) and np.array_equal(ids, copy[2])


def test_a_store_needs_a_reach_of_numbers() -> None:
    make = cast("Callable[..., object]", load_core().Store)
    for wrong in ((), (0.0,), ("a", "b", "c"), (None, None, None)):
        with pytest.raises(TypeError):
            make(*wrong)
    unmade = load_core().Store.__new__(load_core().Store)
    with pytest.warns(RuntimeWarning, match="uninitialized"), pytest.raises(TypeError):
        unmade.join(False, 1)


def test_columns_of_aircraft_that_cannot_be_are_refused() -> None:
    predicted = cast("Callable[..., tuple[NDArray[np.int32], object]]", load_core().predicted)
    right = [np.zeros(2) for _ in range(11)]
    assert predicted(*right, True, 1)[0].tolist() == [[0, 1]]
    for number in range(11):
        for wrong in (
            np.zeros(3),
            np.zeros(2, np.float32),
            np.full(2, math.nan),
            np.full(2, math.inf),
            np.full(2, -1e9),
        ):
            with pytest.raises((TypeError, ValueError)):
                predicted(*right[:number], wrong, *right[number + 1 :], True, 1)
    assert predicted(*right, True, -5)[0].tolist() == predicted(*right, True, 1000)[0].tolist() == [[0, 1]]


def test_times_and_heights_are_compared_exactly_though_boxes_round_them() -> None:
    """Far from where boxes count from, a box is wider than a second; what it holds is looked at again."""
    start_ms, low_m = 1_700_000_000_000, 8_848.0
    store = make_store(Reach(0.0, 300.0, 180.0))
    store.add(make_arrays(_squares(1, -50.0)))  # boxes count time from this one's start, in 1970
    one = replace(_squares(1), start_ms=np.array([start_ms]), end_ms=np.array([start_ms + 1]))
    store.add(make_arrays(replace(one, low_m=np.array([0.0]), high_m=np.array([low_m]))))
    asked = replace(
        _squares(4),
        lat_deg=np.tile(one.lat_deg, 4),
        lon_deg=np.tile(one.lon_deg, 4),
        start_ms=start_ms + 1 + 180_000 + np.array([0, 1, 0, 0]),
        end_ms=np.full(4, FOREVER_MS),
        low_m=low_m + 300.0 + np.array([0.0, 0.0, 0.0001, -0.0001]),
        high_m=np.full(4, math.inf),
    )
    assert store.query(make_arrays(asked), -1)[0].tolist() == [[0, 1], [3, 1]]
    store.add(make_arrays(asked))
    joined = [pair for pair in _pairs(store) if pair[0] == 1]
    assert joined == [[1, 2], [1, 5]]
