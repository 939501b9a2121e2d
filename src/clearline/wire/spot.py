"""Where in a file something stands, and how to refuse it there.

The one idea: whatever goes wrong while a row, a line or an element is read, the error names that place, so nobody
searches a file for it.
"""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass

from clearline.wire.errors import MalformedError

__all__ = ["Spot"]


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in a file: the file or stream, and the line or path inside it.

    >>> str(Spot("plan.csv", "line 3"))
    'plan.csv, line 3'
    """

    source: str
    where: str

    def __str__(self) -> str:
        return f"{self.source}, {self.where}"

    def refuse(self, problem: str, mend: str) -> MalformedError:
        """The error that says what is wrong here and how to mend it."""
        return MalformedError(self.source, self.where, problem, mend)

    @contextmanager
    def guarded(self, mend: str) -> Generator[None]:
        """Turn any ValueError raised inside into this place's error; a MalformedError passes as it is."""
        try:
            yield
        except MalformedError:
            raise
        except ValueError as error:
            raise self.refuse(str(error), mend) from error
