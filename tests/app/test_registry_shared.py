"""The log of a shared database is read again and pruned from the command line, while an instance goes on."""

import asyncio
import json

from click.testing import CliRunner, Result

from clearline.app.registry_shared import replay_shared
from clearline.cli.registry import registry_command
from clearline.edge.registry_port import Asked
from clearline.edge.registry_postgres_log import LogStore
from clearline.wire.registry_log import LogEntry
from tests.edge.postgres import shared_dsn
from tests.registry.players import Players


def _ran(*words: str) -> Result:
    return CliRunner().invoke(registry_command, list(words))


def test_replay_and_prune_beside_an_instance() -> None:
    dsn = shared_dsn()

    async def story() -> list[Result]:
        store = await LogStore.open(dsn)
        players = Players(4)
        for number in range(60):
            step = players.step()
            players.hear(await store.transact(Asked(step.call, step.client, step.now_us, str(number)), step.rule))
        asked = (
            ("replay", "--store", dsn),
            ("replay", "--store", dsn, "--log"),
            ("replay", "--store", dsn, "--state"),
            ("prune", "--store", dsn, "--keep-days", "1"),
        )
        results = [await asyncio.to_thread(_ran, *words) for words in asked]
        await store.close()
        return results

    told, log, state, pruned = asyncio.run(story())
    assert [one.exit_code for one in (told, log, state, pruned)] == [0, 0, 0, 0]
    assert "held against 1 images of it: 0 differ" in told.output
    heard: list[LogEntry] = []
    found = replay_shared(dsn, heard=lambda _, entry: heard.append(entry))
    assert len(log.output.splitlines()) == len(heard) > 10
    assert {json.loads(line)["client"] for line in log.output.splitlines()} == {entry.client for entry in heard}
    assert len(state.output.splitlines()) == len(found.state) > 0
    assert pruned.output == "rows of the log that were older than 1 d, and are gone: 0\n"


def test_what_cannot_be_read_is_said_in_one_line() -> None:
    for words, said in (
        (("replay",), "one of them"),
        (("replay", "file.db", "--store", "postgresql://x"), "one of them"),
        (("replay", "--store", "memory"), "names no shared store"),
        (("prune", "--store", "sqlite:registry.db"), "names no shared store"),
        (("prune", "--store", "postgresql://postgres@127.0.0.1:1/postgres"), "cannot be reached"),
        (("replay", "--store", shared_dsn()), "no registry is kept in this database"),
    ):
        result = _ran(*words)
        assert result.exit_code == 3, result.output
        assert said in result.output
        assert "Traceback" not in result.output
