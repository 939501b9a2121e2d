"""What a process tells whoever supervises it: that it is up, that it stops, that it is alive.

The one idea: systemd's protocol is one datagram to the socket that stands in the environment (sd_notify(3)); where none
stands there, nobody asked, and nothing is told.
"""

import os
import socket

__all__ = ["tell_supervisor", "watchdog_s"]


def tell_supervisor(text: str) -> None:
    """Tell it, such as `READY=1`. Raises OSError where there is a socket that cannot be reached."""
    place = os.environ.get("NOTIFY_SOCKET", "")
    if not place:
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as told:
        told.connect(f"\0{place[1:]}" if place.startswith("@") else place)
        told.sendall(text.encode())


def watchdog_s() -> float | None:
    """Return how often to tell it `WATCHDOG=1`, in seconds: twice in the time after which it restarts us. Or None."""
    told = os.environ.get("WATCHDOG_USEC", "")
    return int(told) / 2e6 if told.isdecimal() and int(told) > 0 else None
