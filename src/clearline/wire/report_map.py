"""The maps of the report: one of everything, and one of each meeting.

The one idea: a map is drawn in one order (land, grid, activities by side, what two have in common, marks, names), each
activity told by colour, hatching and name, so that no reader and no printer needs the colour.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from clearline.airspace.activity import Activity
from clearline.conflict.verdict import Verdict
from clearline.space.latlon import LatLon
from clearline.space.shape import Core
from clearline.space.volume import Volume4D
from clearline.space.wgs84 import Floats
from clearline.wire.report_grid import draw_grid, draw_scale
from clearline.wire.report_html import element, number, tag, text
from clearline.wire.report_land import Borders, draw_land
from clearline.wire.report_marks import PARTIES, Mark, Room, Sides, draw_mark, draw_name
from clearline.wire.report_plane import View, fit_view
from clearline.wire.report_shapes import shape_path, widened
from clearline.wire.result import CheckResult

__all__ = ["BordersFor", "draw_inset", "draw_overview", "hatchings", "sides_of"]

_OVERVIEW_PX = (960.0, 560.0)
_INSET_PX = (460.0, 330.0)
_MOST_BYTES = 800_000  # of outlines in the overview
_MOST_LABELS = 60
_MOST_MARKS = 600
_MOST_NUMBERS = 60  # marks with their number on them
_MOST_OVERLAPS = 100
_MOST_VOLUMES = 150  # of one activity on the map of one meeting
_COARSE_M = 4_000.0  # metres to a pixel beyond which the coarser borders do


@dataclass(frozen=True, slots=True)
class BordersFor:
    """Borders for maps of a region and for maps of a continent or more."""

    region: Borders
    continent: Borders

    def at(self, view: View) -> Borders:
        """The set that suits a view."""
        return self.region if view.scale_m <= _COARSE_M else self.continent


def sides_of(activities: Iterable[Activity]) -> Sides:
    """A number for each party, in the order they come."""
    numbers: dict[str, int] = {}
    for activity in activities:
        numbers.setdefault(activity.party, len(numbers))
    return numbers


def hatchings(prefix: str) -> str:
    """The hatching of each side and of what two have in common, as SVG patterns named after the prefix."""
    drawn = ("M0 8L8 0M-2 2L2-2M6 10L10 6", "M0 0L8 8M-2 6L2 10M6-2L10 2", "M0 4H8", "M4 0V8", "M0 4H8M4 0V8",
             "M2 2h1M6 6h1")  # fmt: skip
    patterns = [_pattern(f"{prefix}{side}", f"s{side}", path) for side, path in enumerate(drawn)]
    patterns.append(_pattern(f"{prefix}x", "both", "M0 6L6 0M-1 1L1-1M5 7L7 5", 6.0))
    patterns.append(_pattern(f"{prefix}u", "unknown", "M0 0L7 7M0 7L7 0", 7.0))
    return element("defs", {}, *patterns)


def _pattern(name: str, side: str, path: str, size: float = 8.0) -> str:
    box: dict[str, str | float] = {"id": name, "class": f"hatch {side}", "width": size, "height": size}
    content = tag("rect", {"width": size, "height": size, "class": "ground"}) + tag("path", {"d": path})
    return element("pattern", {**box, "patternUnits": "userSpaceOnUse"}, content)


def draw_overview(result: CheckResult, sides: Sides, borders: BordersFor) -> tuple[str, int, int]:
    """The map of everything, how many activities did not fit into it, and how many of those meet somebody."""
    meeting = {n for place in result.worst_first for n in (result.meetings[place].first, result.meetings[place].second)}
    order = sorted(range(len(result.activities)), key=lambda n: n not in meeting)
    view = fit_view([v.shape.core() for a in result.activities for v in a.volumes], *_OVERVIEW_PX)
    groups: list[str] = []
    drawn: list[int] = []
    spent = 0
    for n in order:
        group = _activity(f"a{n}", result.activities[n], result.activities[n].volumes, sides, view, "g", result)
        if spent + len(group) > _MOST_BYTES:
            break
        spent += len(group)
        groups.append(group)
        drawn.append(n)
    shown = set(drawn)
    pairs = [result.meetings[place] for place in result.worst_first]
    overlaps = [
        _overlap(f"k{n}", f"a{m.first}", f"a{m.second}", "g")
        for n, m in enumerate(pairs)
        if m.finding.verdict is Verdict.CONFLICT and m.first in shown and m.second in shown
    ]
    marks = [_mark_of(result, place) for place in result.worst_first[:_MOST_MARKS]]
    names = [(result.activities[n].ident, result.activities[n], result.activities[n].volumes) for n in drawn]
    # Those that meet somebody were chosen first and are painted last, over all others.
    parts = [hatchings("g"), *reversed(groups), *overlaps[:_MOST_OVERLAPS]]
    content = _map_of(view, borders, parts, [mark for mark in marks if mark], names[:_MOST_LABELS], sides)
    title = "Map of all activities; the list of meetings below says the same in words"
    return _svg("overview", view, title, content, live=True), len(order) - len(drawn), len(meeting - shown)


def draw_inset(result: CheckResult, place: int, sides: Sides, borders: BordersFor) -> str:
    """The map of one meeting: both activities near the two volumes that decided."""
    meeting = result.meetings[place]
    a, b = result.activities[meeting.first], result.activities[meeting.second]
    decided = (a.volumes[meeting.finding.pair[0]], b.volumes[meeting.finding.pair[1]])
    view = fit_view([_judged(volume, result) for volume in decided], *_INSET_PX)
    name = f"i{place}"
    groups: list[str] = []
    for letter, activity, volume in (("a", a, decided[0]), ("b", b, decided[1])):
        near = [other for other in activity.volumes if other is not volume and _touches(other, view)]
        if near:
            ident = f"{name}{letter}o"
            groups.append(_activity(ident, activity, near[:_MOST_VOLUMES], sides, view, "h", result, faint=True))
        groups.append(_activity(f"{name}{letter}", activity, [volume], sides, view, "h", result))
    if meeting.finding.verdict is Verdict.CONFLICT:
        groups.append(_overlap(f"{name}k", f"{name}a", f"{name}b", "h"))
    mark = _mark_of(result, place)
    names = [(f"{o.party} {o.ident}", o, (v,)) for o, v in zip((a, b), decided, strict=True)]
    content = _map_of(view, borders, groups, [mark] if mark else [], names, sides)
    return _svg(name, view, f"Map of {a.party} {a.ident} and {b.party} {b.ident}", content, live=False)


def _map_of(
    view: View,
    borders: BordersFor,
    groups: Sequence[str],
    marks: Sequence[Mark],
    names: Sequence[tuple[str, Activity, Sequence[Volume4D]]],
    sides: Sides,
) -> str:
    taken: Room = []
    # Later ones are less grave, and lie under the others.
    drawn_marks = [draw_mark(mark, view, taken, small=n >= _MOST_NUMBERS) for n, mark in enumerate(marks)][::-1]
    labels = [draw_name(words, activity, volumes, sides, view, taken) for words, activity, volumes in names]
    under = tag("rect", {"class": "sea", "x": -4000, "y": -4000, "width": 9000, "height": 9000})
    return "".join(
        (under, draw_land(borders.at(view), view), draw_grid(view), *groups, *labels, *drawn_marks, draw_scale(view))
    )


def _svg(name: str, view: View, title: str, content: str, *, live: bool) -> str:
    box = f"0 0 {number(view.width_px)} {number(view.height_px)}"
    attributes: dict[str, str | float] = {"id": name, "class": "map", "viewBox": box, "role": "img"}
    if live:
        attributes["data-live"] = "1"
    credit = element(
        "text",
        {"class": "credit", "x": view.width_px - 6.0, "y": 12.0, "text-anchor": "end"},
        "Borders follow Natural Earth and claim nothing",
    )
    return element("svg", attributes, element("title", {}, text(title)), content, credit)


def _activity(
    name: str,
    activity: Activity,
    volumes: Sequence[Volume4D],
    sides: Sides,
    view: View,
    hatch: str,
    result: CheckResult,
    *,
    faint: bool = False,
) -> str:
    """An activity's volumes as one outline: a rim, then a hatched body that covers the rims inside it."""
    side = sides[activity.party] % PARTIES
    cores = [volume.shape.core() for volume in volumes]
    doubts = [volume.horizontal_uncertainty_m * result.minima.inflation for volume in volumes]
    parts = [element("title", {}, text(_tip(activity, volumes)))]
    if any(doubt_m > 0.0 for doubt_m in doubts):
        wide = (widened(core, doubt_m) for core, doubt_m in zip(cores, doubts, strict=True))
        parts.append(tag("path", {"class": "doubt", "d": shape_path(wide, view)}))
    parts.append(element("defs", {}, tag("path", {"id": name, "d": shape_path(cores, view)})))
    parts.append(tag("use", {"href": f"#{name}", "class": "rim"}))
    parts.append(tag("use", {"href": f"#{name}", "class": "body", "fill": f"url(#{hatch}{side})"}))
    ends = [volume.window.end_ms for volume in volumes]
    group: dict[str, str | float] = {
        "class": f"act s{side} faint" if faint else f"act s{side}",
        "data-from": str(min(volume.window.start_ms for volume in volumes)),
        "data-until": "" if None in ends else str(max(end for end in ends if end is not None)),
    }
    return element("g", group, *parts)


def _tip(activity: Activity, volumes: Sequence[Volume4D]) -> str:
    first = volumes[0]
    more = f" and {len(volumes) - 1} more volumes" if len(volumes) > 1 else ""
    return f"{activity.party} {activity.ident}: {first.band}{more}"


def _overlap(name: str, first: str, second: str, hatch: str) -> str:
    """What two outlines have in common, hatched: one clipped by the other."""
    clip = element("clipPath", {"id": name}, tag("use", {"href": f"#{first}"}))
    used = tag("use", {"href": f"#{second}", "class": "both", "fill": f"url(#{hatch}x)"})
    return clip + element("g", {"clip-path": f"url(#{name})"}, used)


def _mark_of(result: CheckResult, place: int) -> Mark | None:
    finding = result.meetings[place].finding
    return None if finding.place is None else Mark(place + 1, finding.verdict, finding.place)


def _judged(volume: Volume4D, result: CheckResult) -> Core:
    """The shape as it was judged, with what is not known of its place."""
    return widened(volume.shape.core(), volume.horizontal_uncertainty_m * result.minima.inflation)


def _touches(volume: Volume4D, view: View) -> bool:
    core = volume.shape.core()
    places = view.pixels(_row(*(place for part in core.parts for place in part)))
    reach_px = core.radius_m / view.scale_m
    low, high = places.min(axis=0) - reach_px, places.max(axis=0) + reach_px
    return bool(low[0] <= view.width_px and low[1] <= view.height_px and high[0] >= 0.0 and high[1] >= 0.0)


def _row(*places: LatLon) -> Floats:
    return np.asarray(places, np.float64)
