"""Clearline: who meets whom in one sky, told exactly, before and while it happens.

The names here load what they need when they are first used, so that `import clearline` costs next to nothing.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from clearline.app.check import check
    from clearline.conflict.minima import INTERSECT, LINE_2015, Minima
    from clearline.conflict.verdict import Verdict
    from clearline.wire.errors import MalformedError
    from clearline.wire.reading import Supplied

__all__ = ["INTERSECT", "LINE_2015", "MalformedError", "Minima", "Supplied", "Verdict", "__version__", "check"]

__version__ = "0.1.0"

_HOMES = {
    "check": "clearline.app.check",
    "INTERSECT": "clearline.conflict.minima",
    "LINE_2015": "clearline.conflict.minima",
    "Minima": "clearline.conflict.minima",
    "Verdict": "clearline.conflict.verdict",
    "MalformedError": "clearline.wire.errors",
    "Supplied": "clearline.wire.reading",
}


def __getattr__(name: str) -> object:
    """Load one of the public names on first use. Raises AttributeError for any other."""
    if name not in _HOMES:
        raise AttributeError(f"module 'clearline' has no attribute {name!r}")
    from importlib import import_module

    value: object = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value
