"""A small identity provider on this machine, and whatever else a test serves over HTTP."""

import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs

import uvicorn
from joserfc import jwt
from joserfc.jwk import OKPKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from clearline.app.local_party import free_ports

__all__ = ["Provider", "running"]


class Provider:
    """An identity provider on this machine: it gives the token that it is told to."""

    def __init__(self) -> None:
        (self.port,) = free_ports(1)
        self.issuer = f"http://127.0.0.1:{self.port}"
        self.key = OKPKey.generate_key("Ed25519", {"kid": "k1"})
        self.signs_with = self.key
        self.claims: dict[str, Any] = {}
        self.asked: dict[str, list[str]] = {}
        self.app = Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self._told),
                Route("/keys", self._keys),
                Route("/token", self._token, methods=["POST"]),
            ]
        )

    async def _told(self, request: Request) -> Response:
        del request
        ends = {"authorization_endpoint": "/auth", "token_endpoint": "/token", "jwks_uri": "/keys"}
        return JSONResponse({"issuer": self.issuer, **{name: self.issuer + path for name, path in ends.items()}})

    async def _keys(self, request: Request) -> Response:
        del request
        return JSONResponse({"keys": [self.key.as_dict(private=False)]})

    async def _token(self, request: Request) -> Response:
        self.asked = parse_qs((await request.body()).decode())
        token = jwt.encode({"alg": "Ed25519", "kid": "k1"}, self.claims, self.signs_with, algorithms=["Ed25519"])
        return JSONResponse({"id_token": token, "access_token": "x", "token_type": "Bearer"})


@contextmanager
def running(app: Starlette, port: int) -> Generator[None]:
    """While inside, an application is served on this machine."""
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_config=None, lifespan="off", ws="none"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield
    finally:
        server.should_exit = True
        thread.join()
