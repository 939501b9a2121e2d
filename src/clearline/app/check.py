"""The first job, end to end: files of planned activities in, one answer out.

The one idea: everything that can be refused is refused before anything is compared, so an answer is always about all
that was given.
"""

import gc
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial

from clearline.airspace.activity import Activity
from clearline.conflict.digest import check_digest
from clearline.conflict.engine import Engine, PlainEngine
from clearline.conflict.fast import FastEngine, core_available
from clearline.conflict.group import Subject, find_meetings, judge_groups
from clearline.conflict.minima import BUILT_IN, INTERSECT, Minima, MinimaError
from clearline.conflict.solid import make_solid
from clearline.conflict.verdict import Finding
from clearline.edge.files import read_bytes, shown_name
from clearline.edge.geoid_file import load_geoid
from clearline.wire.area import Area, check_area, parse_corners, read_area
from clearline.wire.errors import MalformedError
from clearline.wire.formats import Format, read_any
from clearline.wire.minima_file import read_minima
from clearline.wire.reading import Supplied
from clearline.wire.result import CheckResult, FileRead

__all__ = [
    "Checked",
    "EngineMissingError",
    "Input",
    "check",
    "check_activities",
    "choose_engine",
    "load_area",
    "load_minima",
    "parse_input",
    "read_inputs",
]


class EngineMissingError(ValueError):
    """An engine that is not there: the sentence says which, and what to use instead."""


Progress = Callable[[str, int, int], None]


@contextmanager
def _nothing_collected() -> Generator[None]:
    """Without the search for cycles: values hold none, and are so many that searching them is a third of the work."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


@dataclass(frozen=True, slots=True)
class Input:
    """One file to read: its name (`-` is standard input), the party it speaks for if it does not say, its format."""

    name: str
    party: str | None = None
    form: Format | None = None


@dataclass(frozen=True, slots=True)
class Checked:
    """An answer, with the subjects it was made from, so that one verdict can be walked through afterwards."""

    result: CheckResult
    subjects: tuple[Subject, ...]

    def explain(self, first: int, second: int) -> Finding:
        """The finding on any two activities, by their places in the list, CLEAR ones included."""
        return judge_groups(self.subjects[first], self.subjects[second], self.result.minima)


def check(
    *inputs: str,
    minima: Minima | str = INTERSECT,
    supplied: Supplied | None = None,
    area: Area | str | None = None,
    within_parties: bool = False,
    engine: str = "auto",
    progress: Progress | None = None,
) -> CheckResult:
    """Check files against each other: `PARTY=FILE` or `FILE`, minima by name, file or value.

    With an `area`, two corners or a file, activities that are not wholly inside it are refused. Raises MalformedError
    for input that cannot be read, MinimaError for minima, OSError for files. See `docs/check.md`.
    """
    chosen = load_minima(minima) if isinstance(minima, str) else minima
    files, activities = read_inputs([parse_input(text) for text in inputs], supplied or Supplied(), progress)
    if area is not None:
        check_area(activities, load_area(area) if isinstance(area, str) else area)
    return check_activities(
        activities, chosen, files=files, within_parties=within_parties, engine=engine, progress=progress
    ).result


@_nothing_collected()
def check_activities(
    activities: Sequence[Activity],
    minima: Minima,
    *,
    files: Sequence[FileRead] = (),
    within_parties: bool = False,
    engine: str = "auto",
    progress: Progress | None = None,
) -> Checked:
    """Check activities that were already read. Raises MalformedError if there is nothing to compare."""
    parties = {activity.party for activity in activities}
    if len(parties) < 2 and not within_parties:
        raise MalformedError(
            "input",
            "all files",
            f"all {len(activities)} activities belong to one party ({', '.join(sorted(parties)) or 'none'})",
            "give a second side, or add --within to compare a party's own activities",
        )
    compared = _pairs(activities, within_parties=within_parties)
    if not compared:
        raise MalformedError("input", "all files", "there is one activity, and nothing to compare", "give another")
    geoid = load_geoid()
    subjects: list[Subject] = []
    for number, activity in enumerate(activities):
        if progress is not None and number % 256 == 0:
            progress("placing", number, len(activities))
        solids = tuple(make_solid(volume, minima, geoid) for volume in activity.volumes)
        subjects.append(Subject(activity.ident, activity.party, solids))
    worker = choose_engine(engine)
    told = None if progress is None else partial(progress, "judging")
    meetings = find_meetings(subjects, minima, worker, within_parties=within_parties, progress=told)
    planned = [(activity.ident, activity.party, activity.volumes) for activity in activities]
    result = CheckResult(
        files=tuple(files),
        activities=tuple(activities),
        heights=tuple(tuple(solid.heights for solid in subject.solids) for subject in subjects),
        minima=minima,
        meetings=tuple(meetings),
        compared=compared,
        engine=worker.name,
        digest=check_digest(planned, minima, meetings),
    )
    return Checked(result, tuple(subjects))


@_nothing_collected()
def read_inputs(
    inputs: Sequence[Input], supplied: Supplied, progress: Progress | None = None
) -> tuple[list[FileRead], list[Activity]]:
    """Read all files. Raises MalformedError if one cannot be read or two activities share party and identifier."""
    files: list[FileRead] = []
    activities: list[Activity] = []
    seen: dict[tuple[str, str], str] = {}
    for number, item in enumerate(inputs):
        if progress is not None:
            progress("reading", number, len(inputs))
        name = shown_name(item.name)
        data = read_bytes(item.name)
        given = supplied if item.party is None else replace(supplied, party=item.party)
        form, reading = read_any(data, source=name, supplied=given, form=item.form)
        if not reading.activities:  # a side that filed nothing must not read as a side that meets nobody
            raise MalformedError(name, "whole file", "it holds no activity", "leave it out, or give what is planned")
        for activity in reading.activities:
            key = (activity.party, activity.ident)
            if key in seen:
                raise MalformedError(
                    name,
                    f"activity {activity.ident!r}",
                    f"party {activity.party!r} already has an activity of this name, from {seen[key]}",
                    "give each activity its own identifier, or leave one file out",
                )
            seen[key] = name
        files.append(FileRead(name, form.value, len(reading.activities), reading.notes))
        activities.extend(reading.activities)
    return files, activities


def load_minima(name: str) -> Minima:
    """A built-in parameter set by name, or one from a JSON file. Raises MinimaError or MalformedError."""
    if name in BUILT_IN:
        return BUILT_IN[name]
    try:
        data = read_bytes(name)
    except OSError as error:
        known = ", ".join(sorted(BUILT_IN))
        raise MinimaError(f"no minima named {name!r} (built in: {known}), and no file: {error.strerror}") from error
    return read_minima(data, source=name)


def load_area(text: str) -> Area:
    """An area of operations from two corners, or from a GeoJSON file. Raises MalformedError, or OSError for a file."""
    area = parse_corners(text)
    return area if area is not None else read_area(read_bytes(text), source=shown_name(text))


def choose_engine(name: str) -> Engine:
    """The engine by name: `plain`, `fast`, or `auto` for the fast one where its compiled core is there.

    Raises EngineMissingError for an unknown name, or for `fast` where the core is missing.
    """
    if name == "plain" or (name == "auto" and not core_available()):
        return PlainEngine()
    if name not in ("auto", "fast"):
        raise EngineMissingError(f"no engine named {name!r}: use auto, plain or fast")
    if not core_available():
        raise EngineMissingError("the compiled core is not installed: use --engine plain, or see `clearline doctor`")
    return FastEngine()


def parse_input(text: str) -> Input:
    """`PARTY=FILE` or `FILE`. A name with an equals sign in it can be given as `PARTY=NAME`."""
    party, mark, name = text.partition("=")
    return Input(name, party) if mark and party and name else Input(text)


def _pairs(activities: Sequence[Activity], *, within_parties: bool) -> int:
    total = len(activities) * (len(activities) - 1) // 2
    if within_parties:
        return total
    sizes: dict[str, int] = {}
    for activity in activities:
        sizes[activity.party] = sizes.get(activity.party, 0) + 1
    return total - sum(size * (size - 1) // 2 for size in sizes.values())
