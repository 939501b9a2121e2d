"""Acceptance stories 31 to 34: names, scripts, languages, and exercises that are not the real thing."""

import dataclasses
import unicodedata

import pytest

from clearline.line.board import board
from clearline.line.gazetteer import Entry, Gazetteer, PlaceError, same_place
from clearline.line.ladder import Seen, ladder
from clearline.line.ledger import Ledger
from clearline.line.notice import NoticeType, current
from clearline.line.phrase import LANGUAGES, PhraseError, plain, render, western
from clearline.line.statement import Link, Relation, Said, Utterance
from clearline.line.terms import Mode
from clearline.line.wording import CODED_GOVERNS, Rendering, differences, texts
from clearline.space.latlon import LatLon
from tests.line.two_desks import OFFICER, SECOND, T0, Desk, Line, notice

_HARB = Entry("G-0417", ("Harbnifsah", "حربنفسه"), LatLon(34.893, 36.602))
_PLACES = Gazetteer(
    (
        _HARB,
        Entry("G-0418", ("Harb Bashi",), LatLon(35.9, 38.4)),
        Entry("G-0419", ("Tabqah",), LatLon(35.83, 38.55)),
    )
)


def test_story_31_pepsi_village() -> None:
    """What was heard gives candidates with their distance; only an identifier, spelled back, is a place."""
    found = _PLACES.candidates("Harb Bebsi", near=LatLon(34.9, 36.6))
    assert [candidate.entry.ident for candidate in found] == ["G-0418", "G-0417"]
    assert found[1].away_m is not None
    assert found[1].away_m < 1_000.0 < 100_000.0 < (found[0].away_m or 0.0)
    assert found[0].likeness_milli > found[1].likeness_milli  # the likest spelling is the wrong village
    with pytest.raises(PlaceError) as caught:
        _PLACES.confirm("G-0417", "Harb Bebsi")
    assert caught.value.rule == "G1"
    with pytest.raises(PlaceError):
        _PLACES.confirm("G-0400", "Harbnifsah")
    named = _PLACES.confirm("G-0417", "h-a-r-b-n-i-f-s-a-h")
    assert named.text == "G-0417 Harbnifsah"
    assert "G-0417 Harbnifsah" in plain(render("D05", "en", place=named.text))
    with pytest.raises(PhraseError):
        render("D05", "en", place="Harbnifsah")
    assert not same_place("G-0417", "G-0418")
    assert not same_place("", "")
    assert _PLACES.candidates("Qqqqqq") == ()


def test_story_32_arabic_rendering() -> None:
    """Figures keep their order in right-to-left text, whatever copies it; Arabic-Indic figures come back as 0 to 9."""
    text = render(
        "C01", "ar", area="35.20, 40.18", from_time="١٤:٢٠Z", to_time="16:00Z", lower="3000 ft", upper="4500 ft",
        datum="EGM96",
    )  # fmt: skip
    for value in ("35.20, 40.18", "14:20Z", "3000 ft", "4500 ft"):
        assert f"\u2068{value}\u2069" in text  # each set apart, so that nothing around it can turn it round
    assert plain(text).index("3000 ft") < plain(text).index("4500 ft")
    assert western("٣٠٠٠–٤٥٠٠") == western("۳۰۰۰–۴۵۰۰") == "3000–4500"
    copied = "".join(mark for mark in text if unicodedata.category(mark) != "Cf")
    assert copied == plain(text)
    assert not any(mark.isdecimal() and mark not in "0123456789" for mark in text)


def test_story_32_other_scripts_and_steering_marks_are_refused() -> None:
    for value in ("१४:२०Z", "14:20Z\u202e", "\u206714:20Z\u2069"):
        for lang in LANGUAGES:
            with pytest.raises(PhraseError):
                render("A06", lang, time=value)


def test_story_33_translation_differs() -> None:
    """The Russian text says 3000, the English 4000, the coded fields 5000: the fields govern, both differences show."""
    line = Line()
    body = dataclasses.replace(notice(), text="Orbit at 4000 ft from 09:00")
    said = line.notify(body)
    link = (Link(Relation.ABOUT, said.record_id),)
    line.a.say(Utterance("BRAVO", Rendering("ru", "Круг на 3000 фт с 09:00"), links=link), T0, OFFICER)
    line.carry()
    forged = line.b.say(Utterance("ALPHA", Rendering("ar", "٩٩٩٩"), links=link), T0, OFFICER)
    line.carry()
    assert line.a.void[forged.record_id].rule == "V1"
    for ledger in (line.a.ledger, line.b.ledger):
        assert list(texts(ledger, said)) == ["en", "ru"]
        found = {(one.first, one.second): one for one in differences(ledger, said)}
        assert found["en", "ru"].only_first == ("4000",)
        assert found["en", "ru"].only_second == ("3000",)
        assert "4000" in found["en", None].only_first
        assert "3000" in found["ru", None].only_first
        kept = ledger.get(said.record_id)
        assert kept is not None
        assert kept.body == body  # nothing of what a text says reached a coded field
    assert CODED_GOVERNS == "The coded fields govern; the texts differ."


def test_story_33_texts_that_agree_are_not_flagged() -> None:
    line = Line()
    said = line.notify(dataclasses.replace(notice(), text="from 5000 ft to 6000 ft"))
    link = (Link(Relation.ABOUT, said.record_id),)
    line.a.say(Utterance("BRAVO", Rendering("ar", "من ٥٠٠٠ إلى ٦٠٠٠"), links=link), T0, OFFICER)
    line.carry()
    assert differences(line.b.ledger, said) == []


def test_story_34_exercise_traffic() -> None:
    """An exercise is not in the real picture, nor the other way round, and a reference carries nothing over."""
    real, played = Line(), Line(Desk("ALPHA", Mode.EXERCISE), Desk("BRAVO", Mode.EXERCISE))
    there, here = played.notify(notice("A1", NoticeType.IMMINENT_HAZARD)), real.notify(notice("A2"))
    for ledger, other in ((real.b.ledger, there), (played.b.ledger, here)):
        with pytest.raises(ValueError, match="does not belong in the"):
            ledger.add(other)
        assert ledger.get(other.record_id) is None
    for line, other in ((real, there), (played, here)):
        forced = line.slip(Seen(), other.record_id)
        assert line.a.void[forced.record_id].rule == "L8"
        cancel = Utterance("BRAVO", notice("A2", NoticeType.CANCEL), links=(Link(Relation.CANCELS, other.record_id),))
        line.a.say(cancel, line.now_ms, OFFICER, SECOND)
        line.carry()
    assert next(said.record_id for said, _ in current(real.b.ledger, "ALPHA", T0)) == here.record_id
    assert there.record_id not in _shown(real.b.ledger)
    assert here.record_id not in _shown(played.b.ledger)
    assert not ladder(played.b.ledger, here).steps
    assert here.header.mode is Mode.ACTUAL


def _shown(ledger: Ledger) -> set[str]:
    shown = board(ledger, "ALPHA", heard_ms=T0, void={}, now_ms=T0)
    notices: list[Said] = [said for said, _ in shown.notices]
    return {said.record_id for said in notices}
