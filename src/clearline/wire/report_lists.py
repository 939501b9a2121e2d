"""The lists of the report: the summary, the meetings, and every activity as it was filed and understood.

The one idea: a list that is cut short says by how much, so that what is not there is never taken for nothing.
"""

from collections.abc import Iterable

from clearline.conflict.verdict import Verdict
from clearline.space.volume import Volume4D
from clearline.wire.report_html import element, figures, tag, text
from clearline.wire.report_marks import PARTIES, Sides
from clearline.wire.result import CheckResult
from clearline.wire.words import (
    VERDICT_WORDS,
    count_words,
    instant,
    lateral_words,
    needed_words,
    place_words,
    shape_words,
    time_words,
    vertical_words,
    window_words,
)

__all__ = ["badge", "cells", "list_activities", "list_meetings", "party_name", "summary", "tone"]

_MOST_MEETINGS = 1_000
_MOST_ACTIVITIES = 200
_MOST_NOTES = 20
_WIDEST = 28  # letters of a party's name, which is never broken

_COLUMNS = ("No.", "Verdict", "Activity", "Meets", "First", "Lateral", "Vertical", "Time")
_SIGNS = {Verdict.CONFLICT: "◆", Verdict.CANNOT_TELL: "▲", Verdict.CLEAR: "●"}
_TONES = {Verdict.CONFLICT: "conflict", Verdict.CANNOT_TELL: "untold", Verdict.CLEAR: "clear"}


def badge(verdict: Verdict) -> str:
    """A verdict as shape, word and colour."""
    return element("span", {"class": f"badge {_TONES[verdict]}"}, f"{_SIGNS[verdict]} {VERDICT_WORDS[verdict]}")


def tone(verdict: Verdict) -> str:
    """The class that colours what belongs to a verdict."""
    return _TONES[verdict]


def party_name(party: str, ident: str, sides: Sides) -> str:
    """A party and an activity of it, in the party's colour; names keep their own direction of writing."""
    own = element("span", {"class": f"party s{sides[party] % PARTIES}"}, element("bdi", {}, text(_cut(party))))
    return f"{own} {element('bdi', {}, text(ident))}"


def _cut(party: str) -> str:
    return party if len(party) <= _WIDEST else party[: _WIDEST - 1] + "…"


def cells(row: Iterable[tuple[str, str]]) -> str:
    """A row of a list from headings and markup; on a narrow screen each cell is told by its heading."""
    return element("tr", {}, *(element("td", {"data-label": head}, element("div", {}, cell)) for head, cell in row))


def summary(result: CheckResult, sides: Sides) -> str:
    """The verdict, what was compared under which minima, the files and the digest."""
    minima = result.minima
    counts = " · ".join(f"{count_words(result.count(verdict))} {words}" for verdict, words in VERDICT_WORDS.items())
    banner = element(
        "div",
        {"class": f"verdict {_TONES[result.verdict]}"},
        element("strong", {}, f"{_SIGNS[result.verdict]} {VERDICT_WORDS[result.verdict]}"),
        element("span", {}, figures(f"{count_words(result.compared)} pairs of activities compared: {counts}")),
    )
    required = needed_words((minima.lateral_m, minima.vertical_m, minima.time_s))
    parties = ", ".join(party_name(party, "", sides) for party in sides)
    facts = {
        "Sides": parties,
        "Minima": figures(f"{minima.name} v{minima.version}: {required}; apart by more than any one is CLEAR; touching "
                       f"is meeting; stated uncertainties count {minima.inflation:g} times"),
        "Zones": text(", ".join(zone.name for zone in minima.zones)),
        "Engine": text(result.engine),
        "Digest": element("code", {}, text(result.digest))
        + tag("br", {}) + element("small", {}, "Equal on every machine that was given the same plans and minima."),
    }  # fmt: skip
    rows = [element("tr", {}, element("th", {}, head), element("td", {}, told)) for head, told in facts.items() if told]
    return banner + element("table", {}, *rows) + _files(result)


def _files(result: CheckResult) -> str:
    if not result.files:
        return ""
    names = ("File", "Read as", "Activities", "Notes")
    head = element("tr", {}, *(element("th", {}, name) for name in names))
    told = (
        (element("bdi", {}, text(read.name)), text(read.form), str(read.activities), _notes(read.notes))
        for read in result.files
    )
    rows = [cells(zip(names, row, strict=True)) for row in told]
    return element("table", {"class": "list"}, element("thead", {}, head), element("tbody", {}, *rows))


def _notes(notes: tuple[str, ...]) -> str:
    if not notes:
        return "none"
    told = [element("li", {}, text(note)) for note in notes[:_MOST_NOTES]]
    if len(notes) > _MOST_NOTES:
        told.append(element("li", {}, f"and {len(notes) - _MOST_NOTES} more; --format json has them all"))
    return element("ul", {"class": "notes"}, *told)


def list_meetings(result: CheckResult, sides: Sides, sections: int) -> str:
    """Every meeting in a line, worst first; the first `sections` of them lead to a section of their own."""
    title = element("h2", {}, "Meetings")
    if not result.meetings:
        return element(
            "section", {}, title, element("p", {}, "No two activities of different sides come within the minima.")
        )
    rows = [
        _meeting_row(result, place, sides, told=number < sections)
        for number, place in enumerate(result.worst_first[:_MOST_MEETINGS])
    ]
    head = element("thead", {}, element("tr", {}, *(element("th", {}, name) for name in _COLUMNS)))
    table = element("table", {"class": "list"}, head, element("tbody", {}, *rows))
    left = len(result.meetings) - len(rows)
    more = element("p", {}, f"{left} more meetings are not listed here; --format json has them all.") if left else ""
    return element("section", {}, title, element("div", {"class": "wide"}, table), more)


def _meeting_row(result: CheckResult, place: int, sides: Sides, *, told: bool) -> str:
    """A line of the list: with a link to its section, or being where links to it lead."""
    meeting = result.meetings[place]
    finding, a, b = meeting.finding, result.activities[meeting.first], result.activities[meeting.second]
    where = "" if finding.place is None else tag("br", {}) + element("small", {}, place_words(finding.place))
    name = {"href": f"#m{place + 1}"} if told else {"id": f"m{place + 1}"}
    row = (
        element("a", name, str(place + 1)),
        badge(finding.verdict),
        party_name(a.party, a.ident, sides),
        party_name(b.party, b.ident, sides),
        figures(instant(finding.first_ms)) + where,
        figures(lateral_words(finding.margins)),
        figures(vertical_words(finding.margins)),
        figures(time_words(finding.margins)),
    )
    return cells(zip(_COLUMNS, row, strict=True))


def list_activities(result: CheckResult, sides: Sides) -> str:
    """Every activity's first volume as entered and as understood, so that a reading can be checked by who filed it."""
    names = ("Activity", "As entered", "As understood (WGS84, UTC)")
    rows: list[str] = []
    for activity in result.activities[:_MOST_ACTIVITIES]:
        volume = activity.volumes[0]
        more = f"; and {len(activity.volumes) - 1} more volumes" if len(activity.volumes) > 1 else ""
        understood = f"{shape_words(volume.shape)}; {volume.band}; {window_words(volume.window)}{more}"
        kind = tag("br", {}) + element(
            "small", {}, text(f"{activity.kind.value.replace('_', ' ').lower()} {activity.title}")
        )
        said = element("span", {"class": "said"}, element("bdi", {}, text(_entered(volume))))
        row = (party_name(activity.party, activity.ident, sides) + kind, said, figures(understood))
        rows.append(cells(zip(names, row, strict=True)))
    left = len(result.activities) - len(rows)
    head = element("thead", {}, element("tr", {}, *(element("th", {}, name) for name in names)))
    table = element("table", {"class": "list"}, head, element("tbody", {}, *rows))
    more = element("p", {}, f"{left} more activities are not listed here.") if left else ""
    return element("section", {}, element("h2", {}, "Activities as filed and as understood"), table, more)


def _entered(volume: Volume4D) -> str:
    entered = volume.entered
    if entered is None:
        return "given as values"
    parts = (entered.place, entered.altitude, entered.time, f"datum {entered.datum}")
    return " · ".join(part for part in parts if part)
