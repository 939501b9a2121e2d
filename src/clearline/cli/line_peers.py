"""Cards from a terminal, while the node runs: one's own to hand over, and the other side's to take in.

The one idea: the digits are read out by one person and compared by another before anything is trusted.
"""

from pathlib import Path

import click

from clearline.cli.answers import rows_of
from clearline.cli.line_desk import Where, ask, kept
from clearline.cli.refusal import deliver, refuse, refusing, say
from clearline.wire.words import plain

__all__ = ["card_command", "compared", "import_card_command", "peers_command"]


@click.command("peers")
@ask
def peers_command(where: Where) -> None:
    """Show your own card and the peers' in short, with the digits to compare."""
    for row in rows_of(kept(where.node.peers())):
        own = " (this party)" if row.flag("own") else ""
        say(f"{row.text('party')}{own}: answers for {row.text('coverage')}\n")
        say(f"    {row.text('fingerprint')}\n    reached at {', '.join(row.texts('routes'))}\n")
        if row.has("standing"):
            say(f"    !! {row.row('standing').text('why')}\n")


@click.command("card")
@click.option("--out", metavar="FILE", help="Write it there; to standard output if not given.")
@ask
def card_command(where: Where, out: str | None) -> None:
    """Write your party's card, to hand over by any way; its digits are compared by voice."""
    deliver(out, kept(where.node.card()).decode())


@click.command("import-card")
@click.argument("card", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--yes-i-compared", is_flag=True, help="The digits were compared by voice already.")
@ask
def import_card_command(where: Where, card: Path, yes_i_compared: bool) -> None:
    """Take in the other side's CARD while the node runs, once its digits were compared by voice."""
    data = compared(card, yes_i_compared=yes_i_compared)
    say(f"{plain(kept(where.node.import_card(data))['party'])} is a peer now.\n")


def compared(card: Path, *, yes_i_compared: bool) -> bytes:
    """A card's bytes, once a person says that its digits were compared; ends the command otherwise."""
    from clearline.line.card import card_fingerprint
    from clearline.wire.card_json import read_card, write_card

    with refusing():
        read = read_card(card.read_bytes(), source=card.name)
    data = write_card(read)
    say(f"{read.party} ({read.name('en')}), answers for: {read.coverage}\n")
    say(f"reached at: {', '.join(read.routes)}; speaks {', '.join(read.languages)}\n")
    say(f"\n    {card_fingerprint(data)}\n\n")
    say("Call the other side on a line you trust; have it read these digits from its own card, and listen.\n")
    if not yes_i_compared and not click.confirm("Are they the same, all forty?", default=False):
        refuse("not imported: the digits were not compared")
    return data
