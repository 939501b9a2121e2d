"""What makes a drawing a map: lines of latitude and longitude with their names, and a scale.

The one idea: the spacing is chosen from round numbers of degrees, minutes or seconds, so that a reader can plot by it.
"""

import math
from collections.abc import Sequence

import numpy as np

from clearline.space.wgs84 import Floats
from clearline.wire.report_html import element, path_data, tag, text
from clearline.wire.report_plane import View, nice

__all__ = ["draw_grid", "draw_scale"]

_STEPS_S = (
    108_000, 72_000, 54_000, 36_000, 18_000, 7_200, 3_600, 1_800, 900, 600, 300, 120, 60, 30, 15, 10, 5, 2, 1,
)  # fmt: skip
_LINES = 4.0  # about so many lines fit across the smaller side of a map
_ROUND = 24.0  # about so many meridians fit round a pole
_SHORTEST_DEGREE_M = 110_574.0  # of latitude, at the equator
_NAUTICAL_MILE_M = 1852.0


def draw_grid(view: View) -> str:
    """The graticule of a view, each line named where it leaves the map at the left or at the bottom."""
    box = view.box()
    tall_deg = min(view.height_px, view.width_px) * view.scale_m / _SHORTEST_DEGREE_M
    widest = math.cos(math.radians(min(85.0, abs(view.middle.lat_deg))))
    step_s = _step_s(tall_deg * 3600.0 / _LINES)
    # Near a pole a map holds every meridian there is: then as many are drawn as fit round it.
    step_lon_s = _step_s(max(tall_deg / _LINES / widest, (box.east_deg - box.west_deg) / _ROUND) * 3600.0)
    parallels = _values(box.south_deg, box.north_deg, step_s)
    meridians = _values(box.west_deg, box.east_deg, step_lon_s)
    lines: list[Floats] = []
    labels: list[str] = []
    across_deg = np.linspace(box.west_deg, box.east_deg, 121)
    up_deg = np.linspace(max(box.south_deg, -89.0), min(box.north_deg, 89.0), 91)
    for value_s in parallels:
        line = view.pixels(np.stack((np.full_like(across_deg, value_s / 3600.0), across_deg), axis=-1))
        lines.append(line)
        labels.extend(_label(line, _named(value_s, "NS", step_s), view, left=True))
    for value_s in meridians:
        line = view.pixels(np.stack((up_deg, np.full_like(up_deg, value_s / 3600.0)), axis=-1))
        lines.append(line)
        labels.extend(_label(line, _named(_turn_s(value_s), "EW", step_lon_s), view, left=False))
    shown = [line for line in lines if _visible(line, view)]
    return element("g", {"class": "grid"}, tag("path", {"d": path_data(shown, closed=False)}), *labels)


def draw_scale(view: View) -> str:
    """Two scale bars, kilometres and nautical miles, at the lower right; true at the middle of the map."""
    parts: list[str] = []
    for row, (unit_m, name) in enumerate(((1000.0, "km"), (_NAUTICAL_MILE_M, "NM"))):
        amount = nice(view.width_px * 0.2 * view.scale_m / unit_m)
        long_px = amount * unit_m / view.scale_m
        words = f"{amount:g} {name}" if amount >= 1.0 or name == "NM" else f"{amount * 1000.0:g} m"
        right, y = view.width_px - 14.0, view.height_px - 46.0 + 20.0 * row
        bar = f"M{right - long_px:.1f} {y - 5.0:.1f}v5H{right:.1f}v-5"
        parts.append(tag("path", {"d": bar, "data-unit": unit_m}))
        parts.append(element("text", {"x": right - long_px - 6.0, "y": y, "text-anchor": "end"}, text(words)))
    return element("g", {"class": "scale"}, *parts)


def _step_s(about_s: float) -> int:
    return next((step for step in _STEPS_S if step <= about_s * 1.2), 1)


def _values(low_deg: float, high_deg: float, step_s: int) -> list[int]:
    first, last = math.ceil(low_deg * 3600.0 / step_s), math.floor(high_deg * 3600.0 / step_s)
    return [n * step_s for n in range(first, last + 1)]


def _turn_s(value_s: int) -> int:
    return (value_s + 648_000) % 1_296_000 - 648_000


def _named(value_s: int, letters: str, step_s: int) -> str:
    """The name of a line in degrees, with minutes and seconds only where the spacing has them."""
    degrees, rest = divmod(abs(value_s), 3600)
    minutes, seconds = divmod(rest, 60)
    told = f"{degrees}°"
    if step_s % 3600:
        told += f"{minutes:02d}′"
    if step_s % 60:
        told += f"{seconds:02d}″"
    return told + (letters[value_s < 0] if value_s else "")


def _visible(line: Floats, view: View) -> bool:
    x, y = line[:, 0], line[:, 1]
    return bool(np.any((x >= 0.0) & (x <= view.width_px) & (y >= 0.0) & (y <= view.height_px)))


def _label(line: Floats, name: str, view: View, *, left: bool) -> Sequence[str]:
    """The name where the line crosses the left edge (a parallel) or the bottom (a meridian); none if it does not."""
    along, across = (0, 1) if left else (1, 0)
    edge, most = (0.0, view.height_px) if left else (view.height_px, view.width_px)
    off = line[:, along] - edge
    for n in np.flatnonzero((off[:-1] < 0.0) != (off[1:] < 0.0)):
        share = off[n] / (off[n] - off[n + 1])
        at = float(line[n, across] + share * (line[n + 1, across] - line[n, across]))
        if 24.0 <= at <= most - 24.0:
            x, y = (4.0, at - 3.0) if left else (at + 3.0, view.height_px - 4.0)
            return [element("text", {"x": x, "y": y}, text(name))]
    return []
