"""The altitude and time profile of one meeting: both bands over both windows, in one frame.

The one idea: what is not known is drawn as not known, hatched to the edge of the picture with a question mark, and
never as zero; an open end runs off the picture with an arrow.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from clearline.airspace.activity import Activity
from clearline.conflict.group import Meeting
from clearline.conflict.verdict import Verdict
from clearline.space.altitude import FOOT_M, Reference
from clearline.space.heights import Frame, Heights, Span
from clearline.space.volume import Volume4D
from clearline.wire.report_axis import Axis, height_axis, time_axis, time_ticks
from clearline.wire.report_html import element, number, tag, text
from clearline.wire.report_marks import PARTIES, Sides
from clearline.wire.result import CheckResult
from clearline.wire.words import FRAME_WORDS, instant, length

__all__ = ["draw_profile", "profile_frame"]

_WIDE_PX, _TALL_PX = 460.0, 330.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 58.0, 400.0, 24.0, 286.0
_WIDEST = 52  # letters in a line within the picture
_MOST_OTHERS = 150  # other volumes of one activity drawn behind


@dataclass(frozen=True, slots=True)
class _Side:
    """One side of a meeting: its activity, the volume that decided and its heights in the frame drawn."""

    activity: Activity
    volume: Volume4D
    span: Span
    side: int
    start_ms: int
    end_ms: int | None

    @property
    def lower_known(self) -> bool:
        """Whether the lower limit could be placed in the frame."""
        return self.span.low_m > -math.inf or self.volume.band.lower.reference is Reference.SURFACE

    @property
    def upper_known(self) -> bool:
        """Whether the upper limit could be placed in the frame."""
        return self.span.high_m < math.inf or self.volume.band.upper.reference is Reference.UNLIMITED


def profile_frame(meeting: Meeting, heights_a: Heights, heights_b: Heights) -> Frame:
    """The frame to draw in: the one the verdict used, else the one in which most limits are known."""
    if meeting.finding.margins.frame is not None:
        return meeting.finding.margins.frame

    def known(frame: Frame) -> int:
        ends = [end for h in (heights_a, heights_b) for end in (h.span(frame).low_m, h.span(frame).high_m)]
        return sum(math.isfinite(end) for end in ends)

    return max((Frame.AMSL, Frame.STD, Frame.AGL, Frame.HAE, Frame.EGM2008), key=known)


def draw_profile(result: CheckResult, place: int, sides: Sides) -> str:
    """The profile of the meeting at a place in the list, as SVG."""
    meeting = result.meetings[place]
    numbers = (meeting.first, meeting.second)
    all_heights = [result.heights[n][v] for n, v in zip(numbers, meeting.finding.pair, strict=True)]
    frame = profile_frame(meeting, *all_heights)
    pair = [_side(result, n, v, frame, sides) for n, v in zip(numbers, meeting.finding.pair, strict=True)]
    across = time_axis([(side.start_ms, side.end_ms) for side in pair], _LEFT, _RIGHT)
    up = height_axis([end for side in pair for end in (side.span.low_m, side.span.high_m)], _BOTTOM, _TOP)
    frame_box: dict[str, str | float] = {"x": _LEFT, "y": _TOP, "width": _RIGHT - _LEFT, "height": _BOTTOM - _TOP}
    clip = f"pc{place}"
    others = [
        _box(other, across, up, "behind")
        for n, v, own in zip(numbers, meeting.finding.pair, pair, strict=True)
        for other in _others(result, n, v, frame, own)
    ]
    bands = [_band(side, across, up) for side in pair]
    shared = _shared(pair, meeting, across, up)
    inside = element("g", {"clip-path": f"url(#{clip})"}, *others, *bands, shared, _first(meeting, across))
    parts = [
        element("title", {}, text(f"Altitude against time of meeting {place + 1}, {FRAME_WORDS[frame]}")),
        element("clipPath", {"id": clip}, tag("rect", frame_box)),
        tag("rect", {**frame_box, "class": "paper"}),
        *_time_marks(across),
        *(_height_marks(up, frame) if up is not None else [_no_scale()]),
        inside,
        tag("rect", {**frame_box, "class": "edge"}),
        *_words(pair, across, up),
        element("text", {"class": "axis", "x": 4, "y": 14}, text(f"Height {FRAME_WORDS[frame]}")),
    ]
    box = f"0 0 {number(_WIDE_PX)} {number(_TALL_PX)}"
    return element("svg", {"class": "profile", "viewBox": box, "role": "img"}, *parts)


def _side(result: CheckResult, activity: int, volume: int, frame: Frame, sides: Sides) -> _Side:
    whole = result.activities[activity]
    entered = whole.volumes[volume]
    doubt_s = entered.window.clock_uncertainty_s * result.minima.inflation
    start_ms, end_ms = entered.window.widened(doubt_s)
    span = result.heights[activity][volume].span(frame)
    return _Side(whole, entered, span, sides[whole.party] % PARTIES, start_ms, end_ms)


def _others(result: CheckResult, activity: int, volume: int, frame: Frame, own: _Side) -> Sequence[_Side]:
    whole = result.activities[activity]
    found: list[_Side] = []
    for n, other in enumerate(whole.volumes):
        span = result.heights[activity][n].span(frame)
        if n != volume and span.known and len(found) < _MOST_OTHERS:
            found.append(_Side(whole, other, span, own.side, other.window.start_ms, other.window.end_ms))
    return found


def _edges(side: _Side, across: Axis, up: Axis | None) -> tuple[float, float, float, float]:
    """Left, right, top and bottom of a band in pixels; open and unknown ends run past the picture."""
    left = across.at(float(side.start_ms))
    right = _RIGHT + 20.0 if side.end_ms is None else across.at(float(side.end_ms))
    top = up.at(side.span.high_m) if up is not None and math.isfinite(side.span.high_m) else _TOP - 20.0
    bottom = up.at(side.span.low_m) if up is not None and math.isfinite(side.span.low_m) else _BOTTOM + 20.0
    return left, max(right, left + 2.0), top, max(bottom, top + 2.0)


def _box(side: _Side, across: Axis, up: Axis | None, name: str, fill: str = "") -> str:
    left, right, top, bottom = _edges(side, across, up)
    box: dict[str, str | float] = {"x": left, "y": top, "width": right - left, "height": bottom - top}
    return tag("rect", {**box, "class": f"{name} s{side.side}", **({"fill": fill} if fill else {})})


def _band(side: _Side, across: Axis, up: Axis | None) -> str:
    """A band: hatched for its side where both limits are known, hatched as unknown where one is not."""
    parts = [_box(side, across, up, "band", f"url(#h{side.side})" if side.lower_known and side.upper_known else "none")]
    if not (side.lower_known and side.upper_known):
        parts.append(_box(side, across, up, "unknown", "url(#hu)"))
    left, right, top, bottom = _edges(side, across, up)
    for known, y in ((side.upper_known, top), (side.lower_known, bottom)):
        if known and _TOP <= y <= _BOTTOM:
            parts.append(
                tag("path", {"class": f"limit s{side.side}", "d": f"M{number(left)} {number(y)}H{number(right)}"})
            )
    sure = side.span
    if up is not None and sure.sure_low_m <= sure.sure_high_m and (sure.low_m, sure.high_m) != (
        sure.sure_low_m, sure.sure_high_m,
    ):  # fmt: skip
        for end_m in (sure.sure_low_m, sure.sure_high_m):
            if math.isfinite(end_m):
                y = number(up.at(end_m))
                parts.append(tag("path", {"class": f"sure s{side.side}", "d": f"M{number(left)} {y}H{number(right)}"}))
    return "".join(parts)


def _shared(pair: Sequence[_Side], meeting: Meeting, across: Axis, up: Axis | None) -> str:
    """What both bands surely or possibly have in common, where they conflict."""
    if meeting.finding.verdict is not Verdict.CONFLICT:
        return ""
    edges = [_edges(side, across, up) for side in pair]
    left, right = max(e[0] for e in edges), min(e[1] for e in edges)
    top, bottom = max(e[2] for e in edges), min(e[3] for e in edges)
    if right <= left or bottom <= top:
        return ""
    box: dict[str, str | float] = {"x": left, "y": top, "width": right - left, "height": bottom - top}
    return tag("rect", {**box, "class": "both", "fill": "url(#hx)"})


def _first(meeting: Meeting, across: Axis) -> str:
    if meeting.finding.first_ms is None:
        return ""
    x = across.at(float(meeting.finding.first_ms))
    return tag("path", {"class": "first", "d": f"M{number(x)} {_TOP}V{_BOTTOM}"})


def _words(pair: Sequence[_Side], across: Axis, up: Axis | None) -> list[str]:
    """Names in the bands, one above the other where both would be written in one place."""
    written: list[tuple[float, float]] = []
    labels: list[str] = []
    for side in pair:
        left, _, top, _ = _edges(side, across, up)
        unknown = "" if side.lower_known and side.upper_known else "? "
        name, said = _short(f"{side.activity.party} {side.activity.ident}"), _short(f"{unknown}{side.volume.band}")
        room_px = max(7.4 * len(name), 6.6 * len(said))
        x = max(_LEFT, min(left, _RIGHT - room_px - 12.0)) + 6.0
        y = min(max(top, _TOP), _BOTTOM - 22.0) + 15.0
        while any(abs(y - other_y) < 30.0 and abs(x - other_x) < 220.0 for other_x, other_y in written):
            y += 30.0
        written.append((x, y))
        labels.append(element("text", {"class": f"name s{side.side}", "x": x, "y": y}, text(name)))
        labels.append(element("text", {"class": "said", "x": x, "y": y + 13.0}, text(said)))
        if side.end_ms is None:
            labels.append(
                element("text", {"class": "said", "x": _RIGHT - 6.0, "y": y, "text-anchor": "end"}, "no end ▸")
            )
    return labels


def _short(words: str) -> str:
    return words if len(words) <= _WIDEST else words[: _WIDEST - 1] + "…"


def _time_marks(across: Axis) -> list[str]:
    marks: list[str] = []
    for at_ms, words in time_ticks(across):
        x = number(across.at(at_ms))
        marks.append(tag("path", {"class": "tick", "d": f"M{x} {_TOP}V{_BOTTOM}"}))
        marks.append(element("text", {"x": x, "y": _BOTTOM + 15.0, "text-anchor": "middle"}, text(words)))
    first, last = (instant(round(across.low / 1000.0) * 1000), instant(round(across.high / 1000.0) * 1000))
    days = first[:10] if first[:10] == last[:10] else f"{first[:10]} to {last[:10]}"
    marks.append(
        element("text", {"class": "axis", "x": (_LEFT + _RIGHT) / 2.0, "y": _BOTTOM + 34.0, "text-anchor": "middle"},
                text(f"UTC, {days}"))
    )  # fmt: skip
    return marks


def _height_marks(up: Axis, frame: Frame) -> list[str]:
    marks: list[str] = []
    for at_m in up.ticks(6):
        y = number(up.at(at_m))
        marks.append(tag("path", {"class": "tick", "d": f"M{_LEFT} {y}H{_RIGHT}"}))
        marks.append(
            element(
                "text",
                {"x": _LEFT - 6.0, "y": up.at(at_m) + 4.0, "text-anchor": "end"},
                length(at_m) if abs(at_m) >= 10.0 else f"{at_m:g} m",
            )
        )
    feet = Axis((up.low / FOOT_M, up.high / FOOT_M), up.pixels)
    for at_ft in feet.ticks(6):
        words = (
            f"FL{at_ft / 100.0:03.0f}" if frame is Frame.STD and at_ft >= 0.0 else f"{at_ft:,.0f} ft".replace(",", " ")
        )
        y = feet.at(at_ft)
        marks.append(tag("path", {"class": "notch", "d": f"M{_RIGHT} {number(y)}h4"}))
        marks.append(element("text", {"x": _RIGHT + 7.0, "y": y + 4.0}, text(words)))
    return marks


def _no_scale() -> str:
    return element("text", {"x": _LEFT - 6.0, "y": (_TOP + _BOTTOM) / 2.0, "text-anchor": "end"}, "unknown")
