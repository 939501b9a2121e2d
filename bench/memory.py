"""What a store of many volumes takes in memory.

The one idea: the operating system's count is the one that matters; the store's own is there to explain it. Nothing
else is made in this process between the two looks.
"""

import ctypes
import ctypes.util
import gc
import os
from pathlib import Path

from bench.generator import world
from bench.ours import Compiled
from bench.timing import Measured, Table, Target

__all__ = ["TARGET_SIZE", "measure_memory"]

TARGET_SIZE = 1_000_000
_MEGABYTE = 1_000_000.0
_MUST_MB = 480.0


def _resident_mb() -> float:
    gc.collect()
    # What was freed and is held back by the C library would be used again: before, it would hide what is taken; after,
    # it is not the store's.
    ctypes.CDLL(ctypes.util.find_library("c")).malloc_trim(0)
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / _MEGABYTE


def measure_memory(count: int) -> Measured:
    """The table and, at its size, the target."""
    batch = world(count)
    Compiled(world(100))  # whatever the first of its kind takes, it takes once
    before_mb = _resident_mb()
    held = Compiled(batch)
    grown_mb = _resident_mb() - before_mb
    own_mb = held.store.memory_bytes() / _MEGABYTE
    rows = [
        ["what", "MB"],
        ["the store, by its own count", f"{own_mb:,.0f}"],
        ["growth of the process, by the system's", f"{grown_mb:,.0f}"],
    ]
    note = f"{count:,} volumes with {len(batch.lat_deg):,} corners; 1 MB is 1,000,000 bytes."
    worst_mb = max(own_mb, grown_mb)
    target = Target(f"memory per {count:,} volumes", f"{worst_mb:,.0f} MB", "<= 480 MB", "250 MB", worst_mb <= _MUST_MB)
    return Measured([Table("Memory", rows, [note])], [target] if count == TARGET_SIZE else [])
