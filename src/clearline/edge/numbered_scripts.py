"""Numbered migrations: the scripts that make a schema, which of them a store still lacks, and the queries beside them.

The one idea: every store keeps the number and the sum of each script that was run. What it lacks is run once and in
order; a script that is not the one known here, or is of a later version, is refused by name. All three kinds of store
(a party's file, a registry's file, a shared database) ask here and run the scripts each in its own way.
"""

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.resources.abc import Traversable

__all__ = ["ChangedScriptError", "LaterSchemaError", "Script", "lacking", "read_queries", "read_scripts"]

# The first line of a script that leaves alone all that is there, so that what knows the schema before can go on.
_ADDITIVE = "-- additive: "


class LaterSchemaError(ValueError):
    """A script was run that is not known here: a later version of the program was."""

    def __init__(self, number: int) -> None:
        super().__init__(f"script {number} is not known here")
        self.number = number


class ChangedScriptError(ValueError):
    """Another script than the one known here was run under its number."""

    def __init__(self, number: int) -> None:
        super().__init__(f"script {number} is not the one known here")
        self.number = number


@dataclass(frozen=True, slots=True)
class Script:
    """One migration: its number, from 1 without gaps, and its SQL."""

    number: int
    sql: str

    @property
    def sha256(self) -> str:
        """The digest that is kept when it was run."""
        return hashlib.sha256(self.sql.encode()).hexdigest()

    @property
    def additive(self) -> bool:
        """Whether a program that does not know it can go on using what it was run on: its first line says so."""
        return self.sql.startswith(_ADDITIVE)


def read_scripts(folder: Traversable) -> tuple[Script, ...]:
    """Return all migrations of a folder, in order: `0001.sql` and on."""
    names = sorted(path.name for path in folder.iterdir() if re.fullmatch(r"[0-9]{4}\.sql", path.name))
    return tuple(Script(int(name[:4]), folder.joinpath(name).read_text("utf-8")) for name in names)


def read_queries(folder: Traversable) -> dict[str, str]:
    """Return a folder's queries by name, as its `queries.sql` has them under `-- name:` lines."""
    text = folder.joinpath("queries.sql").read_text("utf-8")
    parts = re.split(r"^-- name: ([a-z_]+)\n", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], (part.strip() for part in parts[2::2]), strict=True))


def lacking(
    scripts: Sequence[Script], run: Iterable[tuple[int, str]], *, oldest: int | None = None
) -> Sequence[Script]:
    """Return the scripts that were not run, given the number and sum of each that was, in order.

    `oldest` is the oldest schema whose programs may still use the store beside later ones; None where no other may.

    >>> first, second = Script(1, "CREATE TABLE a (x int)"), Script(2, "CREATE TABLE b (x int)")
    >>> [script.number for script in lacking((first, second), [(1, first.sha256)])]
    [2]
    >>> lacking((first,), [(1, first.sha256), (2, second.sha256)], oldest=1)
    ()

    Raises LaterSchemaError for a store that only a later version may use, ChangedScriptError for one that another made.
    """
    count = 0
    for number, sha256 in run:
        if number > len(scripts):
            if oldest is None or oldest > len(scripts):
                raise LaterSchemaError(number)
        elif sha256 != scripts[number - 1].sha256:
            raise ChangedScriptError(number)
        count = number
    return scripts[count:]
