"""The JSON examples on the pages about the formats are what the pages say."""

import re
from pathlib import Path

import pytest

from clearline.space.altitude import AltitudeLimit, Reference, Unit
from clearline.wire.formats import Format, form_of, read_any
from clearline.wire.json_text import parse_json
from clearline.wire.json_values import At
from clearline.wire.limit_json import limit_of
from clearline.wire.minima_file import read_minima
from clearline.wire.reading import Supplied

PAGES = Path(__file__).parents[2] / "docs" / "formats"


def examples(page: str) -> list[bytes]:
    text = (PAGES / page).read_text("utf-8")
    return [found.encode() for found in re.findall(r"^```json\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)]


@pytest.mark.parametrize(
    ("page", "number", "form", "names"),
    [
        ("geojson.md", 1, Format.GEOJSON, ["P-1", "U-2", "T-3", "M-4"]),
        ("f3548.md", 0, Format.F3548, ["03e5572a-f733-49af-bc14-8a18bd53ee39"]),
        ("ed269-ed318.md", 0, Format.ED269, ["XYZCONCERT"]),
        ("ed269-ed318.md", 1, Format.ED318, ["XYZAF1"]),
    ],
)
def test_an_example_is_read_as_its_page_says(page: str, number: int, form: Format, names: list[str]) -> None:
    data = examples(page)[number]
    assert form_of(data, source=page) is form
    party = "CAA" if form in (Format.ED269, Format.ED318) else None
    _, reading = read_any(data, source=page, supplied=Supplied(party=party))
    assert [activity.ident for activity in reading.activities] == names
    assert reading.notes == ()


def test_a_limit_is_what_the_page_says() -> None:
    limit = limit_of(parse_json(examples("geojson.md")[0], source="x"), At("x", "$"))
    assert limit == AltitudeLimit(3000.0, Unit.FOOT, Reference.QFE, 30.0, 990.0, 450.0)


def test_a_parameter_set_is_what_the_page_says() -> None:
    minima = read_minima(examples("minima.md")[0], source="x")
    assert (minima.name, minima.lateral_m, minima.zones[0].lateral_m) == ("valley", 5556.0, 9260.0)
