"""KML and KMZ: placemarks as activities, tracks as volumes.

The one idea: KML says where exactly, when sometimes, and who never; so our own names in ExtendedData say the rest, and
a placemark that leaves out a fact is refused unless the caller supplied it.
"""

import re
from collections.abc import Sequence

from clearline.space.volume import Entered, Volume4D
from clearline.space.window import TimeWindow
from clearline.wire.errors import MalformedError
from clearline.wire.fields import (
    UNTIL_FURTHER_NOTICE,
    Part,
    Row,
    band_of,
    check_near,
    gather,
    horizontal_of,
    kind_of,
    party_of,
    priority_of,
    window_of,
)
from clearline.wire.kml_names import DataNames
from clearline.wire.kml_shapes import TRACKS, Drawn, geometries_of, shapes_of
from clearline.wire.kml_track import track_of
from clearline.wire.kmz import unpack_kmz
from clearline.wire.reading import Reading, Supplied
from clearline.wire.remarks import Remarks
from clearline.wire.spot import Spot
from clearline.wire.times import parse_time
from clearline.wire.xml_text import Element, read_elements

__all__ = ["looks_like_kml", "read_kml", "read_kmz"]

_NAMESPACES = {
    "http://www.opengis.net/kml/2.2": "",
    "http://www.opengis.net/kml/2.3": "",
    "http://earth.google.com/kml/2.0": "",
    "http://earth.google.com/kml/2.1": "",
    "http://earth.google.com/kml/2.2": "",
    "http://www.google.com/kml/ext/2.2": "gx:",
}
_TIMES = frozenset({"TimeSpan", "TimeStamp", "gx:TimeSpan", "gx:TimeStamp"})
_PICTURES = frozenset({"GroundOverlay", "ScreenOverlay", "PhotoOverlay", "gx:Tour"})
_LINKS = frozenset({"NetworkLink", "NetworkLinkControl"})
_WANTED = frozenset({"Placemark", "?Placemark", *_LINKS, *_TIMES, *_PICTURES})
_LONGEST_PLACE = 2_000
_HEAD = re.compile(r"<(?:[A-Za-z0-9_]+:)?kml[\s>/]")


def looks_like_kml(head: str) -> bool:
    """Whether a file beginning so is KML.

    >>> looks_like_kml('<?xml version="1.0"?><kml xmlns="http://www.opengis.net/kml/2.2">'), looks_like_kml("<a/>")
    (True, False)
    """
    return head.lstrip("\ufeff \t\r\n").startswith("<") and _HEAD.search(head) is not None


def read_kmz(data: bytes, *, source: str, supplied: Supplied) -> Reading:
    """Read the one KML document of a KMZ archive. Raises MalformedError."""
    return read_kml(unpack_kmz(data, source=source), source=source, supplied=supplied)


def read_kml(data: bytes, *, source: str, supplied: Supplied) -> Reading:
    """Read KML 2.2 and its gx tracks: see docs/formats/kml.md. Raises MalformedError, with the line."""
    parts: list[Part] = []
    remarks = Remarks()
    names = _Names(DataNames(remarks))
    shared_time: int | None = None
    timeless: Spot | None = None
    for element in read_elements(data, source=source, root="kml", wanted=_WANTED, prefixes=_NAMESPACES):
        spot = Spot(source, f"line {element.line}")
        if element.name in _LINKS:
            raise spot.refuse(f"a {element.name} leads to what is outside the file", "save everything in one file")
        if element.name in _TIMES:
            if element.parent in ("Document", "Folder"):
                shared_time = element.line
        elif element.name == "?Placemark":
            raise spot.refuse("a Placemark is of a namespace that is not KML's", "save the file as KML 2.2")
        elif element.name in _PICTURES:
            remarks.say(f"a {element.name} was not read: it is a picture or a view")
        else:
            part, timed = _read_placemark(element, spot, supplied, remarks, names)
            parts += [] if part is None else [part]
            timeless = timeless or (None if timed or part is None else spot)
    if shared_time is not None and timeless is not None:
        raise timeless.refuse(
            f"the placemark states no time, and a folder round some placemarks does (line {shared_time})",
            "state the time in each placemark",
        )
    if not parts:
        raise MalformedError(source, "whole file", "it holds no placemark with a geometry", "draw at least one")
    return Reading(gather(parts), remarks.told())


class _Names:
    """The names in one file: of its data, and identifiers for placemarks that state none.

    Such a placemark goes by its XML id or its name, told apart by a number where one is used twice.
    """

    def __init__(self, data: DataNames) -> None:
        self.data = data
        self._used: dict[str, int] = {}

    def fresh(self, name: str, remarks: Remarks) -> str:
        count = self._used[name] = self._used.get(name, 0) + 1
        if count == 1:
            return name
        remarks.say(f"more than one placemark is named {name[:60]!r} and states no id: they are told apart by a number")
        return self.fresh(f"{name} ({count})", remarks)


def _read_placemark(
    placemark: Element, spot: Spot, supplied: Supplied, remarks: Remarks, names: _Names
) -> tuple[Part | None, bool]:
    """The part of an activity a placemark is (none without a geometry), and whether it states its own time."""
    geometries = geometries_of(placemark, spot)
    texts = names.data.data_of(placemark, spot)
    texts, timed = _with_time(placemark, spot, texts)
    if not geometries:
        if timed or any(texts.values()):  # a plan whose place was lost must not read as nothing planned
            raise spot.refuse(
                "the placemark states a plan and has no geometry", "draw it, or take its time and data out"
            )
        remarks.say("a placemark without a geometry was not read")
        return None, True
    row = Row(spot, texts)
    ident = row.words("id")
    if not ident:
        named = Row(spot, {"name": placemark.attributes.get("id", "") or placemark.text_of("name")}).words("name")
        if not named:
            raise spot.refuse("the placemark states no id and no name", "name it, or state id in its ExtendedData")
        ident = names.fresh(named, remarks)
    entered = Entered(
        source=str(spot),
        altitude=f"{row.text('lower')} to {row.text('upper')}" if row.text("lower") else "",
        time=f"{row.text('start')} to {row.text('end')}" if row.text("start") else "",
        form="KML, longitude before latitude, altitudes by altitudeMode (absolute: metres above EGM96)",
    )
    tracks = [geometry for geometry in geometries if geometry.name in TRACKS]
    areas = [geometry for geometry in geometries if geometry.name not in TRACKS]
    volumes = [volume for track in tracks for volume in _read_track(row, track, entered, supplied, remarks, ident)]
    if areas:
        volumes += _read_areas(row, shapes_of(row, areas, supplied), entered, supplied)
    title = row.words("title") if "title" in texts else Row(spot, {"name": placemark.text_of("name")}).words("name")
    part = Part(spot, party_of(row, supplied), ident, kind_of(row), title, priority_of(row), tuple(volumes))
    return part, timed or not areas


def _read_track(
    row: Row, track: Element, entered: Entered, supplied: Supplied, remarks: Remarks, ident: str
) -> list[Volume4D]:
    volumes, notes = track_of(row, track, entered, supplied)
    for note in notes:
        remarks.say(f"{ident}: {note}")
    return volumes


def _read_areas(row: Row, drawn: Sequence[Drawn], entered: Entered, supplied: Supplied) -> list[Volume4D]:
    window: TimeWindow = window_of(row, supplied)
    uncertainty_m = horizontal_of(row, supplied)
    volumes: list[Volume4D] = []
    for one in drawn:
        if one.band is None and not row.text("lower") and not row.text("upper") and supplied.lower is None:
            raise row.spot.refuse(
                "it is drawn on the ground, or as a sheet without thickness, and states no altitude",
                "state lower and upper in its ExtendedData, extrude it to the ground, or supply limits for the file",
            )
        band = band_of(row, supplied, one.band)
        check_near(row, one.shape, uncertainty_m)
        near = row.words("near")
        place = one.text if len(one.text) <= _LONGEST_PLACE else f"{one.text[:_LONGEST_PLACE]}..."
        with row.spot.guarded("state a smaller uncertainty"):
            said = Entered(
                entered.source,
                place + (f" (near {near})" if near else ""),
                entered.altitude or (str(band) if one.band is not None else ""),
                entered.time,
                entered.form,
            )
            volumes.append(Volume4D(one.shape, band, window, uncertainty_m, said))
    return volumes


def _with_time(placemark: Element, spot: Spot, texts: dict[str, str]) -> tuple[dict[str, str], bool]:
    """The texts with start and end from the placemark's own time, and whether it states any."""
    times = [child for child in placemark.children if child.name in _TIMES]
    stated = bool(texts.get("start") or texts.get("end"))
    if not times:
        return texts, stated
    if len(times) > 1:
        raise spot.refuse("it has more than one TimeSpan or TimeStamp", "keep one")
    at = Spot(spot.source, f"line {times[0].line}")
    start, end = _span(times[0], at)
    if stated and (texts.get("start"), texts.get("end")) != (start, end):
        raise at.refuse("its TimeSpan and its data start and end differ", "keep one of them")
    return {**texts, "start": start, "end": end}, True


def _span(time: Element, spot: Spot) -> tuple[str, str]:
    if time.name.endswith("TimeStamp"):
        when = time.text_of("when")
        with spot.guarded("give a TimeSpan with begin and end"):
            if parse_time(when, end=True) - parse_time(when, end=False) <= 1:
                raise ValueError(f"the TimeStamp {when[:40]!r} is an instant, and a plan lasts")
        return when, when
    begin, end = time.text_of("begin"), time.text_of("end")
    if not begin:
        raise spot.refuse("a TimeSpan has no begin", "state when it begins")
    return begin, end or UNTIL_FURTHER_NOTICE
