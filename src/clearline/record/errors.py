"""The two ways in which something on record cannot be relied on.

The one idea: "this proves nothing" and "this machine cannot check it" are different answers, and neither may ever be
taken for the other.
"""

__all__ = ["RecordError", "UnsupportedError"]


class RecordError(ValueError):
    """Bytes or values that prove nothing: `where` it is, and `problem`, what is wrong with it."""

    def __init__(self, where: str, problem: str) -> None:
        super().__init__(f"{where}: {problem}")
        self.where = where
        self.problem = problem


class UnsupportedError(RuntimeError):
    """A signature this installation cannot check, so that it can say neither valid nor invalid."""
