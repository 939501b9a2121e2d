"""An activity is somebody's, is somewhere, and says nothing about why."""

from dataclasses import fields

import pytest

from clearline.airspace.activity import Activity, Kind
from clearline.space.altitude import SURFACE, UNLIMITED, Band
from clearline.space.latlon import LatLon
from clearline.space.shape import Circle
from clearline.space.volume import Volume4D
from clearline.space.window import TimeWindow

_VOLUME = Volume4D(Circle(LatLon(35.0, 40.0), 1_000.0), Band(SURFACE, UNLIMITED), TimeWindow(0, 1))


def test_an_activity_says_who_what_where_and_when_and_no_more() -> None:
    names = [field.name for field in fields(Activity("N5", "A", Kind.TRANSIT, "a title", 0, (_VOLUME,)))]
    assert names == ["ident", "party", "kind", "title", "priority", "volumes"]


@pytest.mark.parametrize(("ident", "party"), [("", "A"), ("N5", "")])
def test_an_activity_needs_a_name_and_a_party(ident: str, party: str) -> None:
    with pytest.raises(ValueError, match="identifier and a party"):
        Activity(ident, party, Kind.OTHER, "", 0, (_VOLUME,))


def test_an_activity_needs_a_volume() -> None:
    with pytest.raises(ValueError, match="no volume"):
        Activity("N5", "A", Kind.OTHER, "", 0, ())
