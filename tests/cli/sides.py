"""Two parties' folders, worked on from the command line with their nodes stopped, files carried between them."""

import re
from dataclasses import dataclass
from pathlib import Path

from click.testing import CliRunner, Result

from clearline.cli.main import commands

__all__ = ["PLACE", "TIMES", "Side", "World", "done", "first_id", "met", "run"]

PLACE = (
    "--at",
    "35.20000N 040.10000E (WGS84)",
    "--within",
    "5000",
    "--lower",
    "5000FT AMSL",
    "--upper",
    "6000FT AMSL",
)
TIMES = ("--from", "2030-01-01T10:00:00Z", "--until", "2030-01-01T11:00:00Z")


def run(*words: str, answers: str = "") -> Result:
    """What a command of the program came to."""
    return CliRunner().invoke(commands, [*words], input=answers)


def done(result: Result) -> str:
    """What a command printed that did what it was asked."""
    assert result.exit_code == 0, result.output
    return result.output


def first_id(text: str, kind: str = "") -> str:
    """The identifier in the first line that shows one, of a kind."""
    found = [line.split()[0] for line in text.splitlines() if re.match(r"[0-9a-f]{10} ", line) and kind in line]
    assert found, text
    return found[0]


@dataclass
class Side:
    """One party: an officer, and a second one who releases."""

    home: Path
    name: str

    def line(self, *words: str, person: str = "first", answers: str = "") -> Result:
        """What a command came to, as one of the two officers."""
        return run("line", "--home", str(self.home), "--as", person, *words, answers=answers)

    def say(self, *words: str, answers: str = "") -> str:
        """What a command printed that did what it was asked."""
        return done(self.line(*words, answers=answers))

    def formal(self, *words: str) -> str:
        """Draft it, have the second officer release it; the identifier of what went out."""
        draft_id = first_id(self.say(*words), "draft")
        out = done(self.line("release", draft_id, person="second"))
        return [line.split()[0] for line in out.splitlines() if " to " in line][-1]


@dataclass
class World:
    """Two parties, and a way to carry files between them."""

    a: Side
    b: Side
    folder: Path

    def carry(self) -> None:
        """Back and forth until neither owes the other anything."""
        for here, there in ((self.a, self.b), (self.b, self.a)) * 2:
            path = self.folder / "packet"
            done(here.line("export", "--out", str(path)))
            done(there.line("import", str(path)))


def met(folder: Path) -> World:
    """Two new parties who have compared each other's digits."""
    sides = [Side(folder / name, name) for name in ("alfa", "bravo")]
    for side in sides:
        done(run("party", "init", side.name, "--home", str(side.home), "--coverage", f"forces of {side.name}"))
        (folder / f"{side.name}.card").write_text(done(run("party", "card", "--home", str(side.home))), "utf-8")
    for side, other in (sides, sides[::-1]):
        card = str(folder / f"{other.name}.card")
        assert run("party", "import", card, "--home", str(side.home), answers="n\n").exit_code == 3
        told = done(run("party", "import", card, "--home", str(side.home), answers="y\n"))
        assert re.search(r"\b\d{5}( \d{5}){7}\b", told)
    return World(sides[0], sides[1], folder)
