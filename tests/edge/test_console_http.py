"""The console's files: as they were built, compressed where that is taken, under a policy that lets nothing in."""

import asyncio
import gzip
from collections.abc import Mapping
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from clearline.edge.console_file import find_console, load_console
from clearline.edge.console_http import CONSOLE_POLICY, console_routes

_SCRIPT = b"const answer = 42;\n" * 40


@pytest.fixture
def built(tmp_path: Path) -> Path:
    (tmp_path / "assets").mkdir()
    for name, data in (("index.html", b"<!doctype html>"), ("LICENSES.txt", b"MIT"), ("assets/main-1a2b.js", _SCRIPT)):
        (tmp_path / name).write_bytes(data)
        (tmp_path / f"{name}.gz").write_bytes(gzip.compress(data))
    (tmp_path / "assets" / "main-1a2b.js.br").write_bytes(b"as brotli")
    (tmp_path / "digest.txt").write_bytes(b"not served")
    return tmp_path


def _get(folder: Path | None, path: str, fields: Mapping[str, str] | None = None) -> tuple[httpx.Response, bytes]:
    """The answer, and its bytes as they were sent."""
    app = Starlette(routes=list(console_routes(None if folder is None else load_console(folder))))

    async def ask() -> tuple[httpx.Response, bytes]:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://node") as client:
            wanted = {"accept-encoding": "identity", **(fields or {})}
            async with client.stream("GET", path, headers=wanted) as answer:
                return answer, b"".join([chunk async for chunk in answer.aiter_raw()])

    return asyncio.run(ask())


def test_the_page_and_its_files_come_as_they_were_built(built: Path) -> None:
    page, data = _get(built, "/")
    assert (page.status_code, data) == (200, b"<!doctype html>")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.headers["cache-control"] == "no-cache"
    script, data = _get(built, "/assets/main-1a2b.js")
    assert data == _SCRIPT
    assert script.headers["content-type"] == "text/javascript; charset=utf-8"
    assert "immutable" in script.headers["cache-control"]


@pytest.mark.parametrize(
    ("takes", "coding", "data"),
    [
        ("gzip, deflate, br", "br", b"as brotli"),
        ("gzip", "gzip", gzip.compress(_SCRIPT)),
        ("br;q=0, gzip;q=0.5", "gzip", gzip.compress(_SCRIPT)),
        ("BR", "br", b"as brotli"),
        ("identity", None, _SCRIPT),
        ("gzip;q=0", None, _SCRIPT),
        ("", None, _SCRIPT),
    ],
)
def test_a_file_is_compressed_only_as_the_browser_takes_it(
    built: Path, takes: str, coding: str | None, data: bytes
) -> None:
    answer, sent = _get(built, "/assets/main-1a2b.js", {"accept-encoding": takes})
    assert answer.headers.get("content-encoding") == coding
    assert answer.headers["vary"] == "Accept-Encoding"
    assert gzip.decompress(sent) == _SCRIPT if coding == "gzip" else sent == data


def test_what_the_browser_has_already_is_not_sent_again(built: Path) -> None:
    first, _ = _get(built, "/")
    tag = first.headers["etag"]
    for told in (tag, f'"other", {tag}', f"W/{tag}"):
        again, data = _get(built, "/", {"if-none-match": told})
        assert (again.status_code, data) == (304, b"")
    (built / "index.html").write_bytes(b"<!doctype html><p>")
    changed, data = _get(built, "/", {"if-none-match": tag})
    assert (changed.status_code, data) == (200, b"<!doctype html><p>")


@pytest.mark.parametrize("path", ["/", "/assets/main-1a2b.js", "/nothing", "/assets/../digest.txt", "/digest.txt"])
def test_every_answer_is_under_the_policy_and_nothing_else_is_served(built: Path, path: str) -> None:
    for folder in (built, None):
        answer, data = _get(folder, path)
        assert answer.headers["content-security-policy"] == CONSOLE_POLICY
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert b"not served" not in data
        there = path in ("/", "/assets/main-1a2b.js")
        assert answer.status_code == (503 if folder is None else 200 if there else 404)
        assert (b"clearline doctor" in data) == (folder is None)


def test_the_policy_lets_nothing_in_from_elsewhere_and_nothing_inline() -> None:
    parts = [part.strip().partition(" ") for part in CONSOLE_POLICY.split(";")]
    rules = {name: value for name, _, value in parts}
    assert rules["default-src"] == rules["form-action"] == rules["frame-ancestors"] == rules["base-uri"] == "'none'"
    assert {rules[name] for name in ("script-src", "style-src", "img-src", "connect-src")} == {"'self'"}
    assert "unsafe" not in CONSOLE_POLICY
    assert "http" not in CONSOLE_POLICY
    assert "*" not in CONSOLE_POLICY


def test_the_console_that_was_built_loads_whole_and_is_small() -> None:
    folder = find_console()
    assert folder is not None, "build it: python console/build.py"
    files = load_console(folder)
    page = files[""].plain.decode()
    assert all(name.split("/")[-1] in page for name in files if name.startswith(("assets/main", "assets/style")))
    assert "<style" not in page
    assert "<script>" not in page
    assert all(found.coded.keys() == {"br", "gzip"} for found in files.values())
    assert sum(len(found.plain) for found in files.values()) < 1_500_000
