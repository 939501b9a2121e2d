"""The room that an embedded registry's disk has, watched before each change.

The one idea: a disk that fills up under a write ends the process, and every start after it, so nothing more is taken in
while there is still room for what was begun. Searches go on, and so does everything once there is room again.
"""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeVar

from clearline.edge.registry_port import Asked, Store, StoreUnavailableError
from clearline.registry.view import Rule

__all__ = ["RoomyStore", "kept_free_bytes"]

Answer = TypeVar("Answer")
_MIB: Final = 1_048_576
# What batches under way, the write-ahead log and its checkpoint can take at most, with a wide margin.
_ALWAYS_BYTES: Final = 64 * _MIB
# What one entity takes in an image that may be under way (some 250 bytes measured, 2,000 with a hundred cells).
_ENTITY_BYTES: Final = 1_024


def kept_free_bytes(live: int) -> int:
    """Return how many bytes a registry with so many entities leaves free on its disk.

    >>> kept_free_bytes(1_000_000) // 1_048_576
    1040
    """
    return _ALWAYS_BYTES + _ENTITY_BYTES * live


class RoomyStore:
    """A store that takes changes while the disk of its file has room. `least_bytes` tells what is to be left free."""

    def __init__(self, store: Store, path: Path, least_bytes: Callable[[], int]) -> None:
        self._store = store
        self._folder = path.parent
        self._least_bytes = least_bytes

    def room_bytes(self) -> int:
        """Return the bytes that are left on the disk for this process: one call of the system, about a microsecond."""
        found = os.statvfs(self._folder)
        return found.f_bavail * found.f_frsize

    async def transact(self, asked: Asked, rule: Rule[Answer]) -> Answer:
        """Do as the store does. Raises StoreUnavailableError, and changes nothing, where the disk is nearly full."""
        room_bytes, least_bytes = self.room_bytes(), self._least_bytes()
        if room_bytes < least_bytes:
            problem = (
                f"the registry's disk is nearly full ({room_bytes // _MIB} MiB left of {least_bytes // _MIB} needed)"
            )
            raise StoreUnavailableError(problem, "nothing was changed: ask again when its operator has made room")
        return await self._store.transact(asked, rule)

    async def read(self, rule: Rule[Answer]) -> Answer:
        """Do as the store does."""
        return await self._store.read(rule)

    async def close(self) -> None:
        """Close the store."""
        await self._store.close()
