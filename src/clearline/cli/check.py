"""`clearline check`: files of planned activities in, who meets whom out.

The one idea: everything is read and refused before anything is compared, and the exit status is the answer.
"""

import sys

import click

from clearline.app.check import Checked, check_activities, load_area, load_minima, read_inputs
from clearline.app.output import OUTPUTS, render
from clearline.cli.facts import Fact, inputs_of, reading_options, supplied_from
from clearline.cli.progress import progress_line
from clearline.cli.refusal import deliver, refuse, refusing
from clearline.conflict.verdict import Verdict
from clearline.wire.area import check_area
from clearline.wire.explain import explain

__all__ = ["STATUS", "check_command", "steps_of"]

STATUS = {Verdict.CLEAR: 0, Verdict.CONFLICT: 1, Verdict.CANNOT_TELL: 2}


@click.command("check", short_help="Say which activities of two or more sides meet.")
@click.argument("inputs", nargs=-1, required=True, metavar="[PARTY=]FILE...", type=click.Path())
@click.option(
    "--minima",
    default="intersect",
    show_default=True,
    metavar="NAME|FILE",
    help="Parameter set: intersect, line-2015, or a JSON file.",
)
@click.option(
    "--format",
    "output_form",
    type=click.Choice(sorted(OUTPUTS)),
    default="table",
    show_default=True,
    help="How to write the answer.",
)
@click.option("-o", "--output", type=click.Path(), metavar="FILE", help="Write the answer to a file.")
@click.option("--resolve", is_flag=True, help="Propose the smallest changes that clear each conflict.")
@click.option("--resolve-set", is_flag=True, help="Propose one set of changes that clears all conflicts together.")
@click.option(
    "--explain",
    "explained",
    metavar="ID",
    help="Walk through one verdict: its number, or PARTY/ID~PARTY/ID for any pair.",
)
@click.option(
    "--area",
    metavar="CORNERS|FILE",
    help="Refuse activities not wholly inside: two corners ('34N 038E 37N 042E') or a GeoJSON polygon.",
)
@click.option("--within", is_flag=True, help="Also compare a party's own activities with each other.")
@click.option(
    "--engine",
    type=click.Choice(["auto", "fast", "plain"]),
    default="auto",
    show_default=True,
    help="The compiled engine, or the plain exact one.",
)
@click.option("-q", "--quiet", is_flag=True, help="No progress.")
@reading_options
def check_command(
    inputs: tuple[str, ...],
    minima: str,
    output_form: str,
    output: str | None,
    resolve: bool,
    resolve_set: bool,
    explained: str | None,
    area: str | None,
    within: bool,
    engine: str,
    quiet: bool,
    read_as: str | None,
    **facts: Fact,
) -> None:
    """Compare the activities in two or more files and say which meet, where, when and by how much.

    Files may be GeoJSON, F3548, ED-269, ED-318, KML, KMZ, OpenAir, CSV or ACO; '-' is standard input. PARTY= names
    the side a file speaks for where the file does not.

    Exit status: 0 all clear, 1 conflict, 2 cannot tell (and no conflict), 3 bad input.
    """
    with refusing(), progress_line(quiet=quiet) as told:
        chosen = load_minima(minima)
        bounds = None if area is None else load_area(area)
        files, activities = read_inputs(inputs_of(inputs, read_as), supplied_from(facts), told)
        if bounds is not None:
            check_area(activities, bounds)
        checked = check_activities(activities, chosen, files=files, within_parties=within, engine=engine, progress=told)
        if resolve:
            from clearline.app.propose import with_proposals

            checked = with_proposals(checked, told, within_parties=within)
        if resolve_set:
            from clearline.app.propose import with_assignment

            checked = with_assignment(checked, within_parties=within)
        text = steps_of(checked, explained) if explained else _rendered(checked, output_form)
    deliver(output, text)
    sys.exit(STATUS[checked.result.verdict])


def steps_of(checked: Checked, ident: str) -> str:
    """The walk through one verdict: of a meeting by its number, or of any pair by PARTY/ID~PARTY/ID."""
    result = checked.result
    if ident.isascii() and ident.isdecimal():
        if not 1 <= int(ident) <= len(result.meetings):
            refuse(f"--explain {ident}: there are {len(result.meetings)} meetings, numbered from 1")
        meeting = result.meetings[int(ident) - 1]
        first, second, finding = meeting.first, meeting.second, meeting.finding
    else:
        places = {f"{activity.party}/{activity.ident}": n for n, activity in enumerate(result.activities)}
        names = ident.split("~")
        if len(names) != 2 or names[0] not in places or names[1] not in places or names[0] == names[1]:
            known = ", ".join(list(places)[:4])
            refuse(f"--explain {ident}: give a number, or PARTY/ID~PARTY/ID of two activities ({known} ...)")
        first, second = places[names[0]], places[names[1]]
        finding = checked.explain(first, second)
    heights_a, heights_b = result.heights[first][finding.pair[0]], result.heights[second][finding.pair[1]]
    steps = explain(result.activities[first], result.activities[second], heights_a, heights_b, finding, result.minima)
    return "".join(f"{number:2d}. {step}\n" for number, step in enumerate(steps, 1))


def _rendered(checked: Checked, form: str) -> str:
    try:
        return render(checked, form)
    except ValueError as error:  # a name that the form cannot carry
        refuse(f"--format {form}: {error}")
