"""The answer of a check as a page for people, with the look and the borders that ship with Clearline.

The one idea: what is read from the package is read here, so that the page itself is made of values alone.
"""

from functools import cache
from importlib.resources import files

from clearline.app.check import Checked
from clearline.edge.borders_file import load_borders
from clearline.wire.report import Look, write_report
from clearline.wire.report_map import BordersFor

__all__ = ["load_look", "write_page"]


@cache
def load_look() -> Look:
    """The style, the script and the borders of the report. Raises OSError if the package's files are missing."""
    folder = files("clearline.app").joinpath("data")
    style, script = (folder.joinpath(name).read_text("utf-8") for name in ("report.css", "report.js"))
    return Look(style, script, BordersFor(load_borders("50m"), load_borders("110m")))


def write_page(checked: Checked) -> str:
    """The page as HTML."""
    return write_report(checked.result, load_look())
