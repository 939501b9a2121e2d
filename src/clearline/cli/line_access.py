"""What stands beside a notice: who may open it, who gets no later version, its text in other languages, paper forms.

The one idea: a place that was disclosed cannot be called back, so every opening is told to whoever disclosed it.
"""

import hashlib
from pathlib import Path

import click

from clearline.cli.answers import rows_of
from clearline.cli.line_desk import Where, ask, filled, kept, said, shown_id, time_of
from clearline.cli.refusal import refuse, say
from clearline.line.access import PAST_COPIES, Opened, PostClass, RecipientRemoved, Scope
from clearline.line.paper import PaperWay, Transcribed
from clearline.line.wording import Rendering
from clearline.wire.json_text import Json

__all__ = [
    "end_copies_command",
    "notices_command",
    "opened_command",
    "rendering_command",
    "scope_command",
    "transcribed_command",
]

_CLASSES = click.Choice([one.value for one in PostClass], case_sensitive=False)
_WAYS = click.Choice([one.value for one in PaperWay], case_sensitive=False)


@click.command("notices")
@click.option("--to", "peer", metavar="PEER", help="Of one line alone.")
@ask
def notices_command(where: Where, peer: str | None) -> None:
    """Show every notice with the step it has come to; void ones too, with the rule they break."""
    found = rows_of(kept(where.node.notices(peer=where.peer(peer) if peer else None)))
    for row in found:
        one = row.row("said")
        body = one.row("body")
        void = f"; VOID ({one.row('void').text('rule')})" if one.has("void") else ""
        say(f"{shown_id(one)}  {one.text('author')} to {one.text('addressee')} {one.text('precedence')}: ")
        say(f"{body.text('type')} {body.text('subject')} {body.text('title')}\n")
        top = row.row("ladder").text("top", "nothing proved yet")
        say(f"    {row.text('standing')}; {top}; {row.text('given')}{void}\n")
    if not found:
        say("No notice was given by either side.\n")


@click.command("opened")
@click.argument("notice")
@click.argument("post_class", metavar="CLASS", type=_CLASSES)
@ask
def opened_command(where: Where, notice: str, post_class: str) -> None:
    """Tell its author that a post of CLASS opened NOTICE; told also where CLASS is outside its scope."""
    now_ms = where.now_ms()
    body: dict[str, Json] = {"post_class": post_class.upper(), "at_ms": now_ms}
    said(where.node.tell_opened(notice, filled(Opened, body)))


@click.command("scope")
@click.argument("notice")
@click.argument("classes", nargs=-1, required=True, metavar="CLASS...", type=_CLASSES)
@ask
def scope_command(where: Where, notice: str, classes: tuple[str, ...]) -> None:
    """Say which classes of post may open your NOTICE, as agreed. Every opening is told to you."""
    said(where.node.limit_scope(notice, filled(Scope, {"classes": [name.upper() for name in classes]})))


@click.command("end-copies")
@click.argument("notice")
@click.option("--why", default="")
@ask
def end_copies_command(where: Where, notice: str, why: str) -> None:
    """Give the recipient of your NOTICE no later version of it."""
    said(where.node.end_copies(notice, filled(RecipientRemoved, {"why": why})))
    say(f"{PAST_COPIES}\n")


@click.command("rendering")
@click.argument("notice")
@click.argument("language")
@click.argument("text")
@ask
def rendering_command(where: Where, notice: str, language: str, text: str) -> None:
    """Give the TEXT of your NOTICE in another LANGUAGE. The coded fields govern."""
    said(where.node.render(notice, filled(Rendering, {"lang": language, "text": text})))


@click.command("transcribed")
@click.argument("record")
@click.option("--written", required=True, metavar="TIME", help="When it was written down.")
@click.option("--passed", metavar="TIME", help="When it was passed on, if it was.")
@click.option("--way", type=_WAYS, default="NOT_PASSED", show_default=True, help="How it was passed.")
@click.option("--form", default="", help="The number on the form.")
@click.option("--page", type=click.Path(path_type=Path, dir_okay=False, exists=True), help="A picture of the page.")
@ask
def transcribed_command(
    where: Where, record: str, written: str, passed: str | None, way: str, form: str, page: Path | None
) -> None:
    """Say that RECORD, which you keyed in, was on paper first. The digest of the picture goes in, the file stays."""
    now_ms = where.now_ms()
    try:
        digest = "" if page is None else hashlib.sha256(page.read_bytes()).hexdigest()
    except OSError as error:
        refuse(f"{page}: {error.strerror}")
    body: dict[str, Json] = {
        "written_ms": time_of(written, now_ms),
        "passed_ms": time_of(passed, now_ms),
        "way": way.upper(),
        "form_number": form,
        "page_sha256": digest,
    }
    said(where.node.transcribe(record, filled(Transcribed, body)))
