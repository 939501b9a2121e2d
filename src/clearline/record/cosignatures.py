"""Whose signatures stand under a checkpoint, as far as this reader knows the keys.

The one idea: a line by a key nobody here knows is counted and otherwise passed over; a line that bears a known name
with another key, or a known key with another name, is damage or deceit, and is refused.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from clearline.record.checkpoint import Checkpoint, signed_at_s
from clearline.record.errors import RecordError
from clearline.record.note import NoteKey, SignedNote

__all__ = ["Signatures", "read_signatures"]


@dataclass(frozen=True, slots=True)
class Signatures:
    """The known keys that cosigned, each with its time in seconds since 1970, and how many lines are by others."""

    cosigned_s: Mapping[NoteKey, int]
    unknown: int


def read_signatures(
    checkpoint: Checkpoint,
    note: SignedNote,
    log_keys: Sequence[NoteKey],
    cosigners: Sequence[NoteKey],
    where: str,
) -> Signatures:
    """Check the signatures under a checkpoint. Raises RecordError unless all of the log's own keys signed it."""
    known = {(key.name, key.key_hash): key for key in (*log_keys, *cosigners)}
    names = {name for name, _ in known}
    hashes = {key_hash for _, key_hash in known}
    found: dict[NoteKey, int] = {}
    unknown = 0
    for line in note.signatures:
        key = known.get((line.name, line.key_hash))
        if key is not None:
            found[key] = signed_at_s(checkpoint, key, line, where)
        elif line.name in names or line.key_hash in hashes:
            raise RecordError(
                where, f"{line.name} signed it with a key that is not in force for size {checkpoint.size}"
            )
        else:
            unknown += 1
    if any(found.pop(key, None) is None for key in log_keys):
        raise RecordError(where, f"it is not signed by the keys of its log in force at size {checkpoint.size}")
    return Signatures(found, unknown)
