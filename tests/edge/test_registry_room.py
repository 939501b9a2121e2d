"""A registry takes in nothing more while its disk still has room for what was begun, and says so."""

import asyncio
from pathlib import Path

import pytest

from clearline.edge.registry_memory import MemoryStore
from clearline.edge.registry_port import StoreUnavailableError
from clearline.edge.registry_room import RoomyStore, kept_free_bytes
from clearline.registry.view import Outcome, View
from tests.edge.registry_calls import Registry, extent, ident
from tests.edge.test_registry_sqlite import asked, held, putting


def _there(view: View) -> Outcome[bool]:
    return Outcome(view.intent(held(1).ident) is not None)


def test_nothing_is_taken_in_without_room_and_everything_is_found(tmp_path: Path) -> None:
    least = [0]
    store = RoomyStore(MemoryStore(), tmp_path / "r.db", lambda: least[0])

    async def story() -> None:
        await store.transact(asked(), putting(held(1)))
        least[0] = store.room_bytes() * 2
        with pytest.raises(StoreUnavailableError, match="disk is nearly full"):
            await store.transact(asked(), putting(held(2)))
        assert await store.read(_there)
        least[0] = 1
        await store.transact(asked(), putting(held(2)))
        await store.close()

    asyncio.run(story())


def test_a_client_is_told_that_it_may_come_again(tmp_path: Path) -> None:
    registry = Registry(store=RoomyStore(MemoryStore(), tmp_path / "r.db", lambda: 1 << 62))
    body = {"extents": [extent()], "state": "Accepted", "uss_base_url": "https://uss.example"}
    answer = registry.call("PUT", f"/dss/v1/operational_intent_references/{ident(1)}", body)
    assert answer.status == 503 and "nearly full" in answer.text("message")
    assert registry.call("GET", "/readyz", authorization=None).status == 200, "searches go on"


def test_what_is_left_free_grows_with_what_an_image_takes() -> None:
    assert kept_free_bytes(0) == 64 * 1_048_576
    assert kept_free_bytes(100_000) - kept_free_bytes(0) == 102_400_000
