"""The console over two running nodes: an officer sees what is said, answers it, and is told when nothing is heard."""

import re
import signal
import statistics
from collections.abc import Iterator

import pytest

from clearline.line.statement import Refused
from tests.browser.console_sides import Sides, axe, sides, until
from tests.browser.driver import Browser

_HOSTILE = '<img src=x onerror="document.title=1"> ' + "\u202e" + "right to left? </bdi><script>1</script>"


@pytest.fixture(scope="module")
def both(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sides]:
    with sides(tmp_path_factory.mktemp("console"), chromium) as found:
        chromium.size(1280, 1000)
        chromium.scheme("light")
        yield found


@pytest.fixture
def shown(both: Sides) -> Iterator[Sides]:
    """Signed in, at the board; afterwards nothing was complained of and nothing was asked for elsewhere."""
    both.browser.complaints()
    both.browser.requests()
    both.sign_in()
    yield both
    # A node that was cut off, and a read-back that a rule refused, are noted by the browser as failed requests.
    noted = [line for line in both.browser.complaints() if "Failed to load resource" not in line]
    assert not noted
    outside = [one for one in both.browser.requests() if not one.startswith(f"{both.bravo.url}/")]
    assert not outside


def test_nobody_is_shown_anything_before_they_sign_in_and_a_wrong_code_is_refused(both: Sides) -> None:
    both.browser.visit("about:blank")
    both.browser.command("Network.clearBrowserCookies")
    both.open()
    assert both.has("#sign-in")
    assert not both.has(".channel")
    assert axe(both.browser) == []
    for name, value in (("name", "first"), ("password", "not this one"), ("code", "000000")):
        both.browser.press(f"#{name}", value)
    both.browser.click("#sign-in button")
    until(lambda: both.has(".sign-in .strip.warning"))
    assert "SIGN_IN" in both.text(".sign-in .strip.warning")


def test_a_channel_stands_as_declared_by_both_and_as_observed_and_what_is_missing_is_shown_missing(
    shown: Sides,
) -> None:
    until(lambda: "Open" in shown.text(".channel [data-level=OPERATIONAL]"))
    until(lambda: "Limited" in shown.text(".channel [data-level=OPERATIONAL]"))
    words = shown.text(".channel")
    assert "Live" in words
    assert "OPS-DUTY" in words
    assert "Nobody is said to be on watch." in words
    assert len(re.findall("nothing declared", shown.text(".channel [data-level=TACTICAL]"))) == 2
    assert len(re.findall(r"\d\d:\d\d:\d\dZ in \d", words)) == 2


def test_a_notice_of_the_other_side_is_on_the_board_within_a_second(shown: Sides) -> None:
    took_s: list[float] = []
    record = ""
    for number in range(5):
        record = shown.notice(f"QUICK-{number}")
        took_s.append(until(lambda record=record: shown.has(f"tr[data-record='{record}']")))
    assert statistics.median(took_s) < 1.0
    row = shown.text(f"tr[data-record='{record}']")
    assert "QUICK-4" in row
    assert "left" in row
    assert "to be seen" in row
    due = shown.browser.run("return [...document.querySelectorAll('.items time')].map((one) => one.dateTime)")
    assert isinstance(due, list)
    assert due == sorted(map(str, due))


def test_only_acknowledge_has_a_key_and_what_binds_is_confirmed(shown: Sides) -> None:
    record = shown.notice("HERON-1", "Two aircraft.")
    shown.open(f"#/notice/{record}?lang=en")
    until(lambda: shown.has("#acknowledge"))
    assert axe(shown.browser) == []
    shown.browser.keys("rpcw")
    assert not shown.has("form.form")
    shown.browser.keys("a")
    until(lambda: shown.has("[data-step=SEEN].done"))
    assert "Acknowledgement is not approval." in shown.text("#told")
    assert "not yet" in shown.text("[data-step=UNDERSTOOD]")

    shown.browser.click("#answer")
    shown.browser.run("document.querySelector('#type').value = 'WILCO'")
    shown.browser.click("#form-answer .go")
    until(lambda: shown.has("#confirm[open]"))
    assert "WILCO" in shown.text("#confirm")
    assert shown.browser.run("return document.activeElement.textContent") == "Go back"
    assert axe(shown.browser) == []
    shown.browser.keys("\ue00c")  # escape
    until(lambda: not shown.has("#confirm[open]"))
    notice = shown.other.get(f"/notices/{record}")
    assert not isinstance(notice, Refused)
    assert "ANSWERED" not in str(notice)
    shown.browser.click("#form-answer .go")
    until(lambda: shown.has("#confirm[open]"))
    shown.browser.click("#say-it")
    until(lambda: shown.has("[data-step=ANSWERED].done"))
    assert "will comply" in shown.text("[data-step=ANSWERED]")


def test_reading_back_hides_the_fields_refuses_what_differs_and_closes_its_step(shown: Sides) -> None:
    record = shown.notice("HERON-2")
    shown.open(f"#/notice/{record}?lang=en")
    until(lambda: shown.has(".fields"))
    values = shown.browser.run("return [...document.querySelectorAll('.fields dd')].map((one) => one.textContent)")
    assert isinstance(values, list)
    shown.browser.click("#read-back")
    until(lambda: shown.has("#form-read-back"))
    assert not shown.has(".fields")
    assert not any(str(value) in shown.text("main") for value in values[1:])
    assert axe(shown.browser) == []
    for number, value in enumerate(values):
        shown.browser.press(f"#field-{number}", "HERON-3" if value == "HERON-2" else f" {str(value).lower()} ")
    _say(shown, "read-back")
    until(lambda: shown.has("#refused"))
    assert "L4: the read-back differs from the notice in: subject" in shown.text("#refused")
    assert not shown.has("[data-step=UNDERSTOOD].done")
    shown.browser.run("document.querySelector('#field-1').value = 'HERON-2'")
    _say(shown, "read-back")
    until(lambda: shown.has("[data-step=UNDERSTOOD].done"))
    assert not shown.has("form.form")


def test_what_the_other_side_writes_is_text_and_turns_nothing_round(shown: Sides) -> None:
    record = shown.notice("<b>BOLD</b>", _HOSTILE)
    shown.open(f"#/notice/{record}?lang=en")
    until(lambda: shown.has("blockquote"))
    told = shown.browser.run("return [...document.querySelectorAll('blockquote')].map((one) => one.textContent)")
    assert told == ["Survey flights", _HOSTILE]
    assert "<b>BOLD</b>" in shown.text("#notice")
    assert shown.browser.run("return document.querySelector('img, main script, #notice b') === null")
    assert shown.browser.run("return document.title") == "Clearline"
    isolated = "return getComputedStyle(document.querySelector('blockquote')).unicodeBidi"
    assert shown.browser.run(isolated) in ("isolate", "plaintext")


def test_the_keyboard_goes_down_the_items_opens_one_and_comes_back(shown: Sides) -> None:
    shown.notice("KEYS-1")
    shown.notice("KEYS-2")
    until(lambda: "KEYS-2" in shown.text(".items"))
    subjects: list[str] = []
    for key in "jjk":
        shown.browser.keys(key)
        subjects.append(str(shown.browser.run("return document.activeElement.closest('tr').dataset.record")))
    assert subjects[0] == subjects[2] != subjects[1]
    shown.browser.keys("\ue007")  # enter
    until(lambda: shown.has(f".card[data-record='{subjects[0]}']"))
    shown.browser.keys("\ue00c")
    until(lambda: shown.has(".channel"))
    shown.browser.keys("?")
    until(lambda: shown.has("#help-dialog[open]"))
    assert axe(shown.browser) == []
    shown.browser.click("#single-keys")
    until(lambda: "keys=off" in str(shown.browser.run("return location.hash")))
    shown.browser.click("#help-dialog button")
    shown.browser.keys("?")
    assert not shown.has("#help-dialog[open]")


@pytest.mark.parametrize("lang", ["en", "ru", "ar"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_board_and_a_card_are_accessible_in_every_language_and_in_both_colours(
    shown: Sides, lang: str, theme: str
) -> None:
    record = shown.notice(f"AXE-{lang}-{theme}")
    for place in ("board", f"notice/{record}"):
        shown.open(f"#/{place}?lang={lang}&theme={theme}")
        until(lambda place=place: shown.has(".channel" if place == "board" else ".card"))
        page = "return [document.documentElement.lang, document.documentElement.dir]"
        assert shown.browser.run(page) == [lang, "rtl" if lang == "ar" else "ltr"]
        assert axe(shown.browser) == []
        wide = "return document.documentElement.scrollWidth <= document.documentElement.clientWidth"
        assert shown.browser.run(wide)


def test_from_right_to_left_the_page_is_mirrored_and_figures_are_not(shown: Sides) -> None:
    shown.notice("MIRROR-1")
    shown.open("#/board?lang=ar")
    until(lambda: shown.has(".items tbody tr"))
    edges = """
        const box = (selector) => document.querySelector(selector).getBoundingClientRect();
        return [box('.items tbody tr td').right, box('.items').right, box('.items tbody tr td:last-child').left];
    """
    first, panel, last = (float(str(edge)) for edge in _list(shown.browser.run(edges)))
    assert panel - first < 40 < first - last
    assert re.fullmatch(r"\d\d:\d\d:\d\dZ", shown.text(".now"))


def test_an_exercise_says_so_in_every_view_and_shows_nothing_of_what_is_actual(shown: Sides) -> None:
    shown.notice("ACTUAL-1")
    until(lambda: "ACTUAL-1" in shown.text(".items"))
    shown.open("#/board?lang=en&mode=EXERCISE")
    until(lambda: shown.has(".channel"))
    assert shown.text(".mode") == "EXERCISE"
    assert "ACTUAL-1" not in shown.text("main")
    assert axe(shown.browser) == []


def test_a_node_that_is_gone_is_said_to_be_gone_and_when_it_is_back_nothing_is_missing(shown: Sides) -> None:
    before = shown.notice("BEFORE")
    until(lambda: shown.has(f"tr[data-record='{before}']"))
    shown.bravo.cut_off()
    until(lambda: shown.has("#not-connected"))
    assert re.search(r"Not connected since \d\d:\d\d:\d\dZ", shown.text("#not-connected"))
    assert shown.has("main.stale")
    assert shown.has(f"tr[data-record='{before}']")
    assert "The own node is not heard" in shown.text(".channel")
    assert axe(shown.browser) == []
    after = shown.notice("WHILE-GONE")
    shown.bravo.start()
    until(lambda: shown.has(f"tr[data-record='{after}']"), 30)
    assert not shown.has("#not-connected")
    assert not shown.has("main.stale")


def test_a_node_that_hangs_is_said_to_be_gone_though_no_connection_breaks(shown: Sides) -> None:
    process = shown.bravo.process
    assert process is not None
    process.send_signal(signal.SIGSTOP)
    try:
        until(lambda: shown.has("#not-connected"), 30)
        assert shown.has("main.stale")
    finally:
        process.send_signal(signal.SIGCONT)
    until(lambda: not shown.has("#not-connected"), 30)


def _say(shown: Sides, form: str) -> None:
    shown.browser.click(f"#form-{form} .go")
    until(lambda: shown.has("#confirm[open]"))
    shown.browser.click("#say-it")


def _list(value: object) -> list[object]:
    assert isinstance(value, list)
    return list(value)
