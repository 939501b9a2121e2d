"""Two parties' nodes in one process, each on a store of its own in a folder, with a clock that tests move."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from clearline.app.make_party import CARD_FILE, KEYS_FOLDER, STORE_FILE, make_party
from clearline.app.party_node import PartyNode
from clearline.edge.keys_file import read_node_keys
from clearline.edge.party_store import PartyStore
from clearline.line.board import Board
from clearline.line.channel import Declaration, State
from clearline.line.notice import Notice
from clearline.line.statement import Said, Utterance
from clearline.line.terms import Level, Mode, Precedence
from clearline.wire.packet import Packet, read_packet, write_packet
from tests.line.two_desks import OFFICER, SECOND, T0, notice

__all__ = ["HandClock", "Pair", "Seat", "facts", "make_pair", "subjects", "swift_folder"]


@dataclass
class HandClock:
    """A clock that stands still until it is moved, either way."""

    at_ms: int = T0
    off_ms: int = 50

    def now_ms(self) -> int:
        """The time it was set to."""
        return self.at_ms

    def uncertainty_ms(self) -> int:
        """How far off it says it may be."""
        return self.off_ms


@dataclass
class Seat:
    """One party: its folder, and its node while that is up."""

    folder: Path
    clock: HandClock
    node: PartyNode = field(init=False)
    store: PartyStore = field(init=False)

    def __post_init__(self) -> None:
        self.start()

    @property
    def name(self) -> str:
        """The party."""
        return self.node.own

    @property
    def card(self) -> bytes:
        """Its card, as it is handed over."""
        return (self.folder / CARD_FILE).read_bytes()

    def start(self, keys: str = KEYS_FOLDER) -> None:
        """Open the store and start the node."""
        self.store = PartyStore(self.folder / STORE_FILE)
        try:
            self.node = PartyNode(self.store, read_node_keys(self.folder / keys).signers, self.clock)
        except BaseException:
            self.store.close()
            raise

    def stop(self) -> None:
        """Let go of the store."""
        self.store.close()

    def restart(self) -> None:
        """Stop and start again."""
        self.stop()
        self.start()

    def say(self, peer: str, subject: str = "A1", mode: Mode = Mode.ACTUAL) -> Said:
        """A notice by two officers."""
        self.clock.at_ms += 1
        return self.node.say(
            Utterance(peer, notice(subject), Precedence.ROUTINE), mode=mode, actor=OFFICER, released_by=SECOND
        )

    def declare_open(self, peer: str) -> Said:
        """The operational level is declared open."""
        self.clock.at_ms += 1
        body = Declaration(Level.OPERATIONAL, State.OPEN, self.clock.at_ms)
        return self.node.say(Utterance(peer, body), mode=Mode.ACTUAL, actor=OFFICER, released_by=SECOND)

    def logs(self) -> dict[str, list[bytes]]:
        """Every log between parties, as bytes."""
        with self.store.reading() as tables:
            return {
                row.origin: list(tables.envelopes(row, 0, row.head.size))
                for row in tables.logs()
                if row.head.size and len(set(row.origin.split("/")[0::2][:2])) == 2
            }

    def board(self, peer: str, mode: Mode = Mode.ACTUAL) -> Board:
        """The board for a peer."""
        return self.node.board(peer, mode)


@dataclass
class Pair:
    """Two parties that know each other's cards."""

    a: Seat
    b: Seat

    def meet(self) -> None:
        """Each imports the other's card."""
        self.a.node.import_card(self.b.card)
        self.b.node.import_card(self.a.card)

    def exchange(self, rounds: int = 40) -> None:
        """Packets to and fro, as bytes, until each side has heard that there is nothing more to bring.

        The third quiet packet is the heartbeat that tells the side that was asked first that it was heard.
        """
        quiet = 0
        packet = self.a.node.packet_for(self.b.name)
        here, there = self.a, self.b
        for _ in range(rounds):
            packet = there.node.take(carried(packet))
            quiet = 0 if packet.brings else quiet + 1
            if quiet == 3:
                return
            here, there = there, here
        raise AssertionError(f"after {rounds} packets there is still something to bring")

    def close(self) -> None:
        """Stop both."""
        self.a.stop()
        self.b.stop()


def carried(packet: Packet) -> Packet:
    """A packet as it comes out of its bytes."""
    return read_packet(write_packet(packet), "carried")


@contextmanager
def swift_folder() -> Generator[Path]:
    """A folder in memory where the machine has one: for laws about what is kept, not about the disk."""
    memory = Path("/dev/shm")
    with TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        yield Path(folder)


def make_pair(folder: Path, clock: HandClock | None = None) -> Pair:
    """Two new parties that have met."""
    clock = clock or HandClock()
    for name in ("alfa", "bravo"):
        (folder / name).mkdir(parents=True)
        make_party(folder / name, name, coverage=f"the forces of {name}")
    pair = Pair(Seat(folder / "alfa", clock), Seat(folder / "bravo", clock))
    pair.meet()
    return pair


def facts(seat: Seat, mode: Mode = Mode.ACTUAL) -> set[tuple[str, int]]:
    """What a node's picture holds between parties: identifier and number of each statement."""
    with seat.node.reading(mode) as ledger:
        return {(said.record_id, said.seq) for said in ledger if said.header.author != said.header.addressee}


def subjects(seat: Seat, author: str, mode: Mode = Mode.ACTUAL) -> list[str]:
    """The subjects of an author's notices, in the order of the picture."""
    with seat.node.reading(mode) as ledger:
        return [body.subject for said, body in ledger.of(Notice) if said.header.author == author]
