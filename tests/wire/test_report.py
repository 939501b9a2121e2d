"""The page: everything escaped, nothing loaded, the same answer as every other form, bounded, and honest about gaps."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearline.app.report import load_look
from clearline.conflict.change_cost import Plan
from clearline.conflict.minima import INTERSECT, LINE_2015
from clearline.conflict.resolve import propose
from clearline.edge.geoid_file import load_geoid
from clearline.space.altitude import SURFACE, UNLIMITED, AltitudeLimit
from clearline.space.heights import Frame
from clearline.space.latlon import LatLon
from clearline.space.shape import Circle, Polygon
from clearline.space.volume import Entered
from clearline.wire.report import write_report
from clearline.wire.report_html import element, figures, text
from clearline.wire.report_map import sides_of
from clearline.wire.report_profile import draw_profile, profile_frame
from clearline.wire.result import CheckResult, FileRead
from clearline.wire.words import plain
from tests.wire.answers import HOSTILE, activity, answer, feet, flight_level, valley

_SPOT = Circle(LatLon(36.0, 38.0), 1000.0)
_VOID = {"meta", "br"}


class _Page(HTMLParser):
    """A strict reading of a page: every tag closed in order, every id once, all links and text collected."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.words: list[str] = []
        self.code: list[str] = []
        self.feed(page)
        self.close()
        assert not self.open, self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _VOID:
            self.open.append(tag)
        self._note(tag, attrs)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._note(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        (self.code if self.open and self.open[-1] in ("script", "style") else self.words).append(data)

    def _note(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), (tag, names)
        for name, value in attrs:
            assert value is not None, (tag, name)
            self.attributes.append((tag, name, value))
            if name == "id":
                self.ids.append(value)
            if name in ("href", "src"):
                self.links.append(value)

    @property
    def text(self) -> str:
        return re.sub(r"[\s\u202f]+", " ", " ".join(self.words))


def _page(result: CheckResult) -> _Page:
    return _Page(write_report(result, load_look()))


def _resolved() -> CheckResult:
    plans = [Plan(item.ident, item.party, item.volumes) for item in valley()]
    proposal = propose(plans[0], plans[3], LINE_2015, load_geoid())
    return replace(answer(valley(), LINE_2015), proposals=(proposal, None))


def test_the_page_is_well_formed_and_every_name_is_given_once() -> None:
    page = _page(_resolved())
    assert len(page.ids) == len(set(page.ids))
    assert all(link.startswith("#") and link[1:] in page.ids for link in page.links)
    used = {name for _, _, value in page.attributes for name in re.findall(r"url\(#([^)]*)\)", value)}
    assert used <= set(page.ids)


def test_nothing_is_loaded_from_anywhere() -> None:
    text = write_report(_resolved(), load_look())
    assert not re.search(r"https?:|//[a-z]|\bsrc=|@import|url\((?!#)", re.sub(r"//[^\n]*\n", "\n", text))


def test_the_policy_allows_this_style_and_this_script_and_nothing_else() -> None:
    page = _page(_resolved())
    policy = next(value for tag, _, value in page.attributes if tag == "meta" and value.startswith("default-src"))
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert len(re.findall(r"'sha256-[A-Za-z0-9+/=]{44}'", policy)) == 2
    assert not [name for _, name, _ in page.attributes if name == "style" or name.startswith("on")]


def test_everything_the_answer_holds_is_on_the_page() -> None:
    result = replace(_resolved(), files=(FileRead("a.csv", "csv", 3, ("a place was widened",)),))
    text = _page(result).text
    for words in (
        "CONFLICT",
        "9 pairs of activities compared: 1 CONFLICT · 1 CANNOT TELL · 7 CLEAR",
        "line-2015 v1: 5 556 m (3.0 NM) or 914 m (3 000 ft) or 3 min",
        result.digest,
        "a place was widened",
        "Borders follow Natural Earth and claim nothing",
        "37SDV 12345 67890",
        "5000FT-7000FT AMSL",
        "orbit from 36.50000N 038.10000E to 36.60000N 038.35000E, 6 000 m round",
        "ask Federation about TR-22: lower limit 2000 m (no reference): no reference was stated",
        "What would clear it",
        "How the verdict was reached",
        "Height above mean sea level (EGM96)",
        "short by 1 248 m (4 094 ft) AMSL",
        "It is no permission and no guarantee",
    ):
        assert words in text, words


@given(st.text())
def test_whatever_a_text_holds_it_stays_text(words: str) -> None:
    page = _Page(element("p", {"title": words}, text(words), figures(words)))
    assert {tag for tag, _, _ in page.attributes} <= {"p", "span"}
    assert next(value for tag, _, value in page.attributes if tag == "p") == plain(words)
    assert "".join(page.words).replace("\u202f", " ") == plain(words) * 2


_NAMES = (
    HOSTILE, "</title><script>x</script>", "\"><img src=x onerror=alert(1)>", "' onload='x", "<!--", "]]>", "&lt;b&gt;",
    "</style>", "</svg><script>", "javascript:alert(1)", "url(https://example.org)", "قافلة", "\x00\x1b[2J", "x" * 400,
)  # fmt: skip


def test_names_of_every_kind_stay_text_on_every_part_of_the_page() -> None:
    entered = [Entered(name, name, name, name, name, name, (name,)) for name in _NAMES]
    plans = [
        activity("A<b>" if n % 2 else "B'\"", name, _SPOT, feet(0.0, None), feet(900.0, None), (0, 60),
                 title=name, entered=entered[n])
        for n, name in enumerate(_NAMES)
    ]  # fmt: skip
    page = _page(answer(plans, files=[FileRead(name, name, 1, (name,)) for name in _NAMES]))
    assert {tag for tag, _, _ in page.attributes} <= {
        "html", "meta", "svg", "pattern", "rect", "path", "div", "span", "strong", "table", "tr", "th", "td", "section",
        "figure", "g", "use", "text", "clippath", "a", "li", "ul", "ol", "details", "p", "defs",
    }  # fmt: skip
    assert len([code for code in page.code if code.strip()]) == 2
    assert not [name for _, name, _ in page.attributes if name.startswith("on")]
    assert all(plain(name) in page.text or len(name) > 99 or "\n" in name for name in _NAMES[1:])


def test_a_script_in_a_name_is_shown_and_not_run() -> None:
    bad = activity(HOSTILE, HOSTILE, _SPOT, feet(0.0), feet(900.0), (0, 60))
    text = write_report(answer([bad, activity("B", "B", _SPOT, feet(0.0), feet(900.0), (0, 60))]), load_look())
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert "\x1b" not in text
    assert "\u202e" not in text


def test_a_big_answer_makes_a_bounded_page_that_says_what_it_left_out() -> None:
    many = [activity(party, f"{party}{n}", _SPOT, feet(0.0), feet(900.0), (0, 60)) for party in "AB" for n in range(12)]
    result = answer(many)
    page = _page(result)
    meetings = len(result.meetings)
    assert meetings == 144
    assert sum(tag == "section" and name == "id" for tag, name, _ in page.attributes) == 50
    assert f"{meetings - 50} more meetings have no section on this page" in page.text
    assert all(link[1:] in page.ids for link in page.links)


@pytest.mark.parametrize(("most_bytes", "words"), [(6_000, r"[12] activities .* none of them"), (900, r"4 of them")])
def test_a_map_of_too_many_outlines_says_how_many_it_left_out_and_whether_they_meet(
    monkeypatch: pytest.MonkeyPatch, most_bytes: int, words: str
) -> None:
    monkeypatch.setattr("clearline.wire.report_map._MOST_BYTES", most_bytes)
    told = re.search(
        r"\d activities did not fit into this map, .*? in a meeting", _page(answer(valley(), INTERSECT)).text
    )
    assert told is not None
    assert re.search(words, told[0]), told[0]


def test_one_side_of_the_world_and_the_other_on_one_map() -> None:
    spots = [LatLon(89.9, 0.0), LatLon(-60.0, 179.9), LatLon(-60.0, -179.9), LatLon(0.0, 90.0)]
    pairs = [
        activity("AB"[n % 2], f"X{n}", Circle(spot, 60_000.0), feet(0.0), feet(900.0), (0, 60))
        for n, spot in enumerate(spots)
    ]
    page = _page(answer(pairs))
    data = " ".join(value for _, name, value in page.attributes if name in ("d", "viewBox"))
    assert "nan" not in data
    assert "inf" not in data


def _drawn(first: tuple[AltitudeLimit, AltitudeLimit], second: tuple[AltitudeLimit, AltitudeLimit]) -> str:
    plans = [activity(party, party, _SPOT, *limits, (0, 60)) for party, limits in (("A", first), ("B", second))]
    result = answer(plans)
    return draw_profile(result, 0, sides_of(plans))


def test_an_unknown_height_is_hatched_as_unknown_and_never_drawn_at_zero() -> None:
    known, bare = (feet(3000.0), feet(4000.0)), (feet(2000.0, None), feet(2500.0, None))
    drawn = _drawn(known, bare)
    assert 'fill="url(#hu)"' in drawn
    assert "? 2000 ft (no reference) to 2500 ft (no reference)" in drawn
    unknown = re.search(r'<rect x="[\d.]+" y="([\d.-]+)" width="[\d.]+" height="([\d.]+)" class="unknown', drawn)
    assert unknown is not None
    top, tall = float(unknown[1]), float(unknown[2])
    assert top < 24.0 < 286.0 < top + tall  # past the picture at both ends
    assert 'fill="url(#hu)"' not in _drawn(known, (feet(3500.0), feet(4500.0)))


def test_where_nothing_is_known_there_is_no_scale() -> None:
    bare = (feet(2000.0, None), feet(2500.0, None))
    drawn = _drawn(bare, bare)
    assert ">unknown</text>" in drawn
    assert " ft</text>" not in drawn.replace("2500 ft", "")


def test_the_surface_and_no_limit_are_open_and_known() -> None:
    drawn = _drawn((SURFACE, UNLIMITED), (feet(3000.0), feet(4000.0)))
    assert 'fill="url(#hu)"' not in drawn
    assert "SURFACE to UNLIMITED" in drawn


def test_flight_levels_are_told_as_levels() -> None:
    drawn = _drawn((flight_level(90), flight_level(110)), (flight_level(100), flight_level(120)))
    assert "pressure altitude (1013.25 hPa)" in drawn
    assert re.search(r">FL1\d0</text>", drawn)


def test_the_frame_drawn_is_the_one_the_verdict_used() -> None:
    result = answer(valley(), LINE_2015)
    heights = [result.heights[n][0] for n in (0, 3)]
    assert profile_frame(result.meetings[0], heights[0], heights[1]) is Frame.AMSL
    untold = [result.heights[n][0] for n in (1, 4)]
    assert profile_frame(result.meetings[1], untold[0], untold[1]) is Frame.AGL


def test_a_hole_stays_a_hole() -> None:
    ring = (LatLon(36.0, 38.0), LatLon(36.0, 38.4), LatLon(36.3, 38.4), LatLon(36.3, 38.0))
    hole = (LatLon(36.1, 38.1), LatLon(36.1, 38.3), LatLon(36.2, 38.3), LatLon(36.2, 38.1))
    page = write_report(
        answer([activity("A", "A", Polygon((ring, hole)), feet(0.0), feet(900.0), (0, 60)),
                activity("B", "B", Circle(LatLon(36.0, 38.0), 500.0), feet(0.0), feet(900.0), (0, 60))]),
        load_look(),
    )  # fmt: skip
    found = re.search(r'<path id="a0" d="([^"]*)"', page)
    assert found is not None
    assert found[1].count("z") == 2
