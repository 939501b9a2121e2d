"""One verdict walked through, step by step, in sentences a second officer can check by hand.

The one idea: every number the verdict rests on is shown beside what was entered and the rule that used it.
"""

from clearline.airspace.activity import Activity
from clearline.conflict.minima import Minima
from clearline.conflict.verdict import Finding, Verdict
from clearline.space.heights import Frame, Heights
from clearline.space.volume import Volume4D
from clearline.wire.words import (
    FRAME_WORDS,
    VERDICT_WORDS,
    band_end,
    duration,
    instant,
    lateral_words,
    length,
    needed_words,
    place_words,
    plain,
    shape_words,
    time_words,
    vertical_words,
    window_words,
)

__all__ = ["explain"]


def explain(
    a: Activity, b: Activity, heights_a: Heights, heights_b: Heights, finding: Finding, minima: Minima
) -> tuple[str, ...]:
    """The steps from what was entered to the verdict, a line each; the heights are those of the deciding volumes."""
    p, q = a.volumes[finding.pair[0]], b.volumes[finding.pair[1]]
    lateral_m, vertical_m, time_s = finding.required
    lines = [
        f"{_name(a)} volume {finding.pair[0] + 1} of {len(a.volumes)} against {_name(b)} volume {finding.pair[1] + 1} "
        f"of {len(b.volumes)}: the pair of volumes that decides, the worst of {len(a.volumes) * len(b.volumes)}.",
        f"Minima {minima.name} v{minima.version}: {needed_words(finding.required)}; being apart by more than any one "
        f"of the three is CLEAR; touching is meeting. Stated uncertainties count {minima.inflation:g} times.",
        *_read(a, p),
        *_read(b, q),
        f"Time: {window_words(p.window)} and {window_words(q.window)} are {_apart(finding.margins.time_s, time_s)}; "
        f"the minimum is {duration(time_s)}: {time_words(finding.margins)}.",
        *_height_lines(heights_a, heights_b, lateral_m),
        f"Height: the minimum is {length(vertical_m)}: {_height(finding)}.",
        f"Sideways: along the ellipsoid the shapes are {_sideways(finding.margins.lateral_m + lateral_m)}; the "
        f"minimum is {length(lateral_m)}: {lateral_words(finding.margins)} (tolerance 5 mm).",
    ]
    if finding.place is not None:
        lines.append(f"First instant {instant(finding.first_ms)}; nearest at {place_words(finding.place)}.")
    if finding.verdict is Verdict.CANNOT_TELL:
        for activity, heights in ((a, heights_a), (b, heights_b)):
            lines.extend(f"Missing: ask {activity.party} about {activity.ident}: {why}." for why in heights.missing)
    lines.append(f"Verdict: {VERDICT_WORDS[finding.verdict]}: {_because(finding)}.")
    return tuple(plain(line) for line in lines)


def _name(activity: Activity) -> str:
    return f"{activity.party}/{activity.ident}"


def _read(activity: Activity, volume: Volume4D) -> list[str]:
    """What was entered, what it was taken to mean, and every note on the way from one to the other."""
    entered, name = volume.entered, _name(activity)
    taken = f"{shape_words(volume.shape)} (WGS84); {volume.band}; {window_words(volume.window)}"
    if entered is None:
        lines = [f"{name}: given as values, nothing was read from text: {taken}."]
    else:
        lines = [
            f"{name} entered ({entered.source}, {entered.form}, datum {entered.datum}): place {entered.place or '-'}; "
            f"altitude {entered.altitude or '-'}; time {entered.time or '-'}.",
            f"{name} understood: {taken}.",
        ]
        lines.extend(f"{name}: {note.rstrip('.')}." for note in entered.notes)
    if volume.horizontal_uncertainty_m > 0.0:
        lines.append(
            f"{name}: widened by {length(volume.horizontal_uncertainty_m)} for what is not known of its place."
        )
    return lines


def _apart(margin_s: float, minimum_s: float) -> str:
    gap_s = margin_s + minimum_s
    if gap_s > 0.0:
        return f"{duration(gap_s)} apart"
    if gap_s == 0.0:
        return "touching"
    return "together without end" if gap_s == float("-inf") else f"together (a shift of {duration(-gap_s)} parts them)"


def _height_lines(a: Heights, b: Heights, lateral_m: float) -> list[str]:
    """Both bands in every frame that knows both."""
    lines: list[str] = []
    for frame in Frame:
        p, q = a.span(frame), b.span(frame)
        if p.known and q.known:
            spans = " and ".join(f"{band_end(span.low_m)} to {band_end(span.high_m)}" for span in (p, q))
            elsewhere = frame is Frame.AGL and lateral_m > 0.0
            here = " (not compared: the minimum sideways brings in other ground)" if elsewhere else ""
            lines.append(f"Heights {FRAME_WORDS[frame]}: {spans}{here}.")
    return lines or ["Heights: there is no frame in which both bands are known."]


def _height(finding: Finding) -> str:
    if finding.margins.vertical_m is None:
        certain = finding.verdict is Verdict.CONFLICT
        return "what is certain of both bands is nearer than that" if certain else "whether they keep it is unknown"
    return vertical_words(finding.margins)


def _sideways(gap_m: float) -> str:
    if gap_m > 0.0:
        return f"{length(gap_m)} apart"
    return f"over each other (a move of {length(-gap_m)} parts them)"


def _because(finding: Finding) -> str:
    margins = finding.margins
    match finding.verdict:
        case Verdict.CONFLICT:
            return "they come within all three minima"
        case Verdict.CANNOT_TELL:
            return "they come within the minima in time and sideways, and their heights cannot be compared"
        case Verdict.CLEAR:
            if margins.time_s > 0.0:
                return "the time between them exceeds its minimum"
            if margins.vertical_m is not None and margins.vertical_m > 0.0:
                return "the height between them exceeds its minimum"
            return "the distance between them exceeds its minimum"
