"""Those who wait for an answer: how long at most, and whether they are still there.

The one idea: timers of its own cost a request more than all else the door does, and hardly one ever goes off. So who
waits is written down, and while anybody does, one timer comes by every now and then and looks at all of them.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from types import TracebackType
from typing import Any, Final, TypeAlias

__all__ = ["COMES_BY_S", "CallerLeftError", "Waiting", "WaitingRoom"]

# How often it comes by. Nearly all are answered before; so late may a limit be, and the look whether a caller is there.
COMES_BY_S: Final = 0.05
_Receive: TypeAlias = Callable[[], Awaitable[Mapping[str, Any]]]


class CallerLeftError(Exception):
    """The caller went away before it had its answer."""


class Waiting:
    """One who waits, from `with` to its end; the task that begins it is the one that works for the caller.

    If the time runs out, or the caller leaves, the task is cancelled, and TimeoutError or CallerLeftError comes out of
    the `with`. A cancellation from elsewhere stays one.
    """

    __slots__ = ("_cancelling", "_receive", "_room", "_task", "_watch", "due_s", "error")

    def __init__(self, room: "WaitingRoom") -> None:
        self._room = room
        self._receive: _Receive | None = None
        self._watch: asyncio.Task[None] | None = None
        self.due_s = 0.0
        self.error: type[Exception] | None = None

    def __enter__(self) -> "Waiting":
        task = asyncio.current_task()
        assert task is not None, "a request is answered in a task"
        self._task: asyncio.Task[Any] = task
        self._cancelling = task.cancelling()
        self._room.enter(self)
        return self

    def look_after(self, receive: _Receive) -> None:
        """See from now on whether the caller is still there: all that it sends has been received."""
        self._receive = receive

    def end(self, error: type[Exception]) -> None:
        """Cancel the work for this reason; the first one counts."""
        if self.error is None:
            self.error = error
            self._task.cancel()

    def seen(self) -> None:
        """The timer came by: begin to look after the caller, if that is to be done and is not."""
        if self._receive is not None and self._watch is None:
            self._watch = asyncio.ensure_future(self._until_it_leaves(self._receive))

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._room.leave(self)
        if self._watch is not None:
            self._watch.cancel()
        if self.error is not None and self._task.uncancel() <= self._cancelling and kind is asyncio.CancelledError:
            raise self.error from error

    async def _until_it_leaves(self, receive: _Receive) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        self.end(CallerLeftError)


class WaitingRoom:
    """All who wait in one event loop, each for `limit_s` seconds at most."""

    def __init__(self, limit_s: float) -> None:
        self._limit_s = limit_s
        self._waiting: dict[Waiting, None] = {}
        self._due = False

    def waiting(self) -> Waiting:
        """Return one who waits, to be used in `with`."""
        return Waiting(self)

    def enter(self, one: Waiting) -> None:
        """Write one down."""
        loop = asyncio.get_running_loop()
        one.due_s = loop.time() + self._limit_s
        self._waiting[one] = None
        if not self._due:
            self._due = True
            loop.call_later(min(COMES_BY_S, self._limit_s), self._come_by)

    def leave(self, one: Waiting) -> None:
        """Strike one out."""
        del self._waiting[one]

    def _come_by(self) -> None:
        self._due = False
        loop = asyncio.get_running_loop()
        for one in tuple(self._waiting):
            left_s = one.due_s - loop.time()
            if left_s <= 0.0:
                one.end(TimeoutError)
            elif left_s <= self._limit_s - COMES_BY_S:
                one.seen()
        if self._waiting:
            self._due = True
            loop.call_later(min(COMES_BY_S, self._limit_s), self._come_by)
