"""One-time codes by the time (RFC 6238), on HMAC-SHA-1 as every authenticator application counts them.

The one idea: a code is good once, in its own half minute or one beside it; used, it and all before it are spent.
"""

import hashlib
import hmac
from base64 import b32encode
from urllib.parse import quote

__all__ = ["STEP_S", "code_at", "spent_step", "totp_uri"]

STEP_S = 30
_DIGITS = 6
_BESIDE = 1  # steps either way: a clock on a telephone may be half a minute off


def code_at(secret: bytes, step: int, *, digits: int = _DIGITS) -> str:
    """The code of a time step (RFC 4226 section 5.3).

    >>> code_at(b"12345678901234567890", 59 // STEP_S, digits=8)
    '94287082'
    """
    mac = hmac.new(secret, step.to_bytes(8, "big"), hashlib.sha1).digest()
    offset = mac[-1] & 15
    number = int.from_bytes(mac[offset : offset + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**digits:0{digits}d}"


def spent_step(secret: bytes, code: str, *, now_s: int, last_step: int) -> int | None:
    """The step whose code this is, later than the last that was used; None if it is good for none."""
    now_step = now_s // STEP_S
    for step in range(now_step - _BESIDE, now_step + _BESIDE + 1):
        if step > last_step and hmac.compare_digest(code_at(secret, step).encode(), code.encode()):
            return step
    return None


def totp_uri(secret: bytes, *, party: str, account: str) -> str:
    """What an authenticator application reads from a square code.

    >>> totp_uri(b"12345678901234567890", party="alfa", account="ops-1")
    'otpauth://totp/Clearline%20alfa:ops-1?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Clearline%20alfa'
    """
    issuer = quote(f"Clearline {party}")
    return f"otpauth://totp/{issuer}:{quote(account)}?secret={b32encode(secret).decode().rstrip('=')}&issuer={issuer}"
