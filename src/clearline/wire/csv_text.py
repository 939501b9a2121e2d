"""Comma-separated text as rows of cells: RFC 4180, with the separator found only where there is no doubt.

The one idea: the header decides. It is read with each separator in turn, and the one that yields nothing but known
column names is it; a header that fits none or two is refused, and so is every row of another length.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from clearline.wire.errors import MalformedError
from clearline.wire.reading import MAX_BYTES
from clearline.wire.spot import Spot

__all__ = ["Sheet", "looks_like_csv", "read_sheet", "records"]

MAX_COLUMNS = 200
MAX_LINES = 5_000_000  # a day of the world's flights at one report every 20 s; more is a mistake or an attack
_VERSION = "clearline-csv"
_SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab"}
_FACT = re.compile(r"#\s*([A-Za-z0-9_]{1,40})\s*:(.*)", re.DOTALL)
_QUOTED = re.compile(r'"((?:[^"]|"")*)"')


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file of rows: facts for all of them (`# datum: WGS84` lines), column names, and the lines after the header.

    `first_line` is the number of the first of `lines`, counted from 1.
    """

    source: str
    facts: Mapping[str, str]
    header: tuple[str, ...]
    separator: str
    lines: Sequence[str]
    first_line: int


def looks_like_csv(head: str) -> bool:
    r"""Whether a file beginning so is CSV of ours: the version line, or a header with the columns that make a plan.

    >>> looks_like_csv("# clearline-csv 1\n"), looks_like_csv("party;id;time;lat_deg;lon_deg\n"), looks_like_csv("{}")
    (True, True, False)
    """
    lines = [line.strip() for line in head.lstrip("\ufeff").split("\n")]
    for line in lines:
        if line.startswith("#"):
            if line[1:].split()[:1] == [_VERSION]:
                return True
            continue
        if line:
            names = {name.strip().strip('"').lower() for name in re.split("[,;\t]", line)}
            return {"shape", "positions"} <= names or {"time", "lat_deg", "lon_deg"} <= names
    return False


def read_sheet(data: bytes, *, source: str, known: frozenset[str]) -> Sheet:
    """Split a file into facts, header and lines. Raises MalformedError.

    `known` holds every column name there is; a name in lower or upper case is the same name.
    """
    lines = _lines(data, source)
    facts: dict[str, str] = {}
    for number, line in enumerate(lines, start=1):
        spot = Spot(source, f"line {number}")
        if line.startswith("#"):
            _read_fact(line, facts, known, spot)
        elif line.strip():
            separator, header = _read_header(line, known, spot)
            twice = [name for name in header if name in facts]
            if twice:
                raise spot.refuse(f"{twice[0]} is both a column and a # line", "delete one of them")
            return Sheet(source, facts, header, separator, lines[number:], number + 1)
    raise MalformedError(source, "line 1", "it has no header row", "begin with a row that names the columns")


def records(sheet: Sheet) -> Iterator[tuple[int, list[str]]]:
    """The rows as (line number, cells), empty lines left out; each has as many cells as the header.

    Raises MalformedError for a row of another length, a quote out of place, or a comment after the header.
    """
    width = len(sheet.header)
    place = 0
    while place < len(sheet.lines):
        line, number = sheet.lines[place], sheet.first_line + place
        place += 1
        if not line.strip(" \t" if sheet.separator != "\t" else " "):
            continue
        if '"' in line:
            # A quoted cell may hold line ends: the record ends where its quotes pair up.
            pieces, quotes = [line], line.count('"')
            while quotes % 2 and place < len(sheet.lines):
                pieces.append(sheet.lines[place])
                quotes += sheet.lines[place].count('"')
                place += 1
            cells = _quoted("\n".join(pieces), sheet.separator, Spot(sheet.source, f"line {number}"))
        else:
            cells = line.split(sheet.separator, width)
        if len(cells) != width or line.startswith("#"):
            raise _wrong_row(line, len(cells), sheet, Spot(sheet.source, f"line {number}"))
        yield number, cells


def _wrong_row(line: str, count: int, sheet: Sheet, spot: Spot) -> MalformedError:
    if line.startswith("#"):
        return spot.refuse("a # line stands among the rows", "move it above the header, or delete it")
    more = " or more" if count > len(sheet.header) else ""
    return spot.refuse(
        f"the row has {count}{more} cells and the header {len(sheet.header)} ({_SEPARATORS[sheet.separator]})",
        "fill it up, or quote a cell that holds the separator",
    )


def _lines(data: bytes, source: str) -> list[str]:
    if len(data) > MAX_BYTES:
        raise MalformedError(source, "size", f"it is {len(data)} bytes long", f"split it: at most {MAX_BYTES} are read")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        at = data.count(b"\n", 0, error.start) + 1
        raise MalformedError(source, f"line {at}", "it is not UTF-8 text", "save the file as UTF-8") from error
    if "\0" in text:
        at = text.count("\n", 0, text.index("\0")) + 1
        raise MalformedError(source, f"line {at}", "it holds a NUL byte", "save the file as UTF-8 text")
    if text.count("\n") > MAX_LINES:
        raise MalformedError(source, "size", f"it has more than {MAX_LINES} lines", "split it")
    return text.replace("\r\n", "\n").split("\n")


def _read_fact(line: str, facts: dict[str, str], known: frozenset[str], spot: Spot) -> None:
    words = line[1:].split()
    if words[:1] == [_VERSION]:
        if words[1:] != ["1"]:
            raise spot.refuse(f"version {' '.join(words[1:])[:40]!r} is not known", "this reader knows version 1")
        return
    match = _FACT.fullmatch(line.strip())
    if match is None:
        return  # a comment for people
    name, text = match[1], match[2].strip()
    if name.lower() not in known:
        if name != name.lower():
            return  # a sentence such as "Note: ..."
        raise spot.refuse(f"{name!r} is not a column, so it cannot be stated for all rows", "mend or delete the line")
    if name.lower() in facts:
        raise spot.refuse(f"{name.lower()} is stated twice", "delete one of the lines")
    facts[name.lower()] = text


def _read_header(line: str, known: frozenset[str], spot: Spot) -> tuple[str, tuple[str, ...]]:
    fits: list[tuple[str, tuple[str, ...]]] = []
    for separator in _SEPARATORS:
        if line.count(separator) >= MAX_COLUMNS:
            continue
        cells = _quoted(line, separator, spot) if '"' in line else line.split(separator)
        names = tuple(cell.strip().lower() for cell in cells)
        if all(name in known for name in names):
            fits.append((separator, names))
    if len(fits) != 1:
        raise spot.refuse(*_header_fault(line, known, fits))
    separator, names = fits[0]
    for name in names:
        if names.count(name) > 1:
            raise spot.refuse(f"the column {name!r} appears twice", "delete one of them")
    return separator, names


def _header_fault(line: str, known: frozenset[str], fits: Sequence[tuple[str, tuple[str, ...]]]) -> tuple[str, str]:
    if fits:
        return "the header fits more than one separator", "give it two columns or more"
    separator = max(_SEPARATORS, key=line.count)
    names = [cell.strip().strip('"') for cell in line.split(separator, MAX_COLUMNS)]
    wrong = next((name for name in names if name.lower() not in known), "")
    return f"the column {wrong[:40]!r} is not known", f"use {', '.join(sorted(known))}"


def _quoted(record: str, separator: str, spot: Spot) -> list[str]:
    """The cells of a record that has quotes in it, by RFC 4180; a quote in the middle of a bare cell is refused."""
    cells: list[str] = []
    at = 0
    while True:
        if record.startswith('"', at):
            match = _QUOTED.match(record, at)
            if match is None:
                raise spot.refuse("a quoted cell does not end", "close it with a double quote")
            cells.append(match[1].replace('""', '"'))
            at = match.end()
        else:
            end = record.find(separator, at)
            end = len(record) if end < 0 else end
            cell = record[at:end]
            if '"' in cell:
                raise spot.refuse("a double quote stands inside a bare cell", "quote the whole cell and double it")
            cells.append(cell)
            at = end
        if len(cells) > MAX_COLUMNS:
            raise spot.refuse(f"it has more than {MAX_COLUMNS} cells", "close a quote that was left open")
        if at == len(record):
            return cells
        if not record.startswith(separator, at):
            raise spot.refuse("text follows a closing quote", "double the quotes inside a quoted cell")
        at += 1
