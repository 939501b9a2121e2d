"""`clearline demo`: the example plans of three sides, checked, and the report opened.

The one idea: the demo does nothing that `clearline check` does not do, and says what to type to do it again.
"""

import tempfile
from pathlib import Path

import click

from clearline.app.check import check_activities, load_area, load_minima, parse_input, read_inputs
from clearline.app.output import render
from clearline.app.propose import with_proposals
from clearline.cli.progress import progress_line
from clearline.cli.refusal import refuse, refusing
from clearline.edge.examples import find_examples, open_page
from clearline.edge.files import write_text
from clearline.wire.area import check_area
from clearline.wire.errors import MalformedError
from clearline.wire.reading import Supplied

__all__ = ["demo_command"]

_FILES = ("coalition.csv", "federation.geojson", "relief.kml")
_AMBIGUOUS = "ambiguous.csv"
_MINIMA, _AREA = "line-2015", "34N 038E 36N 040E"


@click.command("demo", short_help="Check the example plans of several sides and open the report.")
@click.option(
    "--folder", type=click.Path(path_type=Path), default=Path("demo"), show_default=True, help="Where to write."
)
@click.option("--no-browser", is_flag=True, help="Write the report and do not open it.")
@click.option("--check-only", is_flag=True, help="Leave out the line between two nodes.")
def demo_command(folder: Path, no_browser: bool, check_only: bool) -> None:
    """Check the plans in `examples` and open the report; then play the line between two nodes.

    Exit status: 0 if the demo ran, whatever its plans do to each other; 3 if it could not.
    """
    examples = find_examples()
    if examples is None:
        refuse("there is no folder examples here: run this where Clearline's source was unpacked")
    shown = [_short(examples / name) for name in _FILES]
    with refusing(), progress_line(quiet=False) as told:
        click.echo(f"$ clearline check {_short(examples / _AMBIGUOUS)} {shown[0]}")
        click.echo(_refusal(_short(examples / _AMBIGUOUS)))
        click.echo(f"\n$ clearline check --minima {_MINIMA} --area '{_AREA}' --resolve {' '.join(shown)}")
        files, activities = read_inputs([parse_input(name) for name in shown], Supplied(), told)
        check_area(activities, load_area(_AREA))
        checked = with_proposals(check_activities(activities, load_minima(_MINIMA), files=files, progress=told), told)
        folder.mkdir(parents=True, exist_ok=True)
        report = folder / "report.html"
        write_text(str(report), render(checked, "html"))
    click.echo(render(checked, "table"))
    opened = not no_browser and open_page(report)
    click.echo(f"The report is {report}" + (", opened in your browser." if opened else ": open it in any browser."))
    if not check_only:
        _play_the_line()


def _play_the_line() -> None:
    """The first five steps of the line between two node processes, which takes about half a minute."""
    from clearline.app.line_demo import DemoError, play  # a check needs none of what a node needs

    click.echo("\nThe line: the call of September 2015, and what came of it.\n")
    with tempfile.TemporaryDirectory(prefix="clearline-demo-") as folder:
        try:
            play(lambda text: click.echo(text, nl=False), Path(folder))
        except DemoError as error:
            refuse(str(error))


def _short(path: Path) -> str:
    """A path as one would type it here."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)


def _refusal(name: str) -> str:
    """What reading a file of places that could be two says."""
    try:
        read_inputs([parse_input(name)], Supplied())
    except MalformedError as error:
        return f"clearline: {error}"
    raise AssertionError(f"{name} was read, and could mean two places")
