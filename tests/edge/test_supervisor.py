"""What a process tells its supervisor comes as one datagram to the socket that stands in the environment."""

import os
import socket
from pathlib import Path

import pytest

from clearline.edge.supervisor import tell_supervisor, watchdog_s


def test_it_is_told_where_it_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for place in (str(tmp_path / "notify"), f"@clearline-{os.getpid()}"):
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as heard:
            heard.bind(place.replace("@", "\0", 1) if place.startswith("@") else place)
            heard.settimeout(5)
            monkeypatch.setenv("NOTIFY_SOCKET", place)
            tell_supervisor("READY=1")
            assert heard.recv(100) == b"READY=1"


def test_nobody_is_told_where_nobody_asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    tell_supervisor("READY=1")
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "nobody"))
    with pytest.raises(FileNotFoundError):
        tell_supervisor("READY=1")


@pytest.mark.parametrize(
    ("told", "every_s"), [("30000000", 15.0), ("", None), ("0", None), ("soon", None), (None, None)]
)
def test_it_wants_to_hear_twice_in_its_time(
    monkeypatch: pytest.MonkeyPatch, told: str | None, every_s: float | None
) -> None:
    monkeypatch.delenv("WATCHDOG_USEC", raising=False)
    if told is not None:
        monkeypatch.setenv("WATCHDOG_USEC", told)
    assert watchdog_s() == every_s
