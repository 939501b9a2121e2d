"""Numbers as a watch officer reads them: instants in Z, places in degrees, margins with their sign spelled out.

The one idea: an open end, an unknown and a number never look alike, and a name never steers what shows it.
"""

import math
import unicodedata
from datetime import UTC, datetime

from clearline.conflict.verdict import Margins, Verdict
from clearline.space.altitude import FOOT_M
from clearline.space.heights import Frame
from clearline.space.latlon import LatLon
from clearline.space.shape import Circle, Corridor, Orbit, Polygon, Shape
from clearline.space.window import FIRST_MS, LAST_MS, TimeWindow

__all__ = [
    "FRAME_WORDS",
    "VERDICT_WORDS",
    "aligned",
    "band_end",
    "count_words",
    "duration",
    "instant",
    "lateral_words",
    "length",
    "needed_words",
    "place_words",
    "plain",
    "shape_words",
    "time_words",
    "vertical_words",
    "window_words",
]

VERDICT_WORDS = {
    Verdict.CONFLICT: "CONFLICT",
    Verdict.CANNOT_TELL: "CANNOT TELL",
    Verdict.CLEAR: "CLEAR",
}

FRAME_WORDS = {
    Frame.STD: "pressure altitude (1013.25 hPa)",
    Frame.AMSL: "above mean sea level (EGM96)",
    Frame.EGM2008: "above mean sea level (EGM2008)",
    Frame.AGL: "above the ground",
    Frame.HAE: "above the WGS84 ellipsoid",
}

_NAUTICAL_MILE_M = 1852.0
_FEW = 3  # places of a line or an area that are spelled out


def plain(text: str) -> str:
    r"""A text from outside with nothing in it that moves a cursor, turns a line round or hides.

    >>> plain("a\x1b[31mb\nc\u202ed")
    'a?[31mb c?d'
    """
    return "".join(c if c.isprintable() else " " if c in "\t\n\r" else "?" for c in text)


def aligned(rows: list[tuple[str, ...]]) -> list[str]:
    """Rows as lines with their cells in columns, by the width a terminal gives each letter.

    >>> aligned([("a", "b"), ("ccc", "d")])
    ['a    b', 'ccc  d']
    """
    widths = [max(_width(row[column]) for row in rows) for column in range(len(rows[0]))]
    return [
        "  ".join(cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]


def _width(text: str) -> int:
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in ("W", "F") else 1 for c in text
    )


def instant(ms: int | None) -> str:
    """An instant in UTC to the second, or to the millisecond where it is not whole.

    An uncertain clock may reach beyond the years 1 to 9999; what does is shown as their first or last instant.

    >>> instant(1_443_600_000_000), instant(-62_135_596_800_001)
    ('2015-09-30T08:00:00Z', '0001-01-01T00:00:00Z')
    """
    if ms is None:
        return "until further notice"
    ms = min(max(ms, FIRST_MS), LAST_MS)
    whole = datetime.fromtimestamp(ms // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%S").rjust(19, "0")
    return f"{whole}Z" if ms % 1000 == 0 else f"{whole}.{ms % 1000:03d}Z"


def window_words(window: TimeWindow) -> str:
    """A window from its first instant to its last, with what its clock may be off by."""
    doubt_s = window.clock_uncertainty_s
    doubt = f" (clock within {doubt_s:g} s)" if doubt_s > 0.0 else ""
    return f"{instant(window.start_ms)} to {instant(window.end_ms)}{doubt}"


def place_words(place: LatLon) -> str:
    """A place in decimal degrees with hemispheres, to about a metre.

    >>> place_words(LatLon(35.2030, -40.1845))
    '35.20300N 040.18450W'
    """
    ns, ew = "NS"[place.lat_deg < 0.0], "EW"[place.lon_deg < 0.0]
    return f"{abs(place.lat_deg):08.5f}{ns} {abs(place.lon_deg):09.5f}{ew}"


def shape_words(shape: Shape) -> str:
    """A shape as it was understood: what it is, where, in WGS84.

    >>> shape_words(Circle(LatLon(36.0, 38.0), 5000.0))
    'circle of 5 000 m round 36.00000N 038.00000E'
    """
    match shape:
        case Circle(centre, radius_m):
            return f"circle of {length(radius_m)} round {place_words(centre)}" if radius_m else place_words(centre)
        case Corridor(line, half_width_m):
            return f"line of {_places(line)}, {length(half_width_m)} to either side"
        case Orbit(first, second, radius_m):
            return f"orbit from {place_words(first)} to {place_words(second)}, {length(radius_m)} round"
        case Polygon(rings):
            outside, holes = rings[0], rings[1:]
            return f"area of {_places(outside)}" + (f", less {len(holes)} holes" if holes else "")


def _places(path: tuple[LatLon, ...]) -> str:
    told = ", ".join(place_words(place) for place in path[:_FEW])
    more = ", ..." if len(path) > _FEW else ""
    return f"{len(path)} places ({told}{more})" if len(path) > 1 else f"one place ({told})"


def length(metres: float) -> str:
    """A length in metres, thousands apart; to the centimetre below 10 m.

    >>> length(12345.6), length(0.004)
    ('12 346 m', '0.00 m')
    """
    return f"{metres:.2f} m" if abs(metres) < 10.0 else f"{metres:,.0f} m".replace(",", " ")


def band_end(metres: float) -> str:
    """One end of a band in metres, or the word for an open end.

    >>> band_end(1524.0), band_end(-math.inf), band_end(math.inf)
    ('1 524 m', 'the ground', 'unlimited')
    """
    if math.isinf(metres):
        return "the ground" if metres < 0.0 else "unlimited"
    return length(metres)


def count_words(count: int) -> str:
    """A count with its thousands apart.

    >>> count_words(99999381)
    '99 999 381'
    """
    return f"{count:,}".replace(",", " ")


def needed_words(required: tuple[float, float, float]) -> str:
    """The minima of a pair in the units officers use.

    >>> needed_words((5556.0, 914.4, 180.0))
    '5 556 m (3.0 NM) or 914 m (3 000 ft) or 3 min'
    """
    lateral_m, vertical_m, time_s = required
    return f"{_sideways(lateral_m)} or {_upright(vertical_m)} or {duration(time_s)}"


def lateral_words(margins: Margins) -> str:
    """The lateral margin in words."""
    return _room(margins.lateral_m, _sideways(abs(margins.lateral_m)))


def vertical_words(margins: Margins) -> str:
    """The vertical margin in words, with the frame it was found in."""
    if margins.vertical_m is None:
        return "unknown"
    frame = f" {margins.frame}" if margins.frame is not None else ""
    return _room(margins.vertical_m, _upright(abs(margins.vertical_m))) + frame


def time_words(margins: Margins) -> str:
    """The time margin in words."""
    return _room(margins.time_s, duration(abs(margins.time_s)))


def _sideways(metres: float) -> str:
    miles = f" ({metres / _NAUTICAL_MILE_M:.1f} NM)" if 185.0 <= metres < math.inf else ""
    return length(metres) + miles


def _upright(metres: float) -> str:
    return length(metres) + (f" ({metres / FOOT_M:,.0f} ft)".replace(",", " ") if 3.0 <= metres < math.inf else "")


def _room(margin: float, amount: str) -> str:
    if margin == -math.inf:
        return "no end to the overlap"
    if margin == math.inf:
        return "any amount to spare"
    return f"{amount} to spare" if margin > 0.0 else f"short by {amount}"


def duration(seconds: float) -> str:
    """A stretch of time in days, hours, minutes and seconds.

    >>> duration(5400.0), duration(0.25)
    ('1 h 30 min', '0.25 s')
    """
    if seconds < 60.0 or seconds == math.inf:
        return f"{seconds:.3g} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    parts = [(days, "d"), (hours, "h"), (minutes, "min"), (rest, "s")]
    return " ".join(f"{count} {unit}" for count, unit in parts if count)
