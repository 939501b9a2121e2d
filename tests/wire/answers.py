"""Answers of checks made from values, for the tests of what is written about them."""

from collections.abc import Sequence

from clearline.airspace.activity import Activity, Kind
from clearline.conflict.digest import check_digest
from clearline.conflict.engine import PlainEngine
from clearline.conflict.group import Subject, find_meetings
from clearline.conflict.minima import INTERSECT, Minima
from clearline.conflict.solid import make_solid
from clearline.edge.geoid_file import load_geoid
from clearline.space.altitude import AltitudeLimit, Band, Reference, Unit
from clearline.space.latlon import LatLon
from clearline.space.shape import Circle, Corridor, Orbit, Polygon, Shape
from clearline.space.volume import Entered, Volume4D
from clearline.space.window import TimeWindow
from clearline.wire.result import CheckResult, FileRead

__all__ = ["DAWN_MS", "HOSTILE", "activity", "answer", "feet", "flight_level", "metres", "valley"]

DAWN_MS = 1_777_615_200_000  # 2026-05-01T06:00:00Z

# What a name may hold when whoever wrote it wants to be seen as something else.
HOSTILE = "<script>alert(1)</script>\"'&\x1b[31m\u202eevil\n]]>"

Limit = AltitudeLimit


def feet(value: float, reference: Reference | None = Reference.EGM96) -> Limit:
    return AltitudeLimit(value, Unit.FOOT, reference)


def metres(value: float, reference: Reference | None = Reference.EGM96) -> Limit:
    return AltitudeLimit(value, Unit.METRE, reference)


def flight_level(value: float) -> Limit:
    return AltitudeLimit(value, Unit.FLIGHT_LEVEL, Reference.STD)


def activity(
    party: str,
    ident: str,
    shape: Shape,
    lower: Limit,
    upper: Limit,
    minutes: tuple[int, int | None],
    *,
    uncertainty_m: float = 0.0,
    title: str = "",
    entered: Entered | None = None,
) -> Activity:
    """An activity of one volume, its window in minutes from dawn."""
    start, end = minutes
    window = TimeWindow(DAWN_MS + start * 60_000, None if end is None else DAWN_MS + end * 60_000)
    volume = Volume4D(shape, Band(lower, upper), window, uncertainty_m, entered)
    return Activity(ident, party, Kind.PATROL, title, 0, (volume,))


def answer(
    activities: Sequence[Activity], minima: Minima = INTERSECT, *, files: Sequence[FileRead] = ()
) -> CheckResult:
    """The answer of a check of these activities, by the plain engine."""
    geoid = load_geoid()
    subjects = [
        Subject(item.ident, item.party, tuple(make_solid(volume, minima, geoid) for volume in item.volumes))
        for item in activities
    ]
    meetings = find_meetings(subjects, minima, PlainEngine())
    sizes = [sum(item.party == party for item in activities) for party in {item.party for item in activities}]
    total = len(activities) * (len(activities) - 1) // 2
    return CheckResult(
        files=tuple(files),
        activities=tuple(activities),
        heights=tuple(tuple(solid.heights for solid in subject.solids) for subject in subjects),
        minima=minima,
        meetings=tuple(meetings),
        compared=total - sum(size * (size - 1) // 2 for size in sizes),
        engine="plain",
        digest=check_digest([(item.ident, item.party, item.volumes) for item in activities], minima, meetings),
    )


def valley() -> list[Activity]:
    """Two sides in one valley: a conflict, a pair that nobody can tell about, and some that are clear."""
    entered = Entered("coalition.csv: line 2", "37SDV 12345 67890", "5000FT-7000FT AMSL", "0600Z-0800Z", "csv, MGRS")
    return [
        activity("Coalition", "ORBIT-7", Orbit(LatLon(36.50, 38.10), LatLon(36.60, 38.35), 6000.0),
                 feet(5000.0), feet(7000.0), (0, 120), title="evening orbit", entered=entered),
        activity("Coalition", "UAS-3", Circle(LatLon(36.30, 38.60), 9000.0),
                 metres(0.0, Reference.AGL), metres(300.0, Reference.AGL), (30, 240)),
        activity("Coalition", "RANGE-1", Polygon(((LatLon(36.7, 37.6), LatLon(36.7, 37.9), LatLon(36.85, 37.95),
                 LatLon(36.9, 37.65)),)), AltitudeLimit(0.0, Unit.METRE, Reference.SURFACE), flight_level(95.0),
                 (-60, None)),
        activity("Federation", "TR-21", Corridor((LatLon(36.2, 37.9), LatLon(36.5, 38.2), LatLon(36.75, 38.4)), 2500.0),
                 metres(1800.0), metres(2400.0), (60, 100), uncertainty_m=300.0),
        activity("Federation", "TR-22", Corridor((LatLon(36.2, 38.5), LatLon(36.45, 38.7)), 1500.0),
                 AltitudeLimit(2000.0, Unit.METRE, None), AltitudeLimit(2500.0, Unit.METRE, None), (90, 150)),
        activity("Federation", "LIFT-2", Circle(LatLon(36.9, 38.9), 12000.0), metres(3000.0), metres(3600.0), (0, 60)),
    ]  # fmt: skip
