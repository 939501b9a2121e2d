"""The catalogue holds every code, slot, language and reply of the domain reference's table, mark for mark."""

import csv
import re
from pathlib import Path

import pytest

from clearline.line.phrase import SLOTS
from clearline.line.phrase_table import PHRASES, Phrase

# The domain reference's own table, as it was handed to the project (tests/authorities keeps what others say raw).
_TABLE = Path(__file__).parents[1] / "authorities" / "phrases.tsv"
_SLOT = re.compile(r"\{(\w+)\}")

# Its short slot names, and what each is called here. {ref} of C01 is what heights are above; H03 has {post} twice.
_NAMES = {
    "c": "circuit", "t": "time", "t1": "from_time", "t2": "to_time", "lo": "lower", "hi": "upper", "v": "area",
    "r": "route", "p": "place", "d": "distance", "l": "boundary", "n": "count", "m": "minutes", "b1": "your_band",
    "b2": "our_band", "x": "object",
}  # fmt: skip
_OWN_NAMES = {("C01", "ref"): "datum", ("C08", "d"): "day"}

# Its replies in words, and the codes they stand for here; "repeat" is no phrase.
_REPLIES = {
    "–": (),
    "repeat": (),
    "accept/counter": ("B11", "B12"),
    "any B": ("B02", "B03", "B04", "B05", "B06", "B11", "B12", "B13"),
    "E-series": ("E02", "E03", "E04"),
    "E02–E04, B13": ("E02", "E03", "E04", "B13"),
    "F01–F03": ("F01", "F02", "F03"),
}


def _rows() -> list[dict[str, str]]:
    with _TABLE.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def _named(code: str, text: str) -> str:
    """A text of the table with the slots named as here."""
    seen: list[str] = []

    def name(match: re.Match[str]) -> str:
        slot = match.group(1)
        seen.append(slot)
        if (code, slot) == ("H03", "post"):
            return f"{{post{seen.count('post')}}}"
        return f"{{{_OWN_NAMES.get((code, slot), _NAMES.get(slot, slot))}}}"

    return _SLOT.sub(name, text)


def test_the_table_and_the_catalogue_have_the_same_codes_in_the_same_order() -> None:
    assert [row["code"] for row in _rows()] == [phrase.code for phrase in PHRASES]
    assert len(PHRASES) == 56


@pytest.mark.parametrize(
    ("row", "phrase"), list(zip(_rows(), PHRASES, strict=True)), ids=[phrase.code for phrase in PHRASES]
)
def test_each_phrase_is_the_tables_in_three_languages_with_its_slots_and_replies(
    row: dict[str, str], phrase: Phrase
) -> None:
    code = row["code"]
    assert phrase.core == (row["core"] == "yes")
    for lang in ("en", "ru", "ar"):
        assert getattr(phrase, lang) == _named(code, row[lang]), (code, lang)
        assert all(slot in SLOTS for slot in _SLOT.findall(getattr(phrase, lang)))
    replies = row["reply"]
    assert phrase.replies == _REPLIES.get(replies, tuple(re.split(r"[/+]", replies))), code
