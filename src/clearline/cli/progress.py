"""Progress of long work, on the terminal's error stream.

The one idea: nothing is shown for work that is quick or whose error stream is not a terminal, and nothing stays behind.
"""

import sys
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import TextIO

__all__ = ["progress_line"]

_PATIENCE_S = 0.5  # quicker work shows nothing
_EVERY_S = 0.1


@contextmanager
def progress_line(*, quiet: bool) -> Generator[Callable[[str, int, int], None] | None]:
    """A function to tell of progress (what, done, of how many), or None where nobody would see it; wiped at the end."""
    errors: TextIO | None = sys.stderr  # None where it was closed before the program began
    if quiet or errors is None or not errors.isatty():
        yield None
        return
    last_s = time.monotonic() + _PATIENCE_S - _EVERY_S
    shown = False

    def tell(what: str, done: int, total: int) -> None:
        nonlocal last_s, shown
        now_s = time.monotonic()
        if now_s - last_s < _EVERY_S:
            return
        last_s, shown = now_s, True
        share = f"{100 * done // total:3d} %" if total else "  0 %"
        sys.stderr.write(f"\r\033[K{what} {share} ({done} of {total})")
        sys.stderr.flush()

    try:
        yield tell
    finally:
        if shown:
            sys.stderr.write("\r\033[K")
            sys.stderr.flush()
