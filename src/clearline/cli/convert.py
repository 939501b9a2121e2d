"""`clearline convert`: the same activities in another format.

The one idea: nothing is written that the target format cannot say exactly; it is refused, with the activity named.
"""

import click

from clearline.app.check import read_inputs
from clearline.app.writers import WRITERS, write_activities
from clearline.cli.facts import Fact, inputs_of, reading_options, supplied_from
from clearline.cli.progress import progress_line
from clearline.cli.refusal import deliver, refuse, refusing

__all__ = ["convert_command"]


@click.command("convert", short_help="Write activities in another format.")
@click.argument("inputs", nargs=-1, required=True, metavar="[PARTY=]FILE...", type=click.Path())
@click.option("--to", "form", type=click.Choice(sorted(WRITERS)), required=True, help="The format to write.")
@click.option("-o", "--output", type=click.Path(), metavar="FILE", help="Write to a file instead of the terminal.")
@click.option("-q", "--quiet", is_flag=True, help="No progress.")
@reading_options
def convert_command(
    inputs: tuple[str, ...],
    form: str,
    output: str | None,
    quiet: bool,
    read_as: str | None,
    **facts: Fact,
) -> None:
    """Read activities as `check` does and write them all in one format.

    What was noted on reading goes to the error stream. Exit status: 0 written, 3 bad input, or an activity that the
    format cannot say exactly.
    """
    with refusing(), progress_line(quiet=quiet) as told:
        files, activities = read_inputs(inputs_of(inputs, read_as), supplied_from(facts), told)
        try:
            text = write_activities(activities, form)
        except ValueError as error:
            refuse(f"--to {form}: {error}")
    if output is not None:
        deliver(output, text)
    for read in files:
        for note in read.notes:
            click.echo(f"{read.name}: {note}", err=True)
    if output is None:
        deliver(None, text)
