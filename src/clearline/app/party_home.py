"""A party's folder, opened: its store, its keys and the node they make, for a command or for the server.

The one idea: one process has a party's folder open at a time; everybody else goes through that process.
"""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from clearline.app.make_party import KEYS_FOLDER, STORE_FILE
from clearline.app.party_node import PartyNode
from clearline.app.witnessing import read_witnesses
from clearline.edge.clock import SystemClock
from clearline.edge.keys_file import NodeKeys, read_node_keys
from clearline.edge.party_store import PartyStore, StoreLostError

__all__ = ["BEFORE_FOLDER", "NEXT_FOLDER", "HalfChangedError", "NoPartyError", "Opened", "before_folders", "open_home"]

NEXT_FOLDER = "keys-next"
BEFORE_FOLDER = "keys-before"


class NoPartyError(RuntimeError):
    """A folder that holds no party: which, and how to make one."""

    def __init__(self, home: Path) -> None:
        super().__init__(f"{home}: no party is kept here; make one with: clearline party init NAME --home {home}")


class HalfChangedError(RuntimeError):
    """A folder whose change of keys was interrupted: which, and how to end it."""

    def __init__(self, home: Path) -> None:
        super().__init__(f"{home}: a change of keys was begun and not ended; end it: clearline party change-keys")


@dataclass(frozen=True, slots=True)
class Opened:
    """A party's folder while it is open."""

    home: Path
    store: PartyStore
    keys: NodeKeys
    node: PartyNode
    clock: SystemClock


@contextmanager
def open_home(
    home: Path, *, clock_uncertainty_ms: int = 1_000, on_lost: Callable[[StoreLostError], None] | None = None
) -> Generator[Opened]:
    """Open a party's folder.

    Raises NoPartyError, HalfChangedError, StoreError, KeyFileError or NodeError, each with its mend.
    """
    if not (home / STORE_FILE).exists():
        raise NoPartyError(home)
    if (home / NEXT_FOLDER).exists():
        raise HalfChangedError(home)
    keys = read_node_keys(home / KEYS_FOLDER)
    clock = SystemClock(clock_uncertainty_ms)
    store = PartyStore(home / STORE_FILE, on_lost=on_lost)
    try:
        node = PartyNode(store, keys.signers, clock)
        node.witnesses = read_witnesses(home)
        yield Opened(home, store, keys, node, clock)
    finally:
        store.close()


def before_folders(home: Path) -> list[Path]:
    """The folders with connection keys of earlier key sets, the latest first: for peers that know no later ones."""
    found = [path for path in (home / BEFORE_FOLDER).glob("*") if path.name.isdecimal()]
    return sorted(found, key=lambda path: -int(path.name))
