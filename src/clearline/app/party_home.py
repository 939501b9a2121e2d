"""A party's folder, opened: its store, its keys and the node they make, for a command or for the server.

The one idea: one process has a party's folder open at a time; everybody else goes through that process.
"""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from clearline.app.make_party import KEYS_FOLDER, STORE_FILE
from clearline.app.party_node import PartyNode
from clearline.edge.clock import SystemClock
from clearline.edge.keys_file import NodeKeys, read_node_keys
from clearline.edge.party_store import PartyStore, StoreLostError

__all__ = ["NoPartyError", "Opened", "open_home"]


class NoPartyError(RuntimeError):
    """A folder that holds no party: which, and how to make one."""

    def __init__(self, home: Path) -> None:
        super().__init__(f"{home}: no party is kept here; make one with: clearline party init NAME --home {home}")


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
    """Open a party's folder. Raises NoPartyError, StoreError, KeyFileError or NodeError, each with its mend."""
    if not (home / STORE_FILE).exists():
        raise NoPartyError(home)
    keys = read_node_keys(home / KEYS_FOLDER)
    clock = SystemClock(clock_uncertainty_ms)
    store = PartyStore(home / STORE_FILE, on_lost=on_lost)
    try:
        yield Opened(home, store, keys, PartyNode(store, keys.signers, clock), clock)
    finally:
        store.close()
