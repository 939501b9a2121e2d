"""The page that maps requirements to tests names every requirement of the DSS role, and only tests that there are."""

import re

from tests.tidy.tree import ROOT

_PAGE = (ROOT / "docs" / "conformance.md").read_text("utf-8")
_F3548, _F3411 = _PAGE.split("## F3411-22a and F3411-19")


def _ids(part: str) -> set[str]:
    """The requirements named in the first column, ranges written out."""
    found: set[str] = set()
    for row in re.findall(r"^\| (DSS[^|]*) \|", part, re.MULTILINE):
        first, _, last = row.partition(" to ")
        if not last:
            found.add(first)
            continue
        stem, start = first[:-1], first[-1]
        assert re.fullmatch(r"\d,?[a-z]", last), row
        found |= {f"{stem}{chr(letter)}" for letter in range(ord(start), ord(last[-1]) + 1)}
    return found


def test_every_requirement_of_the_dss_role_is_on_the_page() -> None:
    expected = {f"DSS0005,{number}" for number in range(1, 6)}
    expected |= {"DSS0010", "DSS0015", "DSS0020", "DSS0100,1", "DSS0100,2", "DSS0200", "DSS0205", "DSS0215", "DSS0300"}
    for stem, letters in (("1", "abcdefghi"), ("2", "abcdef"), ("3", "abc")):
        expected |= {f"DSS0210,{stem}{letter}" for letter in letters}
    for stem, letters in (("1", "abcdef"), ("2", "ab"), ("3", "abcd"), ("4", "abcd"), ("5", "abc")):
        expected |= {f"DSS0210,A2-7-2,{stem}{letter}" for letter in letters}
    expected |= {"DSS0210,A2-7-2,6", "DSS0210,A2-7-2,7"}
    assert len(expected) == 53
    assert _ids(_F3548) == expected


def test_every_requirement_of_f3411s_dss_role_is_on_the_page() -> None:
    expected = {f"DSS00{number}0" for number in (1, 2, 4, 5, 6, 7)} | {"DSS0110", "DSS0120", "DSS0210", "DSS0130,1"}
    expected |= {f"DSS0030,{letter}" for letter in "abcdef"}
    expected |= {f"DSS0130,2,{letter}" for letter in "abcdef"} | {f"DSS0130,3,{letter}" for letter in "abcde"}
    for stem, letters in (("1", "abcd"), ("2", "ab"), ("3", "abcd"), ("4", "ab")):
        expected |= {f"DSS0130,A2-6-1,{stem}{letter}" for letter in letters}
    expected |= {"DSS0130,A2-6-1,5", "DSS0130,A2-6-1,6"}
    assert len(expected) == 41
    assert _ids(_F3411) == expected


def test_what_the_tests_of_areas_name_is_on_the_page() -> None:
    """Every requirement that a docstring of these tests names."""
    texts = [path.read_text("utf-8") for path in (ROOT / "tests" / "registry").glob("test_area*.py")]
    named = {f"DSS{number}" for text in texts for number in re.findall(r"DSS(00[56]0|0030,[a-f])", text)}
    named |= {f"DSS0130,A2-6-1,{part}" for text in texts for part in re.findall(r"A2-6-1,(\d[a-d]?)", text)}
    assert len(named) > 12
    assert named <= _ids(_F3411)


def test_every_test_on_the_page_is_there() -> None:
    named = re.findall(r"`(tests/[a-z0-9_/]+\.py)::(test_[a-z0-9_]+)`", _PAGE)
    assert len(named) == _PAGE.count("::")
    missing = [
        f"{path}::{name}"
        for path, name in named
        if not re.search(rf"^ *def {name}\(", (ROOT / path).read_text("utf-8"), re.MULTILINE)
    ]
    assert not missing
