"""Two parties, two node processes, officers signed in at one of their consoles: what the console's tests look at."""

import json
import time
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from clearline.app.local_party import LocalParty, free_ports
from clearline.edge.clock import SystemClock
from clearline.edge.officer_client import OfficerClient
from clearline.line.statement import Refused
from clearline.wire.json_text import Json
from clearline.wire.officer_json import shown
from tests.browser.driver import Browser
from tests.line.two_desks import area
from tests.tidy.tree import ROOT

__all__ = ["Sides", "axe", "sides", "until"]

_AXE = ROOT / "console" / "node_modules" / "axe-core" / "axe.min.js"
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def until(true: Callable[[], object], within_s: float = 10.0) -> float:
    """Wait until something is so; how many seconds it took."""
    began_s = time.monotonic()
    while not true():
        assert time.monotonic() - began_s < within_s, "it did not come to be so"
        time.sleep(0.02)
    return time.monotonic() - began_s


def axe(chromium: Browser) -> list[str]:
    """What axe finds wrong with the page as it is now, one line a finding."""
    chromium.command("Runtime.evaluate", expression=_AXE.read_text("utf-8"))
    run = f"axe.run(document, {{runOnly: {json.dumps(_RULES)}}}).then(r => JSON.stringify(r.violations))"
    answer = cast("dict[str, dict[str, str]]", chromium.command("Runtime.evaluate", expression=run, awaitPromise=True))
    found = json.loads(answer["result"]["value"])
    return [
        f"{one['id']}: {node['html'][:160]} {node['failureSummary'][:300]}" for one in found for node in one["nodes"]
    ]


@dataclass
class Sides:
    """Alfa and Bravo. Alfa's two officers speak by program; Bravo's officer is at the console."""

    alfa: LocalParty
    bravo: LocalParty
    first: OfficerClient
    second: OfficerClient
    other: OfficerClient
    browser: Browser

    def told(self, who: OfficerClient, path: str, wish: dict[str, Json]) -> str:
        """Have something said; the record identifier of what was said last."""
        answer = who.post(path, wish)
        assert not isinstance(answer, Refused), answer
        return str(cast("list[dict[str, Json]]", cast("dict[str, Json]", answer)["said"])[-1]["record_id"])

    def notice(self, subject: str, text: str = "", precedence: str = "IMMEDIATE") -> str:
        """A notice of Alfa's to Bravo, released by a second officer but at FLASH, which goes out at once."""
        body: dict[str, Json] = {
            "type": "N1", "subject": subject, "title": "Survey flights", "level": "OPERATIONAL",
            "function": "FLIGHT_SAFETY", "text": text,
            "areas": [shown(area(start_ms=SystemClock(0).now_ms() + 3_600_000))],
        }  # fmt: skip
        draft = self.told(self.first, "/notices", {"peer": "bravo", "precedence": precedence, "body": body})
        return draft if precedence == "FLASH" else self.told(self.second, f"/drafts/{draft}/release", {})

    def say_released(self, one: OfficerClient, two: OfficerClient, path: str, wish: dict[str, Json]) -> None:
        """Have something said that a second officer must release."""
        draft = self.told(one, path, wish)
        self.told(two, f"/drafts/{draft}/release", {})

    def open(self, hash_: str = "#/board?lang=en") -> None:
        """Show a view of Bravo's console, signed in or not."""
        self.browser.visit(f"{self.bravo.url}/{hash_}")
        until(lambda: self.has("cl-console[data-ready]"))

    def sign_in(self) -> None:
        """Sign Bravo's first officer in at the console, by its form."""
        self.browser.visit("about:blank")  # with another part after the # alone the page would stay as it is
        self.open()
        if self.has("#sign-in"):
            password, code = self.bravo.typed("first")
            for name, value in (("name", "first"), ("password", password), ("code", code)):
                self.browser.press(f"#{name}", value)
            self.browser.click("#sign-in button")
            until(lambda: self.has(".channel"))

    def has(self, selector: str) -> bool:
        """Whether the page has such an element."""
        return bool(self.browser.run("return document.querySelector(arguments[0]) !== null", selector))

    def text(self, selector: str) -> str:
        """The text of an element, its isolates left out."""
        return self.browser.text(selector).replace("\u2068", "").replace("\u2069", "")


@contextmanager
def sides(folder: Path, browser: Browser) -> Generator[Sides]:
    """Both nodes up, the levels declared, a watch on each side; and their end."""
    ports = free_ports(6)
    alfa = LocalParty(folder / "alfa", "Alfa", tuple(ports[:3]))
    bravo = LocalParty(folder / "bravo", "Bravo", tuple(ports[3:]))
    for party in (alfa, bravo):
        party.make(("first", "OPS-DUTY"), ("second", "OPS-DUTY"))
    alfa.know(bravo)
    bravo.know(alfa)
    with ExitStack() as ends:
        for party in (alfa, bravo):
            ends.callback(party.cut_off)
            party.start()
        first, second = (ends.enter_context(alfa.officer(name)) for name in ("first", "second"))
        other, fourth = (ends.enter_context(bravo.officer(name)) for name in ("second", "first"))
        found = Sides(alfa, bravo, first, second, other, browser)
        now_ms = SystemClock(0).now_ms()
        said = (("OPERATIONAL", "OPEN", "LIMITED"), ("MINISTERS", "OPEN", "OPEN"))
        for level, *states in said:
            for state, one, two, peer in zip(states, (first, other), (second, fourth), ("bravo", "alfa"), strict=True):
                functions: Json = ["FLIGHT_SAFETY"] if state == "LIMITED" else []
                body: Json = {"level": level, "state": state, "from_ms": now_ms, "functions": functions}
                found.say_released(one, two, "/declarations", {"peer": peer, "body": body})
        watch: Json = {
            "post": "OPS-DUTY", "level": "OPERATIONAL", "languages": ["en", "ru"], "roles": ["RECEIVE", "ANSWER"],
            "until_ms": now_ms + 8 * 3_600_000,
        }  # fmt: skip
        found.told(first, "/watches", {"peer": "bravo", "body": watch})
        yield found
