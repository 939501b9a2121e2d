"""The log's records: what is written is read, and nothing else is."""

import json
import struct
from dataclasses import fields, replace
from pathlib import Path
from zlib import crc32

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearline.airspace.extent import Extent, Span
from clearline.airspace.identification import IdentificationArea, IdentificationSubscription
from clearline.airspace.reference import Constraint, Intent, IntentState
from clearline.airspace.subscription import Availability, Subscription, UssState
from clearline.registry.view import Change, Entity, Put, Remove
from clearline.wire.errors import MalformedError
from clearline.wire.registry_log import (
    LogEntry,
    join_records,
    key_of,
    read_changes,
    read_entity,
    read_entry,
    split_records,
    write_changes,
    write_entity,
    write_entry,
)
from tests.wire.registry_entities import changes, entities, entries

VECTORS = Path(__file__).parents[2] / "vectors" / "registry" / "log.json"

_SPAN = Span(50.0, 120.5, 1_800_000_000_000_000, 1_800_000_600_000_000)
_WIDE = Extent((7, 9), (_SPAN, Span(float("-inf"), float("inf"), -5, 5)))
_ONE = Extent((4_294_967_295,), (_SPAN,))
_TIMES = (1_800_000_000_000_000, 1_800_000_600_000_000, 1_799_999_999_999_999)
EXAMPLES: dict[str, Entity] = {
    "intent": Intent("i", "uss1", 3, "ovn", ("a", "b"), IntentState.ACTIVATED, "https://u", "s", _WIDE, *_TIMES),
    "constraint": Constraint("c", "uss1", 1, "ovn", "https://u", _ONE, *_TIMES),
    "subscription": Subscription("s", "uss1", "v", "https://u", 12, True, False, True, _ONE, *_TIMES),
    "availability": Availability("uss2", UssState.DOWN, "v", 17),
    "area": IdentificationArea("a", "uss1", "v", None, "https://u", _ONE, *_TIMES),
    "area subscription": IdentificationSubscription("b", "uss1", "v", "https://u", None, 4, _ONE, *_TIMES),
}
ENTRY = LogEntry(
    1_800_000_000_000_123,
    "uss1",
    "createOperationalIntentReference",
    "7",
    (Put(EXAMPLES["intent"]), Remove(EXAMPLES["subscription"])),
)


@given(entries)
def test_an_entry_that_was_written_is_read(entry: LogEntry) -> None:
    record = write_entry(entry)
    assert read_entry(record, source="log", where="entry 1") == entry
    assert write_entry(entry) == record


@given(entities)
def test_an_entity_that_was_written_is_read(entity: Entity) -> None:
    assert read_entity(write_entity(entity), source="log", where="entity") == entity


@given(st.lists(changes, max_size=4).map(tuple))
def test_changes_that_were_written_are_read(some: tuple[Change, ...]) -> None:
    assert read_changes(write_changes(some), source="log", where="part 1") == some


@given(entries, st.data())
def test_a_byte_that_changed_is_found(entry: LogEntry, data: st.DataObject) -> None:
    record = bytearray(write_entry(entry))
    place = data.draw(st.integers(0, len(record) - 1))
    record[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises(MalformedError, match=r"^log: entry 7: "):
        read_entry(bytes(record), source="log", where="entry 7")


@given(entries, st.data())
def test_a_record_cut_short_or_run_on_is_found(entry: LogEntry, data: st.DataObject) -> None:
    record = write_entry(entry)
    for other in (record[: data.draw(st.integers(0, len(record) - 1))], record + b"\x00"):
        with pytest.raises(MalformedError, match=r"^log: entry 7: "):
            read_entry(other, source="log", where="entry 7")


@given(st.binary(max_size=60))
def test_any_other_bytes_are_refused(data: bytes) -> None:
    for reader in (read_entry, read_changes, read_entity):
        with pytest.raises(MalformedError):
            reader(data, source="log", where="entry 1")


@given(entities, entities, st.integers(0, 2**40))
def test_a_count_that_went_on_is_written_in_short_and_read_whole(old: Entity, other: Entity, count: int) -> None:
    """Law: with what was there before, the short form says all that the long one says."""
    if isinstance(old, Subscription | IdentificationSubscription):
        new: Entity = replace(old, notification_index=count)
    else:
        new = old
    known = {key_of(old): old}
    entry = LogEntry(1, "c", "call", "r", (Put(new), Put(other), Put(new), Remove(new)))
    record = write_entry(entry, known.get)
    assert read_entry(record, source="log", where="entry 1", known=known.get) == entry
    assert write_entry(entry) == write_entry(entry, {}.get)
    counted = isinstance(old, Subscription | IdentificationSubscription)
    assert (len(record) < len(write_entry(entry))) == counted
    if counted:
        for unknown in (None, {}.get):
            with pytest.raises(MalformedError, match=r"not known|which is not there"):
                read_entry(record, source="log", where="entry 1", known=unknown)


@pytest.mark.parametrize("name", ["subscription", "area subscription"])
def test_a_subscription_that_changed_in_anything_else_is_written_whole(name: str) -> None:
    old = EXAMPLES[name]
    assert isinstance(old, Subscription | IdentificationSubscription)
    whole = len(write_entry(LogEntry(1, "c", "call", "r", (Put(old),))))
    for field in fields(old):
        if field.name in ("ident", "notification_index"):
            continue
        value = getattr(old, field.name)
        other = not value if isinstance(value, bool) else value + 1 if isinstance(value, int) else "other"
        new = replace(old, **{field.name: _WIDE if field.name == "extent" else other})
        entry = LogEntry(1, "c", "call", "r", (Put(new),))
        record = write_entry(entry, {key_of(old): old}.get)
        assert record == write_entry(entry), field.name
        assert read_entry(record, source="log", where="entry 1", known=None) == entry
    short = write_entry(LogEntry(1, "c", "call", "r", (Put(replace(old, notification_index=99)),)), lambda _: old)
    assert len(short) < whole - 40


def _summed(body: bytes, form: int = 1) -> bytes:
    return struct.pack(">BI", form, crc32(bytes([form]) + body)) + body


@pytest.mark.parametrize(
    "row",
    [
        [1, "i", "m"],  # fields are missing
        [9, "i", "m", "v", "u"],  # of no kind
        [4, "uss", "Sleeping", "v", 1],  # no such state
        [4, "uss", "Down", "v", 1, "more"],  # one field too many
        [4, "uss", "Down", "v", "1"],  # a text for a number
        [2, "c", "m", 1, "o", "u", [2, 1], [[0.0, 1.0, 0, 1]], 0, 1, 2],  # cells out of order
        [2, "c", "m", 1, "o", "u", [1], [[2.0, 1.0, 0, 1]], 0, 1, 2],  # upside down
        [2, "c", "m", 1, "o", "u", [], [], 0, 1, 2],  # nowhere
        {"ident": "c"},
        7,
    ],
)
def test_a_row_that_cannot_be_is_refused_even_with_its_sum(row: object) -> None:
    with pytest.raises(MalformedError, match=r"^state: row 3: the record (is not as written|cannot be)"):
        read_entity(_summed(msgspec.msgpack.encode(row)), source="state", where="row 3")
    body = msgspec.msgpack.encode([[[False, row]]])
    with pytest.raises(MalformedError, match="restore the latest backup"):
        read_changes(_summed(body), source="state", where="row 3")
    body = msgspec.msgpack.encode([1, "client", "call", "7", [[True, row]]])
    with pytest.raises(MalformedError, match="restore the latest backup"):
        read_entry(_summed(body), source="state", where="row 3")


def test_an_entry_without_a_change_is_none() -> None:
    with pytest.raises(ValueError, match="at least one change"):
        LogEntry(1, "c", "call", "r", ())
    with pytest.raises(MalformedError, match="at least one change"):
        read_entry(_summed(msgspec.msgpack.encode([1, "c", "call", "r", []])), source="log", where="entry 1")


def test_a_record_of_a_later_form_says_that_a_later_version_reads_it() -> None:
    with pytest.raises(MalformedError, match=r"of form 2; known here is 1; use the version of Clearline that wrote it"):
        read_entry(_summed(b"whatever", form=2), source="log", where="entry 1")


@given(st.lists(st.binary(max_size=20), max_size=5), st.data())
def test_records_in_a_row_are_told_apart(records: list[bytes], data: st.DataObject) -> None:
    joined = join_records(records)
    assert list(split_records(joined, source="log", where="batch 1")) == records
    cut = data.draw(st.integers(0, len(joined)))
    whole = [count for count in range(len(records) + 1) if join_records(records[:count]) == joined[:cut]]
    if whole:  # only between two records can a cut go unseen
        assert list(split_records(joined[:cut], source="log", where="batch 1")) == records[: whole[0]]
        return
    with pytest.raises(MalformedError, match=r"^log: batch 1, byte [0-9]+: the record is cut short"):
        list(split_records(joined[:cut], source="log", where="batch 1"))


def test_the_form_on_disk_is_the_one_that_was_agreed() -> None:
    # A log is read for years: these bytes may never change. A new form gets a new number and new vectors.
    told = json.loads(VECTORS.read_text("utf-8"))
    assert told["entry"] == write_entry(ENTRY).hex()
    assert read_entry(bytes.fromhex(told["entry"]), source="log", where="entry 1") == ENTRY
    assert told["entities"] == {name: write_entity(entity).hex() for name, entity in EXAMPLES.items()}
    for name, record in told["entities"].items():
        assert read_entity(bytes.fromhex(record), source="log", where=name) == EXAMPLES[name]
    subscription = EXAMPLES["subscription"]
    assert isinstance(subscription, Subscription)
    counted = LogEntry(1, "c", "call", "r", (Put(replace(subscription, notification_index=13)),))
    assert told["counted"] == write_entry(counted, lambda _: subscription).hex()
    both = tuple(EXAMPLES.values())
    assert told["changes"] == write_changes([Put(both[0]), Remove(both[1])]).hex()
