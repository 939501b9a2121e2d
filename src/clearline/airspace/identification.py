"""F3411's nouns: areas in which remote identification can be asked for, and who wants to hear of them.

The one idea: both versions of the standard (19 and 22a) are two ways of writing these same values.
"""

from dataclasses import dataclass

from clearline.airspace.extent import Extent

__all__ = ["IdentificationArea", "IdentificationSubscription"]


@dataclass(frozen=True, slots=True)
class IdentificationArea:
    """An identification service area.

    `flights_url` is the whole address (19), `uss_base_url` its base (22a): one of them is None.
    `version` is the opaque text both standards ask clients to quote.
    """

    ident: str
    owner: str
    version: str
    flights_url: str | None
    uss_base_url: str | None
    extent: Extent
    start_us: int
    end_us: int
    updated_us: int


@dataclass(frozen=True, slots=True)
class IdentificationSubscription:
    """A subscription to identification service areas; `callback_url` (19) or `uss_base_url` (22a): one is None."""

    ident: str
    owner: str
    version: str
    callback_url: str | None
    uss_base_url: str | None
    notification_index: int
    extent: Extent
    start_us: int
    end_us: int
    updated_us: int
