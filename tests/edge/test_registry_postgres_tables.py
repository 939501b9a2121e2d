"""The table store keeps the contract."""

from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

from clearline.edge.registry_port import Store
from clearline.edge.registry_postgres_tables import TableStore
from tests.edge.postgres import shared_dsn
from tests.edge.registry_contract import RegistryContract


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
