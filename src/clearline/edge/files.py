"""Bytes in from files and standard input, bytes out to files: bounded, and never half-written.

The one idea: an output file appears whole or not at all.
"""

import errno
import os
import sys
import tempfile
from pathlib import Path
from typing import TextIO

from clearline.wire.errors import MalformedError
from clearline.wire.reading import MAX_BYTES

__all__ = ["read_bytes", "shown_name", "write_text"]


def read_bytes(name: str) -> bytes:
    """The bytes of a file, or of standard input for `-`. Raises MalformedError if there are too many or none.

    Raises OSError as the operating system does for a file that cannot be opened.
    """
    if name == "-":
        stream: TextIO | None = sys.stdin  # None where it was closed before the program began
        if stream is None:
            raise MalformedError("-", "standard input", "it is closed", "pipe a file into it, or name one")
        data = stream.buffer.read(MAX_BYTES + 1)
    else:
        with Path(name).open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise MalformedError(name, "whole file", f"it is larger than {MAX_BYTES // 2**20} MiB", "split it")
    if not data.strip():
        raise MalformedError(name, "whole file", "it is empty", "give a file with at least one activity")
    return data


def shown_name(name: str) -> str:
    r"""A file's name as text that can be shown and sent, whatever bytes it is made of.

    >>> shown_name("a\udcffb.csv"), shown_name("-")
    ('a\ufffdb.csv', 'standard input')
    """
    return "standard input" if name == "-" else os.fsencode(name).decode("utf-8", "replace")


def write_text(name: str, text: str) -> None:
    """Write a text file as a whole: into a new file beside it, then moved into its place.

    Raises OSError where the folder is not there or cannot be written to.
    """
    target = Path(name)
    if not target.parent.is_dir():
        raise FileNotFoundError(errno.ENOENT, "there is no such folder", str(target.parent))
    handle, draft = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
        mask = os.umask(0)
        os.umask(mask)
        Path(draft).chmod(0o666 & ~mask)
        Path(draft).replace(target)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise
