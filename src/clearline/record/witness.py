"""What a witness decides when it is asked to cosign a log's checkpoint (C2SP tlog-witness `add-checkpoint`).

The one idea: a witness remembers one size and root for each log and moves only forward along a proof; it keeps the new
one before it signs, so no crash can make it vouch for two histories. Deciding (`judge`) and signing (`answer`) are two
steps, and the keeping lies between them.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from clearline.record.base64_text import from_base64
from clearline.record.checkpoint import Checkpoint, cosign, read_checkpoint, signed_at_s
from clearline.record.errors import RecordError
from clearline.record.keys import Signer
from clearline.record.note import MAX_NOTE_BYTES, NoteKey
from clearline.record.proof import verify_consistency
from clearline.record.tree import EMPTY_ROOT

__all__ = ["Keep", "Refusal", "WitnessView", "answer", "judge"]

_MOST_HASHES = 63  # C2SP tlog-witness: a client must not send more
_OLD = re.compile(r"old (0|[1-9][0-9]{0,15})", re.ASCII)


class WitnessView(Protocol):
    """What a witness knows, for reading."""

    def keys(self, origin: str, /) -> Sequence[NoteKey]:
        """The keys trusted to sign for a log; none for a log it does not watch."""
        ...

    def latest(self, origin: str, /) -> Checkpoint | None:
        """The checkpoint it last cosigned for a log."""
        ...


@dataclass(frozen=True, slots=True)
class Keep:
    """Yes: keep `checkpoint` in place of one of `older_size`, in a step that fails if another is there; then answer."""

    older_size: int
    checkpoint: Checkpoint


@dataclass(frozen=True, slots=True)
class Refusal:
    """No, with the HTTP status and body C2SP foresees, and the reason in words.

    `fork` is what was cosigned before, where the request carries the log's own signature on another root for its size:
    the two checkpoints together prove a fork.
    """

    status: int
    reason: str
    body: str = ""
    fork: Checkpoint | None = None


def judge(view: WitnessView, request: bytes) -> Keep | Refusal:
    """Decide a request to cosign. Writes nothing; may be asked again."""
    try:
        older_size, proof, note_text = _read(request)
        checkpoint, note = read_checkpoint(note_text)
    except RecordError as error:
        return Refusal(400, str(error))
    keys = view.keys(checkpoint.origin)
    if not keys:
        return Refusal(404, f"no log of origin {checkpoint.origin} is watched here")
    by_name = {(key.name, key.key_hash): key for key in keys}
    known = [(by_name.get((one.name, one.key_hash)), one) for one in note.signatures]
    try:
        signed = {key for key, one in known if key is not None and signed_at_s(checkpoint, key, one) >= 0}
    except RecordError as error:
        return Refusal(403, str(error))
    if not signed:
        return Refusal(403, "the log's own signature is missing")
    if older_size > checkpoint.size:
        return Refusal(400, f"the old size {older_size} is beyond the checkpoint's {checkpoint.size}")
    cosigned = view.latest(checkpoint.origin)
    latest = cosigned or Checkpoint(checkpoint.origin, 0, EMPTY_ROOT)
    if latest.size != older_size:
        return Refusal(409, f"the checkpoint last cosigned here is of size {latest.size}", f"{latest.size}\n")
    if cosigned and latest.size == checkpoint.size and latest.root != checkpoint.root:
        reason = f"another root was cosigned here for size {latest.size}: the log has forked"
        return Refusal(409, reason, f"{latest.size}\n", cosigned)
    if not verify_consistency(latest.size, checkpoint.size, proof, latest.root, checkpoint.root):
        return Refusal(422, f"the proof does not lead from size {latest.size} to {checkpoint.size}")
    return Keep(latest.size, checkpoint)


def answer(kept: Keep, name: str, signers: Sequence[Signer], now_s: int) -> str:
    """The signature lines to answer with, once `kept` is kept. Raises ValueError for a time that is not after 1970."""
    return "".join(one.line() for one in cosign(kept.checkpoint, name, signers, now_s))


def _read(request: bytes) -> tuple[int, list[bytes], str]:
    if len(request) > MAX_NOTE_BYTES + _MOST_HASHES * 45 + 32:
        raise RecordError("request", "it is too long")
    try:
        head, blank, note = request.decode("utf-8").partition("\n\n")
    except UnicodeDecodeError as error:
        raise RecordError("request", "it is not UTF-8") from error
    first, *rest = head.split("\n")
    old = _OLD.fullmatch(first)
    if not blank or old is None or len(rest) > _MOST_HASHES:
        raise RecordError("request", "it is not an old size, up to 63 hashes, an empty line and a checkpoint")
    proof = [from_base64(line, f"request line {number}") for number, line in enumerate(rest, 2)]
    if any(len(one) != 32 for one in proof):
        raise RecordError("request", "a hash is not 32 bytes long")
    return int(old[1]), proof, note
