"""The commands of `clearline plan` that only look: the list, one plan, what another side sees, who was given it.

The one idea: a preview is made by what makes the answer, so it is the answer.
"""

import click

from clearline.cli.plan_ask import Asked, asked, meant, one_of, version_option
from clearline.cli.plan_words import list_words, plan_words, read_words, shown_words
from clearline.cli.refusal import deliver, refuse, say
from clearline.node.plan import PlanState
from clearline.node.shown import show_to

__all__ = ["list_command", "preview_command", "reads_command", "show_command"]


@click.command("list")
@click.option("--all", "over_too", is_flag=True, help="Also what is over, withdrawn or refused.")
@click.option(
    "--state",
    "states",
    multiple=True,
    type=click.Choice([state.value for state in PlanState], case_sensitive=False),
    help="In this state only.",
)
@asked
def list_command(where: Asked, over_too: bool, states: tuple[str, ...]) -> None:
    """List the party's plans, every version that is not over."""
    wanted = [PlanState(state.upper()) for state in states]
    if wanted and over_too:
        refuse("--all and --state exclude each other")
    with where.open() as desk:
        live = [state for state in PlanState if state.live or over_too]
        plans = desk.plans.plans(*(wanted or live))
    say(list_words(sorted(plans, key=lambda plan: (plan.start_ms, plan.name, plan.version))))


@click.command("show")
@click.argument("plan")
@version_option
@asked
def show_command(where: Asked, plan: str, version: int | None) -> None:
    """Show PLAN, by your own name for it or its identifier: every version, or one."""
    with where.open() as desk:
        ident = meant(desk, plan)
        versions, events = desk.plans.versions(ident), desk.plans.events(ident)
    chosen = versions if version is None else (one_of(versions, version),)
    say("\n".join(plan_words(one, events) for one in chosen))


@click.command("preview")
@click.argument("plan")
@click.option("--to", "recipients", multiple=True, metavar="WHO", help="This side; every one known if not given.")
@click.option("--format", "form", type=click.Choice(["words", "geojson"]), default="words", show_default=True)
@click.option("-o", "--output", type=click.Path(), metavar="FILE", help="Write it to a file.")
@version_option
@asked
def preview_command(
    where: Asked, plan: str, recipients: tuple[str, ...], form: str, output: str | None, version: int | None
) -> None:
    """Show what the others will see of PLAN, once it is accepted: the very thing they are given."""
    with where.open() as desk:
        found = one_of(desk.plans.versions(meant(desk, plan)), version)
        named = [name for name, _ in found.disclosure.named]
        chosen = recipients or tuple(dict.fromkeys([*named, *desk.peers(), "anybody else"]))
    each = [show_to(found, recipient) for recipient in chosen]
    if form == "words":
        deliver(output, "\n".join(shown_words(one) for one in each))
        return
    from clearline.wire.geojson_write import write_geojson

    if len(each) != 1:
        refuse("--format geojson shows one side: name it with --to")
    activity = each[0].activity
    if activity is None:
        refuse(f"{each[0].recipient} is told nothing of it, so there is nothing to write")
    deliver(output, write_geojson([activity]))


@click.command("reads")
@click.argument("plan")
@asked
def reads_command(where: Asked, plan: str) -> None:
    """Show who was given PLAN, how exactly, and when."""
    with where.open() as desk:
        reads = desk.plans.reads(meant(desk, plan))
    say(read_words(reads))
