"""Where what clients report of a registry is archived (F3548-21 DSS0100).

The one idea: a report goes into no log of changes; it is kept beside it, on disk before it is acknowledged. Of each
client the newest thousand are kept, so nobody can fill the disk or push out what others said.
"""

from collections import deque
from collections.abc import Sequence
from hashlib import sha256
from typing import Final, Protocol, TypeAlias

from clearline.registry.report import FiledReport

__all__ = ["MAX_EXCHANGE_BYTES", "MOST_REPORTS", "MemoryReports", "ReportArchive", "ReportRow", "filed", "row_of"]

# Both ours: an exchange that shows a fault has a few kilobytes; a client that files more than this files noise.
MOST_REPORTS: Final = 1_000
MAX_EXCHANGE_BYTES: Final = 65_536

ReportRow: TypeAlias = tuple[str, int, str, str, str, bytes, bytes]
"""A report as a table keeps it: its fields in their order, and their sum."""


def row_of(report: FiledReport) -> ReportRow:
    """Return a report as a table keeps it."""
    fields = (report.ident, report.at_us, report.client, report.request_id, report.told, report.exchange)
    return (*fields, _sum(fields))


def filed(row: Sequence[object]) -> FiledReport:
    """Return the report of a row. Raises ValueError, naming it, for one that is not as it was written."""
    ident, at_us, client, request_id, told, exchange, total = row
    if (
        not isinstance(ident, str)
        or not isinstance(at_us, int)
        or not isinstance(client, str)
        or not isinstance(request_id, str)
        or not isinstance(told, str)
        or not isinstance(exchange, bytes)
        or _sum((ident, at_us, client, request_id, told, exchange)) != total
    ):
        raise ValueError(f"report {ident}: it is not as it was written")
    return FiledReport(ident, at_us, client, request_id, told, exchange)


def _sum(fields: tuple[str, int, str, str, str, bytes]) -> bytes:
    """Eight bytes of SHA-256 over the fields: a sum against damage, not against people."""
    return sha256(repr(fields).encode("utf-8", "backslashreplace")).digest()[:8]


class ReportArchive(Protocol):
    """Where reports are kept. Whatever keeps a registry's state keeps them too."""

    async def file_report(self, report: FiledReport) -> None:
        """Keep a report, and return once it is durable. Raises StoreUnavailableError where that cannot be now."""
        ...


class MemoryReports:
    """An archive that lasts as long as the process."""

    def __init__(self) -> None:
        self._of: dict[str, deque[FiledReport]] = {}

    async def file_report(self, report: FiledReport) -> None:
        """Keep it."""
        self._of.setdefault(report.client, deque(maxlen=MOST_REPORTS)).append(report)

    def reports(self) -> list[FiledReport]:
        """Return all, the oldest first."""
        return sorted((one for kept in self._of.values() for one in kept), key=lambda one: (one.at_us, one.ident))
