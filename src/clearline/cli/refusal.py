"""What a command says when it cannot do what it was asked: one line, and status 3.

The one idea: every error a person can mend is shown as a sentence; only a defect of ours shows a traceback.
"""

import errno
import os
import sys
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NoReturn, TextIO

import click

__all__ = ["BAD_INPUT", "deliver", "lost", "refuse", "refusing", "say"]

BAD_INPUT = 3

_MENDS = {
    errno.ENOENT: "check the name",
    errno.EISDIR: "name the files in it, one by one",
    errno.EACCES: "ask for the right to it, or use another",
    errno.EPERM: "ask for the right to it, or use another",
    errno.ENOSPC: "make room, or use another place",
}


def refuse(message: str) -> NoReturn:
    """Say why on the error stream, and end with status 3. What came from a file cannot steer the terminal."""
    line = "clearline: " + "".join(c if c.isprintable() else " " if c in "\t\n" else "?" for c in message)
    with suppress(OSError):  # where nobody reads what is wrong, the status still tells that something is
        click.echo(line, err=True)
    sys.exit(BAD_INPUT)


def say(text: str) -> None:
    """Write an answer to standard output, whole; status 3 where that is closed, full, or cannot hold its letters.

    So too if its reader went away (`... | head`) before the end. Left to click all these would be status 1, which is a
    conflict.
    """
    out = _standard_output()
    try:
        text.encode(out.encoding)
    except UnicodeEncodeError:
        refuse(f"standard output is in {out.encoding}, which lacks letters of the answer: use -o FILE, which is UTF-8")
    try:
        click.echo(text, nl=False)
        out.flush()
    except OSError as error:
        lost(error)


def lost(error: OSError) -> NoReturn:
    """End with status 3 where standard output took no more; in silence where its reader went away."""
    out = _standard_output()
    # What is still held back must not be tried again when the program ends.
    os.dup2(os.open(os.devnull, os.O_WRONLY), out.fileno())
    if isinstance(error, BrokenPipeError):
        sys.exit(BAD_INPUT)
    refuse(f"standard output: {_reason(error)}")


def deliver(output: str | None, text: str) -> None:
    """Write an answer to a file, as a whole or not at all, or to standard output where none is named."""
    if output is None:
        say(text)
        return
    if output == "" or output.endswith((os.sep, "/")) or Path(output).is_dir():
        refuse(f"-o {output or repr(output)}: it names no file, but a folder; name a file in it")
    from clearline.edge.files import write_text

    try:
        write_text(output, text)
    except OSError as error:
        refuse(f"-o {output}: {_reason(error)}; nothing was written")


def _standard_output() -> TextIO:
    out: TextIO | None = sys.stdout  # None where it was closed before the program began
    return refuse("standard output is closed: use -o FILE") if out is None else out


def _reason(error: OSError) -> str:
    """What the operating system says, and how to mend it."""
    said = error.strerror or str(error)
    return f"{said}; {_MENDS[error.errno]}" if error.errno in _MENDS else said


@contextmanager
def refusing() -> Generator[None]:
    """Turn the errors a person can mend into a refusal."""
    try:
        yield
    except Exception as error:
        if isinstance(error, _mendable()):
            refuse(str(error))
        if isinstance(error, OSError):
            refuse(f"{os.fsdecode(error.filename) if error.filename else 'file'}: {_reason(error)}")
        raise


def _mendable() -> tuple[type[Exception], ...]:
    """The errors whose sentence says it all; loaded once there is one, for they bring half the engine with them."""
    from clearline.app.check import EngineMissingError
    from clearline.conflict.minima import MinimaError
    from clearline.space.geoid import GeoidError
    from clearline.wire.errors import MalformedError

    return MalformedError, MinimaError, GeoidError, EngineMissingError
