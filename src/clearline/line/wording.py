"""The free text of a statement in several languages, and where two of them, or text and coded fields, do not agree.

The one idea: coded fields govern; a text decides nothing, in any language. What can be compared without knowing a
language is its figures, and a figure that one text has and another has not is shown to both sides.
"""

import re
from dataclasses import dataclass
from typing import ClassVar

from clearline.line.ledger import Ledger
from clearline.line.notice import Notice, key_fields
from clearline.line.phrase import western
from clearline.line.statement import Body, Refused, Relation, Said

__all__ = ["CODED_GOVERNS", "RULES", "Differing", "Rendering", "accept_rendering", "differences", "figures", "texts"]

CODED_GOVERNS = "The coded fields govern; the texts differ."

RULES = {
    "V1": "a text in another language is of one notice, by its author, and in a language of its own",
}

_FIGURE = re.compile(r"[0-9]+(?:[.:][0-9]+)*")


@dataclass(frozen=True, slots=True)
class Rendering(Body):
    """The text of a notice in another language than the one its header names as authentic."""

    kind: ClassVar[str] = "rendering"
    by_person_only: ClassVar[bool] = True
    lang: str
    text: str


@dataclass(frozen=True, slots=True)
class Differing:
    """Two texts of one notice that differ in figures: those only the first has, and those only the second has.

    `second` is None where the figures are in no coded field either; then `only_second` is empty.
    """

    first: str
    second: str | None
    only_first: tuple[str, ...]
    only_second: tuple[str, ...]


def texts(ledger: Ledger, notice: Said) -> dict[str, str]:
    """A notice's text by language: the authentic one first, then each rendering of its author, the last of each."""
    body = notice.body
    assert isinstance(body, Notice)
    found = {notice.header.lang: body.text} if body.text else {}
    for said, rendering in ledger.saying(notice.record_id, Rendering):
        if accept_rendering(said, ledger) is None:
            found[rendering.lang] = rendering.text
    return found


def differences(ledger: Ledger, notice: Said) -> list[Differing]:
    """Where the texts of a notice differ in figures from each other, or say one that no coded field has."""
    told = {lang: figures(text) for lang, text in texts(ledger, notice).items()}
    coded = {figure for field in key_fields(notice) for figure in figures(field.value)}
    found: list[Differing] = []
    langs = list(told)
    for place, lang in enumerate(langs):
        for other in langs[place + 1 :]:
            if told[lang] != told[other]:
                mine, theirs = told[lang] - told[other], told[other] - told[lang]
                found.append(Differing(lang, other, tuple(sorted(mine)), tuple(sorted(theirs))))
        if told[lang] - coded:
            found.append(Differing(lang, None, tuple(sorted(told[lang] - coded)), ()))
    return found


def accept_rendering(said: Said, ledger: Ledger) -> Refused | None:
    """Why a text in another language is void; None if it stands or is none."""
    body = said.body
    if not isinstance(body, Rendering):
        return None
    about = said.linked(Relation.ABOUT)
    notice = ledger.get(about[0]) if len(about) == 1 else None
    own = notice is not None and notice.header.author == said.header.author
    if notice is None or not own or not isinstance(notice.body, Notice) or body.lang == notice.header.lang:
        return Refused("V1", RULES["V1"])
    return None


def figures(text: str) -> frozenset[str]:
    """The figures in a text, whatever script they are written in.

    >>> sorted(figures("от 3000 до ٤٥٠٠, 14:20Z"))
    ['14:20', '3000', '4500']
    """
    return frozenset(_FIGURE.findall(western(text)))
