"""Where the example plans are, and how a page is shown to whoever is there.

The one idea: a page is opened only where there is a screen to open it on; elsewhere its path is all that is needed.
"""

import os
import sys
import webbrowser
from pathlib import Path

__all__ = ["find_examples", "open_page", "screen_available"]

_MARK = "coalition.csv"


def find_examples() -> Path | None:
    """The folder of example plans: in the working folder, installed, or in the source tree; None if nowhere."""
    here = Path(__file__).resolve()
    for folder in (Path.cwd() / "examples", here.parents[1] / "examples", here.parents[3] / "examples"):
        if (folder / _MARK).is_file():
            return folder
    return None


def screen_available() -> bool:
    """Whether a browser window could be seen by anyone."""
    if sys.platform in ("darwin", "win32"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def open_page(path: Path) -> bool:
    """Open a page in the reader's browser; whether that was possible."""
    return screen_available() and webbrowser.open(path.resolve().as_uri())
