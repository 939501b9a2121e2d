"""The thread in which an embedded registry waits for its disk, so that its event loop does not.

The one idea: one thread, one piece of work at a time, in the order given; what became of it is told on the event loop.
"""

import asyncio
import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import TypeAlias

__all__ = ["Writer"]

_Done: TypeAlias = Callable[[Exception | None], None]
_Work: TypeAlias = tuple[asyncio.AbstractEventLoop, Callable[[], object], _Done]


class Writer:
    """Carries out work in a thread of its own, from the first that it is given until it is closed."""

    def __init__(self) -> None:
        self._queue: SimpleQueue[_Work | None] = SimpleQueue()
        self._thread: threading.Thread | None = None

    def give(self, work: Callable[[], object], done: _Done) -> None:
        """Have work carried out; `done` is called on the running event loop, with the error if it raised one."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="registry writer", daemon=True)
            self._thread.start()
        self._queue.put((asyncio.get_running_loop(), work, done))

    def close(self) -> None:
        """Carry out what was given, and end the thread; again changes nothing."""
        thread, self._thread = self._thread, None
        if thread is not None:
            self._queue.put(None)
            thread.join()

    def _run(self) -> None:
        while (item := self._queue.get()) is not None:
            loop, work, done = item
            error: Exception | None = None
            try:
                work()
            except Exception as raised:  # noqa: BLE001 - whoever gave the work is told, and decides
                error = raised
            try:
                loop.call_soon_threadsafe(done, error)
            except RuntimeError:
                # The loop was closed: nobody waits any more, and what was written stands.
                assert loop.is_closed()
