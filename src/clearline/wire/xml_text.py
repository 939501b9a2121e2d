"""XML as a stream of whole elements, with hostile bytes refused.

The one idea: an element is handed over once it is complete, and nothing outside the wanted elements is kept, so a
file costs the memory of one placemark. A document type is refused outright: with it go entities, external files and
every bomb made of them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from xml.parsers import expat

from clearline.wire.errors import MalformedError
from clearline.wire.reading import MAX_BYTES

__all__ = ["MAX_DEPTH", "MAX_PARTS", "Element", "read_elements"]

# KML nests folders in folders; ten levels are many, and a parser's stack must end somewhere.
MAX_DEPTH = 64
# Elements inside one wanted element: a track of a day at one report a second is 2 x 86,400.
MAX_PARTS = 400_000
# Elements of a whole document: what the largest file allowed would hold were it one long track.
MAX_ELEMENTS = 5_000_000
# Big pieces: an old expat reads an unfinished token again with every piece (CVE-2023-52425).
_CHUNK = 1 << 22
_FOREIGN = "?"


@dataclass(slots=True)
class Element:
    """One element: its name (with the prefix the caller gave its namespace), line, text, attributes and children."""

    name: str
    line: int
    parent: str
    attributes: Mapping[str, str]
    text: str = ""
    children: list["Element"] = field(default_factory=list["Element"])

    def child(self, name: str) -> "Element | None":
        """The first child of that name."""
        return next((child for child in self.children if child.name == name), None)

    def all(self, name: str) -> list["Element"]:
        """All children of that name, in order."""
        return [child for child in self.children if child.name == name]

    def text_of(self, name: str) -> str:
        """The text of the first child of that name, trimmed; empty where there is none."""
        found = self.child(name)
        return "" if found is None else found.text.strip()


def read_elements(
    data: bytes, *, source: str, root: str, wanted: frozenset[str], prefixes: Mapping[str, str]
) -> Iterator[Element]:
    """The wanted elements of a document, outermost ones only, each whole, in order.

    `prefixes` gives each known namespace the prefix its names get (empty for the main one; no namespace at all counts
    as the main one); names of other namespaces get "?". Raises MalformedError, with the line, for bytes that are
    not XML, another root than `root`, a document type, or more depth, parts or bytes than the bounds allow.
    """
    if len(data) > MAX_BYTES:
        raise MalformedError(source, "size", f"it is {len(data)} bytes long", f"split it: at most {MAX_BYTES} are read")
    builder = _Builder(source, root, wanted, prefixes)
    for start in range(0, len(data) + 1, _CHUNK):
        builder.feed(data[start : start + _CHUNK], last=start + _CHUNK > len(data))
        yield from builder.done
        builder.done.clear()


class _Builder:
    """The handlers of one parse, and what they have built so far."""

    def __init__(self, source: str, root: str, wanted: frozenset[str], prefixes: Mapping[str, str]) -> None:
        self.done: list[Element] = []
        self._source = source
        self._root = root
        self._wanted = wanted
        self._prefixes = prefixes
        self._path: list[str] = []
        self._open: list[Element] = []
        self._texts: list[list[str]] = []
        self._parts = 0
        self._elements = 0
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._characters
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.EntityDeclHandler = self._doctype
        self._parser.ExternalEntityRefHandler = self._doctype

    def feed(self, chunk: bytes, *, last: bool) -> None:
        try:
            self._parser.Parse(chunk, last)
        except MalformedError:
            raise
        except expat.ExpatError as error:
            problem = f"it is not well-formed XML ({expat.ErrorString(error.code)})"
            raise self._refuse(problem, "mend or re-export the file", error.lineno) from error
        except (ValueError, LookupError) as error:  # an encoding that Python does not know, or cannot map
            raise self._refuse(f"its encoding cannot be read ({error})", "save the file as UTF-8") from error

    def _refuse(self, problem: str, mend: str, line: int | None = None) -> MalformedError:
        at = self._parser.CurrentLineNumber if line is None else line
        return MalformedError(self._source, f"line {at}", problem, mend)

    def _doctype(self, *_ignored: object) -> int:
        raise self._refuse("it has a document type or entities, which are not read", "delete the <!DOCTYPE ...> part")

    def _name(self, full: str) -> str:
        space, mark, local = full.rpartition(" ")
        if not mark:
            return local
        return self._prefixes.get(space, _FOREIGN) + local

    def _start(self, full: str, attributes: dict[str, str]) -> None:
        name = self._name(full)
        if not self._path and name != self._root:
            raise self._refuse(f"its root element is {full[:80]!r}, not {self._root!r}", "is it another format?")
        if len(self._path) >= MAX_DEPTH:
            raise self._refuse(f"elements are nested more than {MAX_DEPTH} deep", "flatten the folders")
        self._elements += 1
        if self._elements > MAX_ELEMENTS:
            raise self._refuse(f"it holds more than {MAX_ELEMENTS} elements", "split it")
        parent = self._path[-1] if self._path else ""
        self._path.append(name)
        if not self._open and name not in self._wanted:
            return
        self._parts = self._parts + 1 if self._open else 0
        if self._parts > MAX_PARTS:
            raise self._refuse(f"one element holds more than {MAX_PARTS} others", "split it")
        element = Element(name, self._parser.CurrentLineNumber, parent, attributes)
        if self._open:
            self._open[-1].children.append(element)
        self._open.append(element)
        self._texts.append([])

    def _end(self, _full: str) -> None:
        self._path.pop()
        if not self._open:
            return
        element = self._open.pop()
        element.text = "".join(self._texts.pop())
        if not self._open:
            self.done.append(element)

    def _characters(self, text: str) -> None:
        if self._texts:
            self._texts[-1].append(text)
