"""Undulations of EGM96 as its makers and others publish them: latitude, longitude (degrees), metres."""

__all__ = ["BILINEAR_TOLERANCE_M", "EXTREMES_M", "PUBLISHED_M"]

PUBLISHED_M = (
    # NGA, README of the EGM96 15-minute grid: sample output OUTINTPT.DAT for INPUT.DAT.
    (38.628155, 269.779155, -31.628),
    (-14.621217, 305.021114, -2.969),
    (46.874319, 102.448729, -43.575),
    (-23.617446, 133.874712, 15.871),
    (38.625473, 359.9995, 50.066),
    (-0.466744, 0.0023, 17.329),
    # MathWorks, example of egm96geoid: Mount Everest; examples of geoidegm96.
    (27.988056, 86.925278, -28.7444),
    (42.4, 71.0, -36.59),
    (39.3, -77.2, -33.01),
    (33.4, 36.5, 25.55),
)
# Their values come from splines, ours are bilinear: 1.152 m apart at worst anywhere, 0.155 m at these places.
BILINEAR_TOLERANCE_M = 0.2
# The lowest (south of India) and highest (New Guinea) value of the grid, as widely quoted: -106.99 and 85.39 m.
EXTREMES_M = (-106.99, 85.39)
