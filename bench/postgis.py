"""PostGIS as a peer: a private cluster of its own, below `build/bench`, gone when the run is over.

The one idea: the server's own processor time is read from the operating system, so neither the client nor the wire
between them counts against it. It listens on no network, and gives up durability for speed (`fsync = off`).
"""

import contextlib
import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

import numpy as np
import shapely

from bench.peers import PairArrays
from bench.plane import Plain
from bench.timing import Missing, cpu_of_process_s

__all__ = ["Backend", "PostGis", "ensure_postgis", "postgis_version", "private_cluster"]

_PACKAGE = "postgresql-15-postgis-3"
_PROGRAMS = Path("/usr/lib/postgresql/15/bin")
_EXTENSION = Path("/usr/share/postgresql/15/extension/postgis.control")
_SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "shared_buffers": "2GB",
    "work_mem": "512MB",
    "maintenance_work_mem": "1GB",
    "max_wal_size": "8GB",
    "jit": "off",
    "max_parallel_workers_per_gather": "0",
    "max_parallel_maintenance_workers": "0",
    "listen_addresses": "",
}


def ensure_postgis() -> None:
    """See that PostgreSQL 15 with PostGIS 3 is there; where apt-get may, it is installed.

    Raises Missing if it is not there and cannot be.
    """
    if _EXTENSION.exists() and (_PROGRAMS / "initdb").exists():
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        command = ["apt-get", "install", "--yes", "--no-install-recommends", _PACKAGE]
        settings = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        done = subprocess.run(command, env=settings, capture_output=True, text=True, check=False, timeout=600)
        if done.returncode == 0 and _EXTENSION.exists():
            return
    raise Missing(f"install it to have this row: apt-get install {_PACKAGE}")


def postgis_version() -> str:
    """The version of PostGIS that is installed, or that there is none."""
    if not _EXTENSION.exists():
        return "(not installed)"
    found = re.search(r"default_version = '([0-9.]+)'", _EXTENSION.read_text("utf-8"))
    return found[1] if found else "(unknown)"


@dataclass(frozen=True, slots=True)
class Backend:
    """One connection: a client that speaks to one server process, whose processor time can be read."""

    pid: int
    to_client: IO[str]
    from_client: IO[str]
    folder: Path

    def ask(self, *statements: str) -> list[str]:
        """What the statements print, row by row, values split by tabs. Raises RuntimeError on an error."""
        mark = "-- done --"
        # Handed over as a file: neither side then waits for the other to read.
        script = self.folder / "statements.sql"
        script.write_text("".join(f"{statement};\n" for statement in statements), "utf-8")
        self.to_client.write(f"\\i {script}\n\\echo '{mark}'\n")
        self.to_client.flush()
        lines: list[str] = []
        for line in self.from_client:
            text = line.rstrip("\n")
            if text == mark:
                return lines
            lines.append(text)
        raise RuntimeError(f"the server gave up: {' | '.join(lines[-3:])}")

    def cpu_of_s(self, *statements: str) -> tuple[float, list[str]]:
        """Processor time of the server for some statements, seconds (to a hundredth), and what they print."""
        begun_s = cpu_of_process_s(self.pid)
        lines = self.ask(*statements)
        return cpu_of_process_s(self.pid) - begun_s, lines


@contextlib.contextmanager
def private_cluster() -> Generator[Backend]:
    """A fresh cluster and one connection to it; stopped and deleted at the end, whatever happens."""
    ensure_postgis()
    place = Path("build") / "bench"
    place.mkdir(parents=True, exist_ok=True)
    user = "postgres" if os.geteuid() == 0 else None  # the server refuses to run as root
    folder = Path(tempfile.mkdtemp(prefix="pg", dir=place)).resolve()
    socket = Path(tempfile.mkdtemp(prefix="pg"))  # a socket's whole path must be shorter than 108 bytes
    server: subprocess.Popen[bytes] | None = None
    try:
        for path in (folder, socket):
            if user is not None:
                shutil.chown(path, user)
        subprocess.run(
            [_PROGRAMS / "initdb", "-D", folder / "data", "--username=postgres", "--auth=trust", "--no-sync"],
            user=user, cwd=socket, capture_output=True, check=True, timeout=120,
        )  # fmt: skip
        options = [word for name, value in _SETTINGS.items() for word in ("-c", f"{name}={value}")]
        server = subprocess.Popen(
            [_PROGRAMS / "postgres", "-D", folder / "data", "-k", socket, *options],
            user=user, cwd=socket, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        with _connected(socket) as backend:
            yield backend
    finally:
        if server is not None:
            server.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                server.wait(20.0)
            server.kill()
            server.wait()
        shutil.rmtree(folder, ignore_errors=True)
        shutil.rmtree(socket, ignore_errors=True)


@contextlib.contextmanager
def _connected(socket: Path) -> Generator[Backend]:
    for _ in range(300):
        ready = subprocess.run([_PROGRAMS / "pg_isready", "-h", socket, "-q"], check=False)
        if ready.returncode == 0:
            break
        time.sleep(0.1)
    client = subprocess.Popen(
        [_PROGRAMS / "psql", "-h", socket, "-U", "postgres", "-X", "-q", "-A", "-t", "-F", "\t", "-v",
         "ON_ERROR_STOP=1"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    assert client.stdin is not None and client.stdout is not None
    try:
        backend = Backend(0, client.stdin, client.stdout, socket)
        backend.ask("CREATE EXTENSION postgis", "CREATE EXTENSION btree_gist")
        pid = int(backend.ask("SELECT pg_backend_pid()")[0])
        yield replace(backend, pid=pid)
    finally:
        with contextlib.suppress(OSError):
            client.stdin.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            client.wait(10.0)
        client.kill()
        client.wait()
        client.stdout.close()


class PostGis:
    """Volumes in a table, with one GiST index over shape, window and band; the planner does the rest."""

    _MEET = "a.g && b.g AND a.t && b.t AND a.h && b.h AND ST_Intersects(a.g, b.g)"

    def __init__(self, backend: Backend, plain: Plain) -> None:
        self._backend = backend
        backend.ask("CREATE TABLE held(id int, g geometry, t int8range, h int8range)")
        self._copy("held", plain, 0)
        self.index_s, _ = backend.cpu_of_s("CREATE INDEX ON held USING gist (g, t, h)")
        backend.ask("ANALYZE held", "CREATE TABLE asked(LIKE held)")

    def _copy(self, table: str, plain: Plain, first_id: int) -> None:
        """Windows in ms, bands in mm, both closed: whole numbers, so that no rounding decides."""
        out = self._backend.to_client
        out.write(f"\\copy {table} FROM pstdin\n")
        low_mm, high_mm = (np.rint(height * 1000.0).astype(np.int64).tolist() for height in (plain.low_m, plain.high_m))
        windows = zip(plain.start_ms.tolist(), plain.end_ms.tolist(), strict=True)
        for begin in range(0, len(plain), 10_000):
            texts = shapely.to_wkb(plain.polygons[begin : begin + 10_000], hex=True)
            rows = zip(texts, windows, low_mm[begin : begin + 10_000], high_mm[begin : begin + 10_000], strict=False)
            out.writelines(
                f"{first_id + begin + k}\t{text}\t[{t0},{t1}]\t[{h0},{h1}]\n"
                for k, (text, (t0, t1), h0, h1) in enumerate(rows)
            )
        out.write("\\.\n")

    def join(self) -> tuple[float, PairArrays]:
        """Processor time of the server for all pairs, seconds, and the pairs."""
        spent_s, lines = self._backend.cpu_of_s(
            f"SELECT a.id, b.id FROM held a JOIN held b ON a.id < b.id AND {self._MEET}"
        )
        return spent_s, _pairs(lines)

    def query(self, asked: Sequence[Plain], first_id: int) -> tuple[float, float, PairArrays]:
        """Processor time of the server for each of some activities: to be asked about, and to be added and removed.

        Seconds, the mean; and the pairs, numbered through all that was asked.
        """
        self._backend.ask("TRUNCATE asked")
        first = 0
        bounds: list[tuple[int, int]] = []
        for plain in asked:
            self._copy("asked", plain, first)
            bounds.append((first, first + len(plain)))
            first += len(plain)
        self._backend.ask(
            "CREATE INDEX ON asked(id)",
            "CREATE INDEX ON held(id)",
            "ANALYZE asked",
            f"PREPARE meet(int, int) AS SELECT a.id, b.id FROM asked a JOIN held b ON {self._MEET} "
            "WHERE a.id >= $1 AND a.id < $2",
        )
        spent_s, lines = self._backend.cpu_of_s(*(f"EXECUTE meet({begin}, {end})" for begin, end in bounds))
        changes_s, _ = self._backend.cpu_of_s(
            *(f"INSERT INTO held SELECT {first_id} + id, g, t, h FROM asked WHERE id >= {a} AND id < {b}"
              for a, b in bounds),
            *(f"DELETE FROM held WHERE id >= {first_id + a} AND id < {first_id + b}" for a, b in bounds),
        )  # fmt: skip
        return spent_s / len(asked), changes_s / len(asked), _pairs(lines)


def _pairs(lines: list[str]) -> PairArrays:
    both = np.array([line.split("\t") for line in lines], np.intp).reshape(-1, 2)
    return PairArrays(both[:, 0], both[:, 1])
