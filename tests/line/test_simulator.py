"""Once the net heals, every two desks hold the same and work out the same; nothing that was said is lost."""

import pytest

from clearline.line.conflicts import ConflictState, conflicts
from clearline.line.incident import Incident, IncidentState, incident_state
from clearline.line.ladder import Step, ladder
from clearline.line.notice import Notice, Standing, standing
from clearline.line.proposal import Proposal, ProposalState, proposal_state
from clearline.line.talk import TalkRequest, TalkState, talk
from clearline.line.terms import By
from tests.line.simulator import FAR_MS, World, between, picture

_SEEDS = 300


@pytest.mark.parametrize("block", range(6))
def test_after_the_net_heals_all_ledgers_agree_and_nothing_is_lost(block: int) -> None:
    for seed in range(block, _SEEDS, 6):
        world = World(seed, ("ALPHA", "BRAVO") if seed % 2 else ("ALPHA", "BRAVO", "HUMAN"))
        world.run(60)
        for here in world.desks.values():
            for peer in world.names:
                if peer == here.own:
                    continue
                there = world.desks[peer]
                sent = {said.record_id for said in here.sent if said.header.addressee == peer}
                assert sent <= between(there.ledger, here.own), f"lost on the way: seed {seed}"
                assert between(here.ledger, peer) == between(there.ledger, here.own), f"seed {seed}"
                mine, theirs = picture(here.ledger, peer, FAR_MS), picture(there.ledger, here.own, FAR_MS)
                assert mine == theirs, f"seed {seed}: {[k for k in mine if mine[k] != theirs[k]]}"


def test_the_worlds_come_to_every_state_that_words_alone_can_bring() -> None:
    """Else the law above would hold of a world where nothing happens."""
    reached: set[object] = set()
    for seed in range(150):
        world = World(seed, ("ALPHA", "BRAVO"))
        world.run(100)
        for desk in world.desks.values():
            ledger = desk.ledger
            reached |= {proposal_state(ledger, said, world.now_ms) for said, _ in ledger.of(Proposal)}
            reached |= {talk(ledger, said, world.now_ms).state for said, _ in ledger.of(TalkRequest)}
            reached |= {incident_state(ledger, said, world.now_ms) for said, _ in ledger.of(Incident)}
            reached |= {standing(ledger, said, world.now_ms) for said, _ in ledger.of(Notice)}
            reached |= {c.state for peer in world.names for c in conflicts(ledger, peer, world.now_ms)}
            for said, _ in ledger.of(Notice):
                reached |= set(ladder(ledger, said).steps)
    wanted: set[object] = {
        *ProposalState,
        *(set(ConflictState) - {ConflictState.NOTIFIED}),
        *(set(TalkState) - {TalkState.MISSED, TalkState.INTERRUPTED}),
        *(set(IncidentState) - {IncidentState.COUNTER_ACCOUNT_OVERDUE}),
        *(set(Standing) - {Standing.EXPIRED}),
        *(set(Step) - {Step.OFFERED}),
    }
    assert wanted <= reached, wanted - reached


def test_no_step_from_seen_on_is_ever_a_machines() -> None:
    for seed in range(60):
        world = World(seed + 10_000)
        world.run(60)
        for desk in world.desks.values():
            for said, _ in desk.ledger.ever(Notice):
                for step, by in ladder(desk.ledger, said).steps.items():
                    if step is not Step.DELIVERED:
                        assert by.header.by is By.WATCH, f"seed {seed + 10_000}"


def test_the_same_seed_is_the_same_world() -> None:
    worlds = [World(7), World(7)]
    for world in worlds:
        world.run(40)
    assert [[said.record_id for said in desk.ledger] for desk in worlds[0].desks.values()] == [
        [said.record_id for said in desk.ledger] for desk in worlds[1].desks.values()
    ]
