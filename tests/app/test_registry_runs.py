"""A registry in the hands of its operator: its supervisor, its certificate, its numbers, its reports, an old copy."""

import asyncio
import json
import shutil
import signal
import socket
import ssl
import subprocess
import time
from pathlib import Path

import pytest
from cryptography import x509

from clearline.edge.own_certificate import OwnCertificate
from clearline.edge.registry_ready import ask_ready
from clearline.edge.registry_sqlite import SqliteStore
from tests.app.registry_process import PROGRAM, certificate, intent_body, public_key, running, stopped
from tests.edge.postgres import shared_dsn
from tests.edge.registry_calls import ident
from tests.edge.test_registry_sqlite import asked, held, putting
from tests.edge.tokens import AUDIENCE

_INTENTS = "/dss/v1/operational_intent_references"
_EXCHANGE = {
    "url": "https://registry.example/x",
    "method": "PUT",
    "recorder_role": "Client",
    "request_time": {"value": "2026-11-24T12:00:00Z", "format": "RFC3339"},
    "problem": "no answer",
}


def _serve(folder: Path, store: str, *more: str) -> list[str]:
    key = str(public_key(folder))
    command = [PROGRAM, "registry", "serve", "--port", "0", "--audience", AUDIENCE, "--public-key", key]
    return [*command, "--store", store, *more]


def _did(*words: str, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
    command = [PROGRAM, "registry", *words]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60, check=False)


def test_the_supervisor_is_told_that_it_is_up_alive_and_going(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as heard:
        place = tmp_path / "notify"
        heard.bind(str(place))
        heard.settimeout(20)
        told: list[bytes] = []
        environment = {"NOTIFY_SOCKET": str(place), "WATCHDOG_USEC": "200000"}
        with running(_serve(tmp_path, "memory"), environment=environment) as (client, process):
            while told.count(b"WATCHDOG=1") < 3:
                told.append(heard.recv(100))
            assert client.get("/readyz").status_code == 200
            stopped(process)
            heard.setblocking(False)
            try:
                while True:
                    told.append(heard.recv(100))
            except BlockingIOError:
                pass
    assert [word for word in told if word != b"WATCHDOG=1"] == [b"READY=1", b"STOPPING=1"]


def test_a_new_certificate_is_taken_up_without_a_stop_and_a_bad_one_is_not(tmp_path: Path) -> None:
    chain, key = certificate(tmp_path, number=1)
    command = _serve(tmp_path, "memory", "--tls-certificate", str(chain), "--tls-key", str(key))
    with running(command, tls=chain) as (client, process):
        assert _ends(client.get("/metrics").text) == OwnCertificate(chain, key).ends_s()
        address = (str(client.base_url.host), client.base_url.port or 0)
        assert _shown(address) == 1
        certificate(tmp_path, number=2, days=60)
        process.send_signal(signal.SIGHUP)
        _until(lambda: _shown(address) == 2)
        _until(lambda: _ends(client.get("/metrics").text) == OwnCertificate(chain, key).ends_s())
        chain.write_text("half of a cert")
        process.send_signal(signal.SIGHUP)
        time.sleep(0.3)
        assert _shown(address) == 2
        begun_s = time.monotonic()
        events = [json.loads(line) for line in stopped(process)]
        assert time.monotonic() - begun_s < 5.0, "a client that is quiet is not waited for"
    told = [event["what"] for event in events if event["event"] == "certificate"]
    assert told[0] == "taken up from tls.pem"
    assert told[1].startswith("tls.pem with tls.key cannot be used") and told[1].endswith("the one before stays")


def test_a_hangup_does_not_end_a_registry_without_a_certificate(tmp_path: Path) -> None:
    with running(_serve(tmp_path, "memory")) as (client, process):
        process.send_signal(signal.SIGHUP)
        assert client.get("/healthy").status_code == 200
        stopped(process)


def _shown(address: tuple[str, int]) -> int:
    """The number of the certificate that a new connection is shown."""
    return x509.load_pem_x509_certificate(ssl.get_server_certificate(address).encode()).serial_number


def _ends(numbers: str) -> float:
    (line,) = [row for row in numbers.splitlines() if row.startswith("clearline_registry_certificate_ends_seconds ")]
    return float(line.split()[1])


def _until(so: object) -> None:
    assert callable(so)
    for _ in range(100):
        if so():
            return
        time.sleep(0.05)
    raise AssertionError("it did not come about within five seconds")


def test_whoever_asks_whether_it_is_ready_is_told(tmp_path: Path) -> None:
    chain, key = certificate(tmp_path)
    with running(_serve(tmp_path, "memory")) as (client, process):
        url = str(client.base_url)
        assert (_did("ready", "--url", url).stdout, ask_ready(url)) == ("ready\n", None)
        stopped(process)
        away = _did("ready", "--url", url)
        assert away.returncode == 3 and "it does not answer" in away.stderr
    command = _serve(tmp_path, "memory", "--tls-certificate", str(chain), "--tls-key", str(key))
    with running(command, tls=chain) as (client, _):
        url = str(client.base_url)
        assert _did("ready", "--url", url, "--ca", str(chain)).returncode == 0
        assert "CERTIFICATE_VERIFY_FAILED" in str(ask_ready(url))
    for bad in ("registry.example", "ftp://registry.example", "https://"):
        with pytest.raises(ValueError, match="is no address"):
            ask_ready(bad)


def test_a_registry_whose_database_is_not_there_says_so_and_ends(tmp_path: Path) -> None:
    for store in ("postgresql://postgres@127.0.0.1:1/none", "postgresql+tables://postgres@127.0.0.1:1/none"):
        ended = subprocess.run(_serve(tmp_path, store), capture_output=True, text=True, timeout=60, check=False)
        assert ended.returncode == 75, "it is worth another try"
        assert "cannot be reached" in ended.stderr and "Traceback" not in ended.stderr


@pytest.mark.parametrize("shared", [False, True])
def test_reports_are_read_by_the_operator(tmp_path: Path, *, shared: bool) -> None:  # DSS0100,2
    store = shared_dsn() if shared else f"sqlite:{tmp_path / 'r.db'}"
    with running(_serve(tmp_path, store)) as (client, process):
        taken = client.post("/dss/v1/reports", json={"exchange": _EXCHANGE})
        assert taken.status_code == 201
        if not shared:
            busy = _did("reports", "--store", store)
            assert busy.returncode == 3 and "take a backup and use that" in busy.stderr
            copy = tmp_path / "copy.db"
            assert _did("backup", str(tmp_path / "r.db"), str(copy)).returncode == 0
            store = f"sqlite:{copy}"
        (report,) = map(json.loads, _did("reports", "--store", store).stdout.splitlines())
        stopped(process)
    assert (report["report"], report["client"]) == (taken.json()["report_id"], "uss1")
    assert report["exchange"] == _EXCHANGE


def test_an_old_copy_under_running_clients_is_not_served_unseen(tmp_path: Path) -> None:
    path, copy = tmp_path / "r.db", tmp_path / "copy.db"
    command = _serve(tmp_path, f"sqlite:{path}")
    with running(command) as (client, process):
        assert client.put(f"{_INTENTS}/{ident(1)}", json=intent_body()).status_code == 201
        assert _did("backup", str(path), str(copy)).returncode == 0
        key = [client.get(f"{_INTENTS}/{ident(1)}").json()["operational_intent_reference"]["ovn"]]
        assert client.put(f"{_INTENTS}/{ident(2)}", json={**intent_body(), "key": key}).status_code == 201
        numbers = client.get("/metrics").text
        assert "clearline_registry_put_back 0.0" in numbers and "clearline_registry_room_bytes" in numbers
        stopped(process)
    path.unlink()
    assert _did("restore", str(copy), str(path)).returncode == 0
    refused = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert refused.returncode == 3
    assert "may have been put back" in refused.stderr and "--after-restore" in refused.stderr
    with running([*command, "--after-restore"]) as (client, process):
        assert "clearline_registry_put_back 1.0" in client.get("/metrics").text
        assert client.get(f"{_INTENTS}/{ident(2)}").status_code == 404
        events = [json.loads(line)["event"] for line in stopped(process)]
    assert events[0] == "put back"
    with running(command) as (client, _):
        assert "clearline_registry_put_back 0.0" in client.get("/metrics").text


def test_a_clock_that_is_behind_what_was_decided_is_told(tmp_path: Path) -> None:
    path = tmp_path / "r.db"

    async def ahead() -> None:
        store = SqliteStore(path)
        await store.transact(asked(1, int((time.time() + 3_600) * 1e6)), putting(held(1)))
        await store.close()

    asyncio.run(ahead())
    with running(_serve(tmp_path, f"sqlite:{path}")) as (_, process):
        first = json.loads(stopped(process)[0])
    assert first["event"] == "clock" and "ahead of this machine's clock" in first["what"]


def test_a_copy_on_another_machine_is_not_taken_for_the_latest(tmp_path: Path) -> None:
    path = tmp_path / "r.db"
    with running(_serve(tmp_path, f"sqlite:{path}")) as (client, process):
        client.put(f"{_INTENTS}/{ident(1)}", json=intent_body())
        stopped(process)
    (tmp_path / "elsewhere").mkdir()
    shutil.copy(path, tmp_path / "elsewhere" / "r.db")
    command = _serve(tmp_path, f"sqlite:{tmp_path / 'elsewhere' / 'r.db'}")
    refused = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert refused.returncode == 3 and "no mark beside it" in refused.stderr
