"""Calling an F3548 registry and other systems: bounded in time and size, each call with a token for whom it calls.

The one idea: whatever the other side does, a call ends soon in one of the answers the coordination knows. What cannot
be read counts as no answer; where something may have happened all the same, that is said.
"""

import asyncio
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

import httpx

from clearline.airspace.reference import IntentState
from clearline.edge.uss_http_tokens import TokenError, Tokens
from clearline.node.coordination import AskPut, Described, Lost, Missing, References, Refused, Registered, Undescribed
from clearline.node.coordination_intent import NOMINAL, Known, Reference, Subscriber
from clearline.registry.scopes import Scope
from clearline.space.volume import Volume4D
from clearline.wire.errors import MalformedError
from clearline.wire.f3548_uss import (
    Meaning,
    put_body,
    query_body,
    read_changed,
    read_details,
    read_missing,
    read_reference,
    read_references,
    read_refusal,
    update_body,
)

__all__ = ["CallBounds", "Caller", "RegistryClient", "SystemClient", "new_http"]

_INTENTS: Final = "/dss/v1/operational_intent_references"
_OK: Final = frozenset({200, 201})
_CONNECTIONS: Final = 100


@dataclass(frozen=True, slots=True)
class CallBounds:
    """How long a call may take and how much may come back.

    F3548 MaxRespondToOIDetailsRequest is 1 s; a system that takes ten times that is not waited for.
    """

    connect_s: float = 3.0
    answer_s: float = 10.0
    details_s: float = 5.0
    answer_bytes: int = 32 * 1024 * 1024
    details_bytes: int = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Got:
    """An answer that came whole."""

    status: int
    body: bytes


class Caller:
    """Makes calls with tokens. `allow_http` lets addresses be without encryption, for test pools alone."""

    def __init__(self, http: httpx.AsyncClient, tokens: Tokens, bounds: CallBounds, *, allow_http: bool) -> None:
        self.bounds = bounds
        self._http, self._tokens, self._allow_http = http, tokens, allow_http

    async def call(
        self, method: str, url: str, scope: str, body: bytes | None, *, within_s: float, most_bytes: int
    ) -> Got | str:
        """Return the answer, or why there is none. A token that is not believed is asked for anew, once."""
        parts = urlsplit(url)
        if parts.scheme != "https" and not (parts.scheme == "http" and self._allow_http):
            return f"{parts.scheme}://{parts.hostname} is not encrypted, and is not called"
        audience = parts.hostname or ""
        try:
            async with asyncio.timeout(within_s):
                got = await self._once(method, url, audience, scope, body, most_bytes)
                if isinstance(got, Got) and got.status == HTTPStatus.UNAUTHORIZED:
                    self._tokens.drop(audience, scope)
                    got = await self._once(method, url, audience, scope, body, most_bytes)
                return got
        except TimeoutError:
            return f"{parts.netloc} did not answer within {within_s:g} s"
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            return f"{parts.netloc} cannot be reached ({type(error).__name__})"
        except TokenError as error:
            return str(error)

    async def _once(
        self, method: str, url: str, audience: str, scope: str, body: bytes | None, most_bytes: int
    ) -> Got | str:
        headers = {"authorization": f"Bearer {await self._tokens.token(audience, scope)}"}
        if body is not None:
            headers["content-type"] = "application/json"
        async with self._http.stream(method, url, content=body, headers=headers) as answer:
            data = bytearray()
            async for part in answer.aiter_bytes():
                data += part
                if len(data) > most_bytes:
                    return f"{audience} answered with more than {most_bytes} bytes"
            return Got(answer.status_code, bytes(data))


class RegistryClient:
    """The calls of one registry. `url` is where its F3548 calls begin, `own_url` where this system's do."""

    def __init__(self, url: str, own_url: str, caller: Caller) -> None:
        self._url, self._own_url, self._caller = url.rstrip("/"), own_url, caller

    async def references(self, volume: Volume4D) -> References | Refused | Lost:
        """Ask which intents touch a volume."""
        try:
            body = query_body(volume)
        except ValueError as error:
            return Lost(f"the registry cannot be asked about a volume: {error}")
        got = await self._call("POST", f"{_INTENTS}/query", body)
        if isinstance(got, str):
            return Lost(got)
        if got.status not in _OK:
            return Refused(got.status, read_refusal(got.body))
        try:
            return References(await asyncio.to_thread(read_references, got.body, source="the registry's answer"))
        except MalformedError as error:
            return Lost(str(error))

    async def put(self, ask: AskPut) -> Registered | Missing | Refused | Lost:
        """Ask for a registration or a change."""
        path = f"{_INTENTS}/{ask.wish.ident}" + ("" if ask.ovn is None else f"/{ask.ovn}")
        got = await self._call("PUT", path, put_body(ask, url=self._own_url), _scope(ask.wish.meant.state))
        if isinstance(got, str):
            return Lost(got)
        try:
            if got.status in _OK:
                return Registered(*read_changed(got.body, source="the registry's answer"))
            if got.status == HTTPStatus.CONFLICT:
                return Missing(read_missing(got.body, source="the registry's refusal"))
        except MalformedError as error:
            return Lost(str(error))
        if got.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return Lost(f"the registry answered {got.status}: {read_refusal(got.body)}")
        return Refused(got.status, read_refusal(got.body))

    async def get(self, ident: str) -> Reference | Refused | Lost | None:
        """Ask what the registry holds under an identifier; None where that is nothing."""
        got = await self._call("GET", f"{_INTENTS}/{ident}")
        if isinstance(got, str):
            return Lost(got)
        if got.status == HTTPStatus.NOT_FOUND:
            return None
        if got.status not in _OK:
            return Refused(got.status, read_refusal(got.body))
        try:
            return read_reference(got.body, source="the registry's answer")
        except MalformedError as error:
            return Lost(str(error))

    async def delete(self, reference: Reference) -> tuple[Subscriber, ...] | Refused | Lost | None:
        """Ask that an intent be held no more; whom to tell, or None where it was not there."""
        path = f"{_INTENTS}/{reference.ident}/{reference.ovn}"
        got = await self._call("DELETE", path, None, _scope(reference.state))
        if isinstance(got, str):
            return Lost(got)
        if got.status == HTTPStatus.NOT_FOUND:
            return None
        if got.status not in _OK:
            answer = Refused(got.status, read_refusal(got.body))
            return Lost(answer.why) if got.status >= HTTPStatus.INTERNAL_SERVER_ERROR else answer
        try:
            return read_changed(got.body, source="the registry's answer")[1]
        except MalformedError as error:
            return Lost(str(error))

    async def _call(
        self, method: str, path: str, body: bytes | None = None, scope: str = Scope.STRATEGIC_COORDINATION
    ) -> Got | str:
        bounds = self._caller.bounds
        return await self._caller.call(
            method, self._url + path, scope, body, within_s=bounds.answer_s, most_bytes=bounds.answer_bytes
        )


class SystemClient:
    """The calls that systems make to each other."""

    def __init__(self, caller: Caller, meaning: Meaning) -> None:
        self._caller, self._meaning = caller, meaning

    async def details(self, reference: Reference) -> Described | Undescribed:
        """Ask an intent's manager what is meant by it."""
        url = f"{reference.uss_base_url.rstrip('/')}/uss/v1/operational_intents/{reference.ident}"
        bounds = self._caller.bounds
        scope = Scope.STRATEGIC_COORDINATION
        got = await self._caller.call(
            "GET", url, scope, None, within_s=bounds.details_s, most_bytes=bounds.details_bytes
        )
        if isinstance(got, str):
            return Undescribed(reference.ident, got)
        if got.status not in _OK:
            return Undescribed(reference.ident, f"its manager answers {got.status}: {read_refusal(got.body)}")
        try:
            known = await asyncio.to_thread(
                read_details, got.body, self._meaning, source=f"the details of {reference.manager}"
            )
        except MalformedError as error:
            return Undescribed(reference.ident, str(error))
        if known.reference.ident != reference.ident:
            return Undescribed(reference.ident, "its manager describes another intent")
        return Described(known)

    async def tell(self, subscriber: Subscriber, ident: str, known: Known | None) -> str | None:
        """Tell a subscriber of a change; None once it has taken it, else why it has not."""
        url = f"{subscriber.uss_base_url.rstrip('/')}/uss/v1/operational_intents"
        body = update_body(ident, known, subscriber.subscriptions)
        bounds = self._caller.bounds
        scope = Scope.STRATEGIC_COORDINATION
        got = await self._caller.call(
            "POST", url, scope, body, within_s=bounds.details_s, most_bytes=bounds.details_bytes
        )
        if isinstance(got, str):
            return got
        return None if got.status in (200, 204) else f"{subscriber.uss_base_url} answers {got.status}"


def new_http(bounds: CallBounds) -> httpx.AsyncClient:
    """Return the connections that all calls share; the environment's proxies are not used."""
    limits = httpx.Limits(max_connections=_CONNECTIONS, max_keepalive_connections=_CONNECTIONS, keepalive_expiry=20.0)
    timeout = httpx.Timeout(bounds.answer_s, connect=bounds.connect_s)
    return httpx.AsyncClient(timeout=timeout, limits=limits, trust_env=False, follow_redirects=False)


def _scope(state: IntentState) -> str:
    """An off-nominal state needs the role of conformance monitoring (SCD0100)."""
    if state in NOMINAL:
        return Scope.STRATEGIC_COORDINATION
    return f"{Scope.CONFORMANCE_MONITORING} {Scope.STRATEGIC_COORDINATION}"
