"""Has the logs with every peer witnessed, if the party names witnesses, and says since when they are not.

The one idea: a witness keeps both sides from telling two histories, and nothing waits for it: a log goes on without,
and the board says "unwitnessed since". A node that was restored or rebuilt alone asks it first how long its own logs
were, as its peer may give back less than it has.
"""

import asyncio
import logging
from collections.abc import Container, Sequence
from functools import partial
from pathlib import Path

from clearline.app.party_node import NodeError, PartyNode
from clearline.edge.witness_client import WitnessAheadError, WitnessClient, WitnessError
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
    if clients:
        node.await_witnesses()
    while clients:
        await witness_all(node, clients)
        await asyncio.sleep(PAUSE_S)


async def witness_all(node: PartyNode, clients: Sequence[WitnessClient]) -> None:
    """Ask every witness once for each log it is behind on, own or a peer's; who does not cosign is passed over."""
    unsure = node.unsure()
    ahead = await asyncio.gather(*(_witness(node, client, unsure) for client in clients))
    node.witnesses_said({origin: max(one.get(origin, 0) for one in ahead) for origin in unsure})


async def _witness(node: PartyNode, client: WitnessClient, unsure: Container[str]) -> dict[str, int]:
    """Ask one witness; the logs of which it says that it cosigned more than is here, and how much."""
    ahead: dict[str, int] = {}
    for origin, size in node.to_witness():
        if size <= client.at(origin) and origin not in unsure:
            continue
        try:
            note = await client.cosign(origin, size, partial(_request, node, origin, size))
            if size:
                await asyncio.to_thread(node.witnessed, note, client.key)
        except WitnessAheadError as error:
            _LOG.warning("%s", error)
            ahead[origin] = error.size
            await asyncio.to_thread(node.witness_ahead, origin, client.key.name, error.size)
        except (WitnessError, RecordError) as error:
            _LOG.warning("%s", error)
        else:
            client.cosigned(origin, size)
    return ahead


def _request(node: PartyNode, origin: str, size: int, older: int) -> bytes:
    return node.witness_request(origin, older, size)
