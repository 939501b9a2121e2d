"""Story 32 on a screen, on paper and copied: figures in Arabic text stand in the order they were written."""

import io
import re
import unicodedata
from pathlib import Path

import pytest
from pypdf import PdfReader

from clearline.line.phrase import LANGUAGES, render
from clearline.wire.phrase_page import phrase_page
from tests.browser.driver import Browser

_VALUES = {"area": "35.20, 40.18", "from_time": "14:20Z", "to_time": "16:00Z", "lower": "3000 ft", "upper": "4500 ft"}
_BANDS = {"your_band": "FL095 TO FL120", "our_band": "3000 ft AMSL TO 4500 ft AMSL"}

# Where each mark of a value is drawn: its line and its left edge, from the page's own layout.
_DRAWN = """
const text = document.querySelector('p[lang=' + arguments[0] + ']').firstChild;
const at = text.data.indexOf(arguments[1]);
const found = [];
for (let n = at; n < at + arguments[1].length; n++) {
  const range = document.createRange();
  range.setStart(text, n);
  range.setEnd(text, n + 1);
  const box = range.getBoundingClientRect();
  found.push([Math.round(box.top), box.left, text.data[n]]);
}
return found;
"""


def _open(chromium: Browser, folder: Path, code: str, slots: dict[str, str]) -> None:
    texts = {lang: render(code, lang, **slots) for lang in LANGUAGES}
    page = folder / "phrase.html"
    page.write_text(phrase_page(code, texts), "utf-8")
    chromium.command("Emulation.setScriptExecutionDisabled", value=False)
    chromium.size(1280, 1000)
    chromium.complaints()
    chromium.open(page)
    assert chromium.complaints() == []


def _drawn(chromium: Browser, lang: str, value: str) -> str:
    """A value as the eye reads it: its marks by line, from left to right."""
    found = chromium.run(_DRAWN, lang, value)
    assert isinstance(found, list)
    marks = sorted(tuple(one) for one in found if isinstance(one, list))
    return "".join(str(mark) for _, _, mark in marks)


@pytest.mark.parametrize(("code", "slots"), [("C01", {**_VALUES, "datum": "EGM96"}), ("F02", _BANDS)])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_story_32_on_a_screen_each_value_is_drawn_from_left_to_right(
    chromium: Browser, tmp_path: Path, code: str, slots: dict[str, str], lang: str
) -> None:
    _open(chromium, tmp_path, code, slots)
    for value in slots.values():
        assert _drawn(chromium, lang, value) == value
    direction = chromium.run("return getComputedStyle(document.querySelector('p[lang=ar]')).direction")
    assert direction == "rtl"


def test_without_its_isolates_the_browser_would_turn_it_round(chromium: Browser, tmp_path: Path) -> None:
    """What the isolates are for: the same text without them is drawn in another order."""
    _open(chromium, tmp_path, "C01", {**_VALUES, "datum": "EGM96"})
    chromium.run(
        "const p = document.querySelector('p[lang=ar]'); p.textContent = p.textContent.replace(/[\\u2068\\u2069]/g, '')"
    )
    assert _drawn(chromium, "ar", "35.20, 40.18") != "35.20, 40.18"


def test_story_32_copied_from_the_page_a_value_is_what_was_written(chromium: Browser, tmp_path: Path) -> None:
    _open(chromium, tmp_path, "C01", {**_VALUES, "datum": "EGM96"})
    copied = chromium.run("getSelection().selectAllChildren(document.body); return getSelection().toString()")
    words = "".join(mark for mark in str(copied) if unicodedata.category(mark) != "Cf")
    for value in _VALUES.values():
        assert words.count(value) == len(LANGUAGES)


def test_story_32_on_paper_a_value_is_what_was_written(chromium: Browser, tmp_path: Path) -> None:
    """The page as PDF, its text taken out by another's reader: every figure whole, in its order, in three languages."""
    _open(chromium, tmp_path, "C01", {**_VALUES, "datum": "EGM96"})
    told = "".join(page.extract_text() for page in PdfReader(io.BytesIO(chromium.printed())).pages)
    words = " ".join("".join(mark for mark in told if unicodedata.category(mark) != "Cf").split())
    for value in _VALUES.values():
        figures = re.sub(r"\s+", "", value)
        assert re.sub(r"\s+", "", words).count(figures) == len(LANGUAGES), (value, words)
