"""The log of a registry as a table of the shared database: where one instance stands in it, and how it appends.

The one idea: whoever appends moves the head of the log from the very row they have read. If somebody else was first,
nothing is written; so a row that went in proves that everything decided for it was decided on the latest state. No
instance is the elected one, and none has to be waited for when it dies. A row is appended without waiting for the disk
(the next one need not wait for it) and made safe afterwards, by a commit that waits, for many rows at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast
from uuid import UUID, uuid4

from clearline.edge.registry_postgres_link import Connection, connect
from clearline.edge.registry_postgres_schema import SchemaError, queries

__all__ = ["LogRow", "LogTail", "LostRowsError"]

_PAGE = 50  # rows of the log fetched at once; each may be a whole batch


class LostRowsError(SchemaError):
    """The log no longer holds a row that was read from it: the database went back in time.

    It crashed before the row was safe, a replica took over that had not been waited for, or a backup was restored.
    """

    def __init__(self, seq: int) -> None:
        problem = f"the database has lost row {seq} of the log"
        super().__init__(problem, "find out which copy of the database is the whole one, then start again")


@dataclass(frozen=True, slots=True)
class LogRow:
    """A row of the log: its number, the token of the attempt that wrote it, and the records of its entries."""

    seq: int
    token: UUID
    records: bytes


class LogTail:
    """Where an instance stands in the log (`seq`), and up to where that is safe (`safe_seq`).

    It has two connections: one that appends and reads, one that makes safe.
    """

    def __init__(self, dsn: str, reading: Connection, marking: Connection, seq: int, token: UUID) -> None:
        self._dsn = dsn
        self.connection = reading
        self._marking = marking
        self._instance = uuid4()
        self.seq = seq
        self._token = token
        self.safe_seq = -1
        self._safe_token: UUID | None = None

    async def append(self, token: UUID, records: bytes) -> bool:
        """Append a row after the one that is stood at; False if that is no longer the last one.

        The caller calls `stand` once the row is committed.
        """
        sql = queries()["log_append"]
        return await self.connection.execute(sql, self.seq + 1, token, records, self.seq, self._token) == "INSERT 0 1"

    def stand(self, seq: int, token: UUID) -> None:
        """Stand at this row: everything up to it is in the state."""
        assert seq == self.seq + 1, "the log is read without gaps"
        self.seq, self._token = seq, token

    async def following(self) -> list[LogRow]:
        """Return the next rows after the one that is stood at, at most a page; none if it is the last.

        Raises LostRowsError if the row that is stood at is not there as it was read.
        """
        found = await self.connection.fetch(queries()["log_tail"], self.seq, _PAGE + 1)
        rows = cast("Sequence[tuple[int, UUID, bytes]]", found)
        if not rows or rows[0][0] != self.seq or rows[0][1] != self._token:
            raise LostRowsError(self.seq)
        return [LogRow(seq, token, records) for seq, token, records in rows[1:]]

    async def mark(self) -> None:
        """Make safe all up to where is stood now: a commit that waits for the disk, and for a replica if there is one.

        Raises LostRowsError if the row that is stood at is not there as it was read.
        """
        seq, token = self.seq, self._token
        done = await self._marking.execute(queries()["log_mark"], self._instance, seq, token)
        if done != "INSERT 0 1":
            raise LostRowsError(seq)
        self.safe_seq, self._safe_token = seq, token

    async def has(self, token: UUID) -> bool:
        """Tell whether the log has a row of this token."""
        return bool(await self.connection.fetch(queries()["log_has"], token))

    async def reconnect(self) -> None:
        """Replace both connections. Raises StoreUnavailableError if that cannot be done now."""
        self.hang_up()
        self.connection = await connect(self._dsn, waits=False)
        self._marking = await connect(self._dsn)

    async def restart(self, seq: int, token: UUID) -> None:
        """Stand somewhere else, after rows were lost that had not been safe.

        Raises LostRowsError if one was lost that had been: answers were given from it that are no longer true.
        """
        if self._safe_token is not None and not await self.has(self._safe_token):
            raise LostRowsError(self.safe_seq)
        self.seq, self._token = seq, token

    async def leave(self) -> None:
        """Take this instance off the list."""
        await self._marking.execute(queries()["log_unmark"], self._instance)

    def hang_up(self) -> None:
        """Drop both connections at once."""
        self.connection.terminate()
        self._marking.terminate()
