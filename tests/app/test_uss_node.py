"""Planning systems and a registry in one process: they plan, conflict, change, end; and no lost answer parts them."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from clearline.airspace.reference import IntentState
from clearline.app.uss_node import Answered, Result, UssNode
from clearline.edge.uss_http_store import open_uss_store
from clearline.wire.f3548_uss import details_body, reference_value
from tests.app.uss_sky import Sky, flight, meant
from tests.node.uss_intents import box, known

_S = IntentState
Act = Callable[[UssNode], Awaitable[Answered | None]]


def _agree(sky: Sky, node: UssNode) -> None:
    """Law: what the system says is in force is what the registry holds, version by version, and nothing else."""
    mine = {str(one["id"]): one for one in sky.registered() if one["manager"] == "uss1"}
    flights = [held for number in range(1, 4) if (held := node.held(flight(number))) is not None]
    assert {held.ident for held in flights if held.known is not None} == set(mine)
    for held in flights:
        assert not held.in_doubt and held.known is not None
        there, here = mine[held.ident], reference_value(held.known.reference)
        assert (there["version"], there["state"]) == (here["version"], here["state"])
        assert held.known.meant.state == there["state"]


def test_two_systems_plan_conflict_activate_and_end() -> None:
    sky = Sky()

    async def story() -> None:
        async with sky.system("uss1") as one, sky.system("uss2") as two:
            assert (await one.plan(flight(1), meant())).state is _S.ACCEPTED
            refused = await two.plan(flight(2), meant())
            assert refused.result is Result.REJECTED and "uss1" in refused.why and refused.state is None
            assert (await two.plan(flight(2), meant(lat=52.1))).result is Result.DONE
            assert (await two.plan(flight(2), meant(lat=52.0))).result is Result.REJECTED
            assert (await two.plan(flight(3), meant(priority=1))).conflicts == 1
            assert (await one.plan(flight(1), meant(_S.ACTIVATED))).result is Result.REJECTED
            ended = await two.end(flight(3))
            assert ended is not None and ended.result is Result.DONE
            assert (await one.plan(flight(1), meant(_S.ACTIVATED))).state is _S.ACTIVATED
            assert (await one.plan(flight(1), meant(_S.NONCONFORMING, radius_m=400.0))).state is _S.NONCONFORMING
            assert (await one.plan(flight(1), meant(_S.CONTINGENT))).state is _S.CONTINGENT
            assert (await one.plan(flight(1), meant(_S.ACTIVATED))).result is Result.REJECTED
            assert await one.end(flight(1)) is not None and await one.end(flight(1)) is None

    asyncio.run(story())
    assert sky.registered() == []  # what is left lies elsewhere


def test_a_flight_that_is_met_by_a_later_one_hears_of_it() -> None:
    """SCD0090 for the one that causes it, SCD0095 for the one that was there."""
    sky = Sky()

    async def story() -> None:
        async with sky.system("uss1") as one, sky.system("uss2") as two:
            await one.plan(flight(1), meant())
            await two.plan(flight(2), meant(priority=5))
            for _ in range(50):
                if one.notices.between(0, sky.now_us()):
                    break
                await asyncio.sleep(0.01)
            for node, name in ((one, flight(1)), (two, flight(2))):
                (notice,) = node.notices.between(0, sky.now_us())
                assert (notice.flight, notice.conflicts) == (name, 1)
            assert not one.notices.between(sky.now_us() + 1, sky.now_us() + 2)

    asyncio.run(story())


def test_what_was_read_once_is_not_asked_again_until_it_changes() -> None:
    sky = Sky()

    async def story() -> int:
        async with sky.system("uss1") as one, sky.system("uss2") as two:
            await two.plan(flight(2), meant(lat=52.004))
            for radius_m in (200.0, 150.0):
                assert (await one.plan(flight(1), meant(radius_m=radius_m))).result is Result.DONE
            assert _asked(sky) == 1
            # A change that it was told of is on the shelf already; one that it was not told of is asked for.
            await two.plan(flight(2), meant(lat=52.004, radius_m=100.0))
            assert (await one.plan(flight(1), meant(radius_m=160.0))).result is Result.DONE
            return _asked(sky)

    assert asyncio.run(story()) <= 2


async def _settled(sky: Sky, node: UssNode) -> UssNode:
    """The system, after nothing that was asked can still be under way."""
    sky.registry.now_s += 30.0
    settling = asyncio.create_task(node.keep_going())
    await asyncio.sleep(1.2)
    settling.cancel()
    return node


def _asked(sky: Sky) -> int:
    return sum(call.startswith("GET uss2.example/uss") for call in sky.net.calls)


@pytest.mark.parametrize("forged", [b"", b"[]", b'{"operational_intent": null}', b"{" * 100_000, b"x" * 5_000_000])
def test_a_system_that_answers_rubbish_is_not_planned_over(forged: bytes) -> None:
    sky = Sky()
    sky.net.forged["uss2.example"] = forged

    async def story() -> None:
        async with sky.system("uss1") as one, sky.system("uss2") as two:
            await two.plan(flight(2), meant())
            assert (await one.plan(flight(1), meant())).result is Result.FAILED

    asyncio.run(story())
    assert [one["manager"] for one in sky.registered()] == ["uss2"]


def test_details_of_another_or_without_an_ovn_are_not_believed() -> None:
    sky = Sky()
    strange = known(7, meant(lat=52.1), manager="uss2")
    body = json.loads(details_body(strange))
    del body["operational_intent"]["reference"]["ovn"]

    async def story() -> None:
        async with sky.system("uss1") as one, sky.system("uss2") as two:
            await two.plan(flight(2), meant())
            for forged in (details_body(strange), json.dumps(body).encode()):
                sky.net.forged["uss2.example"] = forged
                assert (await one.plan(flight(1), meant())).result is Result.FAILED

    asyncio.run(story())


_ACTS: dict[str, tuple[list[Act], Act]] = {
    "create": ([], lambda node: node.plan(flight(1), meant())),
    "activate": ([lambda node: node.plan(flight(1), meant())], lambda node: node.plan(flight(1), meant(_S.ACTIVATED))),
    "end": ([lambda node: node.plan(flight(1), meant())], lambda node: node.end(flight(1))),
}


@pytest.mark.parametrize("act", sorted(_ACTS))
@pytest.mark.parametrize("fault", ["lost", "unanswered"])
@pytest.mark.parametrize("restart", [False, True])
def test_each_write_lost_and_kept_but_unanswered_ends_in_agreement(
    tmp_path: Path, act: str, fault: str, *, restart: bool
) -> None:
    sky = Sky()
    before, last = _ACTS[act]

    async def story() -> UssNode:
        store = tmp_path / "uss.db"
        async with sky.system("uss1", store) as node:
            for one in before:
                await one(node)
            sky.net.faults.append(fault)
            answered = await last(node)
            assert answered is not None
            if not restart:
                return await _settled(sky, node)
        async with sky.system("uss1", store) as again:
            return await _settled(sky, again)

    node = asyncio.run(story())
    _agree(sky, node)
    state = node.held(flight(1))
    if fault == "unanswered" and act != "end":
        assert state is not None and state.known is not None
        assert state.known.reference.state is (_S.ACCEPTED if act == "create" else _S.ACTIVATED)
    elif act == "create" or act == "end":
        assert state is None


def test_a_system_whose_process_dies_while_it_waits_knows_afterwards_what_it_asked(tmp_path: Path) -> None:
    """The act is cut off between the registry's answer and our keeping it, as by SIGKILL."""
    sky = Sky()

    async def story() -> UssNode:
        store = tmp_path / "uss.db"
        async with sky.system("uss1", store) as node:
            await node.plan(flight(1), meant())
            sky.net.faults.append("unanswered")
            await node.plan(flight(1), meant(_S.ACTIVATED, radius_m=100.0))
        async with sky.system("uss1", store) as again:
            return again

    node = asyncio.run(story())
    _agree(sky, node)
    held = node.held(flight(1))
    assert held is not None and held.known is not None
    assert held.known.meant.volumes[0].shape == box(radius_m=100.0).shape


def test_a_wish_that_lands_after_the_restart_is_in_force_and_not_a_stranger(tmp_path: Path) -> None:
    """The process was killed while its call was under way; the call arrives when the new one is up already."""
    sky, other = Sky(), meant(_S.ACTIVATED)

    async def story() -> UssNode:
        store = tmp_path / "uss.db"
        async with sky.system("uss1", store) as node:
            await node.plan(flight(1), meant())
            before = node.held(flight(1))
            assert before is not None
            sky.net.faults.append("lost")
            await node.plan(flight(1), other)
        late = tmp_path / "late.db"
        async with sky.system("uss1", store) as again:
            in_doubt = again.held(flight(1))
            assert in_doubt is not None and in_doubt.wished is not None
            rows = open_uss_store(late)
            await rows.keep(before)
            rows.close()
            async with sky.system("uss1", late) as ghost:
                assert (await ghost.plan(flight(1), other)).state is _S.ACTIVATED
            return await _settled(sky, again)

    node = asyncio.run(story())
    _agree(sky, node)
    held = node.held(flight(1))
    assert held is not None and held.known is not None and held.known.reference.state is _S.ACTIVATED


def test_a_lost_file_leaves_no_intent_that_nobody_can_describe() -> None:
    sky = Sky()

    async def story() -> None:
        async with sky.system("uss1") as node:
            await node.plan(flight(1), meant())
        async with sky.system("uss1") as fresh:
            assert (await fresh.plan(flight(2), meant())).result is Result.DONE

    asyncio.run(story())
    assert len(sky.registered()) == 1 and any(event == "mended" for event, _ in sky.told)


def test_a_flight_that_is_activated_at_once_is_accepted_first_and_taken_back_if_that_is_all() -> None:
    sky = Sky()

    async def story() -> None:
        async with sky.system("uss1") as node:
            assert (await node.plan(flight(1), meant(_S.ACTIVATED))).state is _S.ACTIVATED
            sky.net.faults.extend(["", "lost"])
            failed = await node.plan(flight(2), meant(_S.ACTIVATED, low_m=300.0))
            assert (failed.result, failed.state) == (Result.FAILED, None) and node.held(flight(2)) is None

    asyncio.run(story())
    assert [one["state"] for one in sky.registered()] == ["Activated"]


def test_a_dead_registry_fails_a_plan_and_leaves_nothing() -> None:
    sky = Sky()
    sky.net.dead.add("registry.example")

    async def story() -> None:
        async with sky.system("uss1") as node:
            assert (await node.plan(flight(1), meant())).result is Result.FAILED
            assert node.held(flight(1)) is None

    asyncio.run(story())


def test_a_hypothetical_plan_and_a_refused_one_leave_no_trace() -> None:
    """OPIN0040."""
    sky = Sky()

    async def story() -> None:
        async with sky.system("uss1") as node:
            assert (await node.plan(flight(1), meant(), hypothetical=True)).result is Result.DONE
            assert (await node.plan(flight(1), meant(priority=101))).result is Result.REJECTED
            assert node.held(flight(1)) is None
            assert not any(call.startswith("PUT") for call in sky.net.calls)

    asyncio.run(story())


def test_what_is_over_ends_by_itself_and_an_area_is_cleared() -> None:
    sky = Sky()

    async def story() -> None:
        async with sky.system("uss1") as node:
            await node.plan(flight(1), meant())
            await node.plan(flight(2), meant(lat=52.1))
            assert await node.end_within(box(lat=52.1)) == []
            assert node.held(flight(2)) is None and node.held(flight(1)) is not None
            sky.registry.now_s += 601.0
            ending = asyncio.create_task(node.keep_going())
            await asyncio.sleep(1.2)
            ending.cancel()
            assert node.held(flight(1)) is None

    asyncio.run(story())


def test_many_at_once_over_one_place_leave_exactly_one() -> None:
    sky = Sky()

    async def story() -> list[Answered]:
        async with sky.system("uss1") as one, sky.system("uss2") as two:
            acts = [node.plan(flight(number), meant()) for number in range(1, 7) for node in (one, two)]
            return await asyncio.gather(*acts)

    answered = asyncio.run(story())
    assert sum(one.result is Result.DONE for one in answered) == len(sky.registered()) <= 1
