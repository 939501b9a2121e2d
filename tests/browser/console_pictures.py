"""Takes the pictures of docs/console.md anew, over two running nodes: `python -m tests.browser.console_pictures`."""

import tempfile
from pathlib import Path

from clearline.wire.json_text import Json
from tests.browser.console_sides import Sides, sides, until
from tests.browser.driver import browser
from tests.tidy.tree import ROOT

__all__ = ["take"]

_FOLDER = ROOT / "docs" / "pictures"
_TEXT = "Two unmanned aircraft survey the river. They stay below 6,000 ft and do not cross to the east bank."


def take(folder: Path = _FOLDER) -> None:
    """Take every picture: the board, a card, a read-back; in three languages and both colours."""
    with tempfile.TemporaryDirectory() as home, browser() as chromium, sides(Path(home), chromium) as both:
        chromium.size(1280, 900)
        chromium.scheme("light")
        heron = both.notice("HERON-1", _TEXT)
        both.notice("OSPREY-4", "", "FLASH")
        both.notice("KITE-2", "", "ROUTINE")
        ministers: Json = {
            "level": "MINISTERS", "function": "POLICY", "from_post": "MINISTER", "to_post": "MINISTER",
            "windows": [], "agenda": ["avoiding miscalculation"],
        }  # fmt: skip
        both.say_released(both.first, both.second, "/talks", {"peer": "bravo", "body": ministers})
        both.sign_in()
        _picture(both, folder / "console-board.png", "#/board?lang=en&theme=dark", ".items tbody tr:nth-child(4)")
        _picture(both, folder / "console-board-ar.png", "#/board?lang=ar&theme=light", ".items tbody tr:nth-child(4)")
        both.open(f"#/notice/{heron}?lang=en&theme=light")
        until(lambda: both.has("#acknowledge"))
        both.browser.keys("a")
        until(lambda: both.has("[data-step=SEEN].done"))
        both.browser.click("#told .away")
        _picture(both, folder / "console-notice.png", f"#/notice/{heron}?lang=en&theme=light", ".card")
        both.open(f"#/notice/{heron}?lang=ru&theme=dark")
        both.browser.click("#read-back")
        until(lambda: both.has("#form-read-back"))
        (folder / "console-read-back-ru.png").write_bytes(chromium.picture("html"))


def _picture(both: Sides, path: Path, hash_: str, wanted: str) -> None:
    both.open(hash_)
    until(lambda: both.has(wanted))
    path.write_bytes(both.browser.picture("html"))


if __name__ == "__main__":
    take()
