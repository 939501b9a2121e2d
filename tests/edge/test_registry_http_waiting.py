"""Who waits is ended when the time is up or the caller leaves, and by nothing else."""

import asyncio
from collections.abc import Mapping

import pytest

from clearline.edge.registry_http_waiting import COMES_BY_S, CallerLeftError, WaitingRoom


def test_what_is_done_in_time_is_left_alone() -> None:
    async def work() -> int:
        room = WaitingRoom(0.2)
        for _ in range(3):
            with room.waiting():
                await asyncio.sleep(0.1)
        await asyncio.sleep(0.3)  # whoever is still written down would be cancelled here
        return 7

    assert asyncio.run(work()) == 7


def test_at_the_limit_the_work_ends_and_so_it_is_told() -> None:
    async def work() -> float:
        room, loop = WaitingRoom(0.1), asyncio.get_running_loop()
        begun_s = loop.time()
        with pytest.raises(TimeoutError), room.waiting():
            await asyncio.sleep(5.0)
        took_s = loop.time() - begun_s
        await asyncio.sleep(0.0)  # a cancellation left over would come out here
        return took_s

    assert 0.1 <= asyncio.run(work()) < 1.0


def test_each_has_its_own_time() -> None:
    async def one(room: WaitingRoom, begin_s: float, needs_s: float) -> str:
        await asyncio.sleep(begin_s)
        try:
            with room.waiting():
                await asyncio.sleep(needs_s)
        except TimeoutError:
            return "late"
        return "done"

    async def work() -> list[str]:
        room = WaitingRoom(0.3)
        return list(await asyncio.gather(one(room, 0.0, 5.0), one(room, 0.25, 0.2), one(room, 0.3, 5.0)))

    assert asyncio.run(work()) == ["late", "done", "late"]


def test_a_cancellation_from_elsewhere_stays_one() -> None:
    async def waits(room: WaitingRoom) -> None:
        with room.waiting():
            await asyncio.sleep(5.0)

    async def work() -> None:
        task = asyncio.create_task(waits(WaitingRoom(1.0)))
        await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(work())


@pytest.mark.parametrize("looked_after", ["looked after", "left alone"])
def test_a_caller_that_leaves_ends_the_work_if_it_is_looked_after(looked_after: str) -> None:
    left = asyncio.Event()

    async def receive() -> Mapping[str, object]:
        await left.wait()
        return {"type": "http.disconnect"}

    async def work() -> None:
        asyncio.get_running_loop().call_later(2 * COMES_BY_S, left.set)
        with WaitingRoom(5.0).waiting() as waiting:
            if looked_after == "looked after":
                waiting.look_after(receive)
            await asyncio.sleep(6 * COMES_BY_S)

    if looked_after == "looked after":
        with pytest.raises(CallerLeftError):
            asyncio.run(work())
    else:
        asyncio.run(work())


def test_an_error_of_the_work_is_not_hidden() -> None:
    async def work() -> None:
        with WaitingRoom(1.0).waiting():
            raise ValueError("its own")

    with pytest.raises(ValueError, match="its own"):
        asyncio.run(work())
