"""What can be shown to others: journeys, bundles, the dossier; and the line by carried files.

The one idea: proved sent, made available and received are three things, and each is said in its own sentence.
"""

from pathlib import Path

import click

from clearline.cli.answers import Row, rows_of
from clearline.cli.line_desk import Where, ask, kept, peer_option, time_of, write_out
from clearline.cli.refusal import refuse, say
from clearline.wire.phrase_page import phrase_page
from clearline.wire.words import plain

__all__ = [
    "bundle_command",
    "dossier_command",
    "export_command",
    "faults_command",
    "import_command",
    "journey_command",
    "phrase_command",
]

_OUT = click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="The file to write.")


@click.command("journey")
@click.argument("record")
@ask
def journey_command(where: Where, record: str) -> None:
    """Show the way of what you said: proved sent, made available, received."""
    found = Row.of(kept(where.node.journey(record)))
    for name in ("sent", "made_available", "received"):
        say(f"{found.text(name)}\n")


@click.command("bundle")
@click.argument("records", nargs=-1)
@_OUT
@click.option("--trust", "keys", type=click.Path(path_type=Path, dir_okay=False), help="Write the keys here too.")
@click.option("--from", "start", metavar="TIME", help="A period, with or without RECORDS.")
@click.option("--until", metavar="TIME")
@peer_option
@ask
def bundle_command(
    where: Where,
    records: tuple[str, ...],
    out: Path,
    keys: Path | None,
    start: str | None,
    until: str | None,
    peer: str | None,
) -> None:
    """Write a bundle: RECORDS (a notice, a talk, an incident) with all that was said about them, or a period.

    Whoever gets it has the keys from the parties, and runs: clearline verify BUNDLE --trust KEYS
    """
    now_ms = where.now_ms()
    to, from_ms, until_ms = where.peer(peer), time_of(start, now_ms), time_of(until, now_ms, end=True)
    write_out(out, kept(where.node.bundle(to, records=",".join(records), from_ms=from_ms, until_ms=until_ms)))
    if keys is not None:
        write_out(keys, kept(where.node.trust(peer=to)))


@click.command("export")
@_OUT
@peer_option
@ask
def export_command(where: Where, out: Path, peer: str | None) -> None:
    """Write all that the other side lacks to a file, to go by any relay or by hand."""
    write_out(out, kept(where.node.packet(where.peer(peer))))


@click.command("import")
@click.argument("packet", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@ask
def import_command(where: Where, packet: Path) -> None:
    """Take in a PACKET file that was carried here; then export one back, with the receipts."""
    found = Row.of(kept(where.node.take_packet(packet.read_bytes())))
    say(f"Taken in, from {found.text('peer')}.\n")
    for part in found.rows("refused"):
        say(f"NOT taken over: {part.text('origin')} ({part.text('rule')}): {part.text('why')}\n")
    if found.flag("owed"):
        say("Something is owed to the other side (receipts at least): clearline line export\n")


@click.command("dossier")
@click.option("--from", "start", required=True, metavar="TIME")
@click.option("--until", metavar="TIME")
@peer_option
@ask
def dossier_command(where: Where, start: str, until: str | None, peer: str | None) -> None:
    """Show a period in figures: what each party told, how late, what it answered; incidents one by one."""
    now_ms = where.now_ms()
    from_ms, until_ms = time_of(start, now_ms), time_of(until, now_ms, end=True)
    found = Row.of(kept(where.node.dossier(where.peer(peer), from_ms=from_ms, until_ms=until_ms)))
    say(f"{found.time('start_ms')} to {found.time('end_ms')}\n")
    for party in found.rows("parties"):
        notices = ", ".join(f"{kind} {count}" for kind, count in party.row("notices").members.items()) or "none"
        say(f"{party.text('party')}: notices {notices}\n")
        say(
            f"    short {party.number('short')}, no useful notice {party.number('useless')}, "
            f"no signed receipt exists for {party.number('unreceipted')}, "
            f"on a circuit nobody had confirmed {party.number('unheard')}\n"
        )
        lapses = ", ".join(f"{step} {count}" for step, count in party.row("lapses").members.items()) or "none"
        say(f"    steps not taken in time: {lapses}; line checks answered {party.number('answered')}")
        say(f" of {party.number('checks')}\n")
    talks = ", ".join(f"{state} {count}" for state, count in found.row("talks").members.items()) or "none"
    say(f"talks: {talks}\n")
    for one in found.rows("incidents"):
        say(f"incident {one.row('said').row('body').text('title')}: {one.text('state')}, ")
        say(f"{len(one.items('agreed'))} facts agreed, {len(one.items('other'))} not\n")


@click.command("phrase")
@click.argument("code", required=False)
@click.argument("slots", nargs=-1, metavar="[SLOT=VALUE]...")
@click.option("--language", type=click.Choice(["en", "ru", "ar"]), help="One language; all three if not given.")
@click.option("--page", type=click.Path(path_type=Path), help="Write it as a page to show, print and copy from.")
@ask
def phrase_command(
    where: Where, code: str | None, slots: tuple[str, ...], language: str | None, page: Path | None
) -> None:
    """Show the phrase CODE with its slots filled, to read out; or the catalogue."""
    if code is None:
        for one in rows_of(kept(where.node.phrases(lang=language))):
            mark = "*" if one.flag("core") else " "
            replies = f"  -> {', '.join(one.texts('replies'))}" if one.texts("replies") else ""
            say(f"{one.text('code')}{mark} {one.text('text')}{replies}\n")
        return
    pairs = dict(pair.split("=", 1) for pair in slots if "=" in pair)
    if len(pairs) != len(slots):
        refuse("write each slot as NAME=VALUE, once")
    found = Row.of(kept(where.node.phrase(code, pairs, lang=language)))
    for lang, text in found.row("plain").members.items():
        say(f"{lang}: {plain(str(text))}\n")
    if page is not None:
        texts = {lang: str(text) for lang, text in found.row("texts").members.items()}
        write_out(page, phrase_page(found.text("code"), texts).encode())


@click.command("faults")
@ask
def faults_command(where: Where) -> None:
    """Show what came in that could not be read or was never applied, with what it proves."""
    found = rows_of(kept(where.node.faults()))
    for one in found:
        say(f"{one.text('what')}: {one.text('why')}\n")
    if not found:
        say("None.\n")
