"""Marks and names on a map: where each verdict is, and what each outline is called.

The one idea: what would cover another goes beside it, a mark with a line to its place; a name with no room is left out,
for the list has them all.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from clearline.airspace.activity import Activity
from clearline.conflict.verdict import Verdict
from clearline.space.latlon import LatLon
from clearline.space.volume import Volume4D
from clearline.wire.report_html import element, number, tag, text
from clearline.wire.report_plane import View
from clearline.wire.report_shapes import outlines

__all__ = ["PARTIES", "Mark", "Room", "Sides", "draw_mark", "draw_name"]

PARTIES = 6  # sides told apart by colour and hatching; a seventh begins again, and is still told by its name

# Where a name or a mark may go when its own place is taken: pixels right and down.
_AROUND = ((0, 0), (0, -16), (0, 16), (26, 0), (-26, 0), (26, -16), (-26, 16), (26, 16), (-26, -16), (0, 32), (0, -32))

Sides = Mapping[str, int]

# What is taken already: the middle of each rectangle, its width and its height, pixels.
Room = list[tuple[float, float, float, float]]


@dataclass(frozen=True, slots=True)
class Mark:
    """A verdict at a place: the number of its meeting."""

    number: int
    verdict: Verdict
    place: LatLon


def draw_mark(mark: Mark, view: View, taken: Room, *, small: bool = False) -> str:
    """The sign of a verdict with its number, beside its place if that is taken; a link to its section.

    A `small` one, for maps of many, stays at its place and has no number.
    """
    x, y = (float(v) for v in view.pixels(np.asarray([mark.place], np.float64))[0])
    conflict = mark.verdict is Verdict.CONFLICT
    words = element("title", {}, f"{'Conflict' if conflict else 'Cannot tell'} {mark.number}")
    sign = {"class": "mark conflict" if conflict else "mark untold"}
    if small:
        shape = "M0-5L5 0 0 5-5 0z" if conflict else "M0-6L6 4.5H-6z"
        drawn = element("g", sign, tag("path", {"d": shape}))
    else:
        dx, dy = _free(x, y, 24.0, 24.0, taken)
        if dx or dy:
            sign["transform"] = f"translate({dx} {dy})"
            words += tag("path", {"class": "leader", "d": f"M0 0L{dx} {dy}"})
        shape = "M0-12L12 0 0 12-12 0z" if conflict else "M0-13L13 10H-13z"
        figure = {"y": 4 if conflict else 7, "text-anchor": "middle", "class": "long" if mark.number > 99 else "short"}
        drawn = element("g", sign, tag("path", {"d": shape}), element("text", figure, str(mark.number)))
    at = f"{number(x)} {number(y)}"
    still = {"class": "still", "transform": f"translate({at})", "data-at": at}
    return element("a", {"href": f"#m{mark.number}"}, element("g", still, words, drawn))


def draw_name(
    words: str,
    activity: Activity,
    volumes: Sequence[Volume4D],
    sides: Sides,
    view: View,
    taken: Room,
) -> str:
    """The activity's name by the middle of its outline, where there is room; nothing where there is none."""
    rings = [ring for volume in volumes[:20] for ring in outlines(volume.shape.core(), view)]
    low = [min(float(ring[:, axis].min()) for ring in rings) for axis in (0, 1)]
    high = [max(float(ring[:, axis].max()) for ring in rings) for axis in (0, 1)]
    words = words if len(words) <= 26 else words[:25] + "…"
    x, y = (low[0] + high[0]) / 2.0, (low[1] + high[1]) / 2.0
    x, y = min(max(x, 40.0), view.width_px - 40.0), min(max(y, 24.0), view.height_px - 50.0)
    if high[0] - low[0] < 30.0 and high[1] - low[1] < 30.0:
        y = low[1] - 8.0
    room = (7.2 * len(words) + 6.0, 15.0)
    spots = (
        (0.0, 0.0),
        (0.0, low[1] - 8.0 - y),
        (0.0, high[1] + 14.0 - y),
        (low[0] + room[0] / 2.0 - x, 0.0),
        (high[0] - room[0] / 2.0 - x, 0.0),
    )
    for dx, dy in (*spots, *_AROUND):
        if _claim(x + dx, y + dy, *room, taken):
            side = sides[activity.party] % PARTIES
            at = f"{number(x + dx)} {number(y + dy)}"
            inner = element("text", {"text-anchor": "middle", "y": 4}, text(words))
            return element("g", {"class": f"name still s{side}", "transform": f"translate({at})", "data-at": at}, inner)
    return ""


def _free(x: float, y: float, wide: float, tall: float, taken: Room) -> tuple[int, int]:
    for dx, dy in _AROUND:
        if _claim(x + dx, y + dy, wide, tall, taken):
            return dx, dy
    return 0, 0


def _claim(x: float, y: float, wide: float, tall: float, taken: Room) -> bool:
    """Take a rectangle about a point if nothing else has taken any of it."""
    if any(abs(x - ox) * 2.0 < wide + ow and abs(y - oy) * 2.0 < tall + ot for ox, oy, ow, ot in taken):
        return False
    taken.append((x, y, wide, tall))
    return True
