"""The one error a reader raises: what is wrong, where, and how to mend it.

The one idea: whatever the bytes, a caller catches `MalformedError` and nothing else, and can show it as it is.
"""

__all__ = ["MalformedError"]


class MalformedError(ValueError):
    """Bytes that cannot be read as what they claim to be.

    `source` is the file or stream, `where` the line or path inside it, `problem` what is wrong, `mend` what to do.
    """

    def __init__(self, source: str, where: str, problem: str, mend: str) -> None:
        super().__init__(f"{source}: {where}: {problem}; {mend}")
        self.source = source
        self.where = where
        self.problem = problem
        self.mend = mend
