"""One fingerprint of a whole check: what went in, under which minima, and what came out.

The one idea: two nodes that were given the same plans must be able to see at a glance that they got the same answer,
so everything is written out as text with numbers rounded far above the noise of any machine's arithmetic.
"""

import hashlib
from collections.abc import Iterable, Sequence

from clearline.conflict.group import Meeting
from clearline.conflict.minima import Minima
from clearline.conflict.verdict import Finding
from clearline.space.altitude import AltitudeLimit
from clearline.space.volume import Volume4D

__all__ = ["FORM", "Planned", "check_digest"]

# Changes whenever what is hashed, or how the engine decides, changes: a digest is only equal under one form.
FORM = "clearline-check-1"

Planned = tuple[str, str, Sequence[Volume4D]]


def check_digest(planned: Sequence[Planned], minima: Minima, meetings: Iterable[Meeting]) -> str:
    """SHA-256, in hexadecimal, of the activities (identifier, party, volumes), the minima and the meetings.

    Places count to 1e-7 degree (1 cm), margins to 0.1 m and 1 ms; what was entered verbatim does not count, what it
    was taken to mean does. The order of activities counts, as meetings name them by it.
    """
    lines = [FORM, _minima(minima)]
    for ident, party, volumes in planned:
        lines.append(f"activity {ident!r} {party!r}")
        lines.extend(_volume(volume) for volume in volumes)
    lines.extend(f"meeting {meeting.first} {meeting.second} {_finding(meeting.finding)}" for meeting in meetings)
    return hashlib.sha256("\n".join(lines).encode("utf-8", "backslashreplace")).hexdigest()


def _minima(minima: Minima) -> str:
    numbers = f"{minima.lateral_m!r} {minima.vertical_m!r} {minima.time_s!r} {minima.inflation!r}"
    zones = " ".join(
        f"{zone.name!r} {zone.lateral_m!r} {zone.vertical_m!r} {zone.time_s!r} {_parts(zone.area.rings)}"
        for zone in minima.zones
    )
    return f"minima {minima.name!r} {minima.version} {numbers} [{zones}]"


def _volume(volume: Volume4D) -> str:
    core = volume.shape.core()
    shape = f"{'area' if core.closed else 'line'} {core.radius_m!r} {_parts(core.parts)}"
    band = f"{_limit(volume.band.lower)} {_limit(volume.band.upper)}"
    window = volume.window
    doubts = f"{volume.horizontal_uncertainty_m!r} {window.clock_uncertainty_s!r}"
    return f"volume {shape} {band} {window.start_ms} {window.end_ms} {doubts}"


def _parts(parts: Iterable[Iterable[tuple[float, float]]]) -> str:
    return ";".join(" ".join(f"{_fixed(lat, 7)},{_fixed(lon, 7)}" for lat, lon in part) for part in parts)


def _limit(limit: AltitudeLimit) -> str:
    return (
        f"{limit.value!r}/{limit.unit}/{limit.reference}/{limit.uncertainty_m!r}/{limit.pressure_hpa!r}"
        f"/{limit.station_m!r}/{limit.ground_m!r}"
    )


def _finding(finding: Finding) -> str:
    margins = finding.margins
    vertical = "unknown" if margins.vertical_m is None else _fixed(margins.vertical_m, 1)
    return (
        f"{finding.verdict} {finding.pair} {_fixed(margins.lateral_m, 1)} {vertical} {_fixed(margins.time_s, 3)} "
        f"{finding.first_ms} {finding.required}"
    )


def _fixed(value: float, places: int) -> str:
    text = f"{value:.{places}f}"
    return text[1:] if text.startswith("-") and not text.strip("-0.") else text  # one zero, not two
