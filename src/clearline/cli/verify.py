"""`clearline verify`: what a bundle of the record proves, in a sentence a judge can read.

The one idea: offline, from two files; exit status is the answer: 0 genuine, 1 proves nothing, 2 genuine and proves that
somebody broke the record's rules, 3 nobody can tell here.
"""

from pathlib import Path

import click

from clearline.cli.refusal import BAD_INPUT, refuse, refusing, say

__all__ = ["verify_command"]


@click.command("verify", short_help="Say what a bundle of the record proves.")
@click.argument("bundle", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option(
    "--trust",
    "keys",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    required=True,
    help="The keys you trust, had from the parties and not from whoever gave you the bundle.",
)
@click.option("--brief", is_flag=True, help="The verdict and its sentence alone.")
def verify_command(bundle: Path, keys: Path, brief: bool) -> None:
    """Verify BUNDLE offline.

    Exit status: 0 valid, 1 invalid, 2 valid and proving misbehaviour, 3 cannot be told here.
    """
    from clearline.record.errors import RecordError, UnsupportedError
    from clearline.record.trust import read_trust
    from clearline.record.verify import verify_bundle

    with refusing():
        try:
            trust = read_trust(keys.read_bytes())
        except RecordError as error:
            refuse(f"{keys.name}: {error}")
        try:
            report = verify_bundle(bundle.read_bytes(), trust)
        except UnsupportedError as error:
            say(f"CANNOT TELL: {error}\n")
            raise click.exceptions.Exit(BAD_INPUT) from error
    for line in report.lines():
        say(f"{line}\n")
        if brief:
            break
    raise click.exceptions.Exit(report.verdict.exit_code)
