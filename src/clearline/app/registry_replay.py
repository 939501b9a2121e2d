"""A registry's log, read again: the state at any time in it, rebuilt from its changes and held against what was kept.

The one idea: the log alone must give every image of the state that the registry made, and the state it would start
with; where it does not, something was changed behind its back, and the first place that differs is named.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from clearline.edge.registry_sqlite_book import Book, Image
from clearline.registry.view import Entity
from clearline.wire.registry_log import Key, LogEntry

__all__ = ["Replayed", "replay_log"]


@dataclass(frozen=True, slots=True)
class Replayed:
    """What a log brought: the numbers of the first entry that was kept and of the last that was read, and the state.

    `times_us` are those of the two entries, None where there is none. `images` tells how many images of the state were
    held against it; `differences` says, in sentences, where one was not what the log says.
    """

    first: int
    last: int
    times_us: tuple[int, int] | None
    state: dict[Key, Entity]
    images: int
    differences: tuple[str, ...]

    def counts(self) -> dict[str, int]:
        """Return how many entities of each kind the state holds, by kind."""
        return dict(sorted(Counter(kind for kind, _ in self.state).items()))


def replay_log(
    path: Path, *, until_us: int | None = None, heard: Callable[[int, LogEntry], object] | None = None
) -> Replayed:
    """Read the log from its beginning up to the last entry before the first that is later than a time.

    `heard` gets each entry with its number. The file must not be in use: take a backup of a running registry and read
    that. Raises StoreError where it is in use, is no registry, or is damaged.
    """
    if not path.is_file():
        raise FileNotFoundError(2, "there is no such file", str(path))
    book = Book(path)
    try:
        return _replay(book, until_us, heard)
    finally:
        book.close()


def _replay(book: Book, until_us: int | None, heard: Callable[[int, LogEntry], object] | None) -> Replayed:
    oldest = book.images[0]
    state: dict[Key, Entity] = {}
    book.lay(state, oldest)
    comparing = _Comparing(book, dict(state))
    comparing.reached(oldest.seq, state)
    last, times_us = oldest.seq, list[int]()
    for seq, entry in book.entries(oldest, state, until_us):
        last = seq
        times_us = [times_us[0] if times_us else entry.at_us, entry.at_us]
        if heard is not None:
            heard(seq, entry)
        comparing.reached(seq, state)
    if until_us is None:
        comparing.end(state)
    found = (times_us[0], times_us[1]) if times_us else None
    return Replayed(oldest.seq + 1, last, found, state, comparing.count, tuple(comparing.differences))


class _Comparing:
    """The images of a book after its oldest, each held against the state when that is as far."""

    def __init__(self, book: Book, shown: dict[Key, Entity]) -> None:
        self._book = book
        self._images = book.images[1:]
        self._shown = shown
        self.count = 0
        self.differences: list[str] = []

    def reached(self, seq: int, state: dict[Key, Entity]) -> None:
        """The state is that after an entry: compare the images of it, if there are any."""
        while self._images and self._images[0].seq <= seq:
            image = self._images.pop(0)
            if image.whole:
                self._shown = {}
            self._book.lay(self._shown, image)
            # An image that holds only what changed is compared whole where nothing comes after it.
            if image.whole or not self._images:
                self._compare(f"the image of entry {image.seq}", self._shown, state)
            else:
                self._compare_part(image, state)

    def end(self, state: dict[Key, Entity]) -> None:
        """The state is that after the last entry: it is what the registry starts with."""
        self._compare("the state that a start reads", self._book.load()[0], state)

    def _compare_part(self, image: Image, state: dict[Key, Entity]) -> None:
        part: dict[Key, Entity] = {}
        self._book.lay(part, image)
        self._compare(f"the image of entry {image.seq}", part, {key: state[key] for key in part if key in state})

    def _compare(self, what: str, shown: dict[Key, Entity], told: dict[Key, Entity]) -> None:
        self.count += 1
        if shown == told:
            return
        wrong = sorted(key for key in shown.keys() | told.keys() if shown.get(key) != told.get(key))
        kind, ident = wrong[0]
        self.differences.append(f"{what} is not what the log says of {kind} {ident} and {len(wrong) - 1} others")
