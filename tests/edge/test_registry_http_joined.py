"""What goes out on a connection is what was written, in its order; the head of an answer goes with its body."""

import asyncio

import pytest

from clearline.edge.registry_http_joined import JoinedTransport

_HEAD = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n"
_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


class _Wire(asyncio.Transport):
    """A transport that keeps what it is told."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[bytes] = []
        self.told: list[str] = []

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.sent.append(bytes(data))

    def close(self) -> None:
        self.told.append("close")

    def abort(self) -> None:
        self.told.append("abort")

    def is_closing(self) -> bool:
        return "close" in self.told

    def pause_reading(self) -> None:
        self.told.append("pause")

    def resume_reading(self) -> None:
        self.told.append("resume")

    def get_extra_info(self, name: str, default: object = None) -> object:
        return {"peername": ("127.0.0.1", 1)}.get(name, default)


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ([_HEAD, b"{}"], [_HEAD + b"{}"]),
        ([_HEAD, b""], [_HEAD]),
        ([_HEAD, _HEAD], [_HEAD + _HEAD]),
        ([_CONTINUE, _HEAD, b"{}"], [_CONTINUE, _HEAD + b"{}"]),
        ([_HEAD + b"whole"], [_HEAD + b"whole"]),
        ([b"a chunk\r\n\r\n"], [b"a chunk\r\n\r\n"]),
        ([_HEAD, b"a", b"b"], [_HEAD + b"a", b"b"]),
    ],
)
def test_the_head_waits_for_what_follows_and_nothing_else_does(written: list[bytes], sent: list[bytes]) -> None:
    wire = _Wire()
    joined = JoinedTransport(wire)
    for data in written:
        joined.write(data)
    assert wire.sent == sent


@pytest.mark.parametrize("end", ["flush", "close"])
def test_a_head_without_a_body_goes_out_at_the_end(end: str) -> None:
    wire = _Wire()
    joined = JoinedTransport(wire)
    joined.write(_HEAD)
    assert wire.sent == []
    joined.flush() if end == "flush" else joined.close()
    assert wire.sent == [_HEAD]
    assert joined.is_closing() == (end == "close")
    joined.flush()
    assert wire.sent == [_HEAD]


def test_all_else_is_the_connections_own() -> None:
    wire = _Wire()
    joined = JoinedTransport(wire)
    joined.pause_reading()
    joined.resume_reading()
    joined.abort()
    assert wire.told == ["pause", "resume", "abort"]
    assert joined.get_extra_info("peername") == ("127.0.0.1", 1)
    assert joined.get_extra_info("sslcontext", 5) == 5
