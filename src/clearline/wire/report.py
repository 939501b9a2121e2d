"""The answer of a check as one page that needs nothing else: no network, no script to be read, no font.

The one idea: the page is written whole from the answer, text escaped in one place, and its policy forbids it to load or
send anything, so it can be opened on any machine and filed for years.
"""

import base64
import hashlib
from dataclasses import dataclass

from clearline.wire.report_html import element, tag, text
from clearline.wire.report_lists import list_activities, list_meetings, summary
from clearline.wire.report_map import BordersFor, draw_overview, hatchings, sides_of
from clearline.wire.report_marks import PARTIES, Sides
from clearline.wire.report_meeting import meeting_section
from clearline.wire.result import CheckResult
from clearline.wire.table import PERMISSION
from clearline.wire.words import VERDICT_WORDS

__all__ = ["Look", "write_report"]

_MOST_SECTIONS = 50
_MOST_BYTES = 12_000_000  # of sections: one page has to open on the machine that is there


@dataclass(frozen=True, slots=True)
class Look:
    """What the page looks like and how it moves: its style sheet, its script, and the borders for its maps."""

    style: str
    script: str
    borders: BordersFor


def write_report(result: CheckResult, look: Look) -> str:
    """The page as HTML."""
    sides = sides_of(result.activities)
    sections, left = _sections(result, sides, look)
    head = element(
        "head",
        {},
        tag("meta", {"charset": "utf-8"}),
        tag("meta", {"http-equiv": "Content-Security-Policy", "content": _policy(look)}),
        tag("meta", {"name": "viewport", "content": "width=device-width, initial-scale=1"}),
        tag("meta", {"name": "referrer", "content": "no-referrer"}),
        element("title", {}, text(f"{VERDICT_WORDS[result.verdict]}: Clearline check")),
        element("style", {}, look.style),
    )
    lists = list_meetings(result, sides, len(sections)), list_activities(result, sides)
    parts = (_overview(result, sides, look), lists[0], *sections, left, lists[1])
    body = element(
        "body",
        {},
        element("svg", {"class": "hidden", "aria-hidden": "true"}, hatchings("h")),
        element("header", {}, element("h1", {}, "Who meets whom"), summary(result, sides)),
        element("main", {}, *parts),
        element("footer", {}, element("p", {"class": "soft"}, text(PERMISSION))),
        element("script", {}, look.script),
    )
    return f'<!DOCTYPE html>\n<html lang="en">{head}{body}</html>\n'


def _policy(look: Look) -> str:
    """Nothing may be loaded, sent, framed or submitted; only this style and this script, by their hashes, may run."""
    style, script = (_hash(part) for part in (look.style, look.script))
    return f"default-src 'none'; style-src {style}; script-src {script}; base-uri 'none'; form-action 'none'"


def _hash(content: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}'"


def _overview(result: CheckResult, sides: Sides, look: Look) -> str:
    drawn, left, meeting = draw_overview(result, sides, look.borders)
    keys = [
        element("span", {"class": f"s{n % PARTIES}"}, _swatch(f"h{n % PARTIES}", f"s{n % PARTIES}"), text(party))
        for party, n in sides.items()
    ]
    keys.append(element("span", {}, _swatch("hx", "both"), "in common, in conflict"))
    keys.append(element("span", {}, element("span", {"class": "badge conflict"}, "◆ 1"), " conflict, by number"))
    keys.append(element("span", {}, element("span", {"class": "badge untold"}, "▲ 2"), " cannot tell, by number"))
    missing = f" {left} activities did not fit into this map, {meeting or 'none'} of them in a meeting." if left else ""
    caption = (
        "Distances and bearings from the middle of the map are true; north is up there. Borders follow Natural Earth "
        f"and claim nothing. Dotted outlines: what is not known of a place.{missing}"
    )
    figure = element(
        "figure", {}, drawn, element("div", {"class": "legend"}, *keys), element("figcaption", {}, caption)
    )
    return element("section", {}, element("h2", {}, "Map"), figure)


def _swatch(fill: str, side: str) -> str:
    box = tag("rect", {"x": 1, "y": 1, "width": 28, "height": 16, "fill": f"url(#{fill})", "class": f"rimmed {side}"})
    return element("svg", {"viewBox": "0 0 30 18", "aria-hidden": "true"}, box)


def _sections(result: CheckResult, sides: Sides, look: Look) -> tuple[list[str], str]:
    """A section for each meeting, worst first, as many as the page has room for; and a line on those left out."""
    sections: list[str] = []
    spent = 0
    for place in result.worst_first[:_MOST_SECTIONS]:
        section = meeting_section(result, place, sides, look.borders)
        spent += len(section)
        if spent > _MOST_BYTES:
            break
        sections.append(section)
    left = len(result.meetings) - len(sections)
    if not left:
        return sections, ""
    words = (
        f"{left} more meetings have no section on this page; the list above and --format json have them, and "
        "--explain with a number walks through any one."
    )
    return sections, element("p", {"class": "ask untold"}, text(words))
