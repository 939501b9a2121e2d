"""Base64 in one spelling only.

The one idea: base64 leaves spare bits and optional padding, so one value could be written in several ways; a text that
is not the one spelling RFC 4648 section 4 gives is refused, and bytes under a signature are never ambiguous.
"""

import binascii

from clearline.record.errors import RecordError

__all__ = ["from_base64", "from_hex", "to_base64"]


def to_base64(data: bytes) -> str:
    """Bytes as padded standard base64 without line ends.

    >>> to_base64(b"line")
    'bGluZQ=='
    """
    return binascii.b2a_base64(data, newline=False).decode("ascii")


def from_base64(text: str, where: str) -> bytes:
    """The bytes a base64 text stands for. Raises RecordError unless it is their one spelling."""
    try:
        data = binascii.a2b_base64(text.encode("ascii"), strict_mode=True)
    except (binascii.Error, UnicodeEncodeError) as error:
        raise RecordError(where, "it is not base64") from error
    if to_base64(data) != text:
        raise RecordError(where, "it is not the one base64 spelling of its bytes")
    return data


def from_hex(text: str, length: int, where: str) -> bytes:
    """The `length` bytes of a lower-case hexadecimal text. Raises RecordError for any other text."""
    if len(text) != 2 * length or not set(text) <= set("0123456789abcdef"):
        raise RecordError(where, f"it is not {2 * length} lower-case hexadecimal digits")
    return bytes.fromhex(text)
