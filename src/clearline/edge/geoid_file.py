"""The geoid that ships with Clearline, read from the package.

The one idea: a missing or broken grid is an error at once; nothing ever stands in for it.
"""

from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from clearline.space.geoid import Geoid, GeoidError, parse_gtx

__all__ = ["load_geoid", "read_geoid"]


@cache
def load_geoid() -> Geoid:
    """The EGM96 15-minute grid (US NGA, public domain). Raises GeoidError if the file is missing or broken."""
    return read_geoid(files("clearline.edge").joinpath("data"))


def read_geoid(folder: Traversable) -> Geoid:
    """The grid in a folder. Raises GeoidError if it is missing, cut short, or not the geoid."""
    try:
        data = folder.joinpath("egm96_15.gtx").read_bytes()
    except OSError as error:
        raise GeoidError(f"the geoid grid egm96_15.gtx cannot be read ({error}): reinstall Clearline") from error
    return parse_gtx(data)
