"""The mark beside a registry's file: how far the file had come, so that one put back to an earlier state is known.

The one idea: the mark is written after the file and is never ahead of it, unless somebody put an older file there. It
names the last entry and the chain of the log at that entry, so a file with another history is found out as well.
Without that, a restored registry would answer as if nothing were missing: a false all-clear for every plan that came
after the copy.
"""

import os
import re
from dataclasses import dataclass
from pathlib import Path

from clearline.edge.registry_sqlite_book import Book

__all__ = ["FileMark", "PutBack", "mark_of"]

_FORM = re.compile(rb"([0-9]{20}) ([0-9a-f]{64})\n")
_BYTES = 86


def mark_of(path: Path) -> Path:
    """Return where the mark of a registry's file is."""
    return path.with_name(f"{path.name}.mark")


@dataclass(frozen=True, slots=True)
class PutBack:
    """A file that may not be the latest there was: its last entry, and the one that had been kept, None if unknown.

    `at_us` is the time of its last entry, microseconds since 1970 UTC, 0 where it has none.
    """

    entries: int
    at_us: int
    kept: int | None


class FileMark:
    """The mark of one file, open. Raises OSError where it cannot be had."""

    def __init__(self, path: Path) -> None:
        self._handle = os.open(mark_of(path), os.O_RDWR | os.O_CREAT, 0o600)
        self._begun = False

    def doubt(self, book: Book) -> PutBack | None:
        """Return what is wrong if a book, which was loaded, may not be the latest; None if it is.

        A file with entries and no mark that can be read is in doubt: it was brought here from somewhere.
        """
        found = _FORM.fullmatch(os.pread(self._handle, _BYTES + 1, 0))
        if found is None:
            return PutBack(book.seq, book.at_us, None) if book.seq else None
        seq, chain = int(found[1]), bytes.fromhex(found[2].decode())
        if book.begins_after <= seq <= book.seq and book.chain_at(seq) != chain:
            return PutBack(book.seq, book.at_us, seq)
        # What is before the beginning of the log can no longer be compared: the file went on long after the mark.
        return PutBack(book.seq, book.at_us, seq) if seq > book.seq else None

    def begin(self, book: Book) -> None:
        """Go on from the state of a book."""
        self._begun = True
        self.follow(book)
        os.ftruncate(self._handle, _BYTES)
        os.fsync(self._handle)

    def follow(self, book: Book) -> None:
        """The book is on disk as it is. Not waited for: after a loss of power a mark is older, never ahead."""
        if self._begun:
            os.pwrite(self._handle, b"%020d %s\n" % (book.seq, book.chain.hex().encode()), 0)

    def close(self) -> None:
        """Let go of it; again changes nothing."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1
