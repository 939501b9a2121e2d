"""The table store keeps the contract, and its locks keep out no more than they must."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial, reduce
from operator import or_
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from clearline.airspace.subscription import Availability, UssState
from clearline.edge.registry_port import Store
from clearline.edge.registry_postgres_link import connect
from clearline.edge.registry_postgres_tables import TableStore
from clearline.edge.registry_postgres_view import Locks, uss_stripe
from clearline.registry.availability import SetAvailability, set_availability
from clearline.registry.intents import IntentChanged
from tests.edge.postgres import shared_dsn
from tests.edge.registry_contract import RegistryContract
from tests.edge.registry_pool_story import asked_by, put
from tests.registry.sky import NOW_US, extent, fresh, intent


@asynccontextmanager
async def _opened() -> AsyncGenerator[Store]:
    store = await TableStore.open(shared_dsn())
    yield store
    await store.close()


class TestTableStore(RegistryContract):
    """One instance over a database of its own."""

    seeds = 2

    def opened(self, folder: Path) -> AbstractAsyncContextManager[Store]:
        """Open one; it needs no folder."""
        del folder
        return _opened()


def test_who_looks_at_what_is_said_of_a_uss_waits_for_nobody_who_looks_and_who_says_it_waits() -> None:
    """Many put for one USS at a time; what the arbiter says of it comes in when none of them is under way."""

    async def story() -> None:
        dsn = shared_dsn()
        store = await TableStore.open(dsn)
        looking = await connect(dsn)
        await looking.execute("BEGIN")
        assert await looking.fetch("SELECT k FROM stripes WHERE k = $1 FOR SHARE", uss_stripe("uss1"))
        assert isinstance(await put(store, intent(1, extent(1)), 1), IntentChanged)
        command = SetAvailability("uss1", UssState.DOWN, "")
        rule = partial(set_availability, command=command, now_us=NOW_US, fresh=fresh(2))
        saying = asyncio.create_task(store.transact(asked_by("setUssAvailability", 2, "arbiter"), rule))
        await asyncio.sleep(0.3)
        assert not saying.done()
        await looking.execute("COMMIT")
        assert isinstance(await saying, Availability)
        looking.terminate()
        await store.close()

    asyncio.run(story())


@given(st.lists(st.builds(Locks, st.frozensets(st.integers(0, 9)), st.frozensets(st.integers(0, 9))), min_size=1))
def test_locks_together_cover_each_and_lock_no_row_in_two_ways(several: list[Locks]) -> None:
    together = reduce(or_, several, Locks())
    assert all(together.cover(one) for one in several)
    assert together.own == frozenset[int]().union(*(one.own for one in several))
    assert together.own | together.shared == frozenset[int]().union(*(one.own | one.shared for one in several))
    assert not together.own & together.shared
    assert not Locks(shared=together.own).cover(together) or not together.own, "who only looks has not locked"
