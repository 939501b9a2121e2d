"""Makes docs/phrases.md from the catalogue; run it as a module to write the page again."""

from pathlib import Path

from clearline.line.phrase import SLOTS, slots_of
from clearline.line.phrase_table import PHRASES

__all__ = ["PAGE", "page"]

PAGE = Path(__file__).parents[2] / "docs" / "phrases.md"

_HEAD = """\
# Phrases

What is said on the line in set words: {count} phrases, {core} of them the core (marked ★), each in English, Russian and
Arabic. The code is the authentic text; the three languages are renderings of it.

**The translations are the project's own. No professional interpreter has reviewed them, and they need that before any
real use.**

## Rules

* One phrase, one meaning; no synonyms. Each begins with what it is: INFORMATION, WARNING, QUESTION, ANSWER, REQUEST,
  INTENTION, PROPOSAL or DISTRESS. There is no INSTRUCTION: neither side commands the other.
* The code is spoken and written first. Who has no interpreter uses the codes (A07).
* A slot takes one kind of thing and is checked before anything is said. Slots stand after a colon or in apposition, so
  that no language must bend them to its grammar.
* Figures are 0 to 9 in all three languages and are spoken one by one. Arabic-Indic figures are turned into them and
  shown; those of any other script are refused. Each slot is set apart by Unicode isolates (U+2068 to U+2069), so
  right-to-left text cannot reorder it.
* A time of day carries its Z; a height its unit, and in a proposed band what it is above; a place its identifier in
  the gazetteer and its name as spelled, or coordinates.
* No phrase means "clear" and none is a permission. NO STATEMENT (B13) is not yes and not no; NOT KNOWN (E04) is not no;
  no answer is not agreement (F06).

```pycon
>>> from clearline.line.phrase import plain, render
>>> plain(render("A06", "en", time="14:20Z"))
'A06 I WILL CALL AGAIN AT 14:20Z UTC.'
>>> plain(render("A06", "ru", time="١٤:٢٠Z"))
'A06 Вызову повторно в 14:20Z UTC.'
>>> render("A06", "en", time="14:20")
Traceback (most recent call last):
clearline.line.phrase.PhraseError: A06: time is '14:20'; give a time in UTC such as 14:20Z, or a date

```

## The catalogue

This table is made from `clearline.line.phrase_table` by `python -m tests.line.phrases_page`.

| code | English | Русский | العربية | may be answered by |
|---|---|---|---|---|
"""

_TAIL = """
## What a slot takes

| slot | kind |
|---|---|
{slots}

Reasons in B12: U1 safety, U2 weather or technical, U3 outside our authority, U4 not enough time, U5 format unclear,
U6 policy or suspension, U7 no reason given.
"""


def page() -> str:
    """The page as it should be."""
    rows = [
        f"| {phrase.code}{'★' if phrase.core else ''} | {phrase.en} | {phrase.ru} | {phrase.ar} | "
        f"{', '.join(phrase.replies) or '–'} |"
        for phrase in PHRASES
    ]
    used = dict.fromkeys(slot for phrase in PHRASES for slot in slots_of(phrase.code))
    slots = "\n".join(f"| `{slot}` | {SLOTS[slot].value.lower()} |" for slot in sorted(used))
    head = _HEAD.format(count=len(PHRASES), core=sum(phrase.core for phrase in PHRASES))
    return head + "\n".join(rows) + "\n" + _TAIL.format(slots=slots)


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
