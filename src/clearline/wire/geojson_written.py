"""Features without a geometry, whose places are texts in their party's own notation and datum.

The one idea: a party files what is on its own map, MGRS or degrees and minutes, and the file keeps it verbatim; what
the text was taken to mean stands beside it.
"""

from dataclasses import replace

from clearline.space.datum import UNKNOWN, WGS84, Datum
from clearline.space.latlon import LatLon
from clearline.space.notation import parse_position
from clearline.space.shape import Circle, Polygon, Shape, ShapeError
from clearline.wire.errors import MalformedError
from clearline.wire.geojson_shape import Drawn, Hand, line_shape, radius_of, straight, widened
from clearline.wire.json_text import Json, shown
from clearline.wire.json_values import list_of, text_of
from clearline.wire.reading import DatumPolicy
from clearline.wire.straight_edges import held_straight

__all__ = ["written_shape"]

_MOST_TOLD = 12  # texts shown beside the shape they make
_GIVE = 'state "outline": polygon, corridor or orbit'


def written_shape(hand: Hand) -> Drawn:
    """The shape of a feature without a geometry.

    `position` is the centre of a circle; `positions` go round a polygon, along a corridor or make the axis of an orbit,
    as `outline` says. Edges are geodesics unless they are said to be straight. Raises MalformedError for a place that
    could be two, or a datum that is not stated where policy demands one.
    """
    single = text_of(hand.properties, "position", hand.at)
    several = list_of(hand.properties, "positions", hand.at)
    if single is not None and several is not None:
        raise hand.at.refuse("there are both position and positions", "keep one of them")
    if single is None and several is None:
        raise hand.at.refuse("there is no geometry", 'give one, or "position" or "positions" as text with "datum"')
    datum = _datum_of(hand)
    entries: list[Json] = [single] if several is None else several
    places: list[LatLon] = []
    datums: list[str] = []
    forms: list[str] = []
    notes: list[str] = []
    worst_m = 0.0
    for n, entry in enumerate(entries):
        at = hand.at / "position" if several is None else hand.at / "positions" / n
        try:
            position = parse_position(at.as_text(entry), datum=datum)
        except MalformedError:
            raise
        except ValueError as error:
            raise at.refuse(str(error), "write it so that it can be read in one way only") from error
        places.append(position.place)
        worst_m = max(worst_m, position.uncertainty_m)
        datums.append(str(hand.properties.get("datum") or position.datum.stated))
        forms.append(position.notation.value)
        notes.extend(note for note in position.notes if note not in notes)
    shape, stray_m = _outlined(places, hand) if several is not None else (_circle(places[0], hand), 0.0)
    words = "; ".join(str(entry) for entry in entries[:_MOST_TOLD])
    more = f"; ... ({len(entries)} places)" if len(entries) > _MOST_TOLD else ""
    drawn = widened(shape, words + more, replace(hand, doubt_m=0.0), 0.0, stray_m)
    return replace(
        drawn,
        uncertainty_m=worst_m + stray_m,
        datum=", ".join(dict.fromkeys(datums)),
        form=", ".join(dict.fromkeys(forms)),
        notes=(*notes, *drawn.notes),
    )


def _datum_of(hand: Hand) -> Datum | None:
    """The datum of the texts; None leaves it to each text to state its own, and refuses one that does not."""
    if hand.properties.get("datum") is not None:
        return UNKNOWN if hand.doubt_m > 0.0 else hand.datum or WGS84
    return None if hand.supplied.datum_policy is DatumPolicy.REFUSE else UNKNOWN


def _circle(centre: LatLon, hand: Hand) -> Shape:
    outline = text_of(hand.properties, "outline", hand.at)
    if outline not in (None, "circle"):
        raise (hand.at / "outline").refuse(f"one position makes a circle, not {shown(outline)}", "give positions")
    try:
        return Circle(centre, radius_of(hand))
    except ShapeError as error:
        raise hand.at.refuse(str(error), "mend the circle") from None


def _outlined(places: list[LatLon], hand: Hand) -> tuple[Shape, float]:
    """A shape through the places, and the metres its edges stray by if they are said to be straight on the grid."""
    outline = text_of(hand.properties, "outline", hand.at)
    at = hand.at / "positions"
    on_grid = straight(hand, otherwise=False)
    if not places:
        raise at.refuse("there is no position in it", "give at least one")
    if outline != "polygon":
        if outline is None:
            raise hand.at.refuse("it is not stated whether positions go round an area or along a line", _GIVE)
        return line_shape(places, hand, at, on_grid=on_grid)
    try:
        ring, stray_m = held_straight([*places, places[0]]) if on_grid else (tuple(places), 0.0)
        return Polygon((ring,)), stray_m
    except ShapeError as error:
        raise at.refuse(str(error), "mend the polygon") from None
