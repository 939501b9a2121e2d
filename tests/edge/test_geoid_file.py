"""The geoid grid is there, is the geoid, and nothing ever stands in for it."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from clearline.edge.geoid_file import load_geoid, read_geoid
from clearline.space.geoid import GeoidError
from tests.tidy.tree import source_modules

_NAME = "egm96_15.gtx"
_HEADER = np.array([-90.0, -180.0, 0.25, 0.25], ">f8").tobytes() + np.array([721, 1440], ">i4").tobytes()

# What a shift of heights by pyproj would have to name.
_VERTICAL = ("geoidgrids", "vgridshift", "EPSG:4979", "EPSG:5773", "EPSG:3855", "EPSG:9705", "EPSG:9707", "+vunits")

_SHIFT = """
from clearline.edge.geoid_file import load_geoid
from clearline.space.altitude import AltitudeLimit, Band, Reference, Unit
from clearline.space.heights import Footprint, Frame, resolve_band
limit = AltitudeLimit(1000.0, Unit.METRE, Reference.EGM96)
everest = Footprint(27.98, 27.99, 86.92, 86.93)
print(resolve_band(Band(limit, limit), everest, load_geoid()).span(Frame.HAE))
"""


def test_the_grid_that_ships_is_read_once() -> None:
    assert load_geoid().undulation_m.shape == (721, 1440)
    assert load_geoid() is load_geoid()


@pytest.mark.parametrize("data", [None, b"", b"\0" * 39, _HEADER, _HEADER + b"\0" * (721 * 1440 * 4 - 4)])
def test_a_missing_or_cut_grid_is_an_error(tmp_path: Path, data: bytes | None) -> None:
    if data is not None:
        (tmp_path / _NAME).write_bytes(data)
    with pytest.raises(GeoidError):
        read_geoid(tmp_path)


def test_a_grid_emptied_to_zeros_is_an_error(tmp_path: Path) -> None:
    """Such a grid would read well and shift every height by nothing."""
    (tmp_path / _NAME).write_bytes(_HEADER + b"\0" * (721 * 1440 * 4))
    with pytest.raises(GeoidError, match="emptied"):
        read_geoid(tmp_path)


def test_no_module_asks_pyproj_for_a_vertical_shift() -> None:
    """Pyproj without its grid shifts by 0 m and says nothing, so heights never go through it."""
    texts = [
        (path.name, node.value)
        for path, tree in source_modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    assert texts
    assert not [(name, text) for name, text in texts if any(word in text for word in _VERTICAL)]


def test_heights_do_not_depend_on_what_pyproj_finds(tmp_path: Path) -> None:
    """With all of pyproj's data taken away a height is shifted as much as with it, and not by 0 m."""

    def shifted(**more: str) -> str:
        environment = {**os.environ, **more}
        done = subprocess.run(
            [sys.executable, "-c", _SHIFT], env=environment, capture_output=True, text=True, check=True, timeout=60
        )
        return done.stdout

    bare = shifted(PROJ_DATA=str(tmp_path), PROJ_LIB=str(tmp_path), PROJ_NETWORK="OFF")
    assert bare == shifted()
    assert "low_m=9" in bare  # 1000 m above the sea at Everest is 971 m above the ellipsoid
