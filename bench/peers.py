"""The peers that find pairs among volumes in this process: STRtree, R*-trees of libspatialindex and SQLite, DuckDB.

The one idea: each peer is used as its own manual says it is fast: bulk loading, one call for many, its index over as
many of the four dimensions as it can hold; what it cannot decide itself numpy and GEOS decide.
"""

import sqlite3
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

import numpy as np
import shapely
from numpy.typing import NDArray

from bench.plane import Plain
from clearline.space.wgs84 import Floats

__all__ = ["DuckDb", "Joiner", "LibSpatialIndex", "PairArrays", "SqliteRTree", "StrTree", "boxes_of"]

Rows = NDArray[np.intp]

_BLOCK = 20_000  # volumes asked about in one call: bounds the memory that candidates take


class PairArrays(NamedTuple):
    """Pairs of volumes, first[k] with second[k]."""

    first: Rows
    second: Rows


class Joiner(Protocol):
    """Something that holds volumes and finds all pairs that meet."""

    def join(self) -> PairArrays:
        """All pairs that meet in place, height and time."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class _Boxes:
    """Four-dimensional boxes: metres, metres, seconds of the day, metres; (n, 4) each."""

    low: Floats
    high: Floats


def boxes_of(plain: Plain, epoch_ms: int) -> _Boxes:
    """The boxes of some volumes, times in seconds from `epoch_ms`."""
    west, south, east, north = plain.bounds_m.T
    low = np.stack((west, south, (plain.start_ms - epoch_ms) / 1000.0, plain.low_m), axis=1)
    high = np.stack((east, north, (plain.end_ms - epoch_ms) / 1000.0, plain.high_m), axis=1)
    return _Boxes(np.ascontiguousarray(low), np.ascontiguousarray(high))


def _decide(plain: Plain, first: Rows, second: Rows) -> PairArrays:
    """Of candidates, those that meet: time and height by numpy, shapes by GEOS."""
    kept = (first < second) & plain.meet_in_time_and_height(first, second)
    first, second = first[kept], second[kept]
    kept = shapely.intersects(plain.polygons[first], plain.polygons[second])
    return PairArrays(first[kept], second[kept])


def _together(blocks: list[PairArrays]) -> PairArrays:
    return PairArrays(np.concatenate([b.first for b in blocks]), np.concatenate([b.second for b in blocks]))


class StrTree:
    """shapely's STRtree over bounding boxes; numpy for time and height, GEOS for shapes. It cannot be added to."""

    def __init__(self, plain: Plain) -> None:
        self._plain = plain
        self._tree = shapely.STRtree(plain.polygons)

    def join(self) -> PairArrays:
        """See `Joiner`."""
        polygons = self._plain.polygons
        blocks: list[PairArrays] = []
        for begin in range(0, len(polygons), _BLOCK):
            asked, found = self._tree.query(polygons[begin : begin + _BLOCK])
            blocks.append(_decide(self._plain, asked + begin, found))
        return _together(blocks)

    def query(self, asked: Plain) -> PairArrays:
        """The pairs of volumes asked about with volumes held."""
        i, j = self._tree.query(asked.polygons)
        kept = _meet_between(asked, i, self._plain, j)
        return PairArrays(i[kept], j[kept])


def _meet_between(asked: Plain, i: Rows, held: Plain, j: Rows) -> Rows:
    kept = np.flatnonzero(
        (asked.low_m[i] <= held.high_m[j])
        & (held.low_m[j] <= asked.high_m[i])
        & (asked.start_ms[i] <= held.end_ms[j])
        & (held.start_ms[j] <= asked.end_ms[i])
    )
    return kept[shapely.intersects(asked.polygons[i[kept]], held.polygons[j[kept]])]


class LibSpatialIndex:
    """An R*-tree of libspatialindex (the rtree package) over all four dimensions, loaded in bulk."""

    def __init__(self, plain: Plain, epoch_ms: int) -> None:
        from rtree import index

        self._plain, self._epoch_ms = plain, epoch_ms
        self._boxes = boxes_of(plain, epoch_ms)
        settings = index.Property(dimension=4)
        ids = np.arange(len(plain), dtype=np.int64)
        self._index: Any = index.Index((ids, self._boxes.low, self._boxes.high), properties=settings)

    def join(self) -> PairArrays:
        """See `Joiner`."""
        blocks: list[PairArrays] = []
        for begin in range(0, len(self._plain), _BLOCK):
            rows = slice(begin, begin + _BLOCK)
            found, counts = self._index.intersection_v(self._boxes.low[rows], self._boxes.high[rows])
            asked = np.repeat(np.arange(len(counts)), counts.astype(np.intp)) + begin
            blocks.append(_decide(self._plain, asked, found.astype(np.intp)))
        return _together(blocks)

    def query(self, asked: Plain) -> PairArrays:
        """The pairs of volumes asked about with volumes held."""
        boxes = boxes_of(asked, self._epoch_ms)
        found, counts = self._index.intersection_v(boxes.low, boxes.high)
        i, j = np.repeat(np.arange(len(counts)), counts.astype(np.intp)), found.astype(np.intp)
        kept = _meet_between(asked, i, self._plain, j)
        return PairArrays(i[kept], j[kept])

    def add_and_remove(self, asked: Plain, first_id: int) -> None:
        """Add some volumes' boxes one by one, as it must be once the tree is there, and take them out again."""
        boxes = boxes_of(asked, self._epoch_ms)
        both = np.concatenate((boxes.low, boxes.high), axis=1)
        for number, box in enumerate(both):
            self._index.insert(first_id + number, box)
        for number, box in enumerate(both):
            self._index.delete(first_id + number, box)


class SqliteRTree:
    """SQLite's R*-tree over all four dimensions, in memory, then numpy and GEOS."""

    _COLUMNS = "id, x0, x1, y0, y1, t0, t1, h0, h1"
    _OVERLAP = (
        "b.x0 <= a.x1 AND b.x1 >= a.x0 AND b.y0 <= a.y1 AND b.y1 >= a.y0 "
        "AND b.t0 <= a.t1 AND b.t1 >= a.t0 AND b.h0 <= a.h1 AND b.h1 >= a.h0"
    )

    def __init__(self, plain: Plain, epoch_ms: int) -> None:
        self._plain, self._epoch_ms = plain, epoch_ms
        self._base = sqlite3.connect(":memory:", isolation_level=None)
        self._base.execute(f"CREATE VIRTUAL TABLE box USING rtree({self._COLUMNS})")
        self._base.execute("CREATE TABLE asked(id INTEGER PRIMARY KEY, x0, x1, y0, y1, t0, t1, h0, h1)")
        self._insert("box", self._rows(plain, 0))

    def _rows(self, plain: Plain, first_id: int) -> list[tuple[float, ...]]:
        boxes = boxes_of(plain, self._epoch_ms)
        pairs = np.stack((boxes.low, boxes.high), axis=2).reshape(len(plain), 8)
        return [(first_id + number, *box) for number, box in enumerate(pairs.tolist())]

    def _insert(self, table: str, rows: list[tuple[float, ...]]) -> None:
        self._base.execute("BEGIN")
        self._base.executemany(f"INSERT INTO {table} VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
        self._base.execute("COMMIT")

    def _pairs(self, asked: str, *, once: bool) -> tuple[Rows, Rows]:
        extra = " AND b.id > a.id" if once else ""
        found = self._base.execute(f"SELECT a.id, b.id FROM {asked} a, box b WHERE {self._OVERLAP}{extra}")
        both = np.array(found.fetchall(), np.intp).reshape(-1, 2)
        return both[:, 0], both[:, 1]

    def join(self) -> PairArrays:
        """See `Joiner`."""
        return _decide(self._plain, *self._pairs("box", once=True))

    def query(self, asked: Plain) -> PairArrays:
        """The pairs of volumes asked about with volumes held."""
        self._insert("asked", self._rows(asked, 0))
        i, j = self._pairs("asked", once=False)
        self._base.execute("DELETE FROM asked")
        kept = _meet_between(asked, i, self._plain, j)
        return PairArrays(i[kept], j[kept])

    def add_and_remove(self, asked: Plain, first_id: int) -> None:
        """Add some volumes and take them out again, each in one transaction."""
        self._insert("box", self._rows(asked, first_id))
        self._base.execute("BEGIN")
        self._base.executemany("DELETE FROM box WHERE id = ?", [(first_id + number,) for number in range(len(asked))])
        self._base.execute("COMMIT")


class DuckDb:
    """DuckDB's range join over all four dimensions, on one thread, then numpy and GEOS."""

    _OVERLAP = (
        "a.x0 <= b.x1 AND a.x1 >= b.x0 AND a.y0 <= b.y1 AND a.y1 >= b.y0 "
        "AND a.t0 <= b.t1 AND a.t1 >= b.t0 AND a.h0 <= b.h1 AND a.h1 >= b.h0"
    )

    def __init__(self, plain: Plain, epoch_ms: int) -> None:
        import duckdb

        self._plain, self._epoch_ms = plain, epoch_ms
        self._base: Any = duckdb.connect(":memory:")
        self._base.execute("SET threads = 1")
        self._load("box", plain)

    def _load(self, table: str, plain: Plain) -> None:
        boxes = boxes_of(plain, self._epoch_ms)
        columns: dict[str, Any] = {"id": np.arange(len(plain), dtype=np.int64)}
        for number, name in enumerate("xyth"):
            columns[f"{name}0"] = np.ascontiguousarray(boxes.low[:, number])
            columns[f"{name}1"] = np.ascontiguousarray(boxes.high[:, number])
        self._base.execute(f"CREATE OR REPLACE TABLE {table} AS SELECT * FROM columns")

    def _pairs(self, asked: str, *, once: bool) -> tuple[Rows, Rows]:
        extra = " AND a.id < b.id" if once else ""
        found = self._base.execute(
            f"SELECT a.id AS i, b.id AS j FROM {asked} a JOIN box b ON {self._OVERLAP}{extra}"
        ).fetchnumpy()
        return np.asarray(found["i"], np.intp), np.asarray(found["j"], np.intp)

    def join(self) -> PairArrays:
        """See `Joiner`."""
        return _decide(self._plain, *self._pairs("box", once=True))

    def query(self, asked: Plain) -> PairArrays:
        """The pairs of volumes asked about with volumes held: a scan, for it has no index to use here."""
        self._load("asked", asked)
        i, j = self._pairs("asked", once=False)
        kept = _meet_between(asked, i, self._plain, j)
        return PairArrays(i[kept], j[kept])
