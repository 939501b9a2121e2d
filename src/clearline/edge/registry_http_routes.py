"""Which handler answers a request: a table that is compiled once and asked with three look-ups at most.

The one idea: a path is a fixed head and up to two names behind it, so no pattern is ever matched; what is not in the
table is not there.
"""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Final, TypeAlias

__all__ = ["Answering", "Incoming", "Matched", "NotAllowed", "Reply", "Route", "Router"]

JSON: Final = b"application/json"
_MOST_NAMES: Final = 2


@dataclass(slots=True)
class Incoming:
    """A request: when it came, by which name it goes, what was made anew for it; then what the door finds out.

    The door fills in the rest as it goes: the names at the end of the path, the query, who calls and with which scopes,
    the body. Handlers read it only. `chance` are 32 random bytes, for versions and identifiers.
    """

    now_us: int
    request_id: str
    chance: bytes
    names: tuple[str, ...] = ()
    query: bytes = b""
    client: str = ""
    scopes: frozenset[str] = frozenset()
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Reply:
    """What is answered. `what` says what was wrong, for the log; empty where nothing was."""

    status: int
    body: bytes
    media: bytes = JSON
    what: str = ""


Answering: TypeAlias = Callable[[Incoming], Awaitable[Reply]]


@dataclass(frozen=True, slots=True)
class Route:
    """One call: its method and path (`/head/{name}/{name}`), its name, the scopes that open it, and who answers.

    A call without alternatives of scopes is open to all, token or none. `writes` calls are logged one by one.
    `over_area` is the status for an area above the bound: 400, or 413 where the call has that.
    """

    method: str
    path: str
    call: str
    scopes: tuple[frozenset[str], ...]
    answer: Answering
    writes: bool = False
    over_area: int = 400


@dataclass(frozen=True, slots=True)
class Matched:
    """The route of a request, and the names in its path."""

    route: Route
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NotAllowed:
    """The path is there, and not with this method; these are the ones it has."""

    methods: tuple[str, ...]


class Router:
    """The compiled table. Raises ValueError for two routes of one method and path."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self._table: dict[tuple[str, int], dict[str, Route]] = {}
        for route in routes:
            head, *names = route.path.split("/{")
            assert len(names) <= _MOST_NAMES, route.path
            there = self._table.setdefault((head, len(names)), {})
            if route.method in there:
                raise ValueError(f"{route.method} {route.path} is answered twice")
            there[route.method] = route

    def find(self, method: str, path: str) -> Matched | NotAllowed | None:
        """Return the route of a request, or None for a path that is not there.

        Only the last name may be empty: a version left out is a wrong version, and answered as one.
        """
        methods: set[str] = set()
        head, names = path, ()
        for count in range(_MOST_NAMES + 1):
            there = self._table.get((head, count))
            if there is not None:
                route = there.get(method)
                if route is not None:
                    return Matched(route, names)
                methods.update(there)
            head, _, name = head.rpartition("/")
            if not name and count > 0:
                break
            names = (name, *names)
        return NotAllowed(tuple(sorted(methods))) if methods else None
