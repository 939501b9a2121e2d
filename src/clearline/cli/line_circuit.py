"""The circuits beside the data line: say that you listen to one, and see who listens where.

The one idea: a warning on a channel that nobody listens to is no warning; so who listens where is said, and kept.
"""

import click

from clearline.cli.line_desk import Where, ask, filled, peer_option, said, time_of
from clearline.line.circuit import Monitoring
from clearline.wire.json_text import Json

__all__ = ["monitor_command"]


@click.command("monitor")
@click.argument("circuit")
@click.option("--from", "start", metavar="TIME", help="From when, in UTC; now if not given.")
@click.option("--until", metavar="TIME", help="Until when; until you say otherwise if not given.")
@click.option("--no-longer", is_flag=True, help="You listen to it no longer.")
@peer_option
@ask
def monitor_command(
    where: Where, circuit: str, start: str | None, until: str | None, no_longer: bool, peer: str | None
) -> None:
    """Confirm to the other side that you listen to CIRCUIT, named as warnings will name it ("121.5 MHz").

    A warning that it gives on a circuit you have not confirmed counts as not delivered there.
    """
    now_ms = where.now_ms()
    from_ms = now_ms if start is None else time_of(start, now_ms)
    body: dict[str, Json] = {
        "circuit": circuit,
        "from_ms": from_ms,
        "until_ms": from_ms if no_longer else time_of(until, now_ms, end=True),
    }
    said(where.node.monitor(where.peer(peer), filled(Monitoring, body)))
