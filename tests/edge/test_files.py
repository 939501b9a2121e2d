"""Bytes in, bytes out: bounded, whole or not at all; and the data that ship with the package."""

import io
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearline.edge import files
from clearline.edge.borders_file import load_borders
from clearline.edge.examples import find_examples, open_page, screen_available
from clearline.edge.files import read_bytes, shown_name, write_text
from clearline.wire.errors import MalformedError


def test_an_empty_file_and_one_of_blanks_are_refused(tmp_path: Path) -> None:
    for content in (b"", b" \n\t"):
        path = tmp_path / "a"
        path.write_bytes(content)
        with pytest.raises(MalformedError, match="it is empty"):
            read_bytes(str(path))


def test_a_file_beyond_the_bound_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MAX_BYTES", 2**20)
    path = tmp_path / "a"
    path.write_bytes(b"x" * 2**20)
    assert len(read_bytes(str(path))) == 2**20
    path.write_bytes(b"x" * (2**20 + 1))
    with pytest.raises(MalformedError, match="larger than 1 MiB"):
        read_bytes(str(path))


def test_a_dash_is_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"abc")))
    assert read_bytes("-") == b"abc"


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "out.txt"
    write_text(str(path), "one\n")
    assert path.read_bytes() == b"one\n"
    with pytest.raises(UnicodeEncodeError):
        write_text(str(path), "two \udcff")
    assert path.read_bytes() == b"one\n"
    assert [item.name for item in tmp_path.iterdir()] == ["out.txt"]


@given(st.binary(min_size=1).filter(lambda name: b"\0" not in name))
def test_a_file_name_of_any_bytes_can_be_shown(name: bytes) -> None:
    assert shown_name(name.decode("utf-8", "surrogateescape")).encode("utf-8")


def test_borders_are_decoded_to_degrees() -> None:
    for name in ("50m", "110m"):
        borders = load_borders(name)
        assert np.all(np.abs(borders.points[:, 0]) <= 90.0)
        assert np.all(np.abs(borders.points[:, 1]) <= 180.0)
        assert 0 < int(borders.border.sum()) < len(borders.border)
        assert all(np.allclose(ring[0] % 360.0, ring[-1] % 360.0) for ring in borders.rings() if len(ring) < 60)


def test_the_examples_are_found_in_the_working_folder_and_in_the_source_tree(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    found = find_examples()
    assert found is not None
    assert (found / "README.md").is_file()
    (tmp_path / "examples").mkdir()
    (tmp_path / "examples" / "coalition.csv").write_text("x")
    assert find_examples() == tmp_path / "examples"


def test_no_browser_is_started_where_there_is_no_screen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    assert not screen_available()
    assert not open_page(tmp_path / "x.html")
    monkeypatch.setenv("DISPLAY", ":9")
    assert screen_available()
