"""The answer of a check as a table for a terminal.

The one idea: two lines a meeting, worst first; what is clear is counted, never listed as if it had been proved safe.
"""

from dataclasses import replace

from clearline.conflict.assign import describe_assignment
from clearline.conflict.group import Meeting
from clearline.conflict.resolve_text import describe_proposal
from clearline.conflict.verdict import Verdict
from clearline.wire.result import MOST_OPTIONS, CheckResult, shortlist
from clearline.wire.words import (
    VERDICT_WORDS,
    aligned,
    count_words,
    instant,
    lateral_words,
    needed_words,
    place_words,
    plain,
    time_words,
    vertical_words,
)

__all__ = ["PERMISSION", "write_table"]

PERMISSION = "CLEAR says only that these plans, as filed, keep the minima. It is no permission and no guarantee."

_HEAD = ("#", "verdict", "activity", "meets", "lateral", "vertical", "time")
_MOST_ROWS = 1_000
_WIDEST = 32


def write_table(result: CheckResult) -> str:
    """The table, what to ask for each CANNOT TELL, proposals if any, and a summary; plain text, no colours."""
    shown = result.worst_first[:_MOST_ROWS]
    lines: list[str] = []
    if shown:
        head, *rows = aligned([_HEAD, *(_row(place + 1, result.meetings[place], result) for place in shown)])
        lines.append(head)
        for place, row in zip(shown, rows, strict=True):
            lines.extend((row, *_below(result.meetings[place], result)))
        left = len(result.meetings) - len(shown)
        if left:
            lines.append(f"... and {left} more; --format json lists them all")
        lines.append("")
        lines.extend(_proposals(result, shown))
    lines.extend(_assignment(result))
    lines.extend(_summary(result))
    return "\n".join(lines) + "\n"


def _row(number: int, meeting: Meeting, result: CheckResult) -> tuple[str, ...]:
    finding, a, b = meeting.finding, result.activities[meeting.first], result.activities[meeting.second]
    return (
        str(number),
        VERDICT_WORDS[finding.verdict],
        _cut(f"{a.party}/{a.ident}"),
        _cut(f"{b.party}/{b.ident}"),
        lateral_words(finding.margins),
        vertical_words(finding.margins),
        time_words(finding.margins),
    )


def _below(meeting: Meeting, result: CheckResult) -> list[str]:
    finding = meeting.finding
    where = "" if finding.place is None else f"{instant(finding.first_ms)} at {place_words(finding.place)}; "
    lines = [f"     first {where}minima {needed_words(finding.required)}"]
    lines.extend(f"     {plain(ask)}" for ask in result.asks(meeting))
    return lines


def _cut(text: str) -> str:
    text = plain(text)
    return text if len(text) <= _WIDEST else text[: _WIDEST - 1] + "…"


def _proposals(result: CheckResult, shown: list[int]) -> list[str]:
    if not result.proposals:
        return []
    lines: list[str] = []
    left = 0
    for place in shown:
        proposal = result.proposals[place]
        if proposal is None:
            left += result.meetings[place].finding.verdict is Verdict.CONFLICT
        elif proposal.finding.verdict is Verdict.CONFLICT:
            chosen = replace(proposal, options=shortlist(proposal))
            told = [f"    {plain(line)}" for line in describe_proposal(chosen, MOST_OPTIONS)]
            if len(proposal.options) > MOST_OPTIONS:
                told.append(f"    and {len(proposal.options) - MOST_OPTIONS} more; --format json lists them all")
            lines.append(f"#{place + 1} could be cleared by:" if proposal.options else f"#{place + 1} has no option:")
            lines.extend(told or ["    nothing within a day, 20,000 ft and 100 NM"])
    if left:
        lines.append(f"Options for {left} more conflicts were not worked out: check fewer activities at a time.")
    return [*lines, ""] if lines else []


def _assignment(result: CheckResult) -> list[str]:
    if result.assignment is None:
        return []
    told = [f"    {plain(line)}" for line in describe_assignment(result.assignment)]
    return [f"All together ({result.assignment.method}):", *(told or ["    nothing has to change"]), ""]


def _summary(result: CheckResult) -> list[str]:
    minima = result.minima
    counts = ", ".join(f"{count_words(result.count(verdict))} {words}" for verdict, words in VERDICT_WORDS.items())
    required = (minima.lateral_m, minima.vertical_m, minima.time_s)
    lines = [
        f"{count_words(result.compared)} pairs of activities compared: {counts}.",
        f"Minima {plain(minima.name)} v{minima.version}: {needed_words(required)}, uncertainty x {minima.inflation:g}"
        + (f", {len(minima.zones)} zones" if minima.zones else "")
        + f". Engine: {result.engine}.",
    ]
    for read in result.files:
        counted = f"{read.activities} activities" if read.activities != 1 else "1 activity"
        lines.append(f"{plain(read.name)}: {counted}, read as {read.form}")
        lines.extend(f"    {plain(note)}" for note in read.notes)
    lines.append(f"Digest {result.digest}")
    lines.append(PERMISSION)
    return lines
