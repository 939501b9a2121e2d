"""Keys in files: what is written is read back, nobody else can read it, and nothing that is not right is used."""

import stat
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from clearline.app.make_party import (
    CARD_FILE,
    KEYS_FOLDER,
    ROOTS_FOLDER,
    STORE_FILE,
    begin_again,
    draw_party,
    make_party,
)
from clearline.app.party_node import NodeError, PartyNode
from clearline.edge.clock import SystemClock
from clearline.edge.keys_file import (
    TLS_KEY_FILE,
    KeyFileError,
    draw_node_keys,
    draw_roots,
    read_node_keys,
    read_roots,
    write_node_keys,
    write_roots,
)
from clearline.edge.party_store import PartyStore
from clearline.record.keys import Algorithm
from clearline.wire.card_json import read_card
from tests.app.two_nodes import HandClock

ROLES = ("records", "checkpoints", "cosigning", "request")


@pytest.mark.parametrize("hybrid", [False, True])
def test_what_is_written_is_read_back_and_only_its_owner_can(tmp_path: Path, *, hybrid: bool) -> None:
    keys = draw_node_keys(hybrid=hybrid)
    write_node_keys(tmp_path, keys)
    again = read_node_keys(tmp_path)
    assert all(again.public(role) == keys.public(role) for role in ROLES) and again.transport == keys.transport
    assert len(again.public("records")) == (2 if hybrid else 1)
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in tmp_path.iterdir())
    message = b"word"
    signers = again.signers
    for signer in (*signers.records, *signers.checkpoints, *signers.cosigning, signers.request):
        assert signer.public.verify(signer.sign(message), message)
    assert keys.seeds[0].seed.hex() not in repr(keys)


def test_every_key_is_drawn_anew() -> None:
    drawn = [draw_node_keys() for _ in range(2)]
    every = [key for keys in drawn for role in ROLES for key in keys.public(role)] + [
        key for keys in drawn for key in keys.transport
    ]
    assert len(set(every)) == 10  # the request key is among the transport keys
    assert len(set(draw_roots(5))) == 5


def test_no_key_is_written_over(tmp_path: Path) -> None:
    write_node_keys(tmp_path, draw_node_keys())
    with pytest.raises(FileExistsError):
        write_node_keys(tmp_path, draw_node_keys())
    write_roots(tmp_path, draw_roots(1))
    with pytest.raises(FileExistsError):
        write_roots(tmp_path, draw_roots(1))


def _swap(path: Path) -> None:
    other = path.with_name(f"request-{Algorithm.ED25519}.key")
    path.unlink()
    other.rename(path)


_FAULTS: dict[str, tuple[Callable[[Path], object], str]] = {
    "missing": (Path.unlink, "is missing"),
    "open to others": (lambda path: path.chmod(0o640), "others on this machine can read it"),
    "empty": (lambda path: path.write_text(""), "not a key file"),
    "cut": (lambda path: path.write_text(path.read_text()[:-9]), "not a key file"),
    "another head": (lambda path: path.write_text(path.read_text().replace("v1", "v2")), "not a key file"),
    "another algorithm": (lambda path: path.write_text(path.read_text().replace("ed25519", "rsa")), "not a key file"),
    "not hexadecimal": (lambda path: path.write_text(path.read_text()[:-9] + "xxxxxxxx\n"), "not hexadecimal"),
    "short": (lambda path: path.write_text(path.read_text()[:-9] + "\n"), "not 32 bytes"),
    "another role": (_swap, "a key for request, not for records"),
    "a folder": (lambda path: (path.unlink(), path.mkdir()), "directory"),
}


@pytest.mark.parametrize("fault", _FAULTS)
def test_a_key_file_that_is_not_right_is_not_used(tmp_path: Path, fault: str) -> None:
    write_node_keys(tmp_path, draw_node_keys())
    spoil, why = _FAULTS[fault]
    spoil(tmp_path / f"records-{Algorithm.ED25519}.key")
    with pytest.raises(KeyFileError, match=f"(?i){why}"):
        read_node_keys(tmp_path)


def test_a_certificate_key_that_is_not_right_is_not_used(tmp_path: Path) -> None:
    write_node_keys(tmp_path, draw_node_keys())
    path = tmp_path / TLS_KEY_FILE
    path.write_text(path.read_text().replace("BEGIN PRIVATE", "BEGIN PUBLIC"))
    with pytest.raises(KeyFileError, match=r"tls\.pem: it is not a private key"):
        read_node_keys(tmp_path)


def test_roots_are_read_from_their_own_folder(tmp_path: Path) -> None:
    with pytest.raises(KeyFileError, match="insert the medium"):
        read_roots(tmp_path)
    seeds = draw_roots(3)
    write_roots(tmp_path / "deep" / "folder", seeds)
    assert len(read_roots(tmp_path / "deep" / "folder")) == 3


def test_a_party_is_made_whole_in_a_folder(tmp_path: Path) -> None:
    card = make_party(tmp_path, "Alfa", coverage="all forces", roots=tmp_path / "stick")
    assert sorted(path.name for path in tmp_path.iterdir() if path.suffix != ".mark") == [
        CARD_FILE,
        KEYS_FOLDER,
        "stick",
        STORE_FILE,
    ]
    assert read_card((tmp_path / CARD_FILE).read_bytes(), source="card") == card
    assert tuple(root.public for root in read_roots(tmp_path / "stick")) == card.keyset.roots
    assert not (tmp_path / ROOTS_FOLDER).exists()
    with pytest.raises(FileExistsError):
        make_party(tmp_path, "Alfa", coverage="all forces")
    with pytest.raises(FileExistsError):
        begin_again(tmp_path)
    store = PartyStore(tmp_path / STORE_FILE)
    assert PartyNode(store, read_node_keys(tmp_path / KEYS_FOLDER).signers, HandClock()).own == "alfa"
    with pytest.raises(NodeError, match="are not those of key set 1 of alfa"):
        PartyNode(store, draw_node_keys().signers, HandClock())
    store.close()


def test_a_name_that_no_card_can_hold_makes_nothing(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no identifier"):
        make_party(tmp_path / "x", "Альфа", coverage="all")
    assert not (tmp_path / "x").exists()
    assert draw_party("Bravo", coverage="all", root_keys=1, threshold=1).card.keyset.threshold == 1


def test_a_store_without_a_party_runs_no_node(tmp_path: Path) -> None:
    store = PartyStore(tmp_path / "store.db")
    with pytest.raises(NodeError, match="belongs to no party yet"):
        PartyNode(store, draw_node_keys().signers, HandClock())
    store.close()


def test_the_clock_tells_the_time_and_how_far_it_may_be_off() -> None:
    clock = SystemClock(250)
    before_ms, told_ms, after_ms = time.time() * 1000 - 1, clock.now_ms(), time.time() * 1000 + 1
    assert before_ms <= told_ms <= after_ms and clock.uncertainty_ms() == 250
    with pytest.raises(ValueError, match="0 ms or more"):
        SystemClock(-1)
