"""When an embedded registry makes an image of its state, and what goes into the next part of it.

The one idea: an image costs as much as changed since the last one, and a whole one is made once the changes since the
last whole one outnumber the entities, so that both the work and the file stay in proportion to what happens. A part is
a few hundred changes, about a millisecond's work, and goes along with a batch of the log.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from clearline.edge.registry_sqlite_book import Image, Part
from clearline.registry.view import Change, Entity, Put
from clearline.wire.registry_log import Key, key_of, write_changes

__all__ = ["Keeping", "Upkeep"]

_DAY_US = 86_400_000_000


@dataclass(frozen=True, slots=True)
class Keeping:
    """How a file is kept up.

    An image is made after so many entries: what a start has to read again after a crash (20,000 take it a quarter of a
    second). One part of it has at most `part_changes`. The log keeps every change for at least `log_us`; 45 days unless
    the operator says otherwise. Raises ValueError below 1.
    """

    image_entries: int = 20_000
    part_changes: int = 200
    log_us: int = 45 * _DAY_US

    def __post_init__(self) -> None:
        if min(self.image_entries, self.part_changes, self.log_us) < 1:
            raise ValueError("how a file is kept up is told in numbers of 1 and more")


class Upkeep:
    """What changed since the latest image, and the image that is being made. `entities` gives all there are now."""

    def __init__(
        self,
        keeping: Keeping,
        images: Iterable[Image],
        changed: dict[Key, Change],
        entities: Callable[[], Iterator[Entity]],
    ) -> None:
        self._keeping = keeping
        self._changed = changed
        self._entities = entities
        self._since_whole = 0
        self._seq = self._whole_us = 0
        for image in images:
            self._seq = image.seq
            self._since_whole = 0 if image.whole else self._since_whole + image.changes
            self._whole_us = image.at_us if image.whole else self._whole_us
        self._left: list[Change] = []
        self.under_way = False

    def changed(self, changes: Iterable[Change]) -> None:
        """Take note of changes that were made."""
        for change in changes:
            self._changed[key_of(change.entity)] = change

    def lacks(self, seq: int) -> bool:
        """Tell whether there is no finished image of the state after entry `seq`."""
        return self.under_way or seq > self._seq

    def part(self, seq: int, at_us: int, live: int, *, now: bool = False) -> Part | None:
        """Return the part that goes with the batch that ends with entry `seq`, or None where it is not time for one.

        `live` is how many entities there are. `now` makes an image however little has changed since the last.
        """
        opens = not self.under_way and (seq - self._seq >= self._keeping.image_entries or (now and seq > self._seq))
        if not (opens or self.under_way):
            return None
        whole = opens and self._open(seq, at_us, live)
        some = self._left[-self._keeping.part_changes :]  # from the end, where a list is cut at no cost
        del self._left[-len(some) :]
        self.under_way = bool(self._left)
        return Part(write_changes(some), len(some), opens, whole, not self.under_way)

    def _open(self, seq: int, at_us: int, live: int) -> bool:
        """Begin an image of the state as it is; True if it is whole."""
        self._seq = seq
        self._since_whole += len(self._changed)
        late = at_us - self._whole_us > self._keeping.log_us // 8
        whole = late or self._since_whole > max(live, self._keeping.image_entries)
        if whole:
            self._left = [Put(entity) for entity in self._entities()]
            self._since_whole, self._whole_us = 0, at_us
        else:
            self._left = list(self._changed.values())
        self._changed.clear()
        return whole
