"""Coasts and borders for the report's maps, read from the package.

The one idea: the finer set is for maps of a region, the coarser one for maps of a continent or more.
"""

import io
from functools import cache
from importlib.resources import files

import numpy as np

from clearline.wire.report_land import Borders

__all__ = ["load_borders"]


@cache
def load_borders(name: str = "50m") -> Borders:
    """Natural Earth's lines (public domain) at a scale of 1 to 50 or 110 million: `50m` or `110m`.

    Raises OSError if the package's file is missing.
    """
    data = files("clearline.edge").joinpath("data", f"borders-{name}.npz").read_bytes()
    with np.load(io.BytesIO(data), allow_pickle=False) as stored:
        steps, arc_offsets = stored["steps"].astype(np.int64), stored["arc_offsets"]
        # Each arc is steps from (0, 0): their running sum, less what the arcs before it came to.
        sums = np.cumsum(steps, axis=0)
        before = np.concatenate((np.zeros((1, 2), np.int64), sums))[arc_offsets[:-1]]
        grid = sums - np.repeat(before, np.diff(arc_offsets), axis=0)
        lon_lat_deg = grid * stored["scale"] + stored["translate"]
        return Borders(
            np.ascontiguousarray(lon_lat_deg[:, ::-1]),
            arc_offsets,
            stored["border"],
            stored["ring_arcs"],
            stored["ring_offsets"],
        )
