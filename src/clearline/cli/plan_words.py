"""Plans as an officer reads them in a terminal: lists, one whole, and what another side would be shown.

The one idea: what the other side does not get is said as plainly as what it gets.
"""

from collections.abc import Sequence

from clearline.airspace.activity import Activity
from clearline.node.disclosure import Disclosure, Precision
from clearline.node.plan import Plan, PlanEvent
from clearline.node.shown import PlanRead, Shown
from clearline.space.shape import Polygon
from clearline.space.window import TimeWindow
from clearline.wire.words import aligned, instant, plain, shape_words, window_words

__all__ = ["SHORT", "disclosure_words", "list_words", "plan_words", "read_words", "shown_words"]

SHORT = 8  # letters of an identifier that are shown in a list, and enough to type
_MOST_LINES = 40


def list_words(plans: Sequence[Plan]) -> str:
    """A line for each version: identifier, version, state, times, kind, the party's name for it."""
    rows = [
        (
            plan.ident[:SHORT],
            f"v{plan.version}",
            plan.state.value,
            f"{_minute(plan.start_ms)} to {_minute(plan.end_ms)}",
            plan.activity.kind.value,
            plain(plan.name),
        )
        for plan in plans
    ]
    return "".join(f"{line}\n" for line in aligned(rows)) if rows else "no plan\n"


def plan_words(plan: Plan, events: Sequence[PlanEvent]) -> str:
    """One version with everything in it, and what happened to it."""
    activity = plan.activity
    lines = [
        f"{plain(plan.name)}  {plan.ident} version {plan.version}",
        f"{plan.state}: written by {plain(plan.written_by)} {instant(plan.written_ms)}, "
        + (f"released by {plain(plan.released_by)}" if plan.released_by else "not released"),
        f"{activity.kind}, priority {activity.priority}" + (f": {plain(activity.title)}" if activity.title else ""),
        *([f"one of the series {plain(plan.series)}"] if plan.series else []),
        *_volume_lines(activity),
        f"disclosed: {disclosure_words(plan.disclosure)}",
        *(_event_line(event) for event in events if event.version == plan.version),
    ]
    return "".join(f"{line}\n" for line in lines)


def disclosure_words(disclosure: Disclosure) -> str:
    """To whom a plan is disclosed, in one line.

    >>> disclosure_words(Disclosure())
    'to nobody: no other side can tell whether it meets this plan'
    """
    if not disclosure.anybody:
        return "to nobody: no other side can tell whether it meets this plan"
    named = [f"{plain(name)} {precision}" for name, precision in disclosure.named]
    return ", ".join([*named, f"all others {disclosure.otherwise}"])


def shown_words(shown: Shown) -> str:
    """What a recipient is shown, as it is; and what is kept from it."""
    who = plain(shown.recipient)
    if shown.activity is None:
        return f"{who} is told NOTHING of it, not even that it exists\n"
    if shown.precision is Precision.COARSE:
        cells = {volume.shape for volume in shown.activity.volumes}
        head = f"{who} sees that something may be in {_count(len(cells), 'cell')}, by the hour, at any height:"
        lines = [head, *_cell_lines(shown.activity)]
        kept = "Neither what it is nor how high, nor its title, name or priority is told."
    else:
        head = f"{who} sees every volume, its kind, title and priority, and the words it was entered in:"
        lines = [head, *_volume_lines(shown.activity)]
        kept = "Your own name for it and the name of its file are not told."
    return "".join(f"{line}\n" for line in [*lines, kept])


def read_words(reads: Sequence[PlanRead]) -> str:
    """Who was given a plan, and when."""
    rows = [
        (instant(read.at_ms), f"v{read.version}", read.precision.value, plain(read.recipient), plain(read.reader))
        for read in reads
    ]
    return "".join(f"{line}\n" for line in aligned(rows)) if rows else "nobody was given it\n"


def _volume_lines(activity: Activity) -> list[str]:
    told = [
        f"  {shape_words(volume.shape)}"
        + (f", known to {volume.horizontal_uncertainty_m:g} m" if volume.horizontal_uncertainty_m > 0.0 else "")
        + f"; {volume.band}; {window_words(volume.window)}"
        for volume in activity.volumes[:_MOST_LINES]
    ]
    more = len(activity.volumes) - len(told)
    return [*told, *([f"  and {_count(more, 'volume')} more"] if more else [])]


def _cell_lines(activity: Activity) -> list[str]:
    """Cells side by side at the same hours as one line: from the south-western corner to the north-eastern one."""
    rows: dict[tuple[float, float, float, TimeWindow], float] = {}  # south, north, east and hours: where it begins
    for volume in activity.volumes:
        assert isinstance(volume.shape, Polygon)
        ring = volume.shape.rings[0]
        south_deg, north_deg = min(place.lat_deg for place in ring), max(place.lat_deg for place in ring)
        lons_deg = [place.lon_deg for place in ring if abs(place.lat_deg) < 90.0]
        begins_deg = rows.pop((south_deg, north_deg, min(lons_deg), volume.window), min(lons_deg))
        rows[(south_deg, north_deg, max(lons_deg), volume.window)] = begins_deg
    lines = [
        f"  {_corner(south_deg, west_deg)} to {_corner(north_deg, east_deg)}; {window_words(window)}"
        for (south_deg, north_deg, east_deg, window), west_deg in rows.items()
    ]
    more = len(lines) - _MOST_LINES
    return [*lines[:_MOST_LINES], *([f"  and {_count(more, 'row')} more"] if more > 0 else [])]


def _corner(lat_deg: float, lon_deg: float) -> str:
    ns, ew = "NS"[lat_deg < 0.0], "EW"[lon_deg < 0.0]
    return f"{abs(lat_deg):04.1f}{ns} {abs(lon_deg):05.1f}{ew}"


def _event_line(event: PlanEvent) -> str:
    why = f": {plain(event.why)}" if event.why else ""
    return f"{instant(event.at_ms)}  {event.step} by {plain(event.by)}{why}"


def _minute(ms: int | None) -> str:
    """An instant to the second, for a list; what is below is left away, never rounded up."""
    return instant(None if ms is None else ms - ms % 1000)


def _count(number: int, what: str) -> str:
    return f"{number} {what}" + ("" if number == 1 else "s")
