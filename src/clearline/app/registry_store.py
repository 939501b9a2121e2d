"""Which store a registry runs on, by its address in one text.

The one idea: `memory` forgets, `sqlite:FILE` is one file and no set-up, `postgresql://...` is shared by many processes
(as a log, `postgresql+log://...`, or as tables, `postgresql+tables://...`); everything above is the same.
"""

from contextlib import suppress
from pathlib import Path

from clearline.edge.registry_memory import MemoryStore
from clearline.edge.registry_port import Store

__all__ = ["open_store"]


async def open_store(text: str) -> Store:
    """Return the store an address names, opened. The modules of one that is not named are not loaded.

    Raises ValueError for an address that names none, and whatever the store raises that cannot be opened.
    """
    kind, _, rest = text.partition(":")
    if text == "memory":
        return MemoryStore()
    if kind == "sqlite" and rest:
        return await _open_file(Path(rest))
    if kind in ("postgresql", "postgresql+log") and rest.startswith("//"):
        from clearline.edge.registry_postgres_log import LogStore

        return await LogStore.open(f"postgresql:{rest}")
    if kind == "postgresql+tables" and rest.startswith("//"):
        from clearline.edge.registry_postgres_tables import TableStore

        return await TableStore.open(f"postgresql:{rest}")
    raise ValueError(f"{text[:200]!r} names no store: give memory, sqlite:FILE or postgresql://...")


async def _open_file(path: Path) -> Store:
    from clearline.edge.party_schema import StoreError
    from clearline.edge.registry_sqlite import SqliteStore

    try:
        store = SqliteStore(path)
    except StoreError as error:
        raise ValueError(str(error)) from error
    # A registry whose file has too long a name for a socket beside it runs all the same; its copies are made at rest.
    with suppress(OSError):
        await store.open_door()
    return store
