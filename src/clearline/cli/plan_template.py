"""`clearline plan template`: what is flown again and again, kept under a name and filed for another time.

The one idea: a template is a plan that was filed once; using it moves it in time as a whole.
"""

import click

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
from clearline.cli.plan_words import disclosure_words
from clearline.cli.refusal import refuse, say
from clearline.wire.times import parse_time
from clearline.wire.words import aligned, plain

__all__ = ["template_command"]


@click.group("template")
def template_command() -> None:
    """Keep what is flown again and again, and file it for another time."""


@template_command.command("keep")
@click.argument("name")
@click.argument("plan")
@version_option
@asked
def keep_(where: Asked, name: str, plan: str, version: int | None) -> None:
    """Keep PLAN as the template NAME, in place of one of that name."""
    where.acting()
    with where.open() as desk:
        found = one_of(desk.plans.versions(meant(desk, plan)), version)
        refused = desk.keep_template(name, found.activity, found.disclosure)
    if refused is not None:
        stop(refused.rule, refused.why)
    say(f"kept: {plain(name)}, from {plain(found.name)} version {found.version}\n")


@template_command.command("list")
@asked
def list_(where: Asked) -> None:
    """List the templates."""
    with where.open() as desk:
        templates = desk.plans.templates()
    rows = [
        (plain(one.name), one.activity.kind.value, f"disclosed {disclosure_words(one.disclosure)}") for one in templates
    ]
    say("".join(f"{line}\n" for line in aligned(rows)) if rows else "no template\n")


@template_command.command("use")
@click.argument("name")
@click.argument("as_name", metavar="PLAN")
@click.option("--from", "start", required=True, metavar="TIME", help="When it begins, in UTC.")
@disclose_options
@repeat_options
@asked
def use_(
    where: Asked,
    name: str,
    as_name: str,
    start: str,
    disclose: tuple[str, ...],
    others: str | None,
    every: int | None,
    times: int | None,
    last: str | None,
    days: str | None,
    skip: tuple[str, ...],
) -> None:
    """File the template NAME as a draft that begins at a time, PLAN being your own name for it."""
    where.acting()
    policy = disclosure_of(disclose, others)
    rule = rule_of(every, times, last, days, skip)
    try:
        start_ms = parse_time(start, end=False)
    except ValueError as error:
        refuse(f"--from: {error}")
    with where.open() as desk:
        template = desk.plans.template(name)
        if template is None:
            stop("D1", f"there is no template {name}")
        wish = template.wish(as_name, start_ms, policy)
        told(plans_or_stop(desk.file([wish], rule)))


@template_command.command("drop")
@click.argument("name")
@asked
def drop_(where: Asked, name: str) -> None:
    """Forget the template NAME; plans filed from it stay."""
    where.acting()
    with where.open() as desk:
        dropped = desk.plans.drop_template(name)
    if not dropped:
        stop("D1", f"there is no template {name}")
    say(f"forgotten: {plain(name)}\n")
