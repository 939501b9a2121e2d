"""The page of a phrase: no value becomes markup, right-to-left says so, nothing is asked of anybody."""

from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from clearline.line.phrase import LANGUAGES, render
from clearline.wire.phrase_page import phrase_page


class _Seen(HTMLParser):
    """The tags of a page, and the text of its paragraphs by language."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: list[str] = []
        self.texts: dict[str, str] = {}
        self.directions: dict[str, str] = {}
        self._lang: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A tag that opens."""
        self.tags.add(tag)
        found = dict(attrs)
        self.links += [name for name in found if name in ("src", "href", "onload", "style")]
        self._lang = found["lang"] if tag == "p" else None
        if self._lang is not None:
            self.directions[self._lang] = found["dir"] or ""

    def handle_endtag(self, tag: str) -> None:
        """A tag that closes."""
        if tag == "p":
            self._lang = None

    def handle_data(self, data: str) -> None:
        """Text."""
        if self._lang is not None:
            self.texts[self._lang] = self.texts.get(self._lang, "") + data


@given(st.text(st.characters(codec="utf-8", categories=["L", "P", "S"]), min_size=1, max_size=60))
def test_whatever_a_slot_holds_the_page_shows_that_text_and_runs_nothing(value: str) -> None:
    texts = {lang: render("D04", lang, what=f"<script>{value}</script>") for lang in LANGUAGES}
    seen = _Seen()
    page = phrase_page("D04", texts)
    seen.feed(page)
    assert seen.texts == texts
    assert seen.tags == {"html", "meta", "title", "style", "h1", "h2", "p", "section", "footer"}
    assert seen.links == []
    assert seen.directions == {"en": "ltr", "ru": "ltr", "ar": "rtl"}
    assert "default-src 'none'" in page
