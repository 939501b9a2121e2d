"""The console's files over HTTP: one page, and what it loads, as built and under a policy without exceptions.

The one idea: the page can load from this node and from nowhere else, and nothing can be written into it as script; so
what another party sent can be shown, and can do nothing.
"""

from collections.abc import Sequence

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from clearline.edge.console_file import ConsoleFile

__all__ = ["CONSOLE_POLICY", "console_routes"]

# W3C Content Security Policy Level 3 and Trusted Types: scripts, styles and requests of this origin only, no inline
# script or style, no frame in or out, no form that submits, and strings become markup through Lit's own policy alone.
CONSOLE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types lit-html"
)
_SECURITY = {
    "content-security-policy": CONSOLE_POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
_ABSENT = (
    "The console is not part of this installation; `clearline doctor` says why.\n"
    "Everything it does can also be done at a terminal: clearline line --help\n"
)


def console_routes(console: dict[str, ConsoleFile] | None) -> Sequence[Route]:
    """The routes of the console; without one, a page that says that there is none."""

    async def answer(request: Request) -> Response:
        if console is None:
            return PlainTextResponse(_ABSENT, 503, headers=_SECURITY)
        found = console.get(request.path_params.get("path", ""))
        if found is None:
            return PlainTextResponse("There is no such file.\n", 404, headers=_SECURITY)
        return _served(found, request.headers)

    return (Route("/", answer, methods=["GET"]), Route("/{path:path}", answer, methods=["GET"]))


def _served(found: ConsoleFile, asked: Headers) -> Response:
    fields = {**_SECURITY, "etag": found.etag, "cache-control": found.cache, "vary": "Accept-Encoding"}
    if found.etag in [tag.strip().removeprefix("W/") for tag in asked.get("if-none-match", "").split(",")]:
        return Response(status_code=304, headers=fields)
    coding = next((name for name in found.coded if _takes(asked, name)), None)
    if coding is not None:
        fields["content-encoding"] = coding
    return Response(found.plain if coding is None else found.coded[coding], media_type=found.media, headers=fields)


def _takes(asked: Headers, coding: str) -> bool:
    """Whether a coding is named among those that are taken, and not with the weight of nought (RFC 9110, 12.5.3)."""
    for part in asked.get("accept-encoding", "").lower().split(","):
        name, _, weight = part.partition(";")
        if name.strip() == coding:
            return weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False
