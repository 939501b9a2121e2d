"""One meeting in full: pictures, margins, both sides' own words, what to ask, what could be done, and the steps.

The one idea: a second officer who has only this section can check the verdict by hand.
"""

import math
from collections.abc import Callable

from clearline.airspace.activity import Activity
from clearline.conflict.change import describe_change
from clearline.conflict.change_cost import describe_cost
from clearline.conflict.group import Meeting
from clearline.conflict.resolve import Option
from clearline.conflict.verdict import Verdict
from clearline.space.heights import Frame, Heights
from clearline.wire.explain import explain
from clearline.wire.report_html import element, figures, text
from clearline.wire.report_lists import badge, cells, party_name, tone
from clearline.wire.report_map import BordersFor, draw_inset
from clearline.wire.report_marks import PARTIES, Sides
from clearline.wire.report_profile import draw_profile
from clearline.wire.result import CheckResult, shortlist
from clearline.wire.words import (
    FRAME_WORDS,
    band_end,
    duration,
    instant,
    lateral_words,
    length,
    place_words,
    shape_words,
    time_words,
    vertical_words,
    window_words,
)

__all__ = ["meeting_section"]


def meeting_section(result: CheckResult, place: int, sides: Sides, borders: BordersFor) -> str:
    """The section of the meeting at a place in the list."""
    meeting = result.meetings[place]
    finding, a, b = meeting.finding, result.activities[meeting.first], result.activities[meeting.second]
    heights = [result.heights[n][v] for n, v in zip((meeting.first, meeting.second), finding.pair, strict=True)]
    title = f"{place + 1}. {badge(finding.verdict)} {party_name(a.party, a.ident, sides)} and " + party_name(
        b.party, b.ident, sides
    )
    pictures = element(
        "div",
        {"class": "pictures"},
        element("figure", {}, draw_inset(result, place, sides, borders), _caption(meeting)),
        element("figure", {}, draw_profile(result, place, sides), _profile_caption(meeting)),
    )
    cards = [
        _card(activity, volume, height, sides)
        for activity, volume, height in zip((a, b), finding.pair, heights, strict=True)
    ]
    steps = explain(a, b, heights[0], heights[1], finding, result.minima)
    told = element("ol", {"class": "steps"}, *(element("li", {}, figures(step)) for step in steps))
    return element(
        "section",
        {"class": f"meeting {tone(finding.verdict)}", "id": f"m{place + 1}"},
        element("h3", {}, title),
        _asks(result, meeting),
        pictures,
        _margins(meeting),
        element("h4", {}, "As entered, and as understood"),
        element("div", {"class": "cards"}, *cards),
        _proposal(result, place, (a, b)),
        element("details", {"open": "open"}, element("summary", {}, "How the verdict was reached"), told),
    )


def _caption(meeting: Meeting) -> str:
    finding = meeting.finding
    if finding.place is None:
        return ""
    more = f" {meeting.pairs} pairs of volumes are not clear; this is the worst." if meeting.pairs > 1 else ""
    where = f"First {instant(finding.first_ms)}, nearest at {place_words(finding.place)}."
    return element("figcaption", {}, figures(where + more))


def _profile_caption(meeting: Meeting) -> str:
    frame = meeting.finding.margins.frame
    told = (
        f"Both bands over both windows, in heights {FRAME_WORDS[frame]}. Dashed line: the first instant."
        if frame is not None
        else "What is known of both bands over both windows. Cross-hatched: not known, so anywhere; never zero."
    )
    return element("figcaption", {}, figures(told))


def _asks(result: CheckResult, meeting: Meeting) -> str:
    asks = result.asks(meeting)
    if not asks:
        return ""
    told = element("ul", {}, *(element("li", {}, text(ask)) for ask in asks))
    words = "Nobody can tell whether these two meet until this is known:"
    return element("div", {"class": "ask"}, element("strong", {}, words), told)


def _margins(meeting: Meeting) -> str:
    margins, (lateral_m, vertical_m, time_s) = meeting.finding.margins, meeting.finding.required
    vertical = "unknown" if margins.vertical_m is None else _gap(margins.vertical_m + vertical_m, length)
    rows = (
        ("Sideways", _gap(margins.lateral_m + lateral_m, length), length(lateral_m), lateral_words(margins)),
        ("Height", vertical, length(vertical_m), vertical_words(margins)),
        ("Time", _gap(margins.time_s + time_s, duration), duration(time_s), time_words(margins)),
    )
    names = ("", "Between them", "Minimum", "Margin")
    head = element("thead", {}, element("tr", {}, *(element("th", {}, name) for name in names)))
    body = [cells(zip(names, map(figures, row), strict=True)) for row in rows]
    return element("table", {"class": "list"}, head, element("tbody", {}, *body))


def _gap(gap: float, words: Callable[[float], str]) -> str:
    """What is between two things: a gap, or how far they are over each other."""
    if gap == -math.inf:
        return "over each other without end"
    if gap == math.inf:
        return "any amount"
    return f"over each other by {words(-gap)}" if gap < 0.0 else words(gap) if gap > 0.0 else "they touch"


def _card(activity: Activity, number: int, heights: Heights, sides: Sides) -> str:
    volume = activity.volumes[number]
    entered = volume.entered
    source, form, datum = ("", "", "") if entered is None else (entered.source, entered.form, entered.datum)
    doubt_m = volume.horizontal_uncertainty_m
    place = shape_words(volume.shape) + (f", within {length(doubt_m)} of that" if doubt_m > 0.0 else "")
    spans = "; ".join(
        f"{band_end(span.low_m)} to {band_end(span.high_m)} {FRAME_WORDS[frame]}"
        for frame in (Frame.AMSL, Frame.STD, Frame.AGL)
        if (span := heights.span(frame)).known
    )
    rows = [
        ("Place", "" if entered is None else entered.place, place),
        ("Altitude", "" if entered is None else entered.altitude, f"{volume.band}" + (f"; {spans}" if spans else "")),
        ("Time", "" if entered is None else entered.time, window_words(volume.window)),
        ("Datum", datum, "WGS84"),
    ]
    body = [
        element(
            "tr", {}, element("th", {}, name), element("td", {"class": "said"}, element("bdi", {}, text(said or "-"))),
            element("td", {}, figures(meant)),
        )
        for name, said, meant in rows
    ]  # fmt: skip
    head = element("tr", {}, *(element("th", {}, name) for name in ("", "Entered", "Understood")))
    kind = activity.kind.value.replace("_", " ").lower()
    origin = f"{source}: {form}" if entered is not None else "given as values, nothing was read from text"
    notes = () if entered is None else entered.notes
    told = [element("ul", {"class": "notes"}, *(element("li", {}, text(note)) for note in notes))] if notes else []
    return element(
        "div",
        {"class": f"card s{sides[activity.party] % PARTIES}"},
        element("div", {}, party_name(activity.party, activity.ident, sides)),
        element("small", {}, text("; ".join(part for part in (kind, activity.title, origin) if part))),
        element("table", {}, element("thead", {}, head), element("tbody", {}, *body)),
        *told,
    )


def _proposal(result: CheckResult, place: int, pair: tuple[Activity, Activity]) -> str:
    if not result.proposals or result.meetings[place].finding.verdict is not Verdict.CONFLICT:
        return ""
    proposal = result.proposals[place]
    title = element("h4", {}, "What would clear it")
    if proposal is None:
        return title + element("p", {}, "Not worked out: there are too many conflicts in one check.")
    names = ("Option", *(f"{activity.party} {activity.ident}" for activity in pair), "Then also meets")
    rows = [_option(names, n, option) for n, option in enumerate(shortlist(proposal), 1)]
    head = element("thead", {}, element("tr", {}, *(element("th", {}, text(name)) for name in names)))
    table = element("table", {"class": "list"}, head, element("tbody", {}, *rows)) if rows else element(
        "p", {}, "Nothing within a day, 20,000 ft and 100 NM.")  # fmt: skip
    told = [element("li", {}, text(line)) for line in (*proposal.refusals, *proposal.asks)]
    notes = element("ul", {"class": "notes"}, *told) if told else ""
    words = (
        "Each option was judged again and is CLEAR. They are proposals: only those who filed the plans can change them."
    )
    return title + table + notes + element("p", {"class": "soft"}, text(words))


def _option(names: tuple[str, ...], number: int, option: Option) -> str:
    told = [
        "no change, no cost" if change is None else f"{describe_change(change)}; costs {describe_cost(cost)}"
        for change, cost in zip(option.changes, option.costs, strict=True)
    ]
    row = (str(number), *told, ", ".join(option.meets) or "nobody")
    return cells(zip(names, map(figures, row), strict=True))
