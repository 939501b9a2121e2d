"""The console as it was built: where its files are, and each of them read once.

The one idea: a file is read with its compressed forms when the node starts, so nothing is read or compressed for an
officer who waits.
"""

import hashlib
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

__all__ = ["ConsoleFile", "find_console", "load_console"]

_MEDIA = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
}
_CODINGS = (("br", ".br"), ("gzip", ".gz"))
_PAGE = "index.html"
# A name of an asset holds the digest of its content, so what is behind it never changes; the page's own name does.
_FOR_GOOD, _ASK_AGAIN = "public, max-age=31536000, immutable", "no-cache"


@dataclass(frozen=True, slots=True)
class ConsoleFile:
    """One file: its media type, its bytes as they are and compressed, by the name of the coding."""

    media: str
    plain: bytes
    coded: dict[str, bytes]
    cache: str

    @property
    def etag(self) -> str:
        """A tag that differs where the bytes do."""
        return f'"{hashlib.sha256(self.plain).hexdigest()[:32]}"'


def find_console() -> Traversable | None:
    """The folder of the built console: in the source tree, or installed; None where it was not built."""
    built = Path(__file__).resolve().parents[3] / "console" / "dist"
    for folder in (built, files("clearline.edge").joinpath("console")):
        if folder.joinpath(_PAGE).is_file():
            return folder
    return None


def load_console(folder: Traversable) -> dict[str, ConsoleFile]:
    """Every file that is served, by its path below the root; `""` is the page. Raises OSError for what is not there."""
    found = {"": _load(folder, _PAGE, _ASK_AGAIN), "LICENSES.txt": _load(folder, "LICENSES.txt", _ASK_AGAIN)}
    assets = folder.joinpath("assets")
    for path in assets.iterdir():
        if _suffix(path.name) in _MEDIA:
            found[f"assets/{path.name}"] = _load(assets, path.name, _FOR_GOOD)
    return found


def _load(folder: Traversable, name: str, cache: str) -> ConsoleFile:
    coded = {
        coding: path.read_bytes() for coding, suffix in _CODINGS if (path := folder.joinpath(name + suffix)).is_file()
    }
    return ConsoleFile(_MEDIA[_suffix(name)], folder.joinpath(name).read_bytes(), coded, cache)


def _suffix(name: str) -> str:
    return Path(name).suffix
