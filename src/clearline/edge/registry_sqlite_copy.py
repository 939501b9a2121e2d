"""Copies of a registry's file: taken while it is in use, and put in its place.

The one idea: a copy appears whole, and on the disk, or not at all; and nothing is ever put over a file that is there.
"""

import os
from collections.abc import Callable
from pathlib import Path

from clearline.edge.registry_sqlite_book import Book

__all__ = ["copy_whole", "put_whole"]


def copy_whole(book: Book, target: Path) -> None:
    """Copy the file of an open book, which may be in use meanwhile. Raises FileExistsError rather than replace one."""
    put_whole(target, book.copy_to)


def put_whole(target: Path, write: Callable[[Path], object]) -> None:
    """Have a draft written beside the target that nobody else may read, and move it there once it is on disk."""
    if target.exists():
        raise FileExistsError(f"{target} is there already; a copy takes no other file's place")
    draft = target.with_name(f".{target.name}.draft")
    os.close(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    try:
        write(draft)
        _sync(draft)
        draft.rename(target)
        _sync(target.parent)
    finally:
        for left in (draft, draft.with_name(f"{draft.name}-wal"), draft.with_name(f"{draft.name}-shm")):
            left.unlink(missing_ok=True)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
