"""What a reader has to tell a person about a file, gathered while it reads.

The one idea: a thing that holds of a thousand features is told once, with how often it was so.
"""

from collections import Counter

__all__ = ["Remarks"]


class Remarks:
    """Sentences about a file, in the order they were first said.

    >>> remarks = Remarks()
    >>> for _ in range(3):
    ...     remarks.say("a height is not used")
    >>> remarks.told()
    ('a height is not used (3 times)',)
    """

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()

    def say(self, sentence: str) -> None:
        """Add a sentence, or count it once more."""
        self._counts[sentence] += 1

    def told(self) -> tuple[str, ...]:
        """The sentences in the order they were first said."""
        return tuple(text if times == 1 else f"{text} ({times} times)" for text, times in self._counts.items())
