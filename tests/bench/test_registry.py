"""The load on a registry does what a USS does, and what it counts is what happened."""

import asyncio
from pathlib import Path

import pytest

from bench.registry_burst import burst
from bench.registry_line import Line, LineLost
from bench.registry_load import Loaded, put_load
from bench.registry_server import free_port, served, token_for
from bench.registry_start import cold_start_s


def test_each_load_is_accepted_and_counted(tmp_path: Path) -> None:
    tokens = [token_for(f"load-{number}") for number in range(3)]
    with served("memory", tmp_path) as (instance,):
        for mode in ("apart", "overlap", "cell"):
            loaded = asyncio.run(put_load([instance.base], tokens, mode, 0.4))
            assert not loaded.errors, mode
            assert loaded.put_s, mode
            assert loaded.requests >= len(loaded.put_s) + loaded.refused + loaded.flights
            assert (loaded.flights > 0) == (mode == "cell")
            assert (loaded.refused > 0) == (mode != "apart")
        made = asyncio.run(burst(instance.base, tokens[0], lines_count=4))
        assert {len(calls) for calls in made.values()} == {500}


def test_a_start_is_timed_until_the_first_answer(tmp_path: Path) -> None:
    took_s, cpu_s = cold_start_s(f"sqlite:{tmp_path}/registry.db", tmp_path)
    assert cpu_s > 0.0
    assert 0.05 < took_s < 30.0


def test_a_registry_that_does_not_come_up_is_no_measurement(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="names no store"), served("nowhere", tmp_path):
        pass


def test_a_line_says_when_nobody_answers() -> None:
    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.close()

    async def work() -> None:
        port = free_port()
        server = await asyncio.start_server(silent, "127.0.0.1", port)
        async with server, Line(f"http://127.0.0.1:{port}", "token") as line:
            await line.ask("GET", "/")

    with pytest.raises(LineLost):
        asyncio.run(work())


def test_the_part_of_the_puts_that_was_answered_within_a_time() -> None:
    loaded = Loaded(put_s=[number / 1_000.0 for number in range(100, 0, -1)])
    assert [round(loaded.put_ms(part)) for part in (0.5, 0.95, 0.99)] == [51, 96, 100]
