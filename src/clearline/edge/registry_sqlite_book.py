"""What an embedded registry writes to its file and reads from it: the log, and images of the state to read it on from.

The one idea: the log is the truth, and an image is only a place to read on from. Images are made in small parts, in the
same transactions as the log's, while the registry goes on; one counts from the moment its last part is there.

All of it is synchronous; one thread at a time may call it.
"""

import sqlite3
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from clearline.edge.party_schema import StoreError
from clearline.edge.registry_reports import MOST_REPORTS, filed, row_of
from clearline.edge.registry_sqlite_file import damaged, open_registry_file, queries, reading
from clearline.registry.report import FiledReport
from clearline.registry.view import Change, Entity, Put
from clearline.wire.errors import MalformedError
from clearline.wire.registry_log import Key, LogEntry, join_records, key_of, read_changes, read_entry, split_records

__all__ = ["Batch", "Book", "Image", "Part", "take_in"]


def take_in(state: dict[Key, Entity], changes: Iterable[Change]) -> None:
    """Carry changes out on a state that is a plain table."""
    for change in changes:
        if isinstance(change, Put):
            state[key_of(change.entity)] = change.entity
        else:
            state.pop(key_of(change.entity), None)


@dataclass(frozen=True, slots=True)
class Image:
    """The state after entry `seq`: all of it if `whole`, else what changed since the image before.

    `chain` is the log's there, `at_us` the time of that entry, `changes` how many the parts bring, `sum` theirs.
    """

    number: int
    seq: int
    chain: bytes
    at_us: int
    whole: bool
    changes: int
    sum: bytes


_NOTHING = Image(0, 0, bytes(32), 0, True, 0, sha256().digest())


@dataclass(frozen=True, slots=True)
class Part:
    """A part of an image: its record and how many changes it brings.

    With `opens` an image begins, of the state after the batch it goes with; with `closes` it is complete.
    """

    record: bytes
    changes: int
    opens: bool
    whole: bool
    closes: bool


@dataclass(frozen=True, slots=True)
class Batch:
    """What goes to the disk together: records of entries with the latest of their times, and perhaps a part."""

    records: tuple[bytes, ...]
    at_us: int
    part: Part | None = None


class Book:
    """The file of a registry, open. `seq` is the number of the last entry in it, 0 for none, and `at_us` its time.

    Raises StoreError as `open_registry_file` does. Every method raises sqlite3.Error where the disk does not do as it
    is told, and StoreError, naming the place, where it finds that something is not as it was written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._connection: sqlite3.Connection = open_registry_file(path)
        try:
            with reading(path):
                self.images = self._begin()
        except BaseException:
            self._connection.close()
            raise
        self.seq: int = self.images[-1].seq
        self._chain, self.at_us = self.images[-1].chain, self.images[-1].at_us
        self._open: Image | None = None
        self._parts = 0
        self._sum = sha256()

    @property
    def chain(self) -> bytes:
        """The chain of the log after the last entry, once the book was loaded."""
        return self._chain

    @property
    def begins_after(self) -> int:
        """The entry after which the log begins."""
        return self.images[0].seq

    def chain_at(self, seq: int) -> bytes | None:
        """Return the chain of the log after entry `seq`, or None where no batch and no image ends there."""
        for image in self.images:
            if image.seq == seq:
                return image.chain
        found = [chain for (chain,) in self._rows("chain_at", (seq,), (bytes,))]
        return found[0] if found else None

    def load(self) -> tuple[dict[Key, Entity], dict[Key, Change]]:
        """Return the state after the last entry, and for each entity that changed since the latest image, the last.

        It is read from the newest images and the log after them; every sum and link is checked on the way.
        """
        newest = max(place for place, image in enumerate(self.images) if image.whole)
        state: dict[Key, Entity] = {}
        for image in self.images[newest:]:
            self.lay(state, image)
        changed: dict[Key, Change] = {}
        for seq, entry in self.entries(self.images[-1], state):
            changed.update((key_of(change.entity), change) for change in entry.changes)
            self.seq, self.at_us = seq, max(self.at_us, entry.at_us)
        return state, changed

    def lay(self, state: dict[Key, Entity], image: Image) -> None:
        """Carry out on a state what an image's parts bring."""
        total, count = sha256(), 0
        for part, (record,) in enumerate(self._rows("parts_of", (image.number,), (bytes,))):
            total.update(record)
            try:
                changes = read_changes(record, source=self.path.name, where=f"image {image.number}, part {part}")
            except MalformedError as error:
                raise StoreError(self.path, f"{error.where}: {error.problem}", error.mend) from error
            take_in(state, changes)
            count += len(changes)
        if (total.digest(), count) != (image.sum, image.changes):
            raise damaged(self.path, f"image {image.number}: its parts are not all there as they were written")

    def entries(
        self, after: Image, state: dict[Key, Entity], until_us: int | None = None
    ) -> Iterator[tuple[int, LogEntry]]:
        """Carry out on the state of an image the entries after it, one by one, and give each with its number.

        That nothing is missing between them is checked. It ends before the first entry that is later than a time.
        """
        seq, chain = after.seq, after.chain
        chains = {image.seq: image.chain for image in self.images}
        for first, last, _, told, body in self._rows("batches_after", (seq,), (int, int, int, bytes, bytes)):
            where = f"batch {first}"
            if first != seq + 1:
                raise damaged(self.path, f"after entry {seq} comes entry {first}")
            chain = _linked(chain, body)
            if chain != told or chains.get(last, chain) != chain:
                raise damaged(self.path, f"{where}: it is not the one that followed on what is before it")
            for seq, record in self._records(body, where, first, last):
                entry = self._entry(record, seq, state)
                if until_us is not None and entry.at_us > until_us:
                    return
                take_in(state, entry.changes)
                yield seq, entry
        if seq < self.images[-1].seq:
            raise damaged(self.path, f"the log ends at entry {seq}, before an image of entry {self.images[-1].seq}")
        self._chain = chain

    def keep(self, batch: Batch) -> None:
        """Bring a batch to the disk: when this returns it is there, and otherwise none of it is."""
        part = batch.part
        if part is None:
            self._add(batch)  # one statement, which is a transaction by itself
            return
        with self._transaction():
            self._add(batch)
            made = self._add_part(part)
        if made is not None:
            self.images.append(made)
            self._open = None

    def tidy(self, before_us: int, most: int) -> bool:
        """Remove what nothing needs: at most so many rows of images and log; tell whether there may be more.

        Of the log, entries go that are older than the oldest image; of images, those that are older than `before_us`,
        but for the newest whole one among them: there the log begins.
        """
        wholes = [image for image in self.images if image.whole]
        oldest = max((image for image in wholes if image.at_us < before_us), default=wholes[0], key=_number)
        newest = wholes[-1]
        spare = [it for it in self.images if it.number < oldest.number or (not it.whole and it.number < newest.number)]
        spare += _crowded([it for it in wholes if it.number >= oldest.number], (newest.at_us - before_us) // 8)
        removed = 0
        with self._transaction():
            for image in spare[:most]:
                self._connection.execute(queries()["drop_image"], (image.number,))
            removed += self._connection.execute(queries()["drop_parts"], (newest.number, most)).rowcount
            removed += self._connection.execute(queries()["drop_batches"], (oldest.seq, most)).rowcount
        gone = {image.number for image in spare[:most]}
        self.images = [image for image in self.images if image.number not in gone]
        return bool(gone) or removed > 0

    def keep_report(self, report: FiledReport) -> None:
        """Bring a report to the disk, and remove what is too many of its client's."""
        with self._transaction():
            self._connection.execute(queries()["add_report"], row_of(report))
            self._connection.execute(queries()["drop_reports"], (report.client, report.client, MOST_REPORTS))

    def reports(self) -> Iterator[FiledReport]:
        """Give the reports that are kept, the oldest first."""
        for row in self._rows("all_reports", (), (str, int, str, str, str, bytes, bytes)):
            try:
                yield filed(row)
            except ValueError as error:
                raise damaged(self.path, str(error)) from error

    def copy_to(self, target: Path, *, pages: int = 256, pause_s: float = 0.001) -> None:
        """Copy the file as it is into a new one, a few pages at a time.

        The one method that may be called while another thread calls the others: what is written meanwhile comes too.
        """
        copy = sqlite3.connect(target, isolation_level=None)
        try:
            self._connection.backup(copy, pages=pages, sleep=pause_s)
        finally:
            copy.close()

    def close(self) -> None:
        """Let go of the file; again changes nothing."""
        self._connection.close()

    def _begin(self) -> list[Image]:
        """The images there are, once what was left of an unfinished one is removed; the first comes with the file."""
        rows = list(self._rows("all_images", (), (int, int, bytes, int, int, int, bytes)))
        if not rows:
            (batches,) = self._connection.execute("SELECT count(*) FROM batches").fetchone()
            if batches:
                raise damaged(self.path, "its images are lost")
            self._insert(_NOTHING)
            return [_NOTHING]
        images = [
            Image(number, seq, chain, at_us, bool(whole), changes, total)
            for number, seq, chain, at_us, whole, changes, total in rows
        ]
        if not images[0].whole:
            raise damaged(self.path, "its oldest image is lost")
        self._connection.execute(queries()["drop_unfinished"])
        return images

    def _rows(self, query: str, values: tuple[int, ...], kinds: tuple[type, ...]) -> Iterator[tuple[Any, ...]]:
        """Give what a query finds. A column whose type is another than it was written with is damage."""
        with reading(self.path):
            for row in self._connection.execute(queries()[query], values):
                if tuple(map(type, row)) != kinds:
                    raise damaged(self.path, f"{query.replace('_', ' ')}: a column is of another type than was written")
                yield row

    def _add(self, batch: Batch) -> None:
        if batch.records:
            body = join_records(batch.records)
            chain, last = _linked(self._chain, body), self.seq + len(batch.records)
            self._connection.execute(queries()["add_batch"], (self.seq + 1, last, batch.at_us, chain, body))
            self.seq, self._chain, self.at_us = last, chain, batch.at_us

    def _add_part(self, part: Part) -> Image | None:
        """Add a part to the image that is being made; the image, if that was the last."""
        if part.opens:
            number = self.images[-1].number + 1
            self._open = Image(number, self.seq, self._chain, self.at_us, part.whole, 0, b"")
            self._parts, self._sum = 0, sha256()
        begun = self._open
        assert begun is not None, "a part is of an image that was begun"
        self._connection.execute(queries()["add_part"], (begun.number, self._parts, part.record))
        self._parts += 1
        self._sum.update(part.record)
        self._open = replace(begun, changes=begun.changes + part.changes, sum=self._sum.digest())
        if part.closes:
            self._insert(self._open)
        return self._open if part.closes else None

    def _insert(self, it: Image) -> None:
        row = (it.number, it.seq, it.chain, it.at_us, int(it.whole), it.changes, it.sum)
        self._connection.execute(queries()["add_image"], row)

    def _records(self, body: bytes, where: str, first: int, last: int) -> Iterator[tuple[int, bytes]]:
        seq = first - 1
        try:
            for seq, record in enumerate(split_records(body, source=self.path.name, where=where), first):
                yield seq, record
        except MalformedError as error:
            raise StoreError(self.path, f"{error.where}: {error.problem}", error.mend) from error
        if seq != last:
            raise damaged(self.path, f"{where}: it ends at entry {seq}, not at {last}")

    def _entry(self, record: bytes, seq: int, state: dict[Key, Entity]) -> LogEntry:
        try:
            return read_entry(record, source=self.path.name, where=f"entry {seq}", known=state.get)
        except MalformedError as error:
            raise StoreError(self.path, f"{error.where}: {error.problem}", error.mend) from error

    @contextmanager
    def _transaction(self) -> Generator[None]:
        """All that is done inside is kept, or none of it."""
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")


def _number(image: Image) -> int:
    return image.number


def _crowded(wholes: list[Image], apart_us: int) -> list[Image]:
    """The whole images that stand so close between their neighbours that one of these does as well."""
    for before, image, after in zip(wholes, wholes[1:], wholes[2:], strict=False):
        if after.at_us - before.at_us < apart_us:
            return [image]
    return []


def _linked(chain: bytes, body: bytes) -> bytes:
    return sha256(chain + body).digest()
