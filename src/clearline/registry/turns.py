"""Whose turn it is in a crowded place: who was refused for lack of keys goes next, before whoever came later.

The one idea: each acceptance makes the keys of all who wait stale, so of ten who come at once nine are refused, try
again, and may be overtaken for ever. Here a refused client keeps its place, and the others that touch it wait for it: a
moment only, for a client that lets its turn pass loses it. Nobody is refused or accepted otherwise than without turns;
only the order in which they are asked is another.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from clearline.airspace.extent import Extent

__all__ = ["HOLD_S", "WAIT_S", "Place", "Turns"]

HOLD_S: Final = 0.25
"""How long a refused client's turn is kept for its next try: for reading what was missing where all answer quickly."""
WAIT_S: Final = 0.25
"""How long a request waits for those before it at most; then it is decided whatever they do."""
_TRIES: Final = 8  # a client that is refused so often in its own turn does not read what it is told
_SLOW_S: Final = 5.0  # no turn is kept for so long for a client that let one pass
_MOST: Final = 128  # places kept at once; beyond, the first to try is the first served


@dataclass(slots=True, eq=False)
class Place:
    """A client's place in the line for an extent. `until_s` is when it lapses; None while its request is here."""

    client: str
    extent: Extent
    order: int
    cells: frozenset[int]
    until_s: float | None = None
    tries: int = 0


@dataclass(slots=True)
class Turns:
    """The line. Times are seconds of a clock that never jumps."""

    hold_s: float = HOLD_S
    wait_s: float = WAIT_S
    places: list[Place] = field(default_factory=list[Place])
    _slow: dict[str, float] = field(default_factory=dict[str, float])
    _count: int = 0

    def __len__(self) -> int:
        return len(self.places)

    def take(self, client: str, extent: Extent, now_s: float) -> Place:
        """Return the place of this client for this extent: the one that was kept for it, or one at the end."""
        self._lapse(now_s)
        for place in self.places:
            # One that is here already is another request's.
            if place.until_s is not None and place.client == client and place.extent == extent:
                place.until_s = None
                return place
        self._count += 1
        place = Place(client, extent, self._count, frozenset(extent.cells))
        if len(self.places) < _MOST:
            self.places.append(place)
        return place

    def ahead(self, place: Place, now_s: float) -> Place | None:
        """Return the first place before this one that touches it and has not lapsed; None where it is its turn."""
        self._lapse(now_s)
        return next((it for it in self.places if it.order < place.order and not it.cells.isdisjoint(place.cells)), None)

    def touched(self, extent: Extent, now_s: float) -> bool:
        """Tell whether anybody has a place that this extent touches."""
        self._lapse(now_s)
        return any(not place.cells.isdisjoint(extent.cells) for place in self.places)

    def keep(self, place: Place, now_s: float) -> bool:
        """Keep the place of a client that was refused, from when it is told; False where it has used up its turn."""
        place.tries += 1
        if place.tries >= _TRIES or self._slow.get(place.client, now_s) > now_s:
            self.leave(place)
            return False
        place.until_s = now_s + self.hold_s
        return True

    def leave(self, place: Place) -> None:
        """Give a place up; again changes nothing."""
        if place in self.places:
            self.places.remove(place)

    def _lapse(self, now_s: float) -> None:
        if any(place.until_s is not None and place.until_s < now_s for place in self.places):
            late = [place for place in self.places if place.until_s is not None and place.until_s < now_s]
            self.places = [place for place in self.places if place not in late]
            self._slow = {client: until for client, until in self._slow.items() if until > now_s}
            self._mark_slow((place.client for place in late), now_s)

    def _mark_slow(self, clients: Iterable[str], now_s: float) -> None:
        self._slow.update(dict.fromkeys(clients, now_s + _SLOW_S))
