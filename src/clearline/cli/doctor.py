"""`clearline doctor`: what this installation has, and what it lacks.

The one idea: whatever could make an answer slower or less complete is said before anyone relies on it.
"""

import platform
import sys

import click

from clearline import __version__
from clearline.app.doctor import examine

__all__ = ["doctor_command"]


@click.command("doctor", short_help="Say what this installation has and lacks.")
def doctor_command() -> None:
    """Report the engine, the geoid, the datums the solver and the console; status 0 if a check can be trusted."""
    click.echo(f"Clearline {__version__}, Python {platform.python_version()} on {platform.machine()}")
    faults = examine()
    for fault in faults:
        mark = "ok  " if fault.well else ("note" if fault.bearable else "FAIL")
        click.echo(f"{mark}  {fault.subject}: {fault.finding}")
    sys.exit(0 if all(fault.well or fault.bearable for fault in faults) else 3)
