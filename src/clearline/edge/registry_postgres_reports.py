"""The archive of reports in the shared database of a registry (`ReportArchive`).

The one idea: reports are rare, so each takes a line of its own to the database and leaves none open; one at a time, so
that a client that files many takes no lines away from what the registry is for.
"""

import asyncio
from collections.abc import AsyncGenerator

from clearline.edge.registry_port import StoreUnavailableError
from clearline.edge.registry_postgres_link import AGAIN, LOST, connect
from clearline.edge.registry_postgres_schema import hold_to_schema, queries
from clearline.edge.registry_reports import MOST_REPORTS, filed, row_of
from clearline.registry.report import FiledReport

__all__ = ["PostgresReports", "read_reports"]

_PAGE = 500
_LIMIT_S = 8.0


class PostgresReports:
    """The archive of the database at an address, whose schema is there."""

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self._turn = asyncio.Lock()

    async def file_report(self, report: FiledReport) -> None:
        """Keep a report, and return once it is committed.

        Raises StoreUnavailableError if the database did not do it in time; then it may have been kept.
        """
        try:
            async with asyncio.timeout(_LIMIT_S), self._turn:
                await self._file(report)
        except (*LOST, *AGAIN) as error:
            problem = f"the registry's database did not take the report ({type(error).__name__}: {error})"
            raise StoreUnavailableError(problem, "file it again", in_doubt=True) from error

    async def _file(self, report: FiledReport) -> None:
        connection = await connect(self._dsn)
        try:
            await connection.execute(queries()["reports_add"], *row_of(report))
            await connection.execute(queries()["reports_drop"], report.client, MOST_REPORTS)
            await connection.close()
        finally:
            connection.terminate()


async def read_reports(dsn: str) -> AsyncGenerator[FiledReport]:
    """Give every report of the database, the oldest first.

    Raises StoreUnavailableError where it cannot be reached, SchemaError where no registry is kept there, ValueError for
    a report that is not as it was written.
    """
    connection = await connect(dsn)
    try:
        await hold_to_schema(connection)
        at_us, ident = -1, ""
        while rows := await connection.fetch(queries()["reports_page"], at_us, ident, _PAGE):
            for row in rows:
                report = filed(tuple(row))
                at_us, ident = report.at_us, report.ident
                yield report
    finally:
        connection.terminate()
        await asyncio.sleep(0)  # one turn of the loop, in which the line is closed
