"""Forms to print: a notice and its acknowledgement, for the day when no network is there.

The one idea: every choice on the form is a word of the line itself, so what was ticked is what is keyed in afterwards;
and a form for a read-back never has the values on it that are to be read back.
"""

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from html import escape

from clearline.line.ladder import NOT_APPROVAL, AnswerType, Echelon, UnableReason
from clearline.line.notice import NoticeType
from clearline.line.paper import PaperWay
from clearline.line.proposal import NOT_AGREEMENT
from clearline.line.terms import Function, Level, Mode, Precedence

__all__ = ["NOTICE_FIELDS", "acknowledgement_form", "notice_form"]

_PAGE = """\
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>
@page {{ size: A4; margin: 12mm }}
body {{ margin: 1rem auto; max-width: 46rem; font: 0.9rem/1.4 system-ui, sans-serif }}
h1 {{ font-size: 1.2rem; margin: 0 }}
table {{ border-collapse: collapse; width: 100%; margin: 0.5rem 0 }}
th, td {{ border: 1px solid; padding: 0.25rem 0.4rem; text-align: left; vertical-align: top }}
th {{ width: 13rem; font-weight: normal }}
td {{ height: 1.3rem }}
td.long {{ height: 4rem }}
span {{ display: inline-block; margin-right: 0.8rem; white-space: nowrap }}
tr {{ break-inside: avoid }}
footer {{ font-size: 0.8rem }}
</style>
<h1>{title}</h1>
{tables}
<footer>{footer}</footer>
</html>
"""

# What is written by hand of a notice, in the order of its key fields (`line.notice.key_fields`); all times in Z.
NOTICE_FIELDS = (
    "subject", "title", "place", "without", "within", "from height", "to height", "from", "until", "changes or cancels",
    "contact post", "contact callsign", "given on circuit",
)  # fmt: skip
_LONG = frozenset({"place", "text", "values as understood"})
_LATER = (
    "Keyed in later by two persons, one reading and one keying (clearline line transcribed); it counts from when it is "
    "keyed in."
)
_Row = tuple[str, str]


def notice_form(filled: Mapping[str, str] | None = None, *, number: str = "") -> str:
    """The form of a notice, empty or with what is `filled`.

    That is by field of NOTICE_FIELDS, and `type`, `precedence`, `level`, `function`, `mode`, `text`, `from party`, `to
    party`. Raises ValueError for any other field, and for a word that is on no list.
    """
    told = dict(filled or {})
    head: list[_Row] = [
        ("form number", escape(number)),
        ("in earnest?", _choices(Mode, told.pop("mode", ""))),
        ("from party", escape(told.pop("from party", ""))),
        ("to party", escape(told.pop("to party", ""))),
        ("precedence", _choices(Precedence, told.pop("precedence", ""))),
        ("level", _choices(Level, told.pop("level", ""))),
        ("function", _choices(Function, told.pop("function", ""))),
        ("type", _named(NoticeType, told.pop("type", ""))),
    ]
    text = told.pop("text", "")
    rows: list[_Row] = [(name, escape(told.pop(name, ""))) for name in NOTICE_FIELDS]
    if told:
        raise ValueError(f"the form of a notice has no {', '.join(sorted(told))}")
    rows.append(("text", escape(text)))
    persons: list[_Row] = [("written by, at (Z)", ""), ("released by, at (Z)", ""), *_passing()]
    return _page("NOTICE", (head, rows, persons), f"All times in Z. {NOT_APPROVAL} {_LATER}")


def acknowledgement_form(*, record: str = "", subject: str = "", number: str = "") -> str:
    """The form of an acknowledgement: seen, read back, passed on, answered; it has none of the notice's values."""
    head: list[_Row] = [
        ("form number", escape(number)),
        ("in earnest?", _choices(Mode, "")),
        ("from party", ""),
        ("to party", ""),
        ("of notice (record or form)", escape(record)),
        ("its subject", escape(subject)),
    ]
    steps: list[_Row] = [
        ("SEEN by post, at (Z)", ""),
        ("READ BACK by, at (Z)", ""),
        ("values as understood", "From your own map and plot: type, subject, place, heights, times."),
        ("PASSED ON to", _choices(Echelon, "")),
        ("passed on at (Z)", ""),
        ("ANSWER", _choices(AnswerType, "")),
        ("until (Z): STANDBY and NOT_KNOWN_CHECKING", ""),
        ("reason: UNABLE", _named(UnableReason, "")),
        ("coverage statement: CHECKED_NOT_OURS", ""),
        ("text (decides nothing)", ""),
    ]
    persons: list[_Row] = [("answered by, at (Z)", ""), *_passing()]
    return _page("ACKNOWLEDGEMENT", (head, steps, persons), f"{NOT_APPROVAL} {NOT_AGREEMENT} {_LATER}")


def _passing() -> list[_Row]:
    return [
        ("passed by", _choices(PaperWay, "")),
        ("passed at (Z), by", ""),
        ("received by post, at (Z)", ""),
        ("keyed in by two, at (Z)", ""),
        ("record (first ten digits)", ""),
    ]


def _choices(words: type[StrEnum], chosen: str) -> str:
    """Every word of a list with a box before it, the chosen one ticked."""
    return _boxes(((word.value, word.value) for word in words), chosen)


def _named(words: type[StrEnum], chosen: str) -> str:
    """Every code of a list with its name."""
    return _boxes(((word.value, f"{word.value} {word.name.lower().replace('_', ' ')}") for word in words), chosen)


def _boxes(words: Iterable[tuple[str, str]], chosen: str) -> str:
    """Raises ValueError for a word that is on no list: a form that ticks nothing would say nothing."""
    pairs = list(words)
    if chosen and chosen not in dict(pairs):
        raise ValueError(f"{chosen!r} is none of {', '.join(value for value, _ in pairs)}")
    return "".join(f"<span>{'☒' if value == chosen else '☐'} {escape(label)}</span>" for value, label in pairs)


def _page(title: str, tables: Sequence[Sequence[_Row]], footer: str) -> str:
    shown = "\n".join(f"<table>\n{''.join(_line(*row) for row in rows)}</table>" for rows in tables)
    return _PAGE.format(title=title, tables=shown, footer=escape(footer))


def _line(name: str, value: str) -> str:
    opened = '<td class="long">' if name in _LONG else "<td>"
    return f"<tr><th>{escape(name)}</th>{opened}{value}</td></tr>\n"
