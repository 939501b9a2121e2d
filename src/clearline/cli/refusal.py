"""What a command says when it cannot do what it was asked: one line, and status 3.

The one idea: every error a person can mend is shown as a sentence; only a defect of ours shows a traceback.
"""

import os
import sys
from collections.abc import Generator
from contextlib import contextmanager
from typing import NoReturn

import click

__all__ = ["BAD_INPUT", "refuse", "refusing", "say"]

BAD_INPUT = 3


def refuse(message: str) -> NoReturn:
    """Say why on the error stream, and end with status 3. What came from a file cannot steer the terminal."""
    click.echo(
        "clearline: " + "".join(c if c.isprintable() else " " if c in "\t\n" else "?" for c in message), err=True
    )
    sys.exit(BAD_INPUT)


def say(text: str) -> None:
    """Write an answer to standard output; status 3 if its reader went away (`... | head`) before the end.

    Left to click that would be status 1, which is a conflict.
    """
    try:
        click.echo(text, nl=False)
        sys.stdout.flush()
    except BrokenPipeError:
        # What is still held back must not be tried again when the program ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(BAD_INPUT)


@contextmanager
def refusing() -> Generator[None]:
    """Turn the errors a person can mend into a refusal."""
    from clearline.app.check import EngineMissingError
    from clearline.conflict.minima import MinimaError
    from clearline.space.geoid import GeoidError
    from clearline.wire.errors import MalformedError

    try:
        yield
    except (MalformedError, MinimaError, GeoidError, EngineMissingError) as error:
        refuse(str(error))
    except OSError as error:
        refuse(f"{error.filename or 'file'}: {error.strerror or error}")
