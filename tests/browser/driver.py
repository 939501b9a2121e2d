"""Debian's Chromium by its own driver, spoken to over the WebDriver protocol with nothing but the standard library."""

import base64
import json
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import cast

__all__ = ["Browser", "browser", "missing"]

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]

_FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
    "--window-size=1280,1000",
    "--force-device-scale-factor=1",
)
_ELEMENT = "element-6066-11e4-a52e-4f735466cecf"  # W3C WebDriver: the key of a web element's reference


def missing() -> list[str]:
    """The programs that are not here."""
    return [name for name in ("chromium", "chromedriver") if shutil.which(name) is None]


class Browser:
    """One session of one browser."""

    def __init__(self, root: str) -> None:
        self._root = root
        logs: Json = {"browser": "ALL", "performance": "ALL"}
        options: Json = {"binary": shutil.which("chromium"), "args": list(_FLAGS)}
        wanted: Json = {"browserName": "chrome", "goog:chromeOptions": options, "goog:loggingPrefs": logs}
        self._session = "/session/" + str(
            _members(self._send("POST", "/session", {"capabilities": {"alwaysMatch": wanted}}))["sessionId"]
        )

    def open(self, page: Path, *, anchor: str = "") -> None:
        """Open a file."""
        self._post("/url", {"url": page.as_uri() + anchor})

    def visit(self, address: str) -> None:
        """Open an address."""
        self._post("/url", {"url": address})

    def keys(self, text: str) -> None:
        """Press keys one after the other, wherever the focus is."""
        steps: list[Json] = [{"type": kind, "value": key} for key in text for kind in ("keyDown", "keyUp")]
        self._post("/actions", {"actions": [{"type": "key", "id": "keyboard", "actions": steps}]})

    def close(self) -> None:
        """End the session."""
        self._send("DELETE", self._session, None)

    def size(self, width: int, height: int) -> None:
        """Make the page so large."""
        # A headless window can be no narrower than 500 pixels, so the page is told its size instead.
        self.command(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False
        )

    def scheme(self, name: str) -> None:
        """Prefer `dark` or `light`, as the reader's system would say."""
        self.command("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": name}])

    def command(self, name: str, **parameters: Json) -> Json:
        """A command of the DevTools protocol."""
        return self._post("/goog/cdp/execute", {"cmd": name, "params": dict(parameters)})

    def run(self, script: str, *arguments: Json) -> Json:
        """What a function's body returns in the page."""
        return self._post("/execute/sync", {"script": script, "args": list(arguments)})

    def text(self, selector: str) -> str:
        """The text of the first element a selector finds."""
        return str(self._get(f"/element/{self._find(selector)}/text"))

    def press(self, selector: str, keys: str) -> None:
        """Type keys into an element."""
        self._post(f"/element/{self._find(selector)}/value", {"text": keys})

    def click(self, selector: str) -> None:
        """Click the middle of an element."""
        self._post(f"/element/{self._find(selector)}/click", {})

    def drag(self, selector: str, dx: int, dy: int) -> None:
        """Press in the middle of an element, move, let go."""
        origin: Json = {_ELEMENT: self._find(selector)}
        steps: list[Json] = [
            {"type": "pointerMove", "origin": origin, "x": 0, "y": 0},
            {"type": "pointerDown", "button": 0},
            {"type": "pointerMove", "origin": "pointer", "x": dx // 2, "y": dy // 2, "duration": 50},
            {"type": "pointerMove", "origin": "pointer", "x": dx - dx // 2, "y": dy - dy // 2, "duration": 50},
            {"type": "pointerUp", "button": 0},
        ]
        self._post("/actions", {"actions": [{"type": "pointer", "id": "mouse", "actions": steps}]})

    def picture(self, selector: str) -> bytes:
        """A PNG of one element, seen or not."""
        box = self.run(
            "const b = document.querySelector(arguments[0]).getBoundingClientRect();"
            "return {x: b.x + scrollX, y: b.y + scrollY, width: b.width, height: b.height, scale: 1}",
            selector,
        )
        taken = self.command("Page.captureScreenshot", format="png", clip=box, captureBeyondViewport=True)
        return base64.b64decode(str(_members(taken)["data"]))

    def printed(self) -> bytes:
        """The page as PDF, on A4."""
        return base64.b64decode(
            str(self._post("/print", {"page": {"width": 21.0, "height": 29.7}, "background": True}))
        )

    def complaints(self) -> list[str]:
        """What the page wrote to the console since the last time."""
        entries = cast("list[dict[str, Json]]", self._post("/se/log", {"type": "browser"}))
        return [f"{entry['level']}: {entry['message']}" for entry in entries]

    def requests(self) -> list[str]:
        """The addresses asked for since the last time, but for the page's own data."""
        entries = cast("list[dict[str, Json]]", self._post("/se/log", {"type": "performance"}))
        messages = [_members(json.loads(str(entry["message"])))["message"] for entry in entries]
        sent = [_members(message) for message in messages if _members(message)["method"] == "Network.requestWillBeSent"]
        addresses = [str(_members(_members(message["params"])["request"])["url"]) for message in sent]
        return [address for address in addresses if not address.startswith("data:")]

    def _find(self, selector: str) -> str:
        return str(_members(self._post("/element", {"using": "css selector", "value": selector}))[_ELEMENT])

    def _get(self, path: str) -> Json:
        return self._send("GET", self._session + path, None)

    def _post(self, path: str, body: Json) -> Json:
        return self._send("POST", self._session + path, body)

    def _send(self, method: str, path: str, body: Json) -> Json:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self._root + path, data, {"Content-Type": "application/json"}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as reply:
                return _members(json.load(reply))["value"]
        except urllib.error.HTTPError as error:
            with error:
                raise AssertionError(f"{method} {path}: {error.read().decode()[:800]}") from None


def _members(value: Json) -> Mapping[str, Json]:
    assert isinstance(value, dict), value
    return value


@contextmanager
def browser() -> Generator[Browser]:
    """A browser, and its end."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    program = str(shutil.which("chromedriver"))
    server = subprocess.Popen([program, f"--port={port}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        session = _session(f"http://127.0.0.1:{port}")
        try:
            yield session
        finally:
            session.close()
    finally:
        server.terminate()
        server.wait(timeout=20)


def _session(root: str) -> Browser:
    deadline_s = time.monotonic() + 30.0
    while True:
        try:
            with urllib.request.urlopen(f"{root}/status", timeout=5):
                break
        except OSError:
            assert time.monotonic() < deadline_s, "chromedriver did not start"
            time.sleep(0.1)
    return Browser(root)
