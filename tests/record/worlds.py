"""Two parties, their keys and their line, made from labels: the same on every run and every machine."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from clearline.record.bundle import LogChoice, export_bundle
from clearline.record.canonical import Value
from clearline.record.checkpoint import cosign, read_checkpoint, sign_checkpoint
from clearline.record.keys import Algorithm, SecretKey, Signer
from clearline.record.keyset import KeyHistory, KeySet, seal_keyset
from clearline.record.log import MemoryLog, Saying, append
from clearline.record.misbehaviour import Evidence
from clearline.record.receive import Received, receive
from clearline.record.statement import KEYSET_KIND, Seen
from clearline.record.trust import Trust, TrustedLine, TrustedLog

__all__ = ["ALFA", "BRAVO", "CALL_MS", "Follower", "Line", "Party", "party", "signer"]

ALFA, BRAVO = "alfa.example", "bravo.example"
CALL_MS = 1_442_602_200_000  # 2015-09-18T18:50:00Z

Make = Callable[[Algorithm, str], Signer]


def signer(algorithm: Algorithm, label: str) -> Signer:
    return SecretKey(algorithm, hashlib.sha256(label.encode()).digest())


@dataclass(frozen=True)
class Party:
    """One version of a party's keys, secret halves included."""

    keyset: KeySet
    roots: tuple[Signer, ...]
    records: tuple[Signer, ...]
    checkpoints: tuple[Signer, ...]
    cosigning: tuple[Signer, ...]


def party(name: str, version: int = 1, *, hybrid: bool = False, make: Make = signer) -> Party:
    """Two of three roots sign; the same roots in every version, other keys in each."""

    def keys(role: str, second: Algorithm) -> tuple[Signer, ...]:
        label = f"{name} {version} {role}"
        first = make(Algorithm.ED25519, label)
        return (first, make(second, label)) if hybrid else (first,)

    roots = tuple(make(Algorithm.ED25519, f"{name} root {n}") for n in range(3))
    records = keys("records", Algorithm.ML_DSA_65)
    checkpoints = keys("checkpoints", Algorithm.ML_DSA_44)
    cosigning = keys("cosigning", Algorithm.ML_DSA_44)
    keyset = KeySet(
        name,
        version,
        tuple(one.public for one in roots),
        2,
        tuple(one.public for one in records),
        tuple(one.public for one in checkpoints),
        tuple(one.public for one in cosigning),
        (make(Algorithm.ED25519, f"{name} {version} transport").public,),
    )
    return Party(keyset, roots, records, checkpoints, cosigning)


@dataclass
class Follower:
    """What one party keeps of the other's log."""

    theirs: MemoryLog
    ours: MemoryLog
    history: KeyHistory
    note: str | None = None

    def checkpoint(self) -> str | None:
        """The checkpoint that was kept last."""
        return self.note

    def take(self, note: str, first: int, envelopes: Sequence[bytes]) -> Received:
        """Receive what must be received, and keep it."""
        found = receive(self, note, first, envelopes)
        assert isinstance(found, Received), found
        for entry, appended in zip(found.entries, found.appended, strict=True):
            self.theirs.keep(appended, announces=entry.statement.kind == KEYSET_KIND)
        self.history = found.history
        self.note = found.note.to_text()
        return found


@dataclass
class Line:
    """Two parties that write to each other, with a clock that moves one second a step."""

    parties: dict[str, Party] = field(default_factory=lambda: {name: party(name) for name in (ALFA, BRAVO)})
    logs: dict[str, MemoryLog] = field(default_factory=dict[str, MemoryLog])
    copies: dict[str, Follower] = field(default_factory=dict[str, Follower])
    notes: dict[str, list[str]] = field(default_factory=lambda: {ALFA: [], BRAVO: []})
    now_s: int = CALL_MS // 1000

    def __post_init__(self) -> None:
        self.first = dict(self.parties)
        for name in (ALFA, BRAVO):
            self.logs[name] = MemoryLog(self.origin(name))
        for name in (ALFA, BRAVO):
            other = self.other(name)
            history = KeyHistory(self.parties[other].keyset)
            self.copies[name] = Follower(MemoryLog(self.origin(other)), self.logs[name], history)

    def origin(self, name: str) -> str:
        """The origin of the log a party writes."""
        return f"{name}/to/{self.other(name)}"

    def other(self, name: str) -> str:
        """The other party."""
        return BRAVO if name == ALFA else ALFA

    def say(self, name: str, kind: str = "notice", **body: Value) -> bytes:
        """One statement more in a party's log."""
        self.now_s += 1
        seen = self.copies[name].theirs.head
        saying = Saying(kind, body, Seen(seen.size, seen.frontier.root), self.now_s * 1000, 250)
        appended = append(self.logs[name].head, saying, self.parties[name].records)
        self.logs[name].keep(appended, announces=kind == KEYSET_KIND)
        return appended.envelope

    def rotate(self, name: str, new: Party) -> bytes:
        """Announce a party's next key set, signed by root keys of both, and speak under it from there on."""
        sealed = seal_keyset(new.keyset, new.roots)
        self.parties[name] = new
        return self.say(name, KEYSET_KIND, envelope=sealed.decode())

    def signed(self, name: str) -> str:
        """A party's checkpoint of its log as it stands."""
        return sign_checkpoint(self.logs[name].head.checkpoint, self.parties[name].checkpoints).to_text()

    def hand_over(self, name: str) -> str:
        """Hand all that is new to the other party, which cosigns; the note with both signatures."""
        self.now_s += 1
        follower = self.copies[self.other(name)]
        first = follower.theirs.head.size
        log = self.logs[name]
        found = follower.take(self.signed(name), first, [log.envelope(n) for n in range(first, log.head.size)])
        reader = self.other(name)
        receipt = cosign(found.checkpoint, reader, self.parties[reader].cosigning, self.now_s)
        note = found.note.with_signatures(receipt).to_text()
        self.notes[name].append(note)
        return note

    def trust(self) -> Trust:
        """What an outsider who met both parties at the start trusts."""
        logs = (TrustedLog(self.origin(ALFA), ALFA), TrustedLog(self.origin(BRAVO), BRAVO))
        return Trust({name: one.keyset for name, one in self.first.items()}, (TrustedLine(logs),))

    def export(self, alfa: Iterable[int] = (), bravo: Iterable[int] = (), evidence: Sequence[Evidence] = ()) -> bytes:
        """A bundle of chosen entries of both logs."""
        choices = [
            LogChoice(self.logs[name], wanted, self._distinct(name)) for name, wanted in ((ALFA, alfa), (BRAVO, bravo))
        ]
        return export_bundle(choices, evidence)

    def _distinct(self, name: str) -> list[str]:
        by_size = {read_checkpoint(note)[0].size: note for note in self.notes[name]}
        return [by_size[size] for size in sorted(by_size)]


def talk() -> Line:
    """A short exchange: a notice, its acknowledgement, a proposal, and its answer."""
    line = Line()
    line.say(ALFA, "notice", place="3 km S of Harran", from_ms=CALL_MS, lat_e7=368600000, lon_e7=390300000)
    line.say(ALFA, "notice", place="км 12 трассы", from_ms=CALL_MS + 1000)
    line.hand_over(ALFA)
    line.say(BRAVO, "acknowledgement", step="SEEN", number=0)
    line.hand_over(BRAVO)
    line.say(ALFA, "proposal", shift_s=1800)
    line.hand_over(ALFA)
    line.say(BRAVO, "answer", word="WILCO", number=2)
    line.hand_over(BRAVO)
    return line
