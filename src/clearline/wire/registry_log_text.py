"""A registry's log as lines of JSON, for people and programs that ask who changed what, when, on which call.

The one idea: a line holds everything its entry holds. Numbers that JSON lacks, the altitudes without a bound, are null.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from clearline.registry.report import FiledReport
from clearline.registry.view import Entity, Put
from clearline.wire.registry_log import LogEntry

__all__ = ["entity_line", "entry_line", "report_line", "shown_time"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def shown_time(at_us: int) -> str:
    """Return a time as RFC 3339 in UTC, to the microsecond.

    >>> shown_time(1_800_000_000_000_001)
    '2027-01-15T08:00:00.000001Z'
    """
    return (_EPOCH + timedelta(microseconds=at_us)).isoformat(timespec="microseconds").replace("+00:00", "Z")


def entry_line(seq: int, entry: LogEntry) -> str:
    """Return an entry as one line of JSON, without its end."""
    changes = [{"put" if isinstance(it, Put) else "remove": _told(it.entity)} for it in entry.changes]
    told = {"seq": seq, "at": shown_time(entry.at_us), "client": entry.client, "call": entry.call}
    return _line(told | {"request": entry.request_id, "changes": changes})


def entity_line(entity: Entity) -> str:
    """Return an entity as one line of JSON, without its end."""
    return _line(_told(entity))


def report_line(report: FiledReport) -> str:
    """Return a client's report as one line of JSON, without its end, the exchange as it was sent."""
    told = {"at": shown_time(report.at_us), "report": report.ident, "client": report.client}
    exchange = msgspec.Raw(report.exchange)
    return _line(told | {"request": report.request_id, "told": report.told, "exchange": exchange})


def _told(entity: Entity) -> dict[str, Any]:
    told: dict[str, Any] = msgspec.to_builtins(entity)
    return {"kind": type(entity).__name__, **told}


def _line(told: dict[str, Any]) -> str:
    return msgspec.json.encode(told).decode()
