"""Which signed requests were had before, for as long as they are good.

The one idea: a request that is good for a minute is remembered for as long as it is good, so it counts once.
"""

from collections import deque

__all__ = ["ReplayCache"]

# Some 60 s of a thousand requests a second; a peer that sends more is told to wait, not believed twice.
_MOST = 65_536


class ReplayCache:
    """The nonces that are still good, by key. Used from one thread."""

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._order: deque[tuple[int, tuple[str, str]]] = deque()
        self._held: set[tuple[str, str]] = set()

    def first(self, keyid: str, nonce: str, *, until_s: int, now_s: int) -> bool:
        """Whether this is the first request with this nonce under this key; from then on it is not.

        False too while so many are remembered that no more can be: better late than twice.

        >>> cache = ReplayCache()
        >>> cache.first("k", "n", until_s=60, now_s=0), cache.first("k", "n", until_s=60, now_s=1)
        (True, False)
        """
        while self._order and self._order[0][0] < now_s:
            self._held.discard(self._order.popleft()[1])
        name = (keyid, nonce)
        if name in self._held or len(self._held) >= self._most:
            return False
        self._held.add(name)
        self._order.append((until_s, name))
        return True
