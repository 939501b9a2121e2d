"""All pairs among many volumes: the compiled core and five peers, the same answer asked of each.

The one idea: everything is in one process and one run, and every peer's pairs are held to ours. A peer that would take
many minutes at a size is left out there, and the table says so.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from bench.generator import MIDNIGHT_MS, volume_of, world
from bench.ours import Compiled
from bench.peers import DuckDb, Joiner, LibSpatialIndex, PairArrays, SqliteRTree, StrTree
from bench.plane import Plain, assert_same, keys, on_degrees, on_plane
from bench.postgis import PostGis, private_cluster
from bench.timing import Measured, Missing, Table, Target, best, say, tried

__all__ = ["TARGET_SIZE", "measure_pairs"]

TARGET_SIZE = 1_000_000

# DuckDB's join takes some 80 times longer for ten times the volumes: minutes at a million.
_DUCKDB_MOST = 200_000


_HEAD = ["what", "build, s", "join, s", "join: STRtree = 1", "both: STRtree = 1", "pairs that differ"]


class _Peer(NamedTuple):
    name: str
    build_s: float
    join_s: float
    found: PairArrays


def measure_pairs(count: int, repeats: int) -> Measured:
    """The table for one size, and the two targets if it is theirs."""
    batch = world(count)
    plain = on_plane(batch)
    say(f"{count:,} volumes made")
    build_s, ours = best(lambda: Compiled(batch), repeats)
    join_s, found = best(ours.join, repeats)
    mine = keys(*found.pairs, count)
    say(f"Clearline: {build_s:.3f} s to build, {join_s:.3f} s to join, {len(mine):,} pairs")
    strtree = _timed("shapely STRtree + numpy + GEOS", lambda: StrTree(plain), min(repeats, 2))

    def row(name: str, measure: Callable[[], _Peer]) -> list[str]:
        def held() -> list[str]:
            peer = measure()
            theirs = keys(*peer.found, count)
            differing = assert_same(mine, theirs, lambda number: volume_of(batch, number), count, name)
            return _row(peer, strtree, str(differing))

        return tried(name, held, len(_HEAD), failures)

    failures: list[str] = []
    rows = [_HEAD, _row(_Peer("Clearline, compiled", build_s, join_s, found.pairs), strtree, "-")]
    rows.append(row(strtree.name, lambda: strtree))
    rows.extend(row(name, measure) for name, measure in _slower_peers(plain).items())
    flat = keys(*StrTree(on_degrees(batch)).join(), count)
    notes = [
        f"{len(mine):,} pairs meet. Processor time on one thread; Clearline the best of {repeats}, STRtree of "
        f"{min(repeats, 2)}, the others once; PostGIS by its server's own processor time, its loading not counted.",
        "Clearline builds from flat arrays of latitude and longitude, its peers from finished polygons on a plane.",
        f"Clearline's join includes {found.unsure:,} pairs that were too near to touching for the compiled core and "
        "went to the exact engine. Pairs that differ were looked at one by one: each lies within what the two models "
        "of an edge and the tolerance of touching allow.",
        f"With latitude and longitude taken for a plane, as is often done, STRtree and GEOS miss "
        f"{len(np.setdiff1d(mine, flat)):,} of these pairs and invent {len(np.setdiff1d(flat, mine)):,}.",
    ]
    table = Table(f"All pairs among {count:,} volumes", rows, notes)
    targets = _targets(count, build_s, join_s, strtree) if count == TARGET_SIZE else []
    return Measured([table], targets, failures)


def _targets(count: int, build_s: float, join_s: float, strtree: _Peer) -> list[Target]:
    join_ratio = strtree.join_s / join_s
    both_ratio = (strtree.build_s + strtree.join_s) / (build_s + join_s)
    return [
        Target(
            f"{count:,} volumes, all pairs, prebuilt index", f"{join_ratio:.1f} x STRtree", ">= 30 x", "70 x",
            join_ratio >= 30.0,
        ),
        Target(
            "the same from decoded volumes, ingest included", f"{both_ratio:.1f} x STRtree", ">= 8 x", "16 x",
            both_ratio >= 8.0,
        ),
    ]  # fmt: skip


def _row(peer: _Peer, strtree: _Peer, differing: str) -> list[str]:
    join_ratio = strtree.join_s / peer.join_s
    both_ratio = (strtree.build_s + strtree.join_s) / (peer.build_s + peer.join_s)
    return [peer.name, f"{peer.build_s:.3f}", f"{peer.join_s:.3f}", f"{join_ratio:.3g}", f"{both_ratio:.3g}", differing]


def _timed(name: str, make: Callable[[], Joiner], repeats: int = 1) -> _Peer:
    build_s, peer = best(make, repeats)
    join_s, found = best(peer.join, repeats)
    say(f"{name}: {build_s:.3f} s to build, {join_s:.3f} s to join")
    return _Peer(name, build_s, join_s, found)


def _slower_peers(plain: Plain) -> dict[str, Callable[[], _Peer]]:
    """The other peers by name, each to be measured when it is called for."""

    def duckdb() -> _Peer:
        if len(plain) > _DUCKDB_MOST:
            raise Missing("it takes many minutes at this size")
        return _timed("DuckDB range join + GEOS", lambda: DuckDb(plain, MIDNIGHT_MS))

    def postgis() -> _Peer:
        with private_cluster() as backend:
            base = PostGis(backend, plain)
            join_s, pairs = base.join()
        say(f"PostGIS: {base.index_s:.3f} s to index, {join_s:.3f} s to join")
        return _Peer("PostGIS GiST(shape, window, band)", base.index_s, join_s, pairs)

    libspatialindex, sqlite = "libspatialindex R*-tree, 4D (rtree)", "SQLite R*Tree, 4D"
    return {
        libspatialindex: lambda: _timed(libspatialindex, lambda: LibSpatialIndex(plain, MIDNIGHT_MS)),
        sqlite: lambda: _timed(sqlite, lambda: SqliteRTree(plain, MIDNIGHT_MS)),
        "DuckDB range join + GEOS": duckdb,
        "PostGIS GiST(shape, window, band)": postgis,
    }
