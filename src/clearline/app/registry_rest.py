"""What a registry needs for polygons and not for its first answer; loading this module is all there is to it.

The one idea: arrays and geodesics take as long to load as a quarter of the rest, and a registry that was just started
again has clients that wait.
"""

import pyproj

from clearline.space import cover_pole, cover_ring, shape

__all__ = ["LOADED"]

LOADED = tuple(one.__name__ for one in (pyproj, cover_pole, cover_ring, shape))
