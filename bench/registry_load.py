"""Closed-loop load on an F3548 registry: clients put operational intents as fast as the answers come.

The one idea: a client does what a USS does. It puts an intent, reads from a refusal what its key lacks, tries again
with that, and in the congested cell activates the flight and ends it. Nobody thinks in between, so the rate is what
server and client take from the machine together.

Three modes, with the shapes of the measurement of the reference implementation that the targets come from: `apart`
(each in a place of its own, 200 m circles anywhere), `overlap` (all in one place, 300 m circles within 200 m of each
other, keys shared), `cell` (the same, and each flight is activated and deleted).
"""

import asyncio
import random
import time
import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from bench.registry_line import Answer, Line

__all__ = ["MODES", "Loaded", "circle", "put_load"]

MODES = ("apart", "overlap", "cell")
_TRIES = 20  # of one put, each with a longer key
_INTENTS = "/dss/v1/operational_intent_references"


@dataclass(slots=True)
class Loaded:
    """What one load did: seconds of each accepted put, refusals for keys, flights ended, and statuses of errors."""

    took_s: float = 0.0
    put_s: list[float] = field(default_factory=list)
    refused: int = 0
    flights: int = 0
    requests: int = 0
    errors: Counter[int] = field(default_factory=Counter)

    def put_ms(self, part: float) -> float:
        """The time within which this part of the accepted puts was answered, milliseconds."""
        ordered = sorted(self.put_s)
        return 1_000.0 * ordered[min(len(ordered) - 1, int(part * len(ordered)))] if ordered else float("nan")

    def counted(self, answer: Answer) -> dict[str, Any]:
        """Count an answer to a put, and return its body; a refusal that names nothing missing is an error."""
        self.requests += 1
        body = answer.body()
        if answer.status in (200, 201):
            self.put_s.append(answer.passed_s)
        elif "missing_operational_intents" in body:
            self.refused += 1
        else:
            self.errors[answer.status] += 1
        return body


def circle(lat_deg: float, lon_deg: float, radius_m: float, start_s: float, end_s: float) -> dict[str, Any]:
    """A circular block of 70 m height, as the interface writes it."""
    return {
        "volume": {
            "outline_circle": {
                "center": {"lat": lat_deg, "lng": lon_deg},
                "radius": {"value": radius_m, "units": "M"},
            },
            "altitude_lower": {"value": 50, "reference": "W84", "units": "M"},
            "altitude_upper": {"value": 120, "reference": "W84", "units": "M"},
        },
        "time_start": {"value": _instant(start_s), "format": "RFC3339"},
        "time_end": {"value": _instant(end_s), "format": "RFC3339"},
    }


def _instant(at_s: float) -> str:
    return datetime.fromtimestamp(at_s, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


async def put_load(bases: Sequence[str], tokens: Sequence[str], mode: str, seconds: float) -> Loaded:
    """Load registries with one client for each token, dealt out to the instances in turn, for so many seconds."""
    assert mode in MODES, mode
    loaded, known = Loaded(), dict[str, str]()
    begun_s = time.monotonic()
    clients = [
        _Client(place, mode, loaded, known, begun_s + seconds).run(bases[place % len(bases)], token)
        for place, token in enumerate(tokens)
    ]
    await asyncio.gather(*clients)
    loaded.took_s = time.monotonic() - begun_s
    return loaded


class _Client:
    """One client. `known` are the OVNs that all have seen, by intent."""

    def __init__(self, number: int, mode: str, loaded: Loaded, known: dict[str, str], stop_s: float) -> None:
        self._number = number
        self._mode = mode
        self._loaded = loaded
        self._known = known
        self._stop_s = stop_s
        self._chance = random.Random(f"{mode}, client {number}")

    async def run(self, base: str, token: str) -> None:
        """Put until the time is up."""
        async with Line(base, token) as line:
            while time.monotonic() < self._stop_s:
                await self._flight(line)

    async def _flight(self, line: Line) -> None:
        ident = str(uuid.UUID(int=self._chance.getrandbits(128), version=4))
        address, path = f"https://load-{self._number}.example", f"{_INTENTS}/{ident}"
        new = {"uss_base_url": address, "notify_for_constraints": False}
        body = {"extents": [self._extent()], "state": "Accepted", "uss_base_url": address, "new_subscription": new}
        made = await self._put(line, path, body)
        if made is None or self._mode == "apart":
            return
        self._known[ident] = made["ovn"]
        if self._mode != "cell":
            return
        del body["new_subscription"]
        body |= {"subscription_id": made["subscription_id"], "state": "Activated"}
        made = await self._put(line, f"{path}/{made['ovn']}", body)
        if made is None:
            return
        self._known[ident] = made["ovn"]
        answer = await line.ask("DELETE", f"{path}/{made['ovn']}")
        self._loaded.requests += 1
        if answer.status == 200:
            self._loaded.flights += 1
            self._known.pop(ident, None)
        else:
            self._loaded.errors[answer.status] += 1

    async def _put(self, line: Line, path: str, body: dict[str, Any]) -> dict[str, Any] | None:
        """Put with the key there is, and again with what it lacked; the reference, None if it was not accepted."""
        for _ in range(_TRIES):
            if time.monotonic() > self._stop_s:
                return None
            body["key"] = [] if self._mode == "apart" else list(self._known.values())
            told = self._loaded.counted(await line.ask("PUT", path, body))
            if "operational_intent_reference" in told:
                return told["operational_intent_reference"]
            if self._mode == "apart" or "missing_operational_intents" not in told:
                return None  # by chance it is not apart; or it was no refusal for a key
            for lacking in told["missing_operational_intents"]:
                # The OVN is shown to its manager alone; the others' come by `known`, as from their own USSs.
                if "ovn" in lacking:
                    self._known[lacking["id"]] = lacking["ovn"]
            await asyncio.sleep(0)
        return None

    def _extent(self) -> dict[str, Any]:
        now_s, chance = time.time(), self._chance
        if self._mode == "apart":
            return circle(chance.uniform(-55, 55), chance.uniform(-170, 170), 200, now_s + 60, now_s + 660)
        near = (-34.93 + chance.uniform(-0.002, 0.002), 138.6 + chance.uniform(-0.002, 0.002))
        return circle(*near, 300, now_s + 60, now_s + 660)
