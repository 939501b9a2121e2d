"""A party's store: it keeps what it said it kept, knows when it was put back, and never answers from damage."""

import os
import shutil
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearline.app.make_party import draw_party
from clearline.edge.numbered_scripts import Script
from clearline.edge.party_schema import SCRIPTS, StoreError, migrate, open_database, queries, row_sum
from clearline.edge.party_store import PartyStore, StoreLostError, Ticket
from clearline.edge.party_tables import EvidenceRow, PartyTables, Receipt, Session
from clearline.edge.record_tables import KeptEntry, LogRow, Standing
from clearline.record.keys import Algorithm, SecretKey
from clearline.record.log import MemoryLog, Saying, append
from clearline.record.proof import consistency_proof, inclusion_proof
from clearline.record.statement import NOTHING_SEEN
from tests.app.two_nodes import swift_folder

ORIGIN = "alfa/line/bravo/actual"
KEY = SecretKey(Algorithm.ED25519, bytes(32))
CARD = draw_party("alfa", coverage="all forces of ALFA").card


@pytest.fixture
def store(tmp_path: Path) -> Iterator[PartyStore]:
    made = _made(tmp_path / "store.db")
    yield made
    made.close()


def _made(path: Path, entries: int = 0) -> PartyStore:
    store = PartyStore(path)
    store.begin(CARD, first=True)
    store.transact(lambda tables: tables.make_log(ORIGIN, "alfa", 1, Standing.CERTAIN))
    for number in range(entries):
        store.transact(lambda tables, n=number: _say(tables, n))
    return store


def _say(tables: PartyTables, number: int, count: int = 1) -> LogRow:
    row = _row(tables)
    kept: list[KeptEntry] = []
    head = row.head
    for n in range(count):
        saying = Saying("notice", {"number": number + n}, NOTHING_SEEN, 1_000 + number, 0)
        appended = append(head, saying, [KEY])
        kept.append(KeptEntry(appended, 1_000 + number, announces=False))
        head = appended.head
    return tables.keep(row, kept)[0]


def _row(tables: PartyTables) -> LogRow:
    row = tables.log(ORIGIN)
    assert row is not None
    return row


def _sizes(store: PartyStore) -> dict[str, int]:
    with store.reading() as tables:
        return {row.origin: row.head.size for row in tables.logs()}


# -- what is kept -------------------------------------------------------------------------------------------------


@given(st.lists(st.integers(1, 5), max_size=5))
def test_a_kept_log_is_the_log_in_memory(counts: list[int]) -> None:
    with swift_folder() as folder:
        store, model = _made(folder / "store.db"), MemoryLog(ORIGIN)
        for count in counts:
            start = model.head.size
            store.transact(lambda tables, n=start, c=count: _say(tables, n, c))
            for number in range(start, start + count):
                saying = Saying("notice", {"number": number}, NOTHING_SEEN, 1_000 + start, 0)
                model.keep(append(model.head, saying, [KEY]))
        store.close()
        store = PartyStore(folder / "store.db")
        with store.reading() as tables:
            view = tables.view(_row(tables))
            size = model.head.size
            assert view.head == model.head and view.keyset_places() == model.keyset_places()
            assert list(tables.envelopes(_row(tables), 0, size)) == [model.envelope(n) for n in range(size)]
            for index in range(size):
                assert inclusion_proof(view, index, size) == inclusion_proof(model, index, size)
                assert consistency_proof(view, index, size) == consistency_proof(model, index, size)
            for level, index in ((0, size), (1, size), (9, 0)):
                with pytest.raises(KeyError):
                    model.node(level, index)
                with pytest.raises(KeyError):
                    view.node(level, index)
        store.close()


def test_what_was_decided_on_an_older_head_is_not_kept(store: PartyStore) -> None:
    with store.reading() as tables:
        old = _row(tables)
    store.transact(lambda tables: _say(tables, 0))
    appended = append(old.head, Saying("notice", {}, NOTHING_SEEN, 0, 0), [KEY])
    for row in (old, None):
        with pytest.raises(ValueError, match="were decided at"):
            store.transact(
                lambda tables, row=row: tables.keep(row or _row(tables), [KeptEntry(appended, 0, announces=False)])
            )
    assert _sizes(store) == {ORIGIN: 1}


def test_what_raises_is_taken_back_whole(store: PartyStore) -> None:
    def rule(tables: PartyTables) -> None:
        _say(tables, 0, 3)
        raise LookupError("no")

    with pytest.raises(LookupError):
        store.transact(rule)
    assert _sizes(store) == {ORIGIN: 0}
    store.transact(lambda tables: _say(tables, 7))
    assert _sizes(store) == {ORIGIN: 1}


def test_one_that_raises_among_others_is_taken_back_alone(store: PartyStore) -> None:
    undone: list[int] = []

    def bad(tables: PartyTables) -> None:
        _say(tables, 50, 5)
        raise LookupError("no")

    def twice(tables: PartyTables) -> None:
        tables.make_log(ORIGIN, "alfa", 1, Standing.CERTAIN)

    good, wrong, clash, last = Ticket(lambda t: _say(t, 0)), Ticket(bad), Ticket(twice), Ticket(lambda t: _say(t, 1))
    store.transact_all([good, wrong, clash, last], lambda tables: undone.append(_row(tables).head.size))
    assert good.result().head.size == 1 and last.result().head.size == 2 and undone == [1, 1]
    with pytest.raises(LookupError):
        wrong.result()
    with pytest.raises(sqlite3.IntegrityError):
        clash.result()
    path = store.path
    store.close()
    again = PartyStore(path)
    assert _sizes(again) == {ORIGIN: 2} and not again.restored
    again.close()


def test_an_operator_who_stops_it_half_way_leaves_nothing(store: PartyStore) -> None:
    def rule(tables: PartyTables) -> None:
        _say(tables, 0)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        store.transact(rule)
    assert _sizes(store) == {ORIGIN: 0}
    store.transact(lambda tables: _say(tables, 0))


def test_a_decision_cannot_begin_another(store: PartyStore) -> None:
    with pytest.raises(AssertionError, match="another"):
        store.transact(lambda _: store.transact(lambda tables: _say(tables, 0)))
    assert _sizes(store) == {ORIGIN: 0}


def test_every_kind_of_row_comes_back_as_it_was(store: PartyStore) -> None:
    evidence = EvidenceRow("bravo", "x", "refused", "no", b"data", 5)
    session = Session("officer-1", 99, b"{}")

    def write(tables: PartyTables) -> None:
        row = _say(tables, 0, 3)
        tables.put_peer("bravo", b"card", 7)
        tables.put_peer("bravo", b"later card", 8)
        for size, note in ((1, "one"), (3, "three"), (3, "never")):
            tables.put_receipt(row, Receipt(size, note, size * 10))
        tables.put_witnessed(row, "witness", Receipt(2, "seen", 4))
        assert tables.put_evidence(evidence, most=1) and not tables.put_evidence(evidence, most=9)
        assert not tables.put_evidence(EvidenceRow("bravo", "y", "refused", "no", b"", 6), most=1)
        for seq in (9, 5, 7):
            tables.put_loose(row, seq, "ab" * 32, b"envelope", most=2)
        tables.put_heard("bravo", "route", 5, None)
        tables.put_heard("bravo", "route", 6, 7)
        for size, at_ms in ((1, 10), (3, 30), (2, 40)):
            tables.put_offer(row, size, "route", at_ms)
        tables.put_checkpoint(row, 2, "note")
        tables.put_account("officer-1", b"old")
        tables.put_account("officer-1", b"new")
        for token in (b"a", b"b"):
            tables.put_session(token, session)
        tables.put_session(b"a", Session("officer-1", 100, b"x"))
        tables.stand(row, Standing.UNSURE, 12)

    store.transact(write)
    store.close()
    again = PartyStore(store.path)
    with again.reading() as tables:
        row = _row(tables)
        assert tables.peers() == (("bravo", b"later card", 8),)
        assert tables.own_card() is not None and tables.certain() and tables.suffix() == ""
        assert tables.last_receipt(row) == Receipt(3, "three", 30) and tables.last_receipt(row, 2) == Receipt(
            1, "one", 10
        )
        assert (
            tables.next_receipt(row, above=1) == Receipt(3, "three", 30) and tables.next_receipt(row, above=3) is None
        )
        assert tables.receipt(row, 1) == Receipt(1, "one", 10) and tables.receipt(row, 2) is None
        assert tables.next_witnessed(row, above=1) == Receipt(2, "seen", 4)
        assert tables.evidence() == (evidence,)
        assert tables.loose_below(row, 9) == [(5, "ab" * 32, b"envelope")]
        assert tables.heard() == [("bravo", "route", 6, 7)]
        assert tables.offers(row, 0) == (("route", 10),) and tables.offers(row, 1) == (("route", 30),)
        assert tables.checkpoint(row, 2) == "note" and tables.checkpoint(row, 1) is None
        assert tables.next_checkpoint(row, 1) == 2 and tables.next_checkpoint(row, 2) is None
        assert tables.accounts() == {"officer-1": b"new"}
        assert tables.session(b"a") == Session("officer-1", 100, b"x") and tables.session(b"c") is None
        assert row.standing is Standing.UNSURE and row.at_least == 12 and row.behind
        assert tables.keyset("alfa", 1) == CARD.keyset
        with pytest.raises(KeyError):
            tables.keyset("alfa", 2)
        assert tables.since(1, 1) == tables.since(0, 9)[1:2]

    def end(tables: PartyTables) -> None:
        tables.drop_sessions(ended_before_ms=100)
        assert tables.session(b"b") is None and tables.session(b"a") is not None
        tables.drop_session(b"a")
        tables.put_session(b"d", session)
        tables.drop_sessions(account="officer-1")
        tables.drop_loose(_row(tables), 9)
        assert tables.session(b"a") is None and tables.session(b"d") is None
        assert [seq for seq, _, _ in tables.loose_below(_row(tables), 99)] == [9]

    again.transact(end)
    again.close()


def test_another_key_set_of_one_version_is_refused(store: PartyStore) -> None:
    other = draw_party("alfa", coverage="all").card
    store.transact(lambda tables: tables.put_keyset(CARD.keyset, CARD.sealed))
    with pytest.raises(ValueError, match="another key set 1 of alfa"):
        store.transact(lambda tables: tables.put_keyset(other.keyset, other.sealed))


def test_a_store_is_set_up_once(store: PartyStore) -> None:
    with pytest.raises(ValueError, match="set up already"):
        store.begin(CARD, first=False)
    with store.reading() as tables:
        assert tables.certain()


# -- migrations ---------------------------------------------------------------------------------------------------


def _scripted(path: Path, count: int) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.create_function("row_sum", -1, row_sum, deterministic=True)
    migrate(connection, path, SCRIPTS[:count])
    return connection


# A row that the first scripts can hold, with the script that brought its table.
_ROWS = (
    (1, "make_store", {"store_id": "0" * 32, "writes": 5, "suffix": "", "certain": 1}),
    (1, "put_keyset", {"party": "alfa", "version": 1, "sealed": CARD.sealed}),
    (2, "put_peer", {"party": "bravo", "card": b"card", "added_ms": 7}),
    (2, "put_heard", {"peer": "bravo", "route": "r", "at_ms": 7, "their_ms": None}),
    (3, "put_account", {"name": "officer-1", "body": b"{}"}),
)


@pytest.mark.parametrize("version", range(len(SCRIPTS) + 1))
def test_a_store_of_every_earlier_version_is_brought_up_with_its_rows(tmp_path: Path, version: int) -> None:
    path = tmp_path / "store.db"
    connection = _scripted(path, version)
    rows = [(name, values) for since, name, values in _ROWS if since <= version]
    for name, values in rows:
        connection.execute(queries()[name], values)
    connection.close()
    (tmp_path / "store.db.mark").write_text(f"{'0' * 32} {5:020d}\n")
    store = PartyStore(path)
    assert not store.restored
    with store.reading() as tables:
        assert tables.certain() == (version >= 1)
        assert (len(tables.peers()), len(tables.heard())) == ((1, 1) if version >= 2 else (0, 0))
        assert len(tables.accounts()) == (1 if version >= 3 else 0)
        if version >= 1:
            assert tables.keyset("alfa", 1) == CARD.keyset
    store.close()


def test_the_scripts_are_numbered_without_gaps_and_every_query_runs(store: PartyStore) -> None:
    assert [script.number for script in SCRIPTS] == list(range(1, len(SCRIPTS) + 1))
    with store.reading():
        for name, query in queries().items():
            names = {word.strip(",);") for word in query.replace("(", " ").split() if word.startswith(":")}
            values = dict.fromkeys((name.lstrip(":") for name in names), 1)
            assert store._connection.execute(f"EXPLAIN {query}", values).fetchall(), name


def test_a_later_or_another_schema_is_refused(tmp_path: Path) -> None:
    later = tmp_path / "later.db"
    connection = _scripted(later, len(SCRIPTS))
    migrate(connection, later, [*SCRIPTS, Script(len(SCRIPTS) + 1, "CREATE TABLE more (x INTEGER) STRICT;")])
    connection.close()
    with pytest.raises(StoreError, match="later version"):
        PartyStore(later)
    other = tmp_path / "other.db"
    connection = sqlite3.connect(other, isolation_level=None)
    connection.create_function("row_sum", -1, row_sum, deterministic=True)
    migrate(connection, other, [Script(1, SCRIPTS[0].sql + "\n-- and a word more")])
    connection.close()
    with pytest.raises(StoreError, match="script 1 of its schema"):
        PartyStore(other)
    odd = tmp_path / "odd.db"
    connection = _scripted(odd, 3)
    connection.execute("CREATE INDEX odd ON entries (logged_ms)")
    connection.close()
    with pytest.raises(StoreError, match="its schema is not"):
        PartyStore(odd)


def test_a_database_that_is_no_store_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "addresses.db"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE people (name TEXT)")
    connection.commit()
    connection.close()
    with pytest.raises(StoreError, match="no store of a party"):
        PartyStore(path)
    text = tmp_path / "letter.txt"
    text.write_text("Dear sirs, " * 1_000)
    with pytest.raises(StoreError, match="damaged"):
        PartyStore(text)
    assert text.read_text().startswith("Dear sirs")


def test_a_script_that_fails_half_way_leaves_the_version_before(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    connection = _scripted(path, 2)
    with pytest.raises(sqlite3.OperationalError):
        migrate(connection, path, [*SCRIPTS[:2], Script(3, "CREATE TABLE a (x INTEGER) STRICT; nonsense;")])
    connection.close()
    store = PartyStore(path)
    store.begin(CARD, first=True)
    store.close()


# -- one process, one file ----------------------------------------------------------------------------------------


def test_two_nodes_cannot_use_one_store(store: PartyStore) -> None:
    script = (
        "import sys; from pathlib import Path; from clearline.edge.party_store import PartyStore; "
        "PartyStore(Path(sys.argv[1]))"
    )
    found = subprocess.run([sys.executable, "-c", script, str(store.path)], capture_output=True, text=True, check=False)
    assert found.returncode == 1 and "another process has it open; one node alone may use a store" in found.stderr


def test_nobody_else_can_read_it(store: PartyStore, tmp_path: Path) -> None:
    store.transact(lambda tables: _say(tables, 0))
    store.backup(tmp_path / "backup.db")
    files = sorted(path for path in tmp_path.iterdir())
    assert [path.name for path in files] == ["backup.db", "store.db", "store.db-wal", "store.db.mark"]
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in files)


# -- put back -----------------------------------------------------------------------------------------------------


def _standing(store: PartyStore) -> tuple[Standing, bool, bool]:
    with store.reading() as tables:
        return _row(tables).standing, tables.certain(), bool(tables.suffix())


def test_every_earlier_state_of_the_file_is_known_as_one(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    states: list[Path] = []
    for number in range(3):
        store = _made(path) if not number else PartyStore(path)
        store.transact(lambda tables, n=number: _say(tables, n))
        store.close()
        states.append(tmp_path / f"state-{number}.db")
        shutil.copyfile(path, states[-1])
    mark = tmp_path / "store.db.mark"
    latest = mark.read_text()
    for number, state in enumerate(states):
        shutil.copyfile(state, path)
        store = PartyStore(path)
        assert store.restored is (number < 2)
        expected = (Standing.UNSURE, False, True) if number < 2 else (Standing.CERTAIN, True, False)
        assert _standing(store) == expected
        store.close()
        store = PartyStore(path)
        assert not store.restored and _standing(store) == expected  # known, and not forgotten
        store.close()
        mark.write_text(latest)


@pytest.mark.parametrize("mark", [None, b"", b"nonsense", b"\xff" * 54, b"0" * 32 + b" 00000000000000000001\n"])
def test_a_mark_that_is_missing_or_of_another_store_makes_it_unsure(tmp_path: Path, mark: bytes | None) -> None:
    path = tmp_path / "store.db"
    _made(path, 2).close()
    found = tmp_path / "store.db.mark"
    if mark is None:
        found.unlink()
    else:
        found.write_bytes(mark)
    store = PartyStore(path)
    assert store.restored and _standing(store)[0] is Standing.UNSURE
    store.close()


def test_a_mark_one_short_as_after_a_crash_is_no_sign_of_anything(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    _made(path, 2).close()
    mark = tmp_path / "store.db.mark"
    store_id, writes = mark.read_text().split()
    mark.write_text(f"{store_id} {int(writes) - 1:020d}\n")
    store = PartyStore(path)
    assert not store.restored
    store.close()


def test_a_backup_that_could_not_be_made_leaves_nothing(store: PartyStore, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        store.backup(tmp_path / "nowhere" / "backup.db")
    assert not list(tmp_path.glob("*backup*"))
    target = tmp_path / "backup.db"
    store.backup(target)
    copy = PartyStore(target)
    assert copy.restored  # it has no mark of its own: it must ask before it speaks
    copy.close()


# -- damage -------------------------------------------------------------------------------------------------------


def _dump(path: Path) -> list[str]:
    """Everything a store holds, but for what opening it changes."""
    store = PartyStore(path)
    try:
        assert not store.restored
        with store.reading():
            return list(store._connection.iterdump())
    finally:
        store.close()


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """A folder with a store that has something in every table, and what it holds."""
    folder = tmp_path_factory.mktemp("template")
    store = _made(folder / "store.db", 9)

    def write(tables: PartyTables) -> None:
        row = _row(tables)
        tables.put_peer("bravo", b"card" * 50, 7)
        tables.put_receipt(row, Receipt(4, "note " * 40, 5))
        tables.put_evidence(EvidenceRow("bravo", "x", "refused", "no", b"data" * 99, 5), most=9)
        tables.put_account("officer-1", b"{}" * 30)
        tables.put_heard("bravo", "route", 5, None)

    store.transact(write)
    store.close()
    return folder, _dump(folder / "store.db")


@given(data=st.data())
def test_a_byte_that_changed_is_found_or_was_nobodys(template: tuple[Path, list[str]], data: st.DataObject) -> None:
    with swift_folder() as folder:
        path = folder / "store.db"
        shutil.copytree(template[0], folder, dirs_exist_ok=True)
        told = bytearray(path.read_bytes())
        for _ in range(data.draw(st.integers(1, 4))):
            place = data.draw(st.integers(0, len(told) - 1))
            told[place] ^= data.draw(st.integers(1, 255))
        path.write_bytes(told)
        try:
            after = _dump(path)
        except StoreError as error:
            _check_sentence(error)
            return
        assert after == template[1]


def _check_sentence(error: StoreError) -> None:
    assert "restore the latest backup" in str(error) or "no store of a party" in str(error)


def test_every_byte_of_what_was_said_is_covered(template: tuple[Path, list[str]], tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    told = (template[0] / "store.db").read_bytes()
    found = [place for place in range(len(told)) if told.startswith(b'{"payload":"', place)]
    assert len(found) == 10  # the key set, and nine entries
    for place in found[1:]:
        shutil.copytree(template[0], tmp_path, dirs_exist_ok=True)
        changed = bytearray(told)
        changed[place + 200] ^= 1
        path.write_bytes(changed)
        with pytest.raises(StoreError, match=f"damaged .*{ORIGIN}"):
            PartyStore(path)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_file_cut_short_is_not_opened(template: tuple[Path, list[str]], tmp_path: Path, share: float) -> None:
    shutil.copytree(template[0], tmp_path, dirs_exist_ok=True)
    path = tmp_path / "store.db"
    os.truncate(path, int(path.stat().st_size * share))
    with pytest.raises(StoreError, match="damaged"):
        PartyStore(path)


def test_an_emptied_file_is_a_new_store_that_may_not_speak(template: tuple[Path, list[str]], tmp_path: Path) -> None:
    shutil.copytree(template[0], tmp_path, dirs_exist_ok=True)
    os.truncate(tmp_path / "store.db", 0)
    store = PartyStore(tmp_path / "store.db")
    with store.reading() as tables:
        assert tables.own_card() is None and not tables.certain()
    store.close()


@pytest.mark.parametrize("fault", ["head", "node", "spare node", "entry", "content"])
def test_a_log_that_does_not_grow_to_its_head_is_not_opened(tmp_path: Path, fault: str) -> None:
    """Whatever changed a row and its sum with it."""
    path = tmp_path / "store.db"
    _made(path, 6).close()
    connection = open_database(path)
    heads = "SELECT id, size, peaks, last_id, seen_size, seen_root FROM logs"
    ((number, size, peaks, last_id, seen_size, seen_root),) = connection.execute(heads).fetchall()
    head = {
        "id": number,
        "size": size,
        "peaks": peaks,
        "last_id": last_id,
        "seen_size": seen_size,
        "seen_root": seen_root,
    }
    if fault == "head":
        connection.execute(queries()["set_head"], head | {"peaks": bytes(32) + peaks[32:]})
    elif fault == "node":
        connection.execute("UPDATE nodes SET hash = zeroblob(32) WHERE level = 1 AND place = 2")
    elif fault == "spare node":
        connection.execute("INSERT INTO nodes (log, level, place, hash) VALUES (?, 9, 9, zeroblob(32))", [number])
    elif fault == "entry":
        connection.execute("DELETE FROM entries WHERE seq = 5")
    else:
        connection.execute(queries()["set_head"], head | {"peaks": peaks, "last_id": "0" * 64})
    connection.close()
    with pytest.raises(StoreError, match=f"damaged .*{ORIGIN}"):
        PartyStore(path)


# -- a disk that does not take it ---------------------------------------------------------------------------------


def test_a_full_disk_ends_the_node_and_loses_nothing_that_was_kept(tmp_path: Path) -> None:
    path, told = tmp_path / "store.db", list[StoreLostError]()
    _made(path, 3).close()
    store = PartyStore(path, on_lost=told.append)
    (pages,) = store._connection.execute("PRAGMA page_count").fetchone()
    store._connection.execute(f"PRAGMA max_page_count = {pages + 2}")
    kept = 3

    def fill() -> None:
        nonlocal kept
        for number in range(3, 200):
            store.transact(lambda tables, n=number: _say(tables, n))
            kept += 1

    with pytest.raises(StoreLostError, match=r"database or disk is full.*make room, restart"):
        fill()
    assert len(told) == 1 and 3 < kept < 200
    with pytest.raises(StoreLostError):
        store.transact(lambda tables: _say(tables, 9))
    with pytest.raises(StoreLostError), store.reading():
        pass
    store.close()
    again = PartyStore(path)
    assert _sizes(again) == {ORIGIN: kept} and not again.restored
    again.transact(lambda tables: _say(tables, kept))
    again.close()


_FILLER = """
import resource, signal, sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from tests.edge.test_party_store import _say
from clearline.edge.party_store import PartyStore
store = PartyStore(Path(sys.argv[1]))
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
size = Path(sys.argv[1] + "-wal").stat().st_size if Path(sys.argv[1] + "-wal").exists() else 0
resource.setrlimit(resource.RLIMIT_FSIZE, (size + 150_000, resource.RLIM_INFINITY))
for number in range(3, 10_000):
    store.transact(lambda tables: _say(tables, number))
    print(number + 1, flush=True)
"""


def test_a_file_that_may_not_grow_ends_the_process_and_loses_nothing(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    _made(path, 3).close()
    root = str(Path(__file__).resolve().parents[2])
    found = subprocess.run(
        [sys.executable, "-c", _FILLER, str(path), root], capture_output=True, text=True, check=False
    )
    assert found.returncode == 1 and "nothing of it left this node" in found.stderr, found.stderr
    kept = int(found.stdout.split()[-1])
    assert kept > 5
    again = PartyStore(path)
    assert _sizes(again)[ORIGIN] == kept
    again.close()


def test_a_write_ahead_log_that_lost_its_end_is_known_as_an_older_state(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    store = _made(path, 3)
    for name in ("store.db", "store.db-wal", "store.db.mark"):
        (tmp_path / "crashed").mkdir(exist_ok=True)
        shutil.copyfile(tmp_path / name, tmp_path / "crashed" / name)
    store.close()
    whole = (tmp_path / "crashed" / "store.db-wal").read_bytes()
    (tmp_path / "crashed" / "store.db-wal").write_bytes(whole[:-5_000])
    crashed = PartyStore(tmp_path / "crashed" / "store.db")
    assert crashed.restored and _sizes(crashed)[ORIGIN] < 3
    crashed.close()
