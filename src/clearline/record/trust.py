"""What a reader trusts before it opens a bundle: key sets it got elsewhere, and which logs they write.

The one idea: trust never comes out of the bundle itself. A reader compares a fingerprint by voice, or takes a file from
someone it believes, and the bundle can only add key sets that those already trusted have signed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from clearline.record.base64_text import from_base64, to_base64
from clearline.record.canonical import Value, canonical, from_canonical
from clearline.record.checkpoint import cosigning_keys
from clearline.record.errors import RecordError
from clearline.record.keyset import KeySet, read_keyset
from clearline.record.members import Members
from clearline.record.note import valid_name
from clearline.record.quorum import NO_QUORUM, Policy, parse_policy

__all__ = ["StampAuthority", "Trust", "TrustedLine", "TrustedLog", "read_trust", "write_trust"]

_FORMAT = "clearline-trust-v1"
_MAX_BYTES = 2**24


@dataclass(frozen=True, slots=True)
class TrustedLog:
    """A log by its origin and writer; the writer's trusted key set is in force from number `first`."""

    origin: str
    writer: str
    first: int = 0


@dataclass(frozen=True, slots=True)
class TrustedLine:
    """The two logs of a line, each written by one party and read by the other."""

    logs: tuple[TrustedLog, TrustedLog]

    def other(self, origin: str) -> TrustedLog:
        """The log beside the one of that origin."""
        return self.logs[1] if self.logs[0].origin == origin else self.logs[0]


@dataclass(frozen=True, slots=True)
class StampAuthority:
    """A time-stamping authority, by the certificate (X.509, DER) it signs with."""

    name: str
    certificate: bytes


@dataclass(frozen=True, slots=True)
class Trust:
    """Key sets by party, lines, the witnesses whose quorum a log's newest checkpoint must have, and stamp authorities.

    Raises RecordError if a line's writer has no key set, a log stands twice, or one key cosigns under two names.
    """

    keysets: Mapping[str, KeySet]
    lines: Sequence[TrustedLine]
    policy: Policy = NO_QUORUM
    policy_text: str = "quorum none\n"
    stamps: Sequence[StampAuthority] = field(default_factory=tuple[StampAuthority, ...])

    def __post_init__(self) -> None:
        logs = [log for line in self.lines for log in line.logs]
        origins = {log.origin for log in logs}
        if len(origins) != len(logs):
            raise RecordError("trust.lines", "one log stands twice")
        for line in self.lines:
            first, second = line.logs
            if first.writer == second.writer or not {first.writer, second.writer} <= set(self.keysets):
                raise RecordError("trust.lines", "a line has two writers, and each needs a key set")
        for origin in origins:
            if not valid_name(origin) or origin in self.keysets:
                raise RecordError("trust.lines", f"{origin[:80]!r} cannot be the origin of a log")
        cosigners = [key for one in self.keysets.values() for key in cosigning_keys(one.party, one.cosigning)]
        every = [*cosigners, *self.policy.witnesses.values()]
        if len({key.public for key in every}) != len(every) or {key.name for key in every} & origins:
            raise RecordError("trust", "one key cosigns under two names, or a cosigner bears the name of a log")

    def line_of(self, origin: str) -> TrustedLine | None:
        """The line a log belongs to."""
        return next((line for line in self.lines if origin in {log.origin for log in line.logs}), None)


def read_trust(data: bytes) -> Trust:
    """Read a trust file from its canonical bytes. Raises RecordError."""
    names = ("format", "keysets", "lines", "policy", "stamps")
    members = Members(from_canonical(data, where="trust", max_bytes=_MAX_BYTES), names, "trust")
    members.literal("format", _FORMAT)
    keysets = [read_keyset(one, f"trust.keysets[{n}]") for n, one in enumerate(members.items("keysets"))]
    if len({one.party for one in keysets}) != len(keysets):
        raise RecordError("trust.keysets", "one party has two key sets")
    policy = members.text("policy")
    return Trust(
        {one.party: one for one in keysets},
        tuple(_line(one, f"trust.lines[{n}]") for n, one in enumerate(members.items("lines"))),
        parse_policy(policy, "trust.policy"),
        policy,
        tuple(_stamp(one, f"trust.stamps[{n}]") for n, one in enumerate(members.items("stamps"))),
    )


def write_trust(trust: Trust) -> bytes:
    """A trust file's canonical bytes."""
    lines: list[Value] = [
        [{"origin": log.origin, "writer": log.writer, "first": log.first} for log in line.logs] for line in trust.lines
    ]
    stamps = [{"name": one.name, "certificate": to_base64(one.certificate)} for one in trust.stamps]
    keysets = [trust.keysets[party].json() for party in sorted(trust.keysets)]
    return canonical(
        {"format": _FORMAT, "keysets": keysets, "lines": lines, "policy": trust.policy_text, "stamps": stamps},
        where="trust",
        max_bytes=_MAX_BYTES,
    )


def _line(value: Value, where: str) -> TrustedLine:
    if not isinstance(value, Sequence) or isinstance(value, str) or len(value) != 2:
        raise RecordError(where, "a line is a list of two logs")
    logs: list[TrustedLog] = []
    for index, one in enumerate(value):
        members = Members(one, ("origin", "writer", "first"), f"{where}[{index}]")
        logs.append(TrustedLog(members.text("origin"), members.text("writer"), members.whole("first")))
    return TrustedLine((logs[0], logs[1]))


def _stamp(value: Value, where: str) -> StampAuthority:
    members = Members(value, ("name", "certificate"), where)
    return StampAuthority(members.text("name"), from_base64(members.text("certificate"), f"{where}.certificate"))
