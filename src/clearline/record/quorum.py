"""Whose cosignatures are enough: a policy of witnesses and groups (C2SP tlog-policy).

The one idea: a group counts when enough of its members count, a witness counts when it cosigned, and each name can be
a member of one group only, so no witness counts twice.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from clearline.record.errors import RecordError
from clearline.record.note import NoteKey, SignatureType

__all__ = ["NO_QUORUM", "Group", "Policy", "parse_policy"]

_MOST = 64  # of witnesses and groups; C2SP asks for at least 32 of each
_NONE = "none"


@dataclass(frozen=True, slots=True)
class Group:
    """Counts when at least `threshold` of its members count."""

    threshold: int
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """Witnesses and groups by name, and the one whose counting is the quorum; `none` asks for no cosignature.

    `addresses` are where witnesses can be asked, by name, of those that say so.
    """

    witnesses: Mapping[str, NoteKey] = field(default_factory=dict[str, NoteKey])
    groups: Mapping[str, Group] = field(default_factory=dict[str, Group])
    quorum: str = _NONE
    addresses: Mapping[str, str] = field(default_factory=dict[str, str])

    def met(self, cosigners: Iterable[NoteKey]) -> bool:
        """Whether these witnesses make the quorum."""
        if self.quorum == _NONE:
            return True
        signed = set(cosigners)
        counts = {name: key in signed for name, key in self.witnesses.items()}
        for name, group in self.groups.items():  # a group names only what stands before it
            counts[name] = sum(counts[member] for member in group.members) >= group.threshold
        return counts[self.quorum]


NO_QUORUM = Policy()


def parse_policy(text: str, where: str = "policy") -> Policy:
    r"""Read a policy. Raises RecordError naming the line.

    `log` lines are refused: which logs are trusted, and by which keys, is said by the key sets of their parties.

    >>> parse_policy("quorum none\n").met([])
    True
    """
    witnesses: dict[str, NoteKey] = {}
    groups: dict[str, Group] = {}
    addresses: dict[str, str] = {}
    quorum: str | None = None
    used: set[str] = set()
    for number, line in enumerate(text.split("\n"), 1):
        words = [word for word in re.split(r"[ \t]+", line) if word]
        place = f"{where} line {number}"
        if re.search(r"[\x00-\x08\x0b-\x1f\x7f]", line):
            raise RecordError(place, "it holds a control character")
        match words:
            case []:
                continue
            case [first, *_] if first.startswith("#"):
                continue
            case ["witness", name, key, *url] if len(url) <= 1:
                _new(name, {*witnesses, *groups}, place)
                witnesses[name] = _witness(key, witnesses, place)
                addresses.update([(name, one) for one in url])
            case ["group", name, count, *members]:
                _new(name, {*witnesses, *groups}, place)
                groups[name] = _group(count, members, {*witnesses, *groups}, used, place)
                used.update(members)
            case ["quorum", name] if quorum is None and (name == _NONE or name in witnesses or name in groups):
                quorum = name
            case _:
                raise RecordError(place, f"{line[:80]!r} is no witness, group or quorum of names given before it")
        if len(witnesses) + len(groups) > _MOST:
            raise RecordError(place, f"more than {_MOST} witnesses and groups")
    if quorum is None:
        raise RecordError(where, "there is no quorum line")
    return Policy(witnesses, groups, quorum, addresses)


def _new(name: str, taken: set[str], place: str) -> None:
    if name in taken or name == _NONE:
        raise RecordError(place, f"the name {name[:80]!r} is taken")


def _witness(text: str, others: Mapping[str, NoteKey], place: str) -> NoteKey:
    key = NoteKey.parse(text, place)
    if key.type == SignatureType.LOG:
        raise RecordError(place, "the key is a log's (type 1), not a witness's (type 4 or 6)")
    if any(key.public == other.public for other in others.values()):
        raise RecordError(place, "two witnesses share a key")
    return key


def _group(count: str, members: list[str], known: set[str], used: set[str], place: str) -> Group:
    if not members or len(set(members)) != len(members) or not set(members) <= known or used & set(members):
        raise RecordError(place, "members are names given before, each a member of one group only")
    whole = {"any": 1, "all": len(members)}.get(count)
    if whole is None:
        whole = int(count) if re.fullmatch(r"[1-9][0-9]{0,2}", count, re.ASCII) else 0
    if not 1 <= whole <= len(members):
        raise RecordError(place, f"a group counts from all, any, or 1 to {len(members)} of its members")
    return Group(whole, tuple(members))
