"""Printed forms: every word of the line has its box, what is filled in is shown as it is, nothing becomes markup."""

from enum import StrEnum
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearline.line.ladder import AnswerType, Echelon, UnableReason
from clearline.line.notice import NoticeType
from clearline.line.paper import PaperWay
from clearline.line.terms import Function, Level, Mode, Precedence
from clearline.wire.form_page import NOTICE_FIELDS, acknowledgement_form, notice_form


class _Seen(HTMLParser):
    """The rows of a form: each label with what stands beside it, and its boxes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.rows: dict[str, str] = {}
        self.boxes: dict[str, list[str]] = {}
        self.tags: set[str] = set()
        self.names: set[str] = set()
        self._at = ""
        self._label = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.names |= {name for name, _ in attrs}
        self._at = tag
        if tag == "th":
            self._label = ""
        if tag == "td":
            self.rows[self._label] = ""
        if tag == "span":
            self.boxes.setdefault(self._label, []).append("")

    def handle_endtag(self, tag: str) -> None:
        self._at = "td" if tag == "span" else ""

    def handle_data(self, data: str) -> None:
        if self._at == "th":
            self._label += data
        elif self._at == "td":
            self.rows[self._label] += data
        elif self._at == "span":
            self.boxes[self._label][-1] += data

    def words(self, label: str) -> list[str]:
        return [box[2:].split(" ")[0] for box in self.boxes[label]]

    def ticked(self) -> list[str]:
        return [box[2:].split(" ")[0] for boxes in self.boxes.values() for box in boxes if box.startswith("☒")]


_LISTS: list[tuple[str, str, type[StrEnum]]] = [
    ("notice", "in earnest?", Mode),
    ("notice", "precedence", Precedence),
    ("notice", "level", Level),
    ("notice", "function", Function),
    ("notice", "type", NoticeType),
    ("notice", "passed by", PaperWay),
    ("ack", "in earnest?", Mode),
    ("ack", "PASSED ON to", Echelon),
    ("ack", "ANSWER", AnswerType),
    ("ack", "reason: UNABLE", UnableReason),
    ("ack", "passed by", PaperWay),
]


@pytest.mark.parametrize(("form", "label", "words"), _LISTS)
def test_every_word_of_the_line_has_a_box_and_none_is_ticked(form: str, label: str, words: type[StrEnum]) -> None:
    seen = _Seen(notice_form() if form == "notice" else acknowledgement_form())
    assert seen.words(label) == [word.value for word in words]
    assert seen.ticked() == []


_TEXT = st.text(st.characters(codec="utf-8", categories=["L", "P", "S", "N"]), min_size=1, max_size=40)
_FREE = (*NOTICE_FIELDS, "text", "from party", "to party")
_TICKED = {"mode": Mode, "precedence": Precedence, "level": Level, "function": Function, "type": NoticeType}


@given(st.dictionaries(st.sampled_from(_FREE), _TEXT), st.data(), _TEXT)
def test_what_is_filled_in_is_shown_as_it_is_and_nothing_is_run(
    free: dict[str, str], data: st.DataObject, number: str
) -> None:
    chosen = {name: data.draw(st.sampled_from(list(words))).value for name, words in _TICKED.items()}
    seen = _Seen(notice_form(free | chosen, number=number))
    assert {name: seen.rows[name] for name in _FREE} == dict.fromkeys(_FREE, "") | free
    assert seen.rows["form number"] == number
    assert sorted(seen.ticked()) == sorted(chosen.values())
    assert seen.tags <= {"html", "meta", "title", "style", "h1", "table", "tr", "th", "td", "span", "footer"}
    assert seen.names <= {"lang", "charset", "http-equiv", "content", "name", "class"}


@given(_TEXT, _TEXT)
def test_an_acknowledgement_names_its_notice_and_has_no_value_to_be_read_back(record: str, subject: str) -> None:
    seen = _Seen(acknowledgement_form(record=record, subject=subject))
    assert seen.rows["of notice (record or form)"] == record
    assert seen.rows["its subject"] == subject
    written = {"of notice (record or form)", "its subject", "values as understood", *seen.boxes}
    assert not any(value for label, value in seen.rows.items() if label not in written)


@pytest.mark.parametrize("filled", [{"colour": "red"}, {"type": "N99"}, {"mode": "actual"}, {"precedence": "SOON"}])
def test_what_the_form_has_no_place_for_is_refused(filled: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"no colour|is none of"):
        notice_form(filled)


def test_the_sentences_stand_on_the_forms_they_belong_to() -> None:
    assert "Acknowledgement is not approval." in notice_form()
    page = acknowledgement_form()
    assert "Acknowledgement is not approval. No answer is not agreement." in page
    for one in (page, notice_form()):
        assert "it counts from when it is keyed in" in one
        assert "default-src &#x27;none&#x27;" in one or "default-src 'none'" in one
