"""The report in a real browser: no network, no complaint, pictures, keys, phone, dark, print, and no script at all."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from clearline.app.report import load_look
from clearline.conflict.change_cost import Plan
from clearline.conflict.minima import LINE_2015
from clearline.conflict.resolve import propose
from clearline.edge.geoid_file import load_geoid
from clearline.space.latlon import LatLon
from clearline.space.shape import Circle
from clearline.wire.report import write_report
from tests.browser.driver import Browser
from tests.wire.answers import HOSTILE, activity, answer, feet, valley

_BOX = "return document.querySelector('svg[data-live]').getAttribute('viewBox').split(' ').map(Number)"


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page with a conflict, a pair nobody can tell about, proposals, and a name that would like to be a script."""
    plans = valley()
    spot = Circle(LatLon(36.2, 37.7), 3000.0)
    plans.append(activity("Coalition", HOSTILE, spot, feet(0.0), feet(900.0), (0, 60), title=HOSTILE))
    pair = [Plan(plans[n].ident, plans[n].party, plans[n].volumes) for n in (0, 3)]
    proposal = propose(pair[0], pair[1], LINE_2015, load_geoid())
    result = replace(answer(plans, LINE_2015), proposals=(proposal, None))
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(write_report(result, load_look()), "utf-8")
    return path


@pytest.fixture
def opened(chromium: Browser, page: Path) -> Browser:
    chromium.command("Emulation.setScriptExecutionDisabled", value=False)
    chromium.scheme("light")
    chromium.size(1280, 1000)
    chromium.complaints()
    chromium.requests()
    chromium.open(page)
    return chromium


def test_the_page_asks_for_nothing_and_complains_of_nothing(opened: Browser, page: Path) -> None:
    assert opened.run("return document.documentElement.dataset.ready") == "1"
    assert opened.complaints() == []
    assert opened.requests() == [page.as_uri()]


def test_the_policy_holds_in_the_browser(opened: Browser) -> None:
    """What a hostile name might try is tried, and stopped: a script, a style, an image from elsewhere."""
    tried = opened.run(
        "const s = document.createElement('script'); s.textContent = 'window.owned = 1'; document.body.append(s);"
        "const i = new Image(); i.src = 'https://example.org/x.png'; document.body.append(i);"
        "return [window.owned === undefined, i.complete || i.naturalWidth === 0]"
    )
    assert tried == [True, True]
    told = opened.complaints()
    assert sum("Content Security Policy" in words for words in told) == 2
    assert "blocked" in " ".join(told)


def test_the_pictures_are_there_and_have_a_size(opened: Browser) -> None:
    sizes = opened.run(
        "return [...document.querySelectorAll('svg.map, svg.profile')].map(s => s.getBoundingClientRect())"
        ".map(b => [b.width, b.height])"
    )
    assert isinstance(sizes, list)
    assert len(sizes) == 5  # the overview, and a map and a profile for each of two meetings
    assert all(isinstance(size, list) and min(float(str(v)) for v in size) > 200.0 for size in sizes)
    drawn = opened.run(
        "return [...document.querySelectorAll('use.body, .mark path, .land')]"
        ".map(e => e.getBoundingClientRect().width > 0)"
    )
    assert isinstance(drawn, list)
    assert len(drawn) > 10
    assert all(drawn)


def test_a_script_in_a_name_is_read_and_not_run(opened: Browser) -> None:
    assert "<script>alert(1)</script>" in opened.text("body")


def test_keys_move_and_enlarge_the_map(opened: Browser) -> None:
    whole = opened.run(_BOX)
    assert whole == [0, 0, 960, 560]
    opened.press("svg[data-live]", "++")
    near = opened.run(_BOX)
    assert isinstance(near, list)
    assert near[2] == pytest.approx(960 / 1.5**2)
    opened.press("svg[data-live]", "\ue014")  # right arrow
    moved = opened.run(_BOX)
    assert isinstance(moved, list)
    assert float(str(moved[0])) > float(str(near[0]))
    opened.press("svg[data-live]", "0")
    assert opened.run(_BOX) == whole


def test_the_mouse_moves_and_buttons_enlarge_the_map(opened: Browser) -> None:
    opened.click(".tools button:nth-child(1)")
    before = opened.run(_BOX)
    opened.run("document.querySelector('svg[data-live]').scrollIntoView({block: 'center'})")
    opened.drag("svg[data-live]", -120, 0)
    after = opened.run(_BOX)
    assert isinstance(before, list)
    assert isinstance(after, list)
    assert float(str(after[0])) > float(str(before[0])) + 20.0
    opened.click(".tools button:nth-child(3)")
    assert opened.run(_BOX) == [0, 0, 960, 560]


def test_the_scale_bar_tells_the_truth_at_every_size(opened: Browser) -> None:
    bar = (
        "const b = document.querySelector('.scale path'), t = b.nextElementSibling.textContent.split(' ');"
        "const m = document.querySelector('svg[data-live]');"
        "return [b.getBBox().width * 960 / m.viewBox.baseVal.width / 960, Number(t[0]) * (t[1] === 'km' ? 1000 : 1),"
        " m.viewBox.baseVal.width]"
    )
    first = opened.run(bar)
    opened.press("svg[data-live]", "+++++")
    then = opened.run(bar)
    assert isinstance(first, list)
    assert isinstance(then, list)

    # The bar keeps its place on the screen; what it measures is its drawn length times the metres of a map unit.
    def metres_per_unit(told: list[object]) -> float:
        share, metres, width = (float(str(v)) for v in told)
        return metres / (share * width * width / 960.0)

    assert metres_per_unit(list(then)) == pytest.approx(metres_per_unit(list(first)), rel=0.02)


def test_one_moment_can_be_shown(opened: Browser) -> None:
    count = "return document.querySelectorAll('#overview .act.past').length"
    assert opened.run(count) == 0
    opened.run("const r = document.querySelector('.when input'); r.value = 1000; r.dispatchEvent(new Event('input'))")
    assert isinstance(opened.run(count), int)
    assert int(str(opened.run(count))) > 0
    assert opened.text(".when output").endswith("Z")


def test_a_phone_needs_no_scrolling_sideways(opened: Browser) -> None:
    opened.size(390, 844)
    assert opened.run("return document.documentElement.scrollWidth") == 390


def test_dark_and_light_differ_and_are_readable(opened: Browser) -> None:
    colours: list[object] = []
    for scheme in ("light", "dark"):
        opened.scheme(scheme)
        colours.append(opened.run("const s = getComputedStyle(document.body); return [s.color, s.backgroundColor]"))
    assert colours == [["rgb(22, 32, 43)", "rgb(255, 255, 255)"], ["rgb(232, 238, 244)", "rgb(16, 22, 29)"]]


def test_every_control_is_large_enough_and_named(opened: Browser) -> None:
    small = opened.run(
        "return [...document.querySelectorAll('button, input')].filter(e => e.getBoundingClientRect().height < 24"
        " || !(e.getAttribute('aria-label') || e.closest('label'))).length"
    )
    assert small == 0


def test_print_begins_each_meeting_on_a_page_of_its_own(opened: Browser) -> None:
    pdf = opened.printed()
    pages = len(re.findall(rb"/Type\s*/Page[^s]", pdf))
    assert 4 <= pages <= 12
    opened.command("Emulation.setEmulatedMedia", media="print")
    breaks = opened.run("return [...document.querySelectorAll('.meeting')].map(e => getComputedStyle(e).breakBefore)")
    hidden = opened.run("return [...document.querySelectorAll('.tools, .when')].map(e => getComputedStyle(e).display)")
    opened.command("Emulation.setEmulatedMedia", media="")
    assert breaks == ["page", "page"]
    assert hidden == ["none", "none"]


def test_all_can_be_read_without_a_script(opened: Browser, page: Path) -> None:
    with_script = opened.text("main")
    opened.command("Emulation.setScriptExecutionDisabled", value=True)
    opened.open(page)
    without = opened.text("main")
    opened.command("Emulation.setScriptExecutionDisabled", value=False)
    for words in ("short by 20", "ask Federation about TR-22", "What would clear it", "How the verdict was reached"):
        assert words in without
        assert words in with_script


def test_a_link_leads_to_its_meeting(opened: Browser, page: Path) -> None:
    opened.open(page, anchor="#m2")
    top = opened.run("return document.querySelector('#m2').getBoundingClientRect().top")
    assert abs(float(str(top))) < 900.0
    assert "CANNOT TELL" in opened.text("#m2 h3")
