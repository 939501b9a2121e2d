"""Every row that needs nothing but this package and shapely, at a tiny size: it runs, and a wrong answer fails it."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from bench.command import write_side
from bench.generator import operation, volume_of, world
from bench.memory import measure_memory
from bench.ours import Compiled
from bench.peers import SqliteRTree, StrTree
from bench.plane import assert_same, keys, on_plane
from bench.report import page, print_tables, target_table
from bench.timing import (
    Measured,
    Missing,
    Table,
    Target,
    best,
    cpu_of_process_s,
    measured_from_json,
    measured_to_json,
    percentiles_us,
    tried,
)
from clearline.conflict.fast import core_available
from clearline.wire.formats import read_any
from clearline.wire.reading import Supplied
from tests.tidy.tree import ROOT


def test_peers_find_what_clearline_finds() -> None:
    assert core_available()
    batch = world(4_000, seed=9)
    plain = on_plane(batch)
    mine = keys(*Compiled(batch).join().pairs, len(batch))
    assert len(mine) > 10
    for peer in (StrTree(plain), SqliteRTree(plain, 1_767_225_600_000)):
        theirs = keys(*peer.join(), len(batch))
        assert_same(mine, theirs, lambda number: volume_of(batch, number), len(batch), "peer")


def test_a_pair_too_many_or_too_few_fails_the_run() -> None:
    batch = world(4_000, seed=9)
    mine = keys(*Compiled(batch).join().pairs, len(batch))
    with pytest.raises(AssertionError, match="no tolerance is so wide"):
        assert_same(mine, mine[1:], lambda number: volume_of(batch, number), len(batch), "peer")
    with pytest.raises(AssertionError, match="Clearline is wrong"):
        assert_same(mine[1:], mine, lambda number: volume_of(batch, number), len(batch), "peer")


def test_an_activity_is_asked_about_as_if_it_were_joined() -> None:
    batch, asked = world(3_000, seed=2), operation(10, 3)
    ours = Compiled(batch).query(asked).pairs
    theirs = StrTree(on_plane(batch)).query(on_plane(asked))
    assert set(zip(ours.first.tolist(), ours.second.tolist(), strict=True)) == set(
        zip(theirs.first.tolist(), theirs.second.tolist(), strict=True)
    )


def test_memory_is_measured_but_judged_only_at_its_size() -> None:
    measured = measure_memory(2_000)
    assert float(measured.tables[0].rows[1][1]) >= 0.0 and not measured.targets


def test_a_side_is_written_as_it_is(tmp_path: Path) -> None:
    batch = world(40, seed=6)
    write_side(batch, "ALPHA", range(0, 40, 2), tmp_path / "alpha.geojson")
    _, reading = read_any((tmp_path / "alpha.geojson").read_bytes(), source="alpha", supplied=Supplied())
    assert [activity.ident for activity in reading.activities] == [f"ALPHA-{number}" for number in range(0, 40, 2)]
    for activity, number in zip(reading.activities, range(0, 40, 2), strict=True):
        (read,), made = activity.volumes, volume_of(batch, number)
        assert (read.shape, read.band, read.window) == (made.shape, made.band, made.window)


def test_figures_are_the_least_and_the_middle() -> None:
    spent_s, answer = best(lambda: sum(range(1000)), 3)
    assert 0.0 <= spent_s < 1.0 and answer == 499_500
    assert percentiles_us([0.001] * 99 + [1.0]) == pytest.approx((1_000.0, 10_990.0))
    assert cpu_of_process_s(1) >= 0.0


def test_a_section_that_fails_is_shown_and_does_not_stop_the_others(tmp_path: Path) -> None:
    """Run without the peers' packages in sight, so that one section must fail and another need not."""
    command = [sys.executable, "-m", "bench", "--quick", "--only", "tactical", "memory"]
    (tmp_path / "bluesky").mkdir()
    (tmp_path / "bluesky" / "__init__.py").write_text("raise ImportError('no peer here')\n", "utf-8")
    done = subprocess.run(
        command, cwd=ROOT, env={"PYTHONPATH": str(tmp_path)}, capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 1
    assert "no peer here" in done.stderr and "FAILED tactical: it ended with status 1" in done.stdout
    assert "the store, by its own count" in done.stdout


def test_a_page_says_everything_once(capsys: pytest.CaptureFixture[str]) -> None:
    table = Table("A table", [["what", "s"], ["a row", "1"], ["another", "NOT RUN: why"]], ["a note"])
    measured = Measured([table], [Target("a figure", "2", "1", "3", False), Target("another", "2", "1", "3", None)])
    assert measured_from_json(json.loads(json.dumps(measured_to_json(measured)))) == measured
    text = page(target_table(measured.targets), measured.tables, ["a section: why"])
    assert "| a figure | 2 | 1 | 3 | NO |" in text and "| another | NOT RUN: why |" in text
    assert "* a note" in text and "**Failed:** a section: why" in text
    print_tables(measured)
    printed = capsys.readouterr().out
    assert "another  NOT RUN: why" in printed and "* a note" in printed


def test_keys_are_sorted_and_have_the_lower_number_first() -> None:
    assert keys(np.array([5, 1]), np.array([2, 3]), 10).tolist() == [13, 25]


def test_a_peer_that_breaks_or_is_not_there_is_a_row_that_says_so() -> None:
    def broken() -> list[str]:
        raise ValueError("it fell\nover")

    def missing() -> list[str]:
        raise Missing("install it to have this row")

    failures: list[str] = []
    assert tried("a", lambda: ["a", "1", "2"], 3, failures) == ["a", "1", "2"]
    assert tried("b", missing, 3, failures) == ["b", "NOT RUN: install it to have this row", ""]
    assert not failures
    assert tried("c", broken, 3, failures) == ["c", "FAILED: ValueError: it fell over", ""]
    assert failures == ["c: ValueError: it fell over"]
