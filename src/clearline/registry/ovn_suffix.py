"""The OVN a USS may ask for: its own identifier of the version, good for the present moment only.

The one idea: a UUIDv7 (RFC 9562) carries the time it was made in its first 48 bits, so a registry can tell a fresh one
from an old one without remembering all of them; those that would still pass as fresh it does remember.
"""

import re

from clearline.airspace.bounds import OVN_SUFFIX_SLACK_US

__all__ = ["requested_ovn", "still_fresh"]

_V7 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", re.IGNORECASE | re.ASCII)


def requested_ovn(ident: str, suffix: str, now_us: int) -> str:
    """Return the OVN `{ident}_{suffix}`, the suffix as it was written.

    Raises ValueError, with how to mend it, for anything but a UUIDv7 of the present (within 5 minutes).
    """
    if not _V7.fullmatch(suffix):
        raise ValueError(f"requested_ovn_suffix {suffix[:40]!r} is no UUID of version 7; make one anew")
    if abs(_made_us(suffix) - now_us) > OVN_SUFFIX_SLACK_US:
        raise ValueError(
            f"requested_ovn_suffix {suffix} was not made within 5 minutes of now; make one anew and check the clock"
        )
    return f"{ident}_{suffix}"


def still_fresh(ovns: tuple[str, ...], now_us: int) -> tuple[str, ...]:
    """Return those requested OVNs that could be asked for once more and must be remembered."""
    return tuple(one for one in ovns if _made_us(one.rpartition("_")[2]) >= now_us - OVN_SUFFIX_SLACK_US)


def _made_us(suffix: str) -> int:
    return int(suffix[:8] + suffix[9:13], 16) * 1_000
