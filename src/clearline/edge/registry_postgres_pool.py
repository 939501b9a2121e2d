"""A few connections to the shared database, lent one at a time.

The one idea: a connection on which anything went wrong is not lent again. Whoever finds none waits for one.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from uuid import uuid4

from clearline.edge.registry_postgres_link import Connection, connect
from clearline.edge.registry_postgres_schema import queries

__all__ = ["Pool"]


class Pool:
    """At most `most` connections, made when they are needed."""

    def __init__(self, dsn: str, most: int) -> None:
        self._dsn = dsn
        self._free: list[Connection] = []
        self._places = asyncio.Semaphore(most)
        self._closed = False

    @asynccontextmanager
    async def line(self) -> AsyncGenerator[Connection]:
        """Lend a connection. Raises StoreUnavailableError if none can be made."""
        async with self._places:
            connection = self._take() or await self._new()
            try:
                yield connection
            except BaseException:
                connection.terminate()
                raise
            if self._closed:
                connection.terminate()
            else:
                self._free.append(connection)

    def hang_up(self) -> None:
        """Drop the connections, those that are lent when they come back."""
        self._closed = True
        while self._free:
            self._free.pop().terminate()

    def _take(self) -> Connection | None:
        while self._free:
            connection = self._free.pop()
            if not connection.is_closed():
                return connection
        return None

    async def _new(self) -> Connection:
        """Connect, and commit something.

        After a crash a primary may show commits that its replica has not heard of; one of our own stands behind them.
        """
        connection = await connect(self._dsn)
        try:
            await connection.execute(queries()["tables_decide"], uuid4())
        except BaseException:
            connection.terminate()
            raise
        return connection
