"""What of a talk goes into calendars and to the public: calendar messages out and in, notice of publishing, the feed.

The one idea: a calendar and a feed carry what is signed; neither is the record.
"""

from pathlib import Path

import click

from clearline.cli.line_desk import Where, ask, filled, kept, said, time_of, write_out
from clearline.cli.refusal import refuse, refusing
from clearline.line.readout import PublishIntention

__all__ = ["calendar_command", "feed_command", "will_publish_command"]

_OUT = click.Path(path_type=Path, dir_okay=False)


@click.command("calendar")
@click.argument("talk", required=False)
@click.option("--out", type=_OUT, help="With TALK: the file (.ics) to write.")
@click.option("--answer", type=click.Path(path_type=Path, dir_okay=False, exists=True), help="The answer that came.")
@ask
def calendar_command(where: Where, talk: str | None, out: Path | None, answer: Path | None) -> None:
    """Write TALK as a calendar message, or enter the answer that came back as one: accepted, declined or countered."""
    if answer is not None and talk is None and out is None:
        with refusing():
            data = answer.read_bytes()
        said(where.node.answer_by_calendar(data))
    elif talk is not None and out is not None and answer is None:
        write_out(out, kept(where.node.calendar(talk)))
    else:
        refuse("give TALK and --out FILE, or --answer FILE")


@click.command("will-publish")
@click.argument("talk")
@click.option("--at", required=True, metavar="TIME", help="When.")
@ask
def will_publish_command(where: Where, talk: str, at: str) -> None:
    """Tell the other side beforehand that you will publish a statement on TALK."""
    at_ms = time_of(at, where.now_ms())
    said(where.node.announce_readout(talk, filled(PublishIntention, {"at_ms": at_ms})))


@click.command("feed")
@click.option("--out", type=_OUT, required=True, help="The file to write.")
@ask
def feed_command(where: Where, out: Path) -> None:
    """Write the readouts that may be shown outside as an Atom feed; none under embargo is in it."""
    write_out(out, kept(where.node.feed()))
