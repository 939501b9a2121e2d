"""DER, as far as a time-stamp token needs it: tag, length and contents, each in its one spelling.

The one idea: nothing is skipped. A reader takes the parts of a sequence in order and then says it is done, so a part
that was not expected is an error and not a place to hide something.
"""

from clearline.record.errors import RecordError

__all__ = ["Der", "DerReader"]

SEQUENCE, SET, OCTETS, INTEGER, OID, TIME = 0x30, 0x31, 0x04, 0x02, 0x06, 0x18


class Der:
    """One element: its tag, its contents, and the whole of it as written."""

    __slots__ = ("body", "tag", "whole")

    def __init__(self, tag: int, body: bytes, whole: bytes) -> None:
        """An element as `DerReader` found it."""
        self.tag = tag
        self.body = body
        self.whole = whole


class DerReader:
    """The elements of one stretch of DER, in order. Every method raises RecordError where the bytes are not so."""

    __slots__ = ("_at", "_data", "_where")

    def __init__(self, data: bytes, where: str) -> None:
        """Begin at the first byte."""
        self._data = data
        self._at = 0
        self._where = where

    def take(self, tag: int) -> Der:
        """The next element, which must have this tag."""
        found = self.take_if(tag)
        if found is None:
            raise RecordError(self._where, f"the element at byte {self._at} is not the one expected (tag {tag:#04x})")
        return found

    def take_if(self, tag: int) -> Der | None:
        """The next element if it has this tag."""
        if self._at >= len(self._data) or self._data[self._at] != tag:
            return None
        start, at = self._at, self._at + 1
        length = self._byte(at)
        at += 1
        if length >= 0x80:
            count = length - 0x80
            raw = self._data[at : at + count]
            length = int.from_bytes(raw, "big")
            at += count
            if not 1 <= count <= 4 or len(raw) != count or raw[0] == 0 or length < 0x80:
                raise RecordError(self._where, f"the length at byte {start + 1} is not in its one spelling")
        body = self._data[at : at + length]
        if len(body) != length:
            raise RecordError(self._where, f"the element at byte {start} is cut short")
        self._at = at + length
        return Der(tag, body, self._data[start : self._at])

    def inside(self, tag: int) -> "DerReader":
        """A reader of what the next element, of this tag, contains."""
        return DerReader(self.take(tag).body, self._where)

    def number(self) -> int:
        """The next element, which must be a whole number, 0 or more."""
        body = self.take(INTEGER).body
        if not body or body[0] >= 0x80 or (len(body) > 1 and body[0] == 0 and body[1] < 0x80):
            raise RecordError(self._where, "a whole number is negative or not in its one spelling")
        return int.from_bytes(body, "big")

    def more(self) -> bool:
        """Whether anything is left."""
        return self._at < len(self._data)

    def done(self) -> None:
        """Nothing may be left."""
        if self.more():
            raise RecordError(self._where, f"there is something at byte {self._at} that nobody reads")

    def _byte(self, at: int) -> int:
        if at >= len(self._data):
            raise RecordError(self._where, "it is cut short")
        return self._data[at]
