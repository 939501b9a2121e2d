"""What a client reports of this registry (F3548-21 DSS0100, makeDssReport).

The one idea: a report is no change of the airspace; it is kept word for word, and nothing is decided by it.
"""

from dataclasses import dataclass

__all__ = ["FiledReport"]


@dataclass(frozen=True, slots=True)
class FiledReport:
    """One report: the name it was given, when (microseconds since 1970 UTC), by whom, in which request, and what.

    `told` says it in a few words, `exchange` is the JSON that was sent.
    """

    ident: str
    at_us: int
    client: str
    request_id: str
    told: str
    exchange: bytes
