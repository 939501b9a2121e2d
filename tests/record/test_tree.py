"""Trees and proofs: laws, RFC 9162 written out plainly, and roots published by others."""

import hashlib
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearline.record.errors import RecordError
from clearline.record.log import MemoryLog
from clearline.record.proof import consistency_proof, inclusion_proof, verify_consistency, verify_inclusion
from clearline.record.pruned import prune, regrow
from clearline.record.tree import EMPTY_ROOT, Frontier, leaf_hash, range_hash, root_at
from tests.record.cases_tree import grow

LARGEST = 65


def plain_root(entries: list[bytes]) -> bytes:
    """RFC 9162 section 2.1.1, word for word."""
    if not entries:
        return hashlib.sha256(b"").digest()
    if len(entries) == 1:
        return hashlib.sha256(b"\x00" + entries[0]).digest()
    k = 1
    while k * 2 < len(entries):
        k *= 2
    return hashlib.sha256(b"\x01" + plain_root(entries[:k]) + plain_root(entries[k:])).digest()


def _entries(size: int) -> list[bytes]:
    return [b"entry %d" % n for n in range(size)]


def _log(size: int) -> MemoryLog:
    log = MemoryLog("x.example")
    grow(log, _entries(size))
    return log


LOG = _log(LARGEST)
ROOTS = [plain_root(_entries(size)) for size in range(LARGEST + 1)]


def test_every_size_has_the_root_that_rfc_9162_defines() -> None:
    frontier = Frontier()
    for size, entry in enumerate(_entries(LARGEST)):
        assert frontier.root == root_at(LOG, size) == ROOTS[size]
        frontier, _ = frontier.append(leaf_hash(entry))
        assert len(frontier.peaks) == frontier.size.bit_count() <= frontier.size.bit_length()
    assert ROOTS[0] == EMPTY_ROOT


# Certificate Transparency's own reference entries and roots (RFC 6962 test data).
_INPUTS = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
_PUBLISHED = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def test_published_roots_come_out() -> None:
    frontier = Frontier()
    for entry, root in zip(_INPUTS, _PUBLISHED, strict=True):
        frontier, _ = frontier.append(leaf_hash(bytes.fromhex(entry)))
        assert frontier.root.hex() == root


def test_every_entry_is_proved_in_every_tree_and_at_no_other_place() -> None:
    for size in range(1, LARGEST + 1):
        for index in range(size):
            proof, leaf = inclusion_proof(LOG, index, size), LOG.node(0, index)
            assert verify_inclusion(leaf, index, size, proof, ROOTS[size])
            assert not verify_inclusion(leaf, index, size, [*proof, bytes(32)], ROOTS[size])
            assert not verify_inclusion(leaf, index, size, proof, ROOTS[size - 1])
            assert not proof or not verify_inclusion(leaf, index, size, proof[1:], ROOTS[size])
            assert size == 1 or not verify_inclusion(leaf, (index + 1) % size, size, proof, ROOTS[size])


def test_every_size_is_shown_to_begin_every_larger_one() -> None:
    for newer in range(LARGEST + 1):
        for older in range(newer + 1):
            proof = consistency_proof(LOG, older, newer)
            assert verify_consistency(older, newer, proof, ROOTS[older], ROOTS[newer])
            assert not verify_consistency(older, newer, [*proof, bytes(32)], ROOTS[older], ROOTS[newer])
            assert not verify_consistency(older, newer, proof, bytes(32), ROOTS[newer])
            if older:
                assert not verify_consistency(older, newer, proof, ROOTS[older], bytes(32))
            for place in range(len(proof)):
                spoilt = [*proof[:place], bytes(32), *proof[place + 1 :]]
                assert not verify_consistency(older, newer, spoilt, ROOTS[older], ROOTS[newer])


def test_a_proof_is_no_longer_than_the_logarithm() -> None:
    for size in range(1, LARGEST + 1):
        assert len(inclusion_proof(LOG, size // 2, size)) <= (size - 1).bit_length()
        assert len(consistency_proof(LOG, size // 2, size)) <= (size - 1).bit_length() + 1


@pytest.mark.parametrize("numbers", [(-1, 3), (3, 3), (0, 0)])
def test_no_proof_is_made_outside_the_tree(numbers: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="no leaf"):
        inclusion_proof(LOG, *numbers)
    assert not verify_inclusion(bytes(32), *numbers, [], bytes(32))


@pytest.mark.parametrize("numbers", [(-1, 3), (4, 3)])
def test_no_tree_begins_with_a_larger_one(numbers: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="does not begin"):
        consistency_proof(LOG, *numbers)
    assert not verify_consistency(*numbers, [], bytes(32), bytes(32))


sizes = st.integers(0, LARGEST)


@given(st.data(), sizes)
def test_a_pruned_tree_gives_the_root_and_every_earlier_one(data: st.DataObject, size: int) -> None:
    kept = sorted(data.draw(st.sets(st.integers(0, max(size - 1, 0)), max_size=12))) if size else []
    cuts = sorted(data.draw(st.sets(st.integers(0, size), max_size=8)))
    cut_away = prune(LOG, size, kept, cuts)
    grown = regrow(size, {index: LOG.node(0, index) for index in kept}, cuts, cut_away)
    assert grown.root == ROOTS[size]
    assert grown.earlier == {cut: ROOTS[cut] for cut in cuts}


@given(st.data(), st.integers(1, LARGEST))
def test_a_pruned_tree_has_no_freedom(data: st.DataObject, size: int) -> None:
    kept = sorted(data.draw(st.sets(st.integers(0, size - 1), min_size=1, max_size=5)))
    leaves = {index: LOG.node(0, index) for index in kept}
    cut_away = prune(LOG, size, kept, [])
    for tree in ([*cut_away, bytes(32)], cut_away[1:]):
        if tree != cut_away:
            with pytest.raises(RecordError):
                regrow(size, leaves, [], tree)
    for place in range(len(cut_away)):
        assert regrow(size, leaves, [], [*cut_away[:place], bytes(32), *cut_away[place + 1 :]]).root != ROOTS[size]
    spoilt = {**leaves, kept[0]: bytes(32)}
    assert regrow(size, spoilt, [], cut_away).root != ROOTS[size]


def test_a_whole_log_needs_no_hash_and_one_entry_needs_its_path() -> None:
    assert prune(LOG, LARGEST, range(LARGEST), [3, 17]) == []
    assert sorted(prune(LOG, LARGEST, [7], [])) == sorted(inclusion_proof(LOG, 7, LARGEST))


@given(sizes, st.integers(0, 40))
def test_the_frontier_is_the_same_whatever_way_it_is_reached(start: int, more: int) -> None:
    peaks, low = list[bytes](), 0
    for bit in reversed(range(start.bit_length())):
        if start >> bit & 1:
            peaks.append(range_hash(LOG, low, low + (1 << bit)))
            low += 1 << bit
    resumed = Frontier(start, tuple(peaks))
    steps = [resumed]
    for entry in _entries(LARGEST)[start : start + more]:
        steps.append(steps[-1].append(leaf_hash(entry))[0])
    assert [one.root for one in steps] == ROOTS[start : start + more + 1]
    assert all(after.size == before.size + 1 for before, after in pairwise(steps))


@pytest.mark.parametrize(("size", "peaks"), [(1, ()), (2, (bytes(32), bytes(32))), (1, (bytes(31),)), (-1, ())])
def test_a_frontier_that_cannot_be_does_not_exist(size: int, peaks: tuple[bytes, ...]) -> None:
    with pytest.raises(RecordError):
        Frontier(size, peaks)
