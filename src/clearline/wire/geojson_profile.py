"""The names a GeoJSON feature may use under `properties`, and names that look like them and are not.

The one idea: a misspelt `lower` must never be taken for a feature that states no limit, so a name that could be meant
for one of ours is refused with the right one named; any other name is noted as not used, never dropped silently.
"""

import re
from functools import lru_cache

from clearline.wire.errors import MalformedError
from clearline.wire.json_text import Json, shown
from clearline.wire.json_values import At
from clearline.wire.remarks import Remarks

__all__ = ["PROFILE", "check_names"]

PROFILE = frozenset(
    {
        "id", "party", "kind", "title", "name", "priority",
        "start", "end", "clock_uncertainty_s", "times",
        "lower", "upper", "altitudes", "altitude_unit", "altitude_reference", "half_height_m",
        "radius_m", "half_width_m", "outline", "edges",
        "datum", "horizontal_uncertainty_m", "position", "positions", "near",
    }
)  # fmt: skip

# Other people's names for the same facts, letters and digits only, in lower case. One of ours beside it settles the
# matter: then the other name is noted and not used.
_BAND = ("lower", "upper", "altitudes", "times")
_NAMES: tuple[tuple[tuple[str, ...], str], ...] = (
    (_BAND, "altitude alt height elevation elev level flightlevel fl band altitudeband"),
    (
        ("lower",),
        "floor base bottom minalt minaltitude altmin altitudemin altitudelower lowerlimit loweraltitude lowerm lowerft "
        "lowerfl loweruom",
    ),
    (
        ("upper",),
        "ceiling top maxalt maxaltitude altmax altitudemax altitudeupper upperlimit upperaltitude upperm upperft "
        "upperfl upperuom",
    ),
    (("half_width_m",), "width widthm widthkm widthnm halfwidth halfwidthkm halfwidthnm buffer bufferm"),
    (("half_height_m",), "halfheight halfheightft verticalbuffer"),
    (
        ("start",),
        "begin starttime timestart startdate startdatetime startms timebegin validfrom effectivefrom",
    ),
    (("end",), "until endtime timeend enddate enddatetime endms validto validuntil effectiveto expires"),
    (("times", "start"), "time timestamp timestamps coordtimes coordinatetimes"),
    (
        ("horizontal_uncertainty_m",),
        "uncertainty uncertaintym accuracy accuracym horizontalaccuracy horizontalaccuracym horizontaluncertainty "
        "positionaccuracy",
    ),
    (("clock_uncertainty_s",), "clockuncertainty clockuncertaintyms timeuncertainty timeuncertaintys"),
    (("datum",), "crs srs srid epsg projection geodeticdatum coordinatesystem"),
    (("position", "positions"), "coordinates coordinate latlon mgrs utm dms"),
)
_ALIKE = {name: ours for ours, names in _NAMES for name in names.split()}
# Names that matter only to lines: on an area another name for them changes nothing.
_OF_LINES = frozenset({"half_width_m", "half_height_m"})
# One part of a limit under a name of its own would be lost even where the limit itself is stated.
_LIMIT_PART = re.compile(r"(lower|upper)_(value|unit|reference|uncertainty_m|pressure_hpa|station_m|ground_\w+)")
_NOT_LETTER = re.compile(r"[^a-z0-9]")
# A slip of one letter is looked for only in names long enough for it not to be a word of its own.
_SHORTEST = 5


def check_names(properties: dict[str, Json], at: At, remarks: Remarks, *, area: bool) -> None:
    """Refuse names that could be meant for ours, and note the others that are not ours.

    `area` is whether the feature is a point or a polygon, on which a name for the width of a line changes nothing.
    """
    if properties.keys() <= PROFILE:
        return
    for name in properties:
        if name in PROFILE or properties[name] is None:
            continue
        if (limit := _LIMIT_PART.fullmatch(name)) is not None:
            raise (at / "properties").refuse(
                f"the property {shown(name)} states one part of a limit apart from it",
                f'write "{limit[1]}": {{"value": ..., "unit": ..., "reference": ...}}, with this part in it',
            )
        ours = _meant(name)
        matters = ours is not None and not (area and _OF_LINES.issuperset(ours))
        if ours is not None and matters and all(properties.get(right) is None for right in ours):
            raise _mistaken(name, ours, at)
        remarks.say(f"the property {shown(name)} is not used")


def _mistaken(name: str, ours: tuple[str, ...], at: At) -> MalformedError:
    right = " or ".join(ours[:2]) if ours != _BAND else "lower and upper"
    return (at / "properties").refuse(
        f"the property {shown(name)} is not one of ours, and could be meant for {right}",
        f"name it {right} (docs/formats/geojson.md), or take it out",
    )


@lru_cache(maxsize=4096)
def _meant(name: str) -> tuple[str, ...] | None:
    """The names of ours that another name could be meant for; a file has few names, so each is worked out once."""
    letters = _NOT_LETTER.sub("", name.casefold())
    if letters in _ALIKE:
        return _ALIKE[letters]
    for ours in sorted(PROFILE - {"name", "title"}):
        plain = ours.replace("_", "")
        if letters == plain or (len(plain) >= _SHORTEST and _one_slip(letters, plain)):
            return (ours,)
    return None


def _one_slip(a: str, b: str) -> bool:
    """Whether one letter put in, left out, changed, or swapped with its neighbour makes one name the other."""
    if abs(len(a) - len(b)) > 1:
        return False
    start = 0
    while start < min(len(a), len(b)) and a[start] == b[start]:
        start += 1
    rest_a, rest_b = a[start:], b[start:]
    return (
        rest_a[1:] == rest_b[1:]
        or rest_a[1:] == rest_b
        or rest_a == rest_b[1:]
        or (rest_a[:2] == rest_b[1::-1] and rest_a[2:] == rest_b[2:])
    )
