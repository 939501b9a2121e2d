"""Which store a registry runs on, by its address in one text.

The one idea: `memory` forgets, `sqlite:FILE` is one file and no set-up, `postgresql://...` is shared by many processes
(as a log, `postgresql+log://...`, or as tables, `postgresql+tables://...`); everything above is the same.
"""

from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from clearline.edge.registry_memory import MemoryStore
from clearline.edge.registry_port import Store
from clearline.edge.registry_reports import MemoryReports, ReportArchive
from clearline.registry.report import FiledReport

__all__ = ["OpenedStore", "open_store", "reports_in"]


@dataclass(frozen=True, slots=True)
class OpenedStore:
    """A store that is open, and what its operator is to know.

    `put_back` says that the file may be older than what was answered from it: empty where it is not, None where that
    cannot be known. `latest_us` is the latest time in it. `room_bytes` tells what is left on its disk, if it has one.
    """

    store: Store
    archive: ReportArchive
    put_back: str | None = None
    latest_us: int = 0
    room_bytes: Callable[[], int] | None = None


async def open_store(text: str, *, after_restore: bool = False) -> OpenedStore:
    """Return the store an address names, opened. The modules of one that is not named are not loaded.

    `after_restore` lets a file be used that was put back to an earlier state. Raises ValueError for an address that
    names none, and for a store that cannot be used as it is; StoreUnavailableError for one that cannot be reached.
    """
    kind, _, rest = text.partition(":")
    if text == "memory":
        return OpenedStore(MemoryStore(), MemoryReports())
    if kind == "sqlite" and rest:
        return await _open_file(Path(rest), after_restore=after_restore)
    if kind in ("postgresql", "postgresql+log", "postgresql+tables") and rest.startswith("//"):
        return await _open_shared(f"postgresql:{rest}", tables=kind.endswith("tables"))
    raise ValueError(f"{text[:200]!r} names no store: give memory, sqlite:FILE or postgresql://...")


async def reports_in(text: str) -> AsyncGenerator[FiledReport]:
    """Give the reports that are archived in a store that is not in use, or is shared; the oldest first.

    Raises as `open_store`.
    """
    kind, _, rest = text.partition(":")
    if kind == "sqlite" and rest:
        for report in _in_file(Path(rest)):
            yield report
    elif kind in ("postgresql", "postgresql+log", "postgresql+tables") and rest.startswith("//"):
        from clearline.edge.registry_postgres_reports import read_reports
        from clearline.edge.registry_postgres_schema import SchemaError

        try:
            async for report in read_reports(f"postgresql:{rest}"):
                yield report
        except SchemaError as error:
            raise ValueError(str(error)) from error
    else:
        raise ValueError(f"{text[:200]!r} names no store that lasts: give sqlite:FILE or postgresql://...")


def _in_file(path: Path) -> Iterator[FiledReport]:
    from clearline.edge.registry_sqlite_book import Book

    if not path.is_file():
        raise FileNotFoundError(2, "there is no such file", str(path))
    book = Book(path)
    try:
        yield from book.reports()
    finally:
        book.close()


async def _open_shared(dsn: str, *, tables: bool) -> OpenedStore:
    from clearline.edge.registry_postgres_reports import PostgresReports
    from clearline.edge.registry_postgres_schema import SchemaError

    try:
        if tables:
            from clearline.edge.registry_postgres_tables import TableStore

            return OpenedStore(await TableStore.open(dsn), PostgresReports(dsn))
        from clearline.edge.registry_postgres_log import LogStore

        return OpenedStore(await LogStore.open(dsn), PostgresReports(dsn))
    except SchemaError as error:
        raise ValueError(str(error)) from error


async def _open_file(path: Path, *, after_restore: bool) -> OpenedStore:
    from clearline.edge.party_schema import StoreError
    from clearline.edge.registry_room import RoomyStore, kept_free_bytes
    from clearline.edge.registry_sqlite import SqliteStore
    from clearline.wire.registry_log_text import shown_time

    try:
        store = SqliteStore(path)
    except StoreError as error:
        raise ValueError(str(error)) from error
    told = ""
    if store.put_back is not None:
        entries, kept, at = store.put_back.entries, store.put_back.kept, shown_time(store.put_back.at_us)
        ends = f"ends with entry {entries} of {at}" if entries else "is empty"
        had = "no mark beside it says how far it had come" if kept is None else f"entry {kept} of another had been kept"
        told = f"{path.name} may have been put back to an earlier state: it {ends}, and {had}"
        if not after_restore:
            await store.close()
            mend = "tell every USS to put again what it flies or plans, and start with --after-restore"
            raise ValueError(f"{told}; what came after it is forgotten: {mend}")
        store.go_on()
    # A registry whose file has too long a name for a socket beside it runs all the same; its copies are made at rest.
    with suppress(OSError):
        await store.open_door()
    roomy = RoomyStore(store, path, lambda: kept_free_bytes(store.live))
    return OpenedStore(roomy, store, told, store.at_us, roomy.room_bytes)
