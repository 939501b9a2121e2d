"""Has the logs with every peer witnessed, if the party names witnesses, and says since when they are not.

The one idea: a witness keeps both sides from telling two histories, and nothing waits for it: a log goes on without,
and the board says "unwitnessed since".
"""

import asyncio
import logging
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from clearline.app.party_node import NodeError, PartyNode
from clearline.edge.witness_client import WitnessClient, WitnessError
from clearline.record.errors import RecordError
from clearline.record.quorum import NO_QUORUM, Policy, parse_policy

__all__ = ["WITNESS_FILE", "clients_of", "keep_witnessed", "read_witnesses", "witness_all"]

WITNESS_FILE = "witnesses"  # in a party's folder: a C2SP tlog-policy, each witness with its address
PAUSE_S = 30.0
_LOG = logging.getLogger("clearline.witness")


def read_witnesses(home: Path) -> Policy:
    """The witnesses a party names, and how many of them make a quorum; nobody where it names none.

    Raises NodeError for a file that is no policy, or a witness in it without an address.
    """
    path = home / WITNESS_FILE
    if not path.exists():
        return NO_QUORUM
    try:
        policy = parse_policy(path.read_text("utf-8"), str(path))
        clients_of(policy)
    except (RecordError, UnicodeDecodeError, ValueError) as error:
        raise NodeError(f"{error}; mend {path}, or take it away") from error
    return policy


def clients_of(policy: Policy) -> tuple[WitnessClient, ...]:
    """A client for each witness. Raises ValueError for one without an address, or with one that is none."""
    for name in policy.witnesses:
        if name not in policy.addresses:
            raise ValueError(f"witness {name} has no address: write it behind its key")
    return tuple(WitnessClient(key, policy.addresses[name]) for name, key in policy.witnesses.items())


async def keep_witnessed(node: PartyNode, clients: Sequence[WitnessClient]) -> None:
    """Ask every witness for what it has not cosigned, again and again, until cancelled."""
    while clients:
        await witness_all(node, clients)
        await asyncio.sleep(PAUSE_S)


async def witness_all(node: PartyNode, clients: Sequence[WitnessClient]) -> None:
    """Ask every witness once for each log it is behind on, own or a peer's; who does not cosign is passed over."""
    await asyncio.gather(*(_witness(node, client) for client in clients))


async def _witness(node: PartyNode, client: WitnessClient) -> None:
    for origin, size in node.to_witness():
        if size <= client.at(origin):
            continue
        try:
            note = await client.cosign(origin, size, partial(_request, node, origin, size))
            await asyncio.to_thread(node.witnessed, note, client.key)
        except (WitnessError, RecordError) as error:
            _LOG.warning("%s", error)
        else:
            client.cosigned(origin, size)


def _request(node: PartyNode, origin: str, size: int, older: int) -> bytes:
    return node.witness_request(origin, older, size)
