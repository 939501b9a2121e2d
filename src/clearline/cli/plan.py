"""`clearline plan`: what the party itself means to do: file it, release it by a second officer, see what others see.

The one idea: a plan goes nowhere before a second person released it, and to nobody whom its policy does not name.
"""

from pathlib import Path

import click

from clearline.airspace.activity import Kind
from clearline.cli.facts import Fact, inputs_of, reading_options, supplied_from
from clearline.cli.home import home_option
from clearline.cli.line_desk import stop
from clearline.cli.plan_ask import (
    Asked,
    asked,
    disclose_options,
    disclosure_of,
    meant,
    one_of,
    plans_or_stop,
    repeat_options,
    rule_of,
    told,
    version_option,
)
from clearline.cli.plan_look import list_command, preview_command, reads_command, show_command
from clearline.cli.plan_template import template_command
from clearline.cli.refusal import refuse
from clearline.node.disclosure import NOBODY
from clearline.node.plan import PlanState
from clearline.node.plan_rules import Wish
from clearline.wire.json_text import Json
from clearline.wire.words import plain

__all__ = ["plan_command"]


@click.group("plan", short_help="The party's own plans: filed, released by two, disclosed by policy.")
@home_option
@click.option("--as", "person", envvar="CLEARLINE_PERSON", metavar="PERSON", help="Which of the party's officers acts.")
@click.pass_context
def plan_command(context: click.Context, home: Path, person: str | None) -> None:
    r"""File what the party means to do, and see what the others will see of it. The node must be stopped.

    \b
    1. clearline plan --as writer file tanker.geojson --disclose south-desk=exact --others coarse
    2. clearline plan preview TANKER-1 --to south-desk       what the other side will see
    3. clearline plan --as second release TANKER-1           another officer, with the role RELEASE
    4. clearline plan reads TANKER-1                         who was given it

    Exit status: 0 done, 1 a rule forbids it, 3 bad input.
    """
    context.obj = Asked(home, person)


@plan_command.command("file")
@click.argument("inputs", nargs=-1, required=True, metavar="FILE...", type=click.Path())
@disclose_options
@repeat_options
@reading_options
@asked
def file_(
    where: Asked,
    inputs: tuple[str, ...],
    disclose: tuple[str, ...],
    others: str | None,
    every: int | None,
    times: int | None,
    last: str | None,
    days: str | None,
    skip: tuple[str, ...],
    read_as: str | None,
    **facts: Fact,
) -> None:
    """File every activity of FILES as a draft, in any format that `clearline check` reads; all of them, or none.

    What repeats is filed as often as it says, each time as a plan of its own: NAME.1, NAME.2 and so on.
    """
    where.acting()
    policy = disclosure_of(disclose, others) or NOBODY
    rule = rule_of(every, times, last, days, skip)
    with where.open() as desk:
        read = desk.read(inputs_of(inputs, read_as), supplied_from(facts))
        plans = plans_or_stop(desk.file([Wish(one, policy) for one in read.activities], rule))
    _notes(read.notes)
    told(plans)


@plan_command.command("draw")
@click.argument("name")
@click.option("--kind", type=click.Choice([kind.value for kind in Kind], case_sensitive=False), required=True)
@click.option("--at", "centre", metavar="PLACE", help="A circle round this place.")
@click.option("--within", "radius_m", type=click.FloatRange(min=0.0), metavar="METRES", help="Its radius.")
@click.option("--along", multiple=True, metavar="PLACE", help="A corridor along these places; give it for each.")
@click.option("--half-width", "half_width_m", type=click.FloatRange(min=0.0), metavar="METRES", help="Of a corridor.")
@click.option("--round", "ring", multiple=True, metavar="PLACE", help="An area with these corners; give it for each.")
@click.option("--datum", help="Of the places, where they do not say it themselves (WGS84, SK-42, ...).")
@click.option("--lower", required=True, metavar="ALTITUDE", help="'500FT AMSL', 'FL095', 'SFC'.")
@click.option("--upper", required=True, metavar="ALTITUDE", help="'UNL' for none.")
@click.option("--from", "start", required=True, metavar="TIME", help="In UTC, such as 2026-05-01T06:00:00Z.")
@click.option("--until", required=True, metavar="TIME", help="In UTC; 'UFN' for until further notice.")
@click.option("--title", default="", help="What the others are told it is, if they are told exactly.")
@click.option("--priority", type=int, default=0, show_default=True, help="F3548 priority.")
@disclose_options
@repeat_options
@asked
def draw_(
    where: Asked,
    name: str,
    kind: str,
    centre: str | None,
    radius_m: float | None,
    along: tuple[str, ...],
    half_width_m: float | None,
    ring: tuple[str, ...],
    datum: str | None,
    lower: str,
    upper: str,
    start: str,
    until: str,
    title: str,
    priority: int,
    disclose: tuple[str, ...],
    others: str | None,
    every: int | None,
    times: int | None,
    last: str | None,
    days: str | None,
    skip: tuple[str, ...],
) -> None:
    """File an activity that is typed here, NAME being your own name for it: a circle, a corridor or an area."""
    where.acting()
    members: dict[str, Json] = {
        "id": name,
        "kind": kind.upper(),
        "title": title or None,
        "priority": priority,
        "lower": lower,
        "upper": upper,
        "start": start,
        "end": until,
        "datum": datum,
        **_shape(centre, radius_m, along, half_width_m, ring),
    }
    policy = disclosure_of(disclose, others) or NOBODY
    rule = rule_of(every, times, last, days, skip)
    with where.open() as desk:
        read = desk.drawn({name: value for name, value in members.items() if value is not None})
        plans = plans_or_stop(desk.file([Wish(one, policy) for one in read.activities], rule))
    _notes(read.notes)
    told(plans)


def _shape(
    centre: str | None,
    radius_m: float | None,
    along: tuple[str, ...],
    half_width_m: float | None,
    ring: tuple[str, ...],
) -> dict[str, Json]:
    """The members of the one shape that was typed, or the end of the command."""
    if (centre is not None) + bool(along) + bool(ring) != 1:
        refuse(
            "give one shape: --at PLACE --within METRES, --along PLACE ... --half-width METRES, or --round PLACE ..."
        )
    if (centre is None) != (radius_m is None):
        refuse("--at and --within go together")
    if bool(along) != (half_width_m is not None):
        refuse("--along and --half-width go together")
    if centre is not None:
        return {"position": centre, "radius_m": radius_m}
    places: list[Json] = list(along or ring)
    if along:
        return {"positions": places, "outline": "corridor", "half_width_m": half_width_m}
    return {"positions": places, "outline": "polygon"}


@plan_command.command("change")
@click.argument("plan")
@click.argument("file", required=False, type=click.Path())
@disclose_options
@reading_options
@asked
def change_(
    where: Asked,
    plan: str,
    file: str | None,
    disclose: tuple[str, ...],
    others: str | None,
    read_as: str | None,
    **facts: Fact,
) -> None:
    """File the next version of PLAN: what FILE holds, which is one activity, or the same disclosed to others.

    It needs its own release; until it is accepted the version before stays in force. Without FILE the activity stays as
    it was; so does the disclosure where none is given, and one that is given is given whole.
    """
    where.acting()
    policy = disclosure_of(disclose, others)
    if file is None and policy is None:
        refuse("say what changes: a FILE, or to whom it is disclosed (--disclose, --others)")
    with where.open() as desk:
        ident = meant(desk, plan)
        before = one_of(desk.plans.versions(ident), None)
        activity, notes = before.activity, ()
        if file is not None:
            read = desk.read(inputs_of((file,), read_as), supplied_from(facts))
            if len(read.activities) != 1:
                refuse(f"{file} holds {len(read.activities)} activities, and a plan is one: give that one alone")
            activity, notes = read.activities[0], read.notes
        plans = plans_or_stop(desk.change(ident, Wish(activity, policy or before.disclosure)))
    _notes(notes)
    told(plans)


@plan_command.command("release")
@click.argument("plans", nargs=-1, metavar="PLAN...")
@click.option("--series", metavar="NAME", help="Every draft of what was filed to repeat under this name.")
@version_option
@asked
def release_(where: Asked, plans: tuple[str, ...], series: str | None, version: int | None) -> None:
    """Release the drafts of PLANS, all or none, as another officer than who wrote them."""
    where.acting()
    with where.open() as desk:
        idents = [meant(desk, word) for word in plans]
        if series is not None:
            drafts = [one for one in desk.plans.of_series(series) if one.state is PlanState.DRAFT]
            if not drafts:
                stop("D1", f"there is no draft of a series {series}")
            idents += [one.ident for one in drafts]
        if not idents:
            refuse("name the plans, or a series with --series NAME")
        told(plans_or_stop(desk.release(list(dict.fromkeys(idents)), version)))


@plan_command.command("withdraw")
@click.argument("plans", nargs=-1, required=True, metavar="PLAN...")
@click.option("--why", default="", help="Why, for the party's own record.")
@version_option
@asked
def withdraw_(where: Asked, plans: tuple[str, ...], why: str, version: int | None) -> None:
    """Take back PLANS that are not under way: drafts, released or accepted; all or none."""
    where.acting()
    with where.open() as desk:
        idents = list(dict.fromkeys(meant(desk, word) for word in plans))
        told(plans_or_stop(desk.withdraw(idents, why=why, version=version)))


@plan_command.command("end")
@click.argument("plan")
@click.option("--why", default="", help="Why, for the party's own record.")
@asked
def end_(where: Asked, plan: str, why: str) -> None:
    """Say that PLAN, which is in force, is over; a version that waits for its turn stays."""
    where.acting()
    with where.open() as desk:
        told(plans_or_stop(desk.end(meant(desk, plan), why=why)))


def _notes(notes: tuple[str, ...]) -> None:
    """What was noted on reading, to the error stream."""
    for note in notes:
        click.echo(plain(note), err=True)


for _command in (list_command, show_command, preview_command, reads_command, template_command):
    plan_command.add_command(_command)
