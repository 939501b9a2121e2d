"""The state of the line from a terminal: declarations, suspensions, whose forces are answered for.

The one idea: a restriction is never retroactive, and none stops the receipt of a safety message.
"""

import click

from clearline.cli.answers import Row
from clearline.cli.line_desk import Where, ask, filled, peer_option, said, time_of
from clearline.cli.refusal import refuse, say
from clearline.edge.officer_asking import How
from clearline.line.channel import Charter, Declaration, Suspension, leaders_exempt
from clearline.line.observed import Cause, FaultNote
from clearline.line.parameters import ParameterSet
from clearline.line.party import Coverage
from clearline.line.terms import SAFETY, Function, Level
from clearline.wire.json_text import Json
from clearline.wire.officer_json import shown

__all__ = [
    "charter_command",
    "coverage_command",
    "declare_command",
    "fault_command",
    "minima_command",
    "suspend_command",
]

_LEVELS = click.Choice([level.value for level in Level], case_sensitive=False)
_FUNCTIONS = click.Choice([function.value for function in Function], case_sensitive=False)
_FLOOR = "A safety message is still received and receipted, whatever is suspended."


@click.command("declare")
@click.argument("level", type=_LEVELS)
@click.argument("state", type=click.Choice(["OPEN", "LIMITED", "SUSPENDED", "CLOSED"], case_sensitive=False))
@click.option("--function", "functions", multiple=True, type=_FUNCTIONS, help="With LIMITED: what stays open.")
@click.option("--from", "start", default="+0", metavar="TIME", help="If not now; an earlier time is a claim only.")
@click.option("--announced-via", default="", help="How it was made public.")
@click.option("--note", default="", help="What was said.")
@click.option("--lifts", metavar="SUSPENSION", help="The own suspension order that this ends.")
@peer_option
@ask
def declare_command(
    where: Where,
    level: str,
    state: str,
    functions: tuple[str, ...],
    start: str,
    announced_via: str,
    note: str,
    lifts: str | None,
    peer: str | None,
) -> None:
    """Draft a declaration on LEVEL: its STATE as you declare it. What is observed is shown beside it."""
    from_ms = time_of(start, where.now_ms())
    body: dict[str, Json] = {
        "level": level.upper(),
        "state": state.upper(),
        "from_ms": from_ms,
        "functions": [name.upper() for name in functions],
        "announced_via": announced_via,
        "note": note,
    }
    how = How(links=() if lifts is None else (where.link("CANCELS", lifts),))
    said(where.node.declare(where.peer(peer), filled(Declaration, body), how))


@click.command("suspend")
@click.option("--leaders-exempt", "template", is_flag=True, help="The usual order: below ministers, safety exempt.")
@click.option("--level", "levels", multiple=True, type=_LEVELS, help="All if none is named.")
@click.option("--function", "functions", multiple=True, type=_FUNCTIONS, help="All if none is named.")
@click.option("--exempt-level", multiple=True, type=_LEVELS)
@click.option("--exempt-function", multiple=True, type=_FUNCTIONS, help="Safety, if none is named.")
@click.option("--exempt-post", multiple=True)
@click.option("--reason", required=True, help="As it is made public.")
@click.option("--from", "start", default="+0", metavar="TIME")
@click.option("--review", metavar="TIME")
@click.option("--ends", metavar="TIME", help="Until further notice, if not given.")
@peer_option
@ask
def suspend_command(
    where: Where,
    template: bool,
    levels: tuple[str, ...],
    functions: tuple[str, ...],
    reason: str,
    peer: str | None,
    **options: str | tuple[str, ...] | None,
) -> None:
    """Draft a suspension order: its scope, its exemptions, its reason."""
    now_ms = where.now_ms()
    times = {name: value if isinstance(value, str) else None for name, value in options.items()}
    lists = {name: [*value] if isinstance(value, tuple) else [] for name, value in options.items()}
    from_ms = time_of(times["start"] or "+0", now_ms)
    if template:
        if levels or functions or lists["exempt_level"] or lists["exempt_function"]:
            refuse("--leaders-exempt has its own scope and exemptions: name none beside it")
        found = shown(leaders_exempt(from_ms, reason))
        body = dict(Row.of(found).row("body").members)
    else:
        exempt = lists["exempt_function"] or sorted(SAFETY)
        body: dict[str, Json] = {
            "from_ms": from_ms,
            "levels": [name.upper() for name in levels],
            "functions": [name.upper() for name in functions],
            "exempt_levels": [name.upper() for name in lists["exempt_level"]],
            "exempt_functions": [str(name).upper() for name in exempt],
            "reason": reason,
        }
    body |= {
        "exempt_posts": [*lists["exempt_post"]],
        "review_at_ms": time_of(times["review"], now_ms),
        "ends_ms": time_of(times["ends"], now_ms, end=True),
    }
    said(where.node.suspend(where.peer(peer), filled(Suspension, body)))
    say(f"{_FLOOR}\n")


@click.command("charter")
@click.argument("level", type=_LEVELS)
@click.option("--function", "functions", multiple=True, type=_FUNCTIONS, required=True)
@click.option("--is", "is_for", multiple=True, required=True, help="What the channel is for.")
@click.option("--is-not", "is_not", multiple=True, required=True, help="What it is not.")
@peer_option
@ask
def charter_command(
    where: Where,
    level: str,
    functions: tuple[str, ...],
    is_for: tuple[str, ...],
    is_not: tuple[str, ...],
    peer: str | None,
) -> None:
    """Draft the charter of LEVEL; both sides sign one each."""
    body: dict[str, Json] = {
        "level": level.upper(),
        "functions": [name.upper() for name in functions],
        "is_for": [*is_for],
        "is_not": [*is_not],
    }
    said(where.node.sign_charter(where.peer(peer), filled(Charter, body)))


@click.command("minima")
@click.argument("name")
@click.argument("version", type=click.IntRange(min=1))
@click.option("--lateral", "lateral_m", type=click.FloatRange(min=0.0), required=True, metavar="METRES")
@click.option("--vertical", "vertical_m", type=click.FloatRange(min=0.0), required=True, metavar="METRES")
@click.option("--time", "time_s", type=click.FloatRange(min=0.0), required=True, metavar="SECONDS")
@click.option("--text-sha256", default="", help="The fingerprint of an agreement whose text is not disclosed.")
@peer_option
@ask
def minima_command(
    where: Where,
    name: str,
    version: int,
    lateral_m: float,
    vertical_m: float,
    time_s: float,
    text_sha256: str,
    peer: str | None,
) -> None:
    """Draft the numbers NAME, VERSION; in force once both sides have signed the same."""
    body: dict[str, Json] = {
        "name": name,
        "version": version,
        "lateral_mm": _up(lateral_m),
        "vertical_mm": _up(vertical_m),
        "time_ms": _up(time_s),
        "text_sha256": text_sha256,
    }
    said(where.node.sign_minima(where.peer(peer), filled(ParameterSet, body)))


@click.command("fault")
@click.argument("cause", type=click.Choice([cause.value for cause in Cause], case_sensitive=False))
@click.option("--text", default="")
@peer_option
@ask
def fault_command(where: Where, cause: str, text: str, peer: str | None) -> None:
    """Say why line checks were missed here."""
    said(where.node.explain_fault(where.peer(peer), filled(FaultNote, {"cause": cause.upper(), "text": text})))


@click.command("coverage")
@click.argument("covered", nargs=-1, required=True, metavar="FORCE...")
@click.option("--not", "not_covered", multiple=True, metavar="FORCE", help="Not answered for.")
@click.option("--partner", "partners", multiple=True, metavar="FORCE=YES|NO|UNKNOWN")
@click.option("--valid-until", metavar="TIME")
@peer_option
@ask
def coverage_command(
    where: Where,
    covered: tuple[str, ...],
    not_covered: tuple[str, ...],
    partners: tuple[str, ...],
    valid_until: str | None,
    peer: str | None,
) -> None:
    """Draft a statement on whose forces your answers speak for. "Not ours" cites it."""
    now_ms = where.now_ms()
    told: list[Json] = []
    for text in partners:
        force, _, word = text.rpartition("=")
        told.append({"force": force, "answered_for": word.upper()})
    body: dict[str, Json] = {"covered": [*covered], "not_covered": [*not_covered], "partners": told}
    how = How(valid_until_ms=time_of(valid_until, now_ms, end=True))
    said(where.node.state_coverage(where.peer(peer), filled(Coverage, body), how))


def _up(value: float) -> int:
    """Thousandths, rounded up: numbers that keep apart are never made smaller."""
    return -int(-value * 1000 // 1)
