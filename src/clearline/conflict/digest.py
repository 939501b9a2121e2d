"""One fingerprint of a whole check: what went in, under which minima, and what came out.

The one idea: two nodes that were given the same plans must be able to see at a glance that they got the same answer. So
only what no machine's arithmetic can tip goes in: the plans to the precision they can be meant to, the minima, and the
verdicts. Margins stay out: they follow from the rest, and their last figure is noise that would tip a rounded one.
"""

import hashlib
from collections.abc import Iterable, Sequence

from clearline.conflict.group import Meeting
from clearline.conflict.minima import Minima, Zone
from clearline.conflict.verdict import Finding
from clearline.space.altitude import AltitudeLimit
from clearline.space.latlon import LatLon
from clearline.space.volume import Volume4D

__all__ = ["FORM", "Planned", "check_digest"]

# Changes whenever what is hashed, or how the engine decides, changes: a digest is only equal under one form.
FORM = "clearline-check-2"

_PLACE = "%.7f,%.7f"  # half the time of an f-string, for millions of places

Planned = tuple[str, str, Sequence[Volume4D]]


def check_digest(planned: Sequence[Planned], minima: Minima, meetings: Iterable[Meeting]) -> str:
    """SHA-256, in hexadecimal, of the activities (identifier, party, volumes), the minima and the meetings.

    Places count to 1e-7 degree (1 cm), lengths, heights and pressures to a thousandth of their unit; of a meeting its
    verdict, the pair of volumes that decided, the first instant, the minima that applied and what was missing. What was
    entered verbatim does not count, what it was taken to mean does. Neither does the order of activities, nor which
    engine answered.
    """
    texts = ["\n".join((f"activity {ident!r} {party!r}", *map(_volume, volumes))) for ident, party, volumes in planned]
    names = [hashlib.sha256(_bytes(text)).hexdigest() for text in texts]
    met = sorted(_meeting(names, meeting) for meeting in meetings)
    return hashlib.sha256(_bytes("\n".join((FORM, _minima(minima), *sorted(texts), *met)))).hexdigest()


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "backslashreplace")


def _minima(minima: Minima) -> str:
    numbers = f"{_three(minima)} {_fixed(minima.inflation, 6)}"
    zones = " ".join(f"{zone.name!r} {_three(zone)} {_parts(zone.area.rings)}" for zone in minima.zones)
    return f"minima {minima.name!r} {minima.version} {numbers} [{zones}]"


def _three(minima: Minima | Zone) -> str:
    return f"{_fixed(minima.lateral_m, 3)} {_fixed(minima.vertical_m, 3)} {_fixed(minima.time_s, 3)}"


def _volume(volume: Volume4D) -> str:
    core = volume.shape.core()
    shape = f"{'area' if core.closed else 'line'} {_fixed(core.radius_m, 3)} {_parts(core.parts)}"
    band = f"{_limit(volume.band.lower)} {_limit(volume.band.upper)}"
    window = volume.window
    doubts = f"{_fixed(volume.horizontal_uncertainty_m, 3)} {_fixed(window.clock_uncertainty_s, 3)}"
    return f"volume {shape} {band} {window.start_ms} {window.end_ms} {doubts}"


def _parts(parts: Iterable[Iterable[LatLon]]) -> str:
    text = ";".join([" ".join([_PLACE % place for place in part]) for part in parts])
    if "-0.0000000" in text:
        text = text.replace("-0.0000000", "0.0000000")  # one zero, not two
    return text.replace("-180.0000000", "180.0000000")  # one meridian, not two; no latitude is -180


def _limit(limit: AltitudeLimit) -> str:
    if limit.pressure_hpa is limit.station_m is limit.ground_m is None:
        told = f"{_fixed(limit.value, 3)}/{_fixed(limit.uncertainty_m, 3)}/none/none/none/none"
        return f"{limit.unit}/{limit.reference}/{told}"
    low_m, high_m = limit.ground_m or (None, None)
    numbers = (limit.value, limit.uncertainty_m, limit.pressure_hpa, limit.station_m, low_m, high_m)
    told = "/".join(["none" if number is None else _fixed(number, 3) for number in numbers])
    return f"{limit.unit}/{limit.reference}/{told}"


def _meeting(names: Sequence[str], meeting: Meeting) -> str:
    """The two activities in the order of their names, and the pair of volumes with them."""
    first, second = names[meeting.first], names[meeting.second]
    one, other = meeting.finding.pair
    if (first, one) > (second, other):
        first, second, one, other = second, first, other, one
    return f"meeting {first} {second} {one} {other} {_finding(meeting.finding)}"


def _finding(finding: Finding) -> str:
    required = " ".join(_fixed(number, 3) for number in finding.required)
    return f"{finding.verdict} {finding.first_ms} {required} {sorted(finding.reasons)!r}"


def _fixed(value: float, places: int) -> str:
    text = f"{value:.{places}f}"
    return text[1:] if text.startswith("-") and not text.strip("-0.") else text  # one zero, not two
