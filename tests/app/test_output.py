"""Every form says the same, and every writer is there."""

import json
import re
from pathlib import Path

import pytest

from clearline.app.check import check_activities, parse_input, read_inputs
from clearline.app.doctor import examine
from clearline.app.output import OUTPUTS, render
from clearline.app.report import load_look
from clearline.app.writers import WRITERS, write_activities
from clearline.conflict.minima import LINE_2015
from clearline.wire.formats import read_any
from clearline.wire.reading import Supplied
from tests.tidy.tree import ROOT

_FILES = [str(ROOT / "examples" / name) for name in ("coalition.csv", "federation.geojson", "relief.kml")]


def test_every_form_gives_the_same_verdict_counts_and_digest() -> None:
    files, activities = read_inputs([parse_input(name) for name in _FILES], Supplied())
    checked = check_activities(activities, LINE_2015, files=files)
    texts = {form: render(checked, form) for form in OUTPUTS}
    assert len(texts) == 4
    for text in texts.values():
        assert checked.result.digest in text
    counts = [(1, 1, 22)] * 2
    table = re.search(r"(\d+) CONFLICT, (\d+) CANNOT TELL, (\d+) CLEAR", texts["table"])
    page = re.search(r"(\d+) CONFLICT · (\d+) CANNOT TELL · (\d+) CLEAR", texts["html"])
    assert table is not None
    assert page is not None
    assert [tuple(int(n) for n in found.groups()) for found in (table, page)] == counts
    for whole in (json.loads(texts["json"]), json.loads(texts["geojson"])["clearline"]):
        assert (whole["conflicts"], whole["cannot_tell"], whole["clear"]) == counts[0]


_PLAN = """{"type": "Feature",
 "geometry": {"type": "Polygon", "coordinates": [[[38, 36], [38.2, 36], [38.2, 36.2], [38, 36]]]},
 "properties": {"party": "A", "id": "A1", "kind": "PATROL", "edges": "geodesic", "lower": "1000%s", "upper": "2000%s",
                "start": "2026-05-01T06:00:00Z", "end": "2026-05-01T08:00:00Z"}}"""


@pytest.mark.parametrize(
    ("form", "above"),
    [("aco", "FT AMSL"), ("csv", "M AGL"), ("f3548", "M WGS84"), ("geojson", "FT QNH1009"), ("kml", "M AMSL")],
)
def test_what_is_written_in_a_format_is_read_as_that_format(form: str, above: str, tmp_path: Path) -> None:
    path = tmp_path / "a.geojson"
    path.write_text(_PLAN % (above, above), "utf-8")
    _, activities = read_inputs([parse_input(str(path))], Supplied())
    written = write_activities(activities, form)
    read_as, reading = read_any(written.encode(), source="written", supplied=Supplied(party="A"))
    assert read_as.value == form
    before, after = activities[0].volumes[0], reading.activities[0].volumes[0]
    assert after.window == before.window
    assert after.band.lower.metres == pytest.approx(before.band.lower.metres)
    assert after.band.lower.reference is before.band.lower.reference


def test_there_is_a_writer_for_each_format_that_is_written() -> None:
    assert set(WRITERS) == {"aco", "csv", "f3548", "geojson", "kml"}


def test_the_look_is_whole() -> None:
    look = load_look()
    assert "prefers-color-scheme: dark" in look.style
    assert "@media print" in look.style
    assert "</script" not in look.script
    assert "</style" not in look.style
    assert len(look.borders.region.points) > len(look.borders.continent.points) > 1_000


def test_doctor_tries_each_thing_and_all_that_matters_is_well() -> None:
    found = {item.subject: item for item in examine()}
    assert set(found) == {"compiled core", "geoid", "datums", "solver", "console"}
    assert all(item.well for item in found.values() if not item.bearable)
    assert "28" in found["geoid"].finding
