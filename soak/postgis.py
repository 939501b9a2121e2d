"""PostGIS as an oracle: a server of its own, in a folder of its own, told the same pairs as `geography`.

The one idea: PostGIS draws edges on a sphere that has the ellipsoid's latitudes, which strays from the geodesic by
6.6e-5 m for every square kilometre of edge; within that, and a hundred-thousandth of the distance, it must agree.
"""

import os
import shutil
import subprocess
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from soak.contact import longest_edge_m
from soak.hard_cases import Cases, Side

__all__ = ["PostGis", "postgis_missing"]

Floats = NDArray[np.float64]


def _programs() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1].parent if found else None


def postgis_missing() -> str:
    """Why PostGIS cannot be asked here; empty if it can."""
    programs = _programs()
    if programs is None:
        return "PostgreSQL is not installed (apt-get install postgresql postgis)"
    share = programs.parent.name
    if not list(Path("/usr/share/postgresql").glob(f"{share}/extension/postgis.control")):
        return f"PostGIS for PostgreSQL {share} is not installed (apt-get install postgresql-{share}-postgis-3)"
    return ""


class PostGis:
    """A server that lives as long as the `with` block, reached by a socket in its own folder."""

    def __init__(self, folder: Path) -> None:
        programs = _programs()
        assert programs is not None, postgis_missing()
        self._programs, self._folder = programs, folder.resolve()
        # PostgreSQL refuses to run as root; its own account runs it then.
        self._as = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []

    def __enter__(self) -> "PostGis":
        shutil.rmtree(self._folder, ignore_errors=True)
        self._folder.mkdir(parents=True)
        if self._as:
            shutil.chown(self._folder, "postgres")
        data = self._folder / "data"
        self._run("initdb", "-D", data, "--auth=trust", "--username=soak", "--no-sync")
        settings = f"-c listen_addresses= -c unix_socket_directories={self._folder} -c fsync=off -c jit=off"
        self._run("pg_ctl", "-D", data, "-w", "-l", self._folder / "log", "-o", settings, "start")
        self._ask("CREATE EXTENSION postgis")
        return self

    def __exit__(self, *_: object) -> None:
        self._run("pg_ctl", "-D", self._folder / "data", "-m", "immediate", "stop")
        shutil.rmtree(self._folder, ignore_errors=True)

    def gaps_m(self, cases: Cases) -> tuple[Floats, Floats]:
        """The gap between the shapes less the reach, and how far wrong PostGIS may be."""
        self._ask("DROP TABLE IF EXISTS pair; CREATE TABLE pair (n int, a geography, b geography)")
        ones, others = _texts(cases.one), _texts(cases.other)
        lines = "".join(f"{n}\t{a}\t{b}\n" for n, (a, b) in enumerate(zip(ones, others, strict=True)))
        self._ask("COPY pair FROM STDIN", lines)
        told = self._ask("COPY (SELECT ST_Distance(a, b, true) FROM pair ORDER BY n) TO STDOUT")
        apart = np.array([float(line) for line in told.split()])
        gap = apart - cases.one.radius_m - cases.other.radius_m - cases.lateral_m
        bow = 6.7e-11 * (longest_edge_m(cases.one) ** 2 + longest_edge_m(cases.other) ** 2)
        return gap, bow + 1e-5 * apart + 5e-4

    def _ask(self, sql: str, given: str = "") -> str:
        command = [
            "psql",
            "-h",
            self._folder,
            "-U",
            "soak",
            "-d",
            "postgres",
            "-q",
            "-At",
            "-v",
            "ON_ERROR_STOP=1",
            "-c",
            sql,
        ]
        return self._run(*command, given=given)

    def _run(self, program: str, *arguments: object, given: str = "") -> str:
        command = [*self._as, str(self._programs / program), *map(str, arguments)]
        done = subprocess.run(command, input=given, capture_output=True, text=True, check=False, cwd="/")
        if done.returncode != 0:
            raise RuntimeError(f"{program}: {done.stderr.strip()}")
        return done.stdout


def _texts(side: Side) -> list[str]:
    rings = [(side.lat_deg, side.lon_deg)]
    if side.hole_lat_deg is not None and side.hole_lon_deg is not None:
        rings.append((side.hole_lat_deg, side.hole_lon_deg))
    found: list[str] = []
    for number in range(len(side.radius_m)):
        parts = [
            [f"{x!r} {y!r}" for x, y in zip(lon[number].tolist(), lat[number].tolist(), strict=True)]
            for lat, lon in rings
        ]
        if side.closed:
            found.append("POLYGON(" + ",".join(f"({','.join([*part, part[0]])})" for part in parts) + ")")
        elif len(parts[0]) == 1:
            found.append(f"POINT({parts[0][0]})")
        else:
            found.append(f"LINESTRING({','.join(parts[0])})")
    return found
