"""A witness moves forward only, keeps before it signs, and never vouches for two histories."""

from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearline.record.checkpoint import Checkpoint, checkpoint_keys, cosigning_keys, read_checkpoint, sign_checkpoint
from clearline.record.cosignatures import read_signatures
from clearline.record.keys import Algorithm
from clearline.record.log import MemoryLog
from clearline.record.note import NoteKey
from clearline.record.proof import consistency_proof
from clearline.record.tree import EMPTY_ROOT
from clearline.record.witness import Keep, Refusal, answer, judge
from tests.record.cases import b64
from tests.record.cases_tree import grow
from tests.record.worlds import ALFA, party, signer

ORIGIN = "alfa.example/to/bravo.example"
ALFAS = party(ALFA)
NAME, KEY = "witness.example/w1", signer(Algorithm.ED25519, "witness")


def two_histories() -> tuple[MemoryLog, MemoryLog]:
    """Two logs under one name that part after their third entry."""
    one, other = MemoryLog(ORIGIN), MemoryLog(ORIGIN)
    grow(one, [b"%d" % n for n in range(12)])
    grow(other, [b"%d" % n for n in (0, 1, 2, 13, 14, 15, 16, 17, 18, 19)])
    return one, other


HISTORIES = two_histories()


@dataclass
class Witness:
    """A witness that keeps what it is told to keep, if nobody was faster."""

    kept: dict[str, Checkpoint] = field(default_factory=dict[str, Checkpoint])

    def keys(self, origin: str, /) -> tuple[NoteKey, ...]:
        """The keys of the one log it watches."""
        return checkpoint_keys(origin, ALFAS.keyset.checkpoints) if origin == ORIGIN else ()

    def latest(self, origin: str, /) -> Checkpoint | None:
        """What it cosigned last."""
        return self.kept.get(origin)

    def keep(self, decided: Keep) -> bool:
        """Keep a checkpoint, unless another came between."""
        latest = self.kept.get(decided.checkpoint.origin)
        if (latest.size if latest else 0) != decided.older_size:
            return False
        self.kept[decided.checkpoint.origin] = decided.checkpoint
        return True


def request(log: MemoryLog, older: int, newer: int) -> bytes:
    """A request to go from one size of a log to another."""
    from clearline.record.tree import root_at

    point = Checkpoint(ORIGIN, newer, root_at(log, newer))
    proof = consistency_proof(log, min(older, newer), newer)
    rows = [f"old {older}", *(b64(one) for one in proof)]
    return ("\n".join(rows) + "\n\n" + sign_checkpoint(point, ALFAS.checkpoints).to_text()).encode()


steps = st.lists(st.tuples(st.booleans(), st.integers(0, 10), st.integers(0, 10)), max_size=12)


@given(steps)
def test_whatever_is_asked_all_it_cosigned_is_one_history(asked: list[tuple[bool, int, int]]) -> None:
    witness, signed = Witness(), [Checkpoint(ORIGIN, 0, EMPTY_ROOT)]
    for second, older, newer in asked:
        found = judge(witness, request(HISTORIES[second], older, newer))
        if isinstance(found, Keep) and witness.keep(found):
            signed.append(found.checkpoint)
    roots = [{point.size: point.root for point in signed}]
    assert [point.size for point in signed] == sorted(point.size for point in signed)
    for log in HISTORIES:
        from clearline.record.tree import root_at

        if all(root_at(log, size) == root for size, root in roots[0].items()):
            return
    raise AssertionError(f"it vouched for a history that is neither: {signed}")


def test_of_two_requests_at_once_one_is_kept() -> None:
    witness = Witness()
    first, second = judge(witness, request(HISTORIES[0], 0, 5)), judge(witness, request(HISTORIES[0], 0, 9))
    assert isinstance(first, Keep)
    assert isinstance(second, Keep)
    assert witness.keep(second)
    assert not witness.keep(first)
    again = judge(witness, request(HISTORIES[0], 0, 5))
    assert isinstance(again, Refusal)
    assert (again.status, again.body) == (409, "9\n")


def test_a_fork_is_answered_with_what_was_cosigned_before() -> None:
    witness = Witness()
    kept = judge(witness, request(HISTORIES[0], 0, 6))
    assert isinstance(kept, Keep)
    witness.keep(kept)
    found = judge(witness, request(HISTORIES[1], 6, 6))
    assert isinstance(found, Refusal)
    assert (found.status, found.fork) == (409, kept.checkpoint)


def test_the_answer_is_a_cosignature_with_a_time() -> None:
    kept = judge(Witness(), request(HISTORIES[0], 0, 4))
    assert isinstance(kept, Keep)
    lines = answer(kept, NAME, [KEY], 1_442_602_200)
    note = sign_checkpoint(kept.checkpoint, ALFAS.checkpoints).to_text() + lines
    point, signed = read_checkpoint(note)
    own, key = checkpoint_keys(ORIGIN, ALFAS.keyset.checkpoints), cosigning_keys(NAME, [KEY.public])
    assert read_signatures(point, signed, own, key, "x").cosigned_s == {key[0]: 1_442_602_200}


@pytest.mark.parametrize("now_s", [0, -1, 253_402_300_800])
def test_a_time_that_is_none_is_not_signed(now_s: int) -> None:
    kept = judge(Witness(), request(HISTORIES[0], 0, 4))
    assert isinstance(kept, Keep)
    with pytest.raises(ValueError, match="after 1970"):
        answer(kept, NAME, [KEY], now_s)


def test_bytes_that_are_no_text_are_answered() -> None:
    found = judge(Witness(), b"old 0\n\n\xff")
    assert isinstance(found, Refusal)
    assert (found.status, "UTF-8" in found.reason) == (400, True)


@given(st.binary(max_size=80) | st.text(max_size=80).map(str.encode))
def test_any_bytes_are_answered(data: bytes) -> None:
    found = judge(Witness(), data)
    assert isinstance(found, Refusal)
    assert found.status == 400
