"""Where the plans of every format lie, the probe that meets them tightly, and the parts a text can lose.

The one idea: the probe overlaps the plan by 100 m, by a few feet and by a few minutes, so that a unit, reference,
datum, width or time that was filled in by a guess would part them.
"""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from clearline.space.latlon import LatLon
from clearline.space.wgs84 import destination

__all__ = [
    "ABOVE_GROUND",
    "BAND",
    "EAST",
    "EAST_OF_CIRCLE",
    "HERE",
    "HIGH",
    "LATE",
    "MIDWAY",
    "NORTH",
    "ON_PULKOVO",
    "PULKOVO",
    "TIMES",
    "TRACK_TIMES",
    "WEST_OF_TRIANGLE",
    "Case",
    "Loss",
    "dents_of",
    "east_of_line",
    "probe_at",
]

HERE = LatLon(34.5, 39.0)
INTO_M, PROBE_M = 100.0, 200.0  # the probe reaches this far into the plan; its radius
BAND, HIGH = ("2866M AMSL", "2880M AMSL"), ("2866M WGS84", "2880M WGS84")
ABOVE_GROUND = ("100M AGL", "110M AGL")
LATE = ("2026-05-14T08:55:00Z", "2026-05-14T08:58:00Z")
MIDWAY = ("2026-05-14T06:00:30Z", "2026-05-14T06:00:40Z")

Loss = tuple[str, bytes]


@dataclass(frozen=True, slots=True)
class Case:
    """One file: its name, the party it is given for (empty: it says so itself), its bytes, the probe, its losses."""

    name: str
    party: str
    data: bytes
    probe: bytes
    losses: Callable[[bytes], Iterator[Loss]]

    def argument(self, path: str) -> str:
        """How the file is named on the command line."""
        return f"{self.party}={path}" if self.party else path


def probe_at(beyond: LatLon, azimuth_deg: float, band: tuple[str, str] = BAND, window: tuple[str, str] = LATE) -> bytes:
    """A circle that reaches `INTO_M` over an edge at `beyond`, from the side of `azimuth_deg`."""
    lat_deg, lon_deg = destination(beyond, azimuth_deg, PROBE_M - INTO_M)
    facts = {
        "party": "PROBE", "id": "P", "radius_m": PROBE_M, "lower": band[0], "upper": band[1],
        "start": window[0], "end": window[1],
    }  # fmt: skip
    return json.dumps(
        {"type": "Feature", "properties": facts, "geometry": {"type": "Point", "coordinates": [lon_deg, lat_deg]}}
    ).encode()


EAST_OF_CIRCLE = probe_at(destination(HERE, 90.0, 5_000.0), 90.0)
NORTH = destination(HERE, 0.0, 10_000.0)
EAST = destination(HERE, 90.0, 10_000.0)
WEST_OF_TRIANGLE = destination(HERE, 0.0, 5_000.0)


def east_of_line(half_width_m: float, band: tuple[str, str] = BAND, window: tuple[str, str] = LATE) -> bytes:
    return probe_at(destination(WEST_OF_TRIANGLE, 90.0, half_width_m), 90.0, band, window)


def dents_of(text: str) -> Iterator[str]:
    """A text less each of its words, numbers and letters: a unit, a reference, a hemisphere, a zone."""
    spans = [match.span() for match in re.finditer(r"[^\W\d_]+|\d+(?:\.\d+)?|[^\W\d_]", text)]
    letters = [(n, n + 1) for n, letter in enumerate(text) if letter.isalpha()]
    for start, end in dict.fromkeys(spans + letters):
        yield text[:start] + text[end:]


TIMES = {"start": "2026-05-14T06:00:00Z", "end": "2026-05-14T09:00:00Z"}
TRACK_TIMES = ["2026-05-14T06:00:00Z", "2026-05-14T06:01:00Z"]
PULKOVO = ["34°30.000′N 039°00.000′E", "34°36.000′N 039°00.000′E"]
# Where SK-42 34.55 N 039 E lies on WGS84, to metres; on WGS84 itself it would be 100 m further east.
ON_PULKOVO = LatLon(34.550118, 38.998874)
