"""Hostile bytes for the text formats: whatever comes in, an answer or MalformedError comes out, soon."""

import io
import re
import time
import zipfile
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clearline.wire.aco import looks_like_aco, read_aco
from clearline.wire.csv_plans import looks_like_csv, read_csv
from clearline.wire.errors import MalformedError
from clearline.wire.kml import looks_like_kml, read_kml, read_kmz
from clearline.wire.openair import looks_like_openair, read_openair
from clearline.wire.reading import Reading, Supplied
from tests.wire import test_aco, test_csv, test_kml, test_openair
from tests.wire.plans import FULL, NOTHING

Reader = Callable[..., Reading]

KML = test_kml.document(
    f"<name>A</name>{test_kml.SPAN}{test_kml.data(lower='SFC', upper='FL095', radius_m='5')}"
    "<MultiGeometry><Point><coordinates>40,35,1</coordinates></Point></MultiGeometry>",
    f"<name>B</name>{test_kml.SPAN}{test_kml.AREA}",
    f"<name>T</name>{test_kml.TRACK}",
)
SEEDS: dict[str, tuple[Reader, bytes]] = {
    "kml": (read_kml, KML.encode()),
    "kmz": (read_kmz, test_kml.archive(("doc.kml", KML.encode()))),
    "openair": (
        read_openair,
        (
            test_openair.text_of(test_openair.CIRCLE, AA="2015-09-30T08:00Z/NONE")
            + test_openair.text_of("V X=35:00:00 N 040:00:00 E\nDA 10,0,90\nDP 35:00:00 N 040:00:00 E\n", AN="South")
        ).encode(),
    ),
    "csv plans": (read_csv, (test_csv.HEAD + test_csv.CIRCLE * 2).encode()),
    "csv states": (read_csv, (test_csv.STATES + "\n".join(test_csv.ROWS) + "\n").encode()),
    "aco": (
        read_aco,
        (
            test_aco.HEAD
            + test_aco.EIGHT["POLYARC"]
            + test_aco.EIGHT["1TRACK"].replace("ERMA", "ROSA")
            + test_aco.EIGHT["AORBIT left"]
            .replace("ERMA", "B")
            .replace("DISCRETE/300800ZSEP/301000ZSEP", "INTERVAL/300800ZSEP/301000ZSEP/DAILY/7DAY")
        ).encode(),
    ),
}
_WORDS = [
    b"9" * 400, b"-1", b"0", b"1e308", b"nan", b"inf", b"1_0", b"0x10", b"\xff", b"\x00", b"\xe2\x80\xae", b"\r", b"\n",
    b'"', b",", b";", b"//", b"<", b"&", b"]]>", b"<!--", b"\xd9\xa3", b"FL999", b"9999-12-31T23:59:59Z", b"0001-01-01",
    b"ZZZ", b"#", b":", b"|", b" ", b"90", b"180", b"-90,-180",
]  # fmt: skip


def survives(reader: Reader, data: bytes, supplied: Supplied) -> bool:
    """Whether a reader answers with activities, or with an error that says where, what and how to mend it."""
    try:
        activities = reader(data, source="x", supplied=supplied).activities
    except MalformedError as error:
        return bool(error.where and error.problem and error.mend) and len(str(error)) < 4_000
    return bool(activities) and all(activity.volumes for activity in activities)


_supplied = st.sampled_from([NOTHING, FULL])


@given(st.sampled_from(sorted(SEEDS)), st.binary(max_size=300), _supplied)
def test_random_bytes(name: str, data: bytes, supplied: Supplied) -> None:
    reader, seed = SEEDS[name]
    assert survives(reader, data, supplied)
    assert survives(reader, seed[:40] + data, supplied)


@st.composite
def _mutants(draw: st.DrawFn) -> tuple[str, bytes]:
    name = draw(st.sampled_from(sorted(SEEDS)))
    data = SEEDS[name][1]
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(data)))
        cut = draw(st.sampled_from([0, 0, 1, 1, 2, 7, 40]))
        words = draw(st.sampled_from([b"", *_WORDS]))
        data = data[:at] + words + data[at + cut :]
    return name, data


@settings(max_examples=400)
@given(_mutants(), _supplied)
def test_valid_files_changed_here_and_there(mutant: tuple[str, bytes], supplied: Supplied) -> None:
    name, data = mutant
    assert survives(SEEDS[name][0], data, supplied)


@settings(max_examples=200)
@given(st.sampled_from(sorted(set(SEEDS) - {"kmz"})), st.data(), _supplied)
def test_numbers_changed_to_what_no_number_is(name: str, data: st.DataObject, supplied: Supplied) -> None:
    reader, seed = SEEDS[name]
    spans = [match.span() for match in re.finditer(rb"[0-9]+(?:\.[0-9]+)?", seed)]
    start, end = data.draw(st.sampled_from(spans))
    word = data.draw(st.one_of(st.sampled_from(_WORDS), st.floats().map(lambda value: repr(value).encode())))
    assert survives(reader, seed[:start] + word + seed[end:], supplied)


@pytest.mark.parametrize("name", sorted(SEEDS))
def test_files_cut_off_anywhere(name: str) -> None:
    reader, seed = SEEDS[name]
    for end in range(0, len(seed), 3):
        assert survives(reader, seed[:end], FULL)


def test_the_seeds_are_read() -> None:
    for reader, seed in SEEDS.values():
        assert reader(seed, source="x", supplied=FULL).activities


@given(st.text(max_size=200))
def test_guesses_never_fail_and_are_seldom_two(text: str) -> None:
    for head in (text, *(seed[1].decode("latin-1") + text for seed in SEEDS.values())):
        guesses = [look(head[:4096]) for look in (looks_like_csv, looks_like_openair, looks_like_aco, looks_like_kml)]
        assert sum(guesses) <= 1 or text in head[4096:]


def test_each_seed_is_told_by_its_head() -> None:
    looks = {
        "kml": looks_like_kml,
        "openair": looks_like_openair,
        "csv plans": looks_like_csv,
        "csv states": looks_like_csv,
        "aco": looks_like_aco,
    }
    for name, look in looks.items():
        head = SEEDS[name][1][:4096].decode()
        assert [other for other in looks if looks[other](head)] == [other for other in looks if looks[other] is look]


def _zip(content: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target:
        target.writestr("doc.kml", content)
    return stream.getvalue()


_MANY = 1_000_000
_POINT = b"<kml><Placemark><Point><coordinates>1,2</coordinates></Point></Placemark></kml>"


@pytest.mark.parametrize(
    ("reader", "data"),
    [
        (read_kml, b"<kml>" + b"<a/>" * (_MANY // 4)),
        (read_kml, b"<kml><Placemark>" + b"<a/>" * _MANY),
        (read_kml, b"<kml><!--" + b"-" * _MANY),
        (read_kml, b'<kml a="' + b"x" * _MANY),
        (read_kml, _POINT.replace(b"1,2", b"1,2 " * (_MANY // 4))),
        (read_kml, b"<kml>" + b"&#65;" * (_MANY // 5) + b"</kml>"),
        (read_kmz, _zip(b"<kml>" + b" " * 20 * _MANY + b"</kml>")),
        (read_csv, b"," * _MANY),
        (read_csv, b'"' * _MANY),
        (read_csv, test_csv.HEAD.encode() + b'"' + b"x\n" * (_MANY // 2)),
        (read_csv, test_csv.HEAD.encode() + b'"a",' * (_MANY // 4)),
        (read_csv, test_csv.HEAD.encode() + b"," * _MANY),
        (read_csv, test_csv.HEAD.encode() + b"B,A,polygon," + b";" * _MANY),
        (read_csv, b"\n" * _MANY),
        (read_csv, b"# a: b\n" * (_MANY // 7)),
        (read_csv, b"9" * _MANY),
        (read_openair, b"AC R\nAN X\nAL GND\nAH FL95\n" + b"DP 35:00:00 N 040:00:00 E\n" * (_MANY // 26)),
        (read_openair, b"AC R\n" * (_MANY // 5)),
        (read_openair, b"AC " + b"x" * _MANY),
        (read_openair, b"\n" * _MANY),
        (read_openair, b"DP " + b"1:" * (_MANY // 2)),
        (read_aco, b"/" * _MANY),
        (read_aco, b"A//" * (_MANY // 3)),
        (read_aco, b"POLYGON" + b"/LATS:352030N0401845E" * (_MANY // 21)),
        (read_aco, test_aco.HEAD.encode() + test_aco.measure("1TRACK", "1/" * (_MANY // 2)).encode()),
        (read_aco, test_aco.HEAD.encode() + test_aco.measure("POLYGON", f"{test_aco.A}/" * (_MANY // 21)).encode()),
    ],
    ids=lambda value: "" if isinstance(value, bytes) else getattr(value, "__name__", None),
)  # fmt: skip
def test_a_megabyte_of_nonsense_is_refused_soon(reader: Reader, data: bytes) -> None:
    start_s = time.process_time()
    with pytest.raises(MalformedError):
        reader(data, source="x", supplied=FULL)
    assert time.process_time() - start_s < 20.0


@pytest.mark.parametrize(
    ("bound", "most", "name"),
    [
        ("xml_text.MAX_BYTES", 100, "kml"),
        ("xml_text.MAX_DEPTH", 3, "kml"),
        ("xml_text.MAX_PARTS", 3, "kml"),
        ("xml_text.MAX_ELEMENTS", 10, "kml"),
        ("kml_shapes._MOST_SHAPES", 0, "kml"),
        ("kmz.MAX_BYTES", 100, "kmz"),
        ("kmz.MAX_MEMBERS", 0, "kmz"),
        ("csv_text.MAX_BYTES", 100, "csv plans"),
        ("csv_text.MAX_LINES", 2, "csv plans"),
        ("csv_text.MAX_COLUMNS", 3, "csv plans"),
        ("csv_plans._MOST_PLACES", 0, "csv plans"),
        ("fields.MAX_WORDS", 0, "csv plans"),
        ("openair.MAX_BYTES", 100, "openair"),
        ("openair._MOST_LINES", 2, "openair"),
        ("openair._MOST_TIMES", 0, "openair"),
        ("openair_shape._MOST_RECORDS", 1, "openair"),
        ("aco_text.MAX_BYTES", 100, "aco"),
        ("aco_text._MAX_SETS", 2, "aco"),
        ("aco_shapes._MOST_FIELDS", 2, "aco"),
        ("aco_times._MOST_WINDOWS", 0, "aco"),
    ],
)
def test_each_bound_is_kept(bound: str, most: int, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f"clearline.wire.{bound}", most)
    reader, seed = SEEDS[name]
    with pytest.raises(MalformedError):
        reader(seed, source="x", supplied=FULL)
