"""Copies of a registry's file: taken while it runs, and put back.

The one idea: a copy counts once it was read again, every sum and link of it, and gave a state; before that it is none.
"""

from pathlib import Path

from clearline.app.registry_replay import Replayed, replay_log
from clearline.edge.party_schema import StoreError
from clearline.edge.registry_sqlite_book import Book
from clearline.edge.registry_sqlite_copy import copy_whole, put_whole
from clearline.edge.registry_sqlite_door import ask_backup

__all__ = ["back_up", "restore"]


def back_up(path: Path, target: Path) -> Replayed:
    """Copy a registry's file, whether it is in use or not, and read the copy again from beginning to end.

    Raises FileExistsError rather than replace a file, and StoreError where the registry that has the file open does
    not answer, or where the file or the copy is not as it was written.
    """
    if not path.is_file():
        raise FileNotFoundError(2, "there is no such file", str(path))
    if target.exists():
        raise FileExistsError(17, "it is there already, and a copy takes no other file's place", str(target))
    try:
        why = ask_backup(path, target)
    except (ConnectionError, FileNotFoundError):
        _copy_idle(path, target)
        why = None
    if why is not None:
        raise StoreError(path, f"the registry that has it open made no copy ({why})", "mend that and ask again")
    return _checked(target)


def restore(copy: Path, target: Path) -> Replayed:
    """Put a copy where a registry will use it, once it was read from beginning to end.

    Raises FileExistsError rather than replace a file, or be read with what was left of another, and StoreError where
    the copy is not as it was written.
    """
    if target.exists():
        raise FileExistsError(17, "it is there already: move it away first, as it may be needed", str(target))
    left = target.with_name(f"{target.name}-wal")
    if left.exists():
        # SQLite would read it into the copy, as if it belonged to that.
        raise FileExistsError(17, "it belongs to the file that was here: move it to where that is", str(left))
    found = _checked(copy)
    book = Book(copy)
    try:
        copy_whole(book, target)
    finally:
        book.close()
    return found


def _copy_idle(path: Path, target: Path) -> None:
    book = Book(path)
    try:
        put_whole(target, book.copy_to)
    finally:
        book.close()


def _checked(path: Path) -> Replayed:
    found = replay_log(path)
    if found.differences:
        raise StoreError(path, found.differences[0], "do not use it: take another copy, or use an earlier one")
    return found
