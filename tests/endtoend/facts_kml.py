"""Complete KML files, and the loss of each of their elements, attributes and words."""

from collections.abc import Iterator
from xml.etree import ElementTree as ET

from clearline.space.latlon import LatLon
from tests.endtoend.facts import (
    EAST,
    EAST_OF_CIRCLE,
    HERE,
    MIDWAY,
    NORTH,
    TIMES,
    TRACK_TIMES,
    WEST_OF_TRIANGLE,
    Case,
    Loss,
    dents_of,
    east_of_line,
    probe_at,
)

__all__ = ["KML_CASES"]

_KML = "http://www.opengis.net/kml/2.2"
_GX = "http://www.google.com/kml/ext/2.2"
_SPAN = f"<TimeSpan><begin>{TIMES['start']}</begin><end>{TIMES['end']}</end></TimeSpan>"


def _placemark(*inside: str, **data: object) -> bytes:
    values = "".join(f'<Data name="{name}"><value>{text}</value></Data>' for name, text in data.items())
    return (
        f'<kml xmlns="{_KML}" xmlns:gx="{_GX}"><Document><Placemark><name>A</name>{"".join(inside)}<ExtendedData>'
        f'<Data name="party"><value>BLUE</value></Data>{values}</ExtendedData></Placemark></Document></kml>'
    ).encode()


def _xml_losses(data: bytes) -> Iterator[Loss]:
    """The document less each element, each element's text, each attribute, and each part of a text."""
    ET.register_namespace("", _KML)
    ET.register_namespace("gx", _GX)
    count = len(list(ET.fromstring(data).iter()))
    for n in range(1, count):
        for how in ("deleted", "blank", "nameless"):
            root = ET.fromstring(data)
            element = list(root.iter())[n]
            if how == "deleted":
                next(parent for parent in root.iter() if element in list(parent)).remove(element)
            elif how == "blank" and (element.text or "").strip():
                element.text = ""
            elif how == "nameless" and element.attrib:
                element.attrib.clear()
            else:
                continue
            yield f"{element.tag} {how}", ET.tostring(root)
        for dented in dents_of(list(ET.fromstring(data).iter())[n].text or ""):
            root = ET.fromstring(data)
            element = list(root.iter())[n]
            element.text = dented
            yield f"{element.tag} {dented!r}", ET.tostring(root)


def _places(*places: LatLon, up_m: float | None = None) -> str:
    tail = "" if up_m is None else f",{up_m}"
    return f"<coordinates>{' '.join(f'{p.lon_deg},{p.lat_deg}{tail}' for p in places)}</coordinates>"


def _kml_cases() -> Iterator[Case]:
    band = {"lower": "9000FT AMSL", "upper": "9500FT AMSL"}
    ring = f"<outerBoundaryIs><LinearRing>{_places(HERE, EAST, NORTH, HERE, up_m=2896)}</LinearRing></outerBoundaryIs>"
    drawn = f"<Polygon><extrude>1</extrude><altitudeMode>absolute</altitudeMode>{ring}</Polygon>"
    line = f"<altitudeMode>absolute</altitudeMode>{_places(HERE, NORTH, up_m=2870)}"
    coords = "".join(f"<gx:coord>{p.lon_deg} {p.lat_deg} 2870</gx:coord>" for p in (HERE, NORTH))
    whens = "".join(f"<when>{time}</when>" for time in TRACK_TIMES)
    track = f"<gx:Track><altitudeMode>absolute</altitudeMode>{whens}{coords}</gx:Track>"
    for name, data, probe in (
        ("point", _placemark(_SPAN, f"<Point>{_places(HERE)}</Point>", radius_m=5000, **band), EAST_OF_CIRCLE),
        ("times", _placemark(f"<Point>{_places(HERE)}</Point>", radius_m=5000, **band, **TIMES), EAST_OF_CIRCLE),
        ("line", _placemark(_SPAN, f"<LineString>{_places(HERE, NORTH)}</LineString>", half_width_m=900, **band),
         east_of_line(900.0)),
        ("drawn line", _placemark(_SPAN, f"<LineString>{line}</LineString>", half_width_m=900),
         east_of_line(900.0)),
        ("area", _placemark(_SPAN, drawn, **band), probe_at(WEST_OF_TRIANGLE, 270.0)),
        ("drawn area", _placemark(_SPAN, drawn), probe_at(WEST_OF_TRIANGLE, 270.0)),
        ("parts", _placemark(_SPAN, f"<MultiGeometry>{drawn}</MultiGeometry>"), probe_at(WEST_OF_TRIANGLE, 270.0)),
        ("day", _placemark("<TimeStamp><when>2026-05-14</when></TimeStamp>", drawn), probe_at(WEST_OF_TRIANGLE, 270.0)),
        ("track", _placemark(track, half_width_m=500), east_of_line(500.0, window=MIDWAY)),
    ):  # fmt: skip
        # A line drawn at one height is that height: the probe's band holds it.
        yield Case(f"kml {name}", "", data, probe, _xml_losses)


KML_CASES = [*_kml_cases()]
