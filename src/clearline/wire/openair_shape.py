"""The drawing records of one OpenAir area (V, DP, DA, DB, DC, DY) as a shape.

The one idea: records are instructions to a pen, so they are kept in order with the centre and direction in force when
each was given; only at the end is it known whether they drew a circle, an airway or a boundary with arcs in it.
"""

import re
from dataclasses import dataclass, field

from clearline.space.arc import Arc, arc_between, polygon_with_arcs
from clearline.space.latlon import LatLon, check_latlon
from clearline.space.shape import Circle, Corridor, Shape
from clearline.wire.spot import Spot

__all__ = ["NAUTICAL_MILE_M", "Pen", "parse_place"]

NAUTICAL_MILE_M = 1852.0  # exactly: BIPM, SI brochure, 8th edition, table 8
_MOST_RECORDS = 10_000

_ANGLE = r"(\d{1,3}):(\d{1,2})(?::(\d{1,2}(?:\.\d+)?)|(\.\d+))"
_PLACE = re.compile(rf"\s*{_ANGLE}\s*([NSns])[\s,]*{_ANGLE}\s*([EWew])\s*")
_PAIR = re.compile(r"(.*?[EWew])\s*,?\s*(\d.*)", re.DOTALL)
_NUMBER = re.compile(r"\d{1,6}(?:\.\d+)?")


def parse_place(text: str) -> LatLon:
    """A place as OpenAir writes it: DD:MM:SS N DDD:MM:SS E, or with decimal minutes DD:MM.mmm. Raises ValueError.

    >>> parse_place("35:20:30 N 040:18:45 E")
    LatLon(lat_deg=35.34166666666667, lon_deg=40.3125)
    """
    found = _PLACE.fullmatch(text[:200])
    if found is None:
        raise ValueError(f"{text[:60]!r} is not a place; write DD:MM:SS N DDD:MM:SS E, or DD:MM.mmm N DDD:MM.mmm E")
    lat_deg = _degrees(*found.group(1, 2, 3, 4), text=text)
    lon_deg = _degrees(*found.group(6, 7, 8, 9), text=text)
    if (found[3] is None) != (found[8] is None):
        raise ValueError(f"{text[:60]!r} gives seconds in one half and decimal minutes in the other; write both alike")
    return check_latlon(LatLon(-lat_deg if found[5] in "Ss" else lat_deg, -lon_deg if found[10] in "Ww" else lon_deg))


def _degrees(degrees: str, minutes: str, seconds: str | None, fraction: str | None, *, text: str) -> float:
    # Whole numbers of the smallest unit divided once: the nearest double to what was written.
    if seconds is not None:
        if int(minutes) > 59 or float(seconds) >= 60.0:
            raise ValueError(f"{text[:60]!r} has more than 59 minutes or seconds; mend it")
        return (int(degrees) * 3600 + int(minutes) * 60 + float(seconds)) / 3600.0
    if int(minutes) > 59:
        raise ValueError(f"{text[:60]!r} has more than 59 minutes; mend it")
    return (int(degrees) * 60 + float(minutes + (fraction or ""))) / 60.0


@dataclass(slots=True)
class Pen:
    """What one area's records have drawn so far, and the centre, direction and width in force.

    Nothing is carried over from the area before: a centre must be given in the area that uses it.
    """

    boundary: list[LatLon | Arc] = field(default_factory=list[LatLon | Arc])
    circles: list[Circle] = field(default_factory=list[Circle])
    airway: list[LatLon] = field(default_factory=list[LatLon])
    records: list[str] = field(default_factory=list[str])
    centre: LatLon | None = None
    clockwise: bool = True
    width_m: float | None = None

    def draw(self, command: str, text: str, spot: Spot) -> None:
        """Take one record. Raises MalformedError."""
        if len(self.records) >= _MOST_RECORDS:
            raise spot.refuse(f"the area has more than {_MOST_RECORDS} records", "split it")
        with spot.guarded(f"mend the {command} record"):
            match command:
                case "V":
                    self._assign(text, spot)
                case "DP":
                    self.boundary.append(parse_place(text))
                case "DA":
                    self.boundary.append(self._arc(text, spot))
                case "DB":
                    self.boundary.append(self._arc_between(text, spot))
                case "DC":
                    self.circles.append(Circle(self._centre(spot), _number(text) * NAUTICAL_MILE_M))
                case _:
                    assert command == "DY", f"{command} is not a drawing record"
                    self.airway.append(parse_place(text))
        self.records.append(f"{command} {text}")

    def shape(self, spot: Spot) -> Shape:
        """The shape drawn: one circle, one airway or one boundary. Raises MalformedError for none, or more than one."""
        drawn = [name for name, there in (("DC", self.circles), ("DY", self.airway), ("DP", self.boundary)) if there]
        if len(drawn) != 1 or len(self.circles) > 1:
            problem = "the area draws nothing" if not drawn else "the area draws more than one shape"
            raise spot.refuse(
                problem, "draw one boundary (DP, DA, DB), one circle (DC) or one airway (DY) in each area"
            )
        with spot.guarded("mend the area's drawing"):
            if self.circles:
                return self.circles[0]
            if self.airway:
                return self._corridor(spot)
            return polygon_with_arcs(self.boundary)

    def _corridor(self, spot: Spot) -> Corridor:
        if self.width_m is None:
            raise spot.refuse("an airway (DY) has no width", "give V W=width in nautical miles before it")
        if len(self.airway) < 2:
            raise spot.refuse("an airway (DY) has one place", "give two or more, or draw a circle")
        return Corridor(tuple(self.airway), self.width_m / 2.0)

    def _assign(self, text: str, spot: Spot) -> None:
        name, mark, value = (part.strip() for part in text.partition("="))
        match (name.upper(), mark):
            case ("X", "="):
                self.centre = parse_place(value)
            case ("D", "=") if value in ("+", "-"):
                self.clockwise = value == "+"
            case ("W", "="):
                self.width_m = _number(value) * NAUTICAL_MILE_M
            case _:
                raise spot.refuse(f"V {text[:40]!r} is not known", "use V X=place, V D=+ or -, or V W=width")

    def _centre(self, spot: Spot) -> LatLon:
        if self.centre is None:
            raise spot.refuse("no centre was given in this area", "give V X=place before it")
        return self.centre

    def _arc(self, text: str, spot: Spot) -> Arc:
        parts = text.replace(",", " ").split()
        if len(parts) != 3:
            raise spot.refuse(f"DA {text[:40]!r} is not radius, from, to", "give three numbers")
        radius, from_deg, to_deg = (_number(part) for part in parts)
        return Arc(self._centre(spot), radius * NAUTICAL_MILE_M, from_deg, to_deg, self.clockwise)

    def _arc_between(self, text: str, spot: Spot) -> Arc:
        found = _PAIR.fullmatch(text[:200])
        if found is None:
            raise spot.refuse(f"DB {text[:60]!r} is not two places", "give two places parted by a comma")
        centre = self._centre(spot)
        return arc_between(centre, parse_place(found[1]), parse_place(found[2]), clockwise=self.clockwise)


def _number(text: str) -> float:
    if not _NUMBER.fullmatch(text.strip()):
        raise ValueError(f"{text.strip()[:20]!r} is not a number (nautical miles or degrees, point for decimals)")
    return float(text)
