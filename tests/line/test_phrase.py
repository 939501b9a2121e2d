"""Phrases: the same slots in three languages, isolates balanced, Western figures, no value that could be another."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearline.line.ladder import AnswerType
from clearline.line.phrase import LANGUAGES, SLOTS, PhraseError, SlotType, plain, render, slots_of, western
from clearline.line.phrase_table import PHRASES
from clearline.line.proposal import NOT_AGREEMENT

_GOOD = {
    SlotType.TIME: ["14:20Z", "1420Z", "14:20:59Z", "2015-09-18", "2015-09-18T14:20Z", "2015-09-18T14:20:00Z"],
    SlotType.COUNT: ["0", "15", "999999"],
    SlotType.PLACE: ["G-0417 Harbnifsah", "35.20, 40.18", "35°20′30″N 040°18′45″E"],
    SlotType.HEIGHT: ["3000 ft", "3000 ft AMSL", "FL095", "SURFACE", "UNLIMITED", "1500 M AGL"],
    SlotType.BAND: ["FL095", "SURFACE TO 3000 ft AMSL", "3000 ft QNH 990 hPa - 4500 ft QNH 990 hPa", "FL095 TO FL120"],
    SlotType.LENGTH: ["2.1 NM", "5 km", "300 M"],
    SlotType.NAME: ["OPS", "line 2", "EPSG:4326"],
    SlotType.HASH: ["0123abcd", "a" * 64],
    SlotType.REASON: ["U1", "U7"],
    SlotType.TEXT: ["anything at all", "1", "две колонны"],
}
_BAD = {
    SlotType.TIME: ["14:20", "24:00Z", "14:60Z", "tomorrow", "2015-13-01", "2015-09-32", "03/04", "1420", "2015-9-1"],
    SlotType.COUNT: ["-1", "1.5", "1234567", "", "ten"],
    SlotType.PLACE: ["Harbnifsah", ""],
    SlotType.HEIGHT: ["3000", "FL95", "ft 3000", "high"],
    SlotType.BAND: ["3000 ft", "3000", "3000 ft AMSL TO 4500", "3000 ft AMSL TO 4500 ft", "SURFACE TO 3000 ft"],
    SlotType.LENGTH: ["2.1", "NM", "far"],
    SlotType.NAME: ["", " x", "x" * 121],
    SlotType.HASH: ["0123ABCD", "123", "g" * 8],
    SlotType.REASON: ["U0", "U8", "because"],
    SlotType.TEXT: ["", "x" * 401],
}


@st.composite
def _filled(draw: st.DrawFn) -> tuple[str, dict[str, str]]:
    phrase = draw(st.sampled_from(PHRASES))
    return phrase.code, {slot: draw(st.sampled_from(_GOOD[SLOTS[slot]])) for slot in slots_of(phrase.code)}


@given(_filled(), st.sampled_from(LANGUAGES))
def test_a_phrase_is_its_code_and_its_slots_each_set_apart_in_every_language(
    filled: tuple[str, dict[str, str]], lang: str
) -> None:
    code, slots = filled
    text = render(code, lang, **slots)
    assert text.startswith(f"\u2068{code}\u2069 ")
    depth = 0
    for mark in text:
        depth += {"\u2068": 1, "\u2069": -1}.get(mark, 0)
        assert depth in (0, 1)
    assert depth == 0
    assert sorted(re.findall("\u2068([^\u2069]*)\u2069", text)) == sorted([code, *slots.values()])
    assert not [mark for mark in text if mark.isnumeric() and mark not in "0123456789"]
    assert {mark for mark in text if unicodedata.category(mark) == "Cf"} == {"\u2068", "\u2069"}
    assert plain(text) == text.replace("\u2068", "").replace("\u2069", "")


def test_the_slots_of_a_phrase_are_the_same_in_three_languages() -> None:
    for phrase in PHRASES:
        slots = [sorted(re.findall(r"\{(\w+)\}", text)) for text in (phrase.en, phrase.ru, phrase.ar)]
        assert slots[0] == slots[1] == slots[2], phrase.code
        assert len(set(slots[0])) == len(slots[0])
        assert all(slot in SLOTS for slot in slots[0])


def test_the_catalogue_is_whole() -> None:
    codes = [phrase.code for phrase in PHRASES]
    assert len(codes) == len(set(codes)) == 56
    assert sum(phrase.core for phrase in PHRASES) == 40
    for phrase in PHRASES:
        assert set(phrase.replies) <= set(codes), phrase.code
        texts = (phrase.en, phrase.ru, phrase.ar)
        assert len(set(texts)) == 3
        assert all(text.strip() == text and text for text in texts)
        assert "INSTRUCTION" not in phrase.en
        assert not re.search(r"\bCLEAR\b|\bPERMI|\bAPPROV", phrase.en)
        assert not [mark for text in texts for mark in re.sub(r"\{\w+\}", "", text) if mark.isnumeric()]
    assert NOT_AGREEMENT.upper() in next(phrase.en for phrase in PHRASES if phrase.code == "F06")
    assert {answer.value for answer in AnswerType} >= {"NO_STATEMENT", "NOT_KNOWN_CHECKING"}


_BY_TYPE = {SLOTS[slot]: (phrase.code, slot) for phrase in PHRASES for slot in slots_of(phrase.code)}


@pytest.mark.parametrize("kind", list(SlotType))
def test_a_slot_takes_what_is_of_its_type_and_refuses_what_is_not(kind: SlotType) -> None:
    code, slot = _BY_TYPE[kind]
    others = {name: _GOOD[SLOTS[name]][0] for name in slots_of(code)}
    for value in _GOOD[kind]:
        assert value in render(code, "en", **{**others, slot: value})
    for value in _BAD[kind]:
        with pytest.raises(PhraseError, match=f"{code}: {slot}"):
            render(code, "en", **{**others, slot: value})


@given(st.characters(categories=["Nd", "Nl", "No"]).filter(lambda mark: western(mark) not in "0123456789"))
def test_a_figure_of_another_script_is_never_passed_on(mark: str) -> None:
    with pytest.raises(PhraseError, match="script other than 0 to 9"):
        render("A06", "ar", time=f"1{mark}:20Z")


@given(st.sampled_from(["\u2066", "\u2067", "\u2068", "\u2069", "\u202a", "\u202e", "\u200f", "\n", "\x00"]))
def test_a_mark_that_steers_the_text_is_refused(mark: str) -> None:
    with pytest.raises(PhraseError, match="characters that steer"):
        render("A05", "ar", circuit=f"a{mark}b")


def test_every_arabic_figure_has_its_western_one() -> None:
    assert western("٠١٢٣٤٥٦٧٨٩") == western("۰۱۲۳۴۵۶۷۸۹") == "0123456789"


def test_what_is_missing_too_many_or_unknown_is_named() -> None:
    with pytest.raises(PhraseError, match="takes time; look at time"):
        render("A06", "en")
    with pytest.raises(PhraseError, match="takes no slots; look at time"):
        render("A01", "en", time="14:20Z")
    with pytest.raises(PhraseError, match="'Z99' is not a phrase"):
        render("Z99", "en")
    with pytest.raises(PhraseError, match="'Z99' is not a phrase"):
        slots_of("Z99")
    with pytest.raises(PhraseError, match="'fr' is not a language"):
        render("A01", "fr")
