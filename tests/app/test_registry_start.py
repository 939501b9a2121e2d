"""A registry loads what its first answer needs, and the rest when that was given."""

import subprocess
import sys

from clearline.app.registry_rest import LOADED

_STORY = """
import sys
import clearline.cli.registry, clearline.app.registry, clearline.edge.registry_sqlite
from clearline.cli.refusal import refusing
from clearline.space.cover import cover_circle
from clearline.space.latlon import LatLon
with refusing():
    assert cover_circle(LatLon(36.005, 40.005), 200.0)
late = {"numpy", "pyproj", "cryptography.x509", "asyncpg", "httpx", "starlette", "clearline.conflict"}
print(*sorted(late & set(sys.modules)))
"""


def test_nothing_is_loaded_that_the_first_answer_does_not_need() -> None:
    done = subprocess.run([sys.executable, "-c", _STORY], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == ""


def test_the_rest_is_what_polygons_need() -> None:
    assert set(LOADED) == {
        "pyproj",
        "clearline.space.cover_pole",
        "clearline.space.cover_ring",
        "clearline.space.shape",
    }
