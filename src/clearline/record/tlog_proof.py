"""One entry's proof in the form other tools read (C2SP tlog-proof): its place, its path, and a signed checkpoint.

The one idea: it can be checked by anyone with the log's key and the envelope, by our verifier or by someone else's.
"""

import re
from collections.abc import Sequence

from clearline.record.base64_text import from_base64, to_base64
from clearline.record.checkpoint import Checkpoint, read_checkpoint
from clearline.record.errors import RecordError
from clearline.record.note import SignedNote
from clearline.record.proof import verify_inclusion
from clearline.record.tree import leaf_hash

__all__ = ["read_tlog_proof", "write_tlog_proof"]

_FIRST = "c2sp.org/tlog-proof@v1"
_INDEX = re.compile(r"index (0|[1-9][0-9]{0,15})", re.ASCII)


def write_tlog_proof(index: int, proof: Sequence[bytes], checkpoint: SignedNote) -> str:
    """The proof of the entry at a place."""
    lines = [_FIRST, f"index {index}", *(to_base64(one) for one in proof)]
    return "\n".join(lines) + "\n\n" + checkpoint.to_text()


def read_tlog_proof(text: str, envelope: bytes, where: str = "proof") -> tuple[int, Checkpoint, SignedNote]:
    """Check that an envelope is at the place a proof says. The checkpoint's signatures are not checked here.

    Raises RecordError. A line of extra data is refused: nothing signs it.
    """
    head, _, tail = text.partition("\n\n")
    lines = head.split("\n")
    index = _INDEX.fullmatch(lines[1]) if len(lines) > 1 and lines[0] == _FIRST else None
    if index is None:
        raise RecordError(where, "it does not begin as a tlog-proof of one entry")
    checkpoint, note = read_checkpoint(tail, where)
    proof = [from_base64(line, where) for line in lines[2:]]
    if not verify_inclusion(leaf_hash(envelope), int(index[1]), checkpoint.size, proof, checkpoint.root):
        raise RecordError(where, f"it does not prove this envelope to be entry {index[1]} of {checkpoint.origin}")
    return int(index[1]), checkpoint, note
