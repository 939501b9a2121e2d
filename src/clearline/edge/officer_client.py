"""Calling the officers' door over HTTP, from another program of the same party: sessions, requests, events.

The one idea: each operation is a method of its own with typed arguments and a typed answer (`edge.officer_calls`); a
refusal is a value with its rule, to be quoted.
"""

from collections.abc import Generator, Iterable, Mapping
from types import TracebackType
from urllib.parse import parse_qs, urlsplit

import httpx

from clearline.edge.officer_answers import SessionAnswer
from clearline.edge.officer_calls import OfficerCalls
from clearline.edge.officer_port import Event
from clearline.edge.read_answer import read_answer
from clearline.line.statement import Refused
from clearline.line.terms import Mode
from clearline.wire.errors import MalformedError
from clearline.wire.json_text import Json, parse_json
from clearline.wire.packet import MAX_PACKET_BYTES

__all__ = ["OfficerClient", "UnreachableError"]

_API = "/api/v1"
_TIMEOUT_S = 60.0
_SENT_ON = 303


class UnreachableError(RuntimeError):
    """A node that does not answer: where, and what to look at."""

    def __init__(self, url: str, problem: str) -> None:
        super().__init__(f"the node at {url} does not answer ({problem}): is clearline node serve running?")


class OfficerClient(OfficerCalls):
    """One officer's way to the node at `url`; `token` is a session's, empty before signing in."""

    def __init__(self, url: str, token: str = "", mode: Mode = Mode.ACTUAL) -> None:
        self.url = url
        self.mode = mode
        fields = {"authorization": f"Bearer {token}"} if token else {}
        self._http = httpx.Client(base_url=url, headers=fields, timeout=_TIMEOUT_S, trust_env=False)

    def __enter__(self) -> "OfficerClient":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._http.close()

    def sign_in(self, name: str, password: str, code: str) -> SessionAnswer | Refused:
        """Open a session; its token, post, pseudonym and roles."""
        return _session(self._json("POST", "/sessions", json={"name": name, "password": password, "code": code}))

    def begin_at_provider(self) -> str | Refused:
        """Begin to sign in at the party's own identity provider: the address to open in a browser."""
        answer = self._request("GET", "/oidc/start")
        return answer.headers["location"] if answer.status_code == _SENT_ON else _refused(answer)

    def end_at_provider(self, address: str) -> SessionAnswer | Refused:
        """Open a session with the address that the browser was sent back to; as `sign_in` gives."""
        told = parse_qs(urlsplit(address.strip()).query)
        query = {name: told.get(name, [""])[0] for name in ("code", "state")}
        return _session(self._json("GET", "/oidc/back", params=query))

    def sign_out(self) -> None:
        """End the session."""
        self._request("DELETE", "/sessions")

    def get(self, path: str, **query: str) -> Json | Refused:
        """What a view shows."""
        return self._json("GET", path, params=query)

    def post(self, path: str, wish: Mapping[str, Json], **query: str) -> Json | Refused:
        """Have something said."""
        return self._json("POST", path, params=query, json=dict(wish))

    def file(self, path: str, **query: str) -> bytes | Refused:
        """A file that a view gives."""
        answer = self._request("GET", path, params=query)
        return answer.content if answer.status_code < 300 else _refused(answer)

    def hand_in(self, path: str, data: bytes, **query: str) -> Json | Refused:
        """Hand a file in."""
        fields = {"content-type": "application/octet-stream"}
        return self._json("POST", path, params=query, content=data, headers=fields)

    def events(self, after: int | None = None) -> Generator[Event | Refused]:
        """What is kept after a number, or from now on, as it is kept: number, kind and record identifier of each.

        Goes on until it is closed, or the node ends.
        """
        query = {} if after is None else {"after": str(after)}
        wait = httpx.Timeout(_TIMEOUT_S)  # between two signs of life: the node gives one every 15 s
        try:
            with self._http.stream("GET", f"{_API}/events", params=query, timeout=wait) as answer:
                if answer.status_code >= 300:
                    answer.read()
                    yield _refused(answer)
                    return
                yield from _events(answer.iter_lines())
        except httpx.HTTPError as error:
            raise UnreachableError(self.url, type(error).__name__) from error

    def _json(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        json: Mapping[str, Json] | None = None,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Json | Refused:
        answer = self._request(method, path, params=params, json=json, content=content, headers=headers)
        return _read(answer) if answer.status_code < 300 else _refused(answer)

    def _request(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        json: Mapping[str, Json] | None = None,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        try:
            answer = self._http.request(
                method, f"{_API}{path}", params=params, json=json, content=content, headers=headers
            )
        except httpx.HTTPError as error:
            raise UnreachableError(self.url, type(error).__name__) from error
        if len(answer.content) > MAX_PACKET_BYTES:
            raise UnreachableError(self.url, "its answer is too large")
        return answer


def _events(lines: Iterable[str]) -> Generator[Event]:
    """The events of a stream (WHATWG, server-sent events): fields to an empty line; comments are signs of life."""
    fields: dict[str, str] = {}
    for line in lines:
        name, _, value = line.partition(": ")
        if line and name:
            fields[name] = value
        elif not line and {"id", "event", "data"} <= set(fields):
            data = parse_json(fields["data"].encode(), source="event of the node")
            assert isinstance(data, dict)
            yield int(fields["id"]), fields["event"], str(data["record_id"])
        if not line:
            fields = {}


def _session(found: Json | Refused) -> SessionAnswer | Refused:
    return found if isinstance(found, Refused) else read_answer(SessionAnswer, found)


def _read(answer: httpx.Response) -> Json:
    return parse_json(answer.content, source="answer of the node")


def _refused(answer: httpx.Response) -> Refused:
    try:
        said = _read(answer)
    except MalformedError:
        said = None
    if isinstance(said, dict) and isinstance(said.get("rule"), str) and isinstance(said.get("why"), str):
        return Refused(str(said["rule"]), str(said["why"]))
    return Refused("HTTP", f"the node answered {answer.status_code}")
