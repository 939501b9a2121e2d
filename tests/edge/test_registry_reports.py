"""What clients report is archived word for word in every store, and nobody can push out what others said."""

import asyncio
import sqlite3
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest

from clearline.app.registry_store import open_store, reports_in
from clearline.edge.party_schema import StoreError
from clearline.edge.registry_memory import MemoryStore
from clearline.edge.registry_port import StoreUnavailableError
from clearline.edge.registry_postgres_link import connect
from clearline.edge.registry_postgres_reports import PostgresReports, read_reports
from clearline.edge.registry_postgres_schema import migrate, settle_mode
from clearline.edge.registry_reports import MOST_REPORTS, MemoryReports, ReportArchive
from clearline.edge.registry_sqlite import RegistryLostError, SqliteStore
from clearline.edge.registry_sqlite_book import Book
from clearline.registry.report import FiledReport
from tests.edge.postgres import shared_dsn
from tests.edge.registry_calls import Registry
from tests.registry.sky import NOW_US

_Kept = Callable[[], Awaitable[list[FiledReport]]]


def _report(number: int, client: str = "uss1") -> FiledReport:
    return FiledReport(f"r{number:06d}", NOW_US + number, client, "q", "GET x -> 500: ü", b'{"a":"\xc3\xbc"}')


@asynccontextmanager
async def _in_memory(_: Path) -> AsyncGenerator[tuple[ReportArchive, _Kept]]:
    archive = MemoryReports()

    async def kept() -> list[FiledReport]:
        return archive.reports()

    yield archive, kept


@asynccontextmanager
async def _in_a_file(folder: Path) -> AsyncGenerator[tuple[ReportArchive, _Kept]]:
    store = SqliteStore(folder / "r.db")

    async def kept() -> list[FiledReport]:
        await store.close()
        return [report async for report in reports_in(f"sqlite:{folder / 'r.db'}")]

    yield store, kept


@asynccontextmanager
async def _in_a_database(_: Path) -> AsyncGenerator[tuple[ReportArchive, _Kept]]:
    dsn = shared_dsn()
    line = await connect(dsn)
    await migrate(line)
    await settle_mode(line, "log")
    line.terminate()
    await asyncio.sleep(0)

    async def kept() -> list[FiledReport]:
        return [report async for report in reports_in(dsn)]

    yield PostgresReports(dsn), kept


@pytest.mark.parametrize("opened", [_in_memory, _in_a_file, _in_a_database])
def test_reports_are_kept_as_they_were_filed_the_oldest_first(
    tmp_path: Path, opened: Callable[[Path], AbstractAsyncContextManager[tuple[ReportArchive, _Kept]]]
) -> None:
    wanted = [_report(number, f"uss{number % 3}") for number in range(20)]

    async def story() -> None:
        async with opened(tmp_path) as (archive, kept):
            await asyncio.gather(*map(archive.file_report, wanted))
            assert await kept() == wanted

    asyncio.run(story())


def test_of_each_client_the_newest_are_kept_in_memory() -> None:
    archive = MemoryReports()

    async def story() -> None:
        await archive.file_report(_report(0, "quiet"))
        for number in range(1, MOST_REPORTS + 4):
            await archive.file_report(_report(number, "loud"))

    asyncio.run(story())
    _check_newest(archive.reports())


def test_of_each_client_the_newest_are_kept_in_a_file(tmp_path: Path) -> None:
    book = Book(tmp_path / "r.db")
    book.keep_report(FiledReport("r000000", NOW_US, "quiet", "q", "t", b"{}"))
    for number in range(1, MOST_REPORTS + 4):
        book.keep_report(FiledReport(f"r{number:06d}", NOW_US + number, "loud", "q", "t", b"{}"))
    _check_newest(list(book.reports()))
    book.close()


def test_of_each_client_the_newest_are_kept_in_a_database() -> None:
    dsn = shared_dsn()

    async def story() -> list[FiledReport]:
        line = await connect(dsn)
        await migrate(line)
        many = "SELECT 'r' || lpad(n::text, 6, '0'), $1::int8 + n, 'loud', 'q', 't', ''::bytea, ''::bytea"
        count = MOST_REPORTS + 3
        await line.execute(f"INSERT INTO reports {many} FROM generate_series(1, {count - 1}) AS n", NOW_US)
        archive = PostgresReports(dsn)
        await archive.file_report(FiledReport("r000000", NOW_US, "quiet", "q", "t", b"{}"))
        await archive.file_report(FiledReport(f"r{count:06d}", NOW_US + count, "loud", "q", "t", b"{}"))
        rows = await line.fetch("SELECT ident, client FROM reports ORDER BY at_us")
        line.terminate()
        await asyncio.sleep(0)
        return [FiledReport(str(ident), 0, str(client), "", "", b"") for ident, client in rows]

    _check_newest(asyncio.run(story()))


def _check_newest(found: list[FiledReport]) -> None:
    assert found[0].client == "quiet" and found[0].ident == "r000000"
    assert [one.ident for one in found[1:]] == [f"r{number:06d}" for number in range(4, MOST_REPORTS + 4)]


def test_a_report_that_changed_on_the_disk_is_not_shown(tmp_path: Path) -> None:
    path = tmp_path / "r.db"
    book = Book(path)
    book.keep_report(FiledReport("r1", NOW_US, "uss1", "q", "t", b"{}"))
    book.close()
    for change in ("told = 'T'", "client = 'uss2'", "exchange = x'7b20'"):
        connection = sqlite3.connect(path)
        connection.execute(f"UPDATE reports SET {change}")
        connection.commit()
        connection.close()
        book = Book(path)
        with pytest.raises(StoreError, match="report r1: it is not as it was written"):
            list(book.reports())
        book.close()


def test_a_database_that_is_away_takes_no_report() -> None:
    archive = PostgresReports("postgresql://postgres@127.0.0.1:1/none")
    with pytest.raises(StoreUnavailableError, match="cannot be reached"):
        asyncio.run(archive.file_report(_report(1)))

    async def read() -> list[FiledReport]:
        return [one async for one in read_reports("postgresql://postgres@127.0.0.1:1/none")]

    with pytest.raises(StoreUnavailableError, match="cannot be reached"):
        asyncio.run(read())


def test_a_disk_that_does_not_take_a_report_ends_the_store(tmp_path: Path) -> None:
    lost: list[RegistryLostError] = []

    async def story() -> None:
        store = SqliteStore(tmp_path / "r.db", on_lost=lost.append)
        store._book._connection.execute("PRAGMA query_only = ON")
        with pytest.raises(RegistryLostError, match="nothing of it was answered"):
            await store.file_report(FiledReport("r1", NOW_US, "uss1", "q", "t", b"{}"))
        with pytest.raises(RegistryLostError):
            await store.file_report(FiledReport("r2", NOW_US, "uss1", "q", "t", b"{}"))
        await store.close()

    asyncio.run(story())
    assert len(lost) == 1


def test_a_database_without_a_registry_has_no_reports() -> None:
    async def read() -> list[FiledReport]:
        return [one async for one in reports_in(shared_dsn())]

    with pytest.raises(ValueError, match="no registry is kept in this database"):
        asyncio.run(read())


def test_what_lasts_is_named() -> None:
    async def read(text: str) -> list[FiledReport]:
        return [one async for one in reports_in(text)]

    for text in ("memory", "", "postgresql:x", "sqlite:"):
        with pytest.raises(ValueError, match="names no store that lasts"):
            asyncio.run(read(text))
    with pytest.raises(FileNotFoundError):
        asyncio.run(read("sqlite:no such file.db"))


def test_every_store_comes_with_its_archive(tmp_path: Path) -> None:
    async def kinds() -> list[str]:
        found: list[str] = []
        for text in ("memory", f"sqlite:{tmp_path / 'r.db'}"):
            opened = await open_store(text)
            found.append(type(opened.archive).__name__)
            await opened.store.close()
        return found

    assert asyncio.run(kinds()) == ["MemoryReports", "SqliteStore"]


_EXCHANGE = {
    "url": "https://registry.example/x",
    "method": "PUT",
    "recorder_role": "Client",
    "request_time": {"value": "2026-11-24T12:00:00Z", "format": "RFC3339"},
    "problem": "no\nanswer",
}


def test_a_report_that_was_taken_is_in_the_archive() -> None:  # DSS0100,2
    archive = MemoryReports()
    registry = Registry(store=MemoryStore(), archive=archive)
    taken = registry.call("POST", "/dss/v1/reports", {"exchange": _EXCHANGE})
    assert taken.status == 201
    (report,) = archive.reports()
    assert (report.ident, report.client) == (taken.text("report_id"), "uss1")
    assert report.at_us == round(registry.now_s * 1e6) and "no\nanswer" in report.told
    assert b"\n" not in report.exchange and b"https://registry.example/x" in report.exchange


def test_an_exchange_that_is_too_long_is_refused() -> None:
    archive = MemoryReports()
    registry = Registry(archive=archive)
    body = {"exchange": {**_EXCHANGE, "request_body": "x" * 70_000}}
    answer = registry.call("POST", "/dss/v1/reports", body)
    assert answer.status == 400 and "shorten the bodies" in answer.text("message")
    assert not archive.reports()
