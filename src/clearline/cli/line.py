"""`clearline line`: the watch officer's whole day from a terminal.

The one idea: the list of commands is the checklist of a watch, in the order in which things come.
"""

from importlib import import_module
from pathlib import Path

import click

from clearline.cli.line_desk import Where

__all__ = ["SECTIONS", "line_command"]

# What a watch does, in order; each command with the module it lives in and its line in the checklist.
SECTIONS: dict[str, dict[str, tuple[str, str]]] = {
    "1. Come on watch": {
        "login": ("line_watch", "Sign in at the party's node."),
        "me": ("line_look", "Who you are there, what you may do, and its clock."),
        "board": ("line_board", "Who is there, what is declared, what is open, and how long is left."),
        "watch": ("line_watch", "Say that your post is manned, until when, in which languages."),
        "check": ("line_watch", "Check the line, or answer the other side's check."),
        "events": ("line_look", "What happens, as it happens."),
    },
    "2. The telephone rings": {
        "call": ("line_watch", "Log a voice call: one line of text, in half a minute."),
        "calls": ("line_watch", "Read the call log."),
        "phrase": ("line_proof", "A phrase of the catalogue, in three languages, to read out."),
        "words": ("line_look", "The sentences that are always said in the same words."),
    },
    "3. A notice comes in": {
        "see": ("line_notice", "You have opened it."),
        "read-back": ("line_notice", "Read its key fields back: place, heights, times."),
        "pass-on": ("line_notice", "You have passed it on to those concerned."),
        "opened": ("line_access", "A post of another class opened it; its author is told."),
        "answer": ("line_notice", "Answer it, by type: WILCO, ROGER, STANDBY, UNABLE, OURS ..."),
    },
    "4. Tell the other side": {
        "notice": ("line_notice", "Draft a notice; at FLASH it goes out at once."),
        "drafts": ("line_notice", "What waits for a second person."),
        "release": ("line_notice", "Release another officer's draft."),
        "confirm": ("line_notice", "Confirm a FLASH that another officer sent."),
        "withdraw": ("line_notice", "Withdraw a draft."),
        "close": ("line_notice", "Close your notice on the answer given."),
        "notices": ("line_access", "Every notice, and the step it has come to."),
        "rendering": ("line_access", "Its text in another language."),
        "transcribed": ("line_access", "Say that what you keyed in was on paper first."),
        "scope": ("line_access", "Say which classes of post may open it."),
        "end-copies": ("line_access", "Give its recipient no later version."),
    },
    "5. Talk": {
        "talk": ("line_talk", "Ask for a talk, answer, start and end it, note points and follow-ups."),
        "calendar": ("line_publish", "A talk as a calendar message; or the answer that came as one."),
        "will-publish": ("line_publish", "Say beforehand that you will publish."),
        "readout": ("line_talk", "Your side's account of a talk, or a correction of it."),
        "compare": ("line_talk", "Both sides' readouts side by side, and where they differ."),
        "feed": ("line_publish", "Published readouts, as an Atom feed."),
    },
    "6. Settle a conflict": {
        "conflicts": ("line_settle", "Conflicts between both sides' notices; have the engine look."),
        "conflict-word": ("line_settle", "You have seen a conflict, or take it for none."),
        "proposals": ("line_look", "Every proposal, and what became of it."),
        "propose": ("line_settle", "Table a proposal about two notices."),
        "agree": ("line_settle", "Agree to a proposal, by its hash."),
        "decline": ("line_settle", "Decline a proposal."),
        "take-back": ("line_settle", "Take your proposal back."),
        "recheck": ("line_settle", "What your engine says of the agreed change."),
        "query": ("line_settle", "Ask about an area and a time; the other side sees that you asked."),
        "queries": ("line_look", "What either side asked, and patterns in it."),
    },
    "7. When something happened": {
        "incident": ("line_settle", "Report it, give your account, agree to facts or dispute them."),
    },
    "8. The state of the line": {
        "declare": ("line_channel", "Declare a level OPEN, LIMITED, SUSPENDED or CLOSED."),
        "suspend": ("line_channel", "Suspend dealings in a scope, with exemptions; safety stays."),
        "charter": ("line_channel", "Sign what a channel is for, and what it is not."),
        "minima": ("line_channel", "Sign the numbers both sides hold each other to."),
        "fault": ("line_channel", "Say why line checks were missed: a fault is not a refusal."),
        "coverage": ("line_channel", "Say whose forces your answers speak for."),
        "monitor": ("line_circuit", "Confirm a circuit you listen to: warnings elsewhere count as not delivered."),
        "peers": ("line_peers", "Whose cards are here, and the digits to compare."),
        "card": ("line_peers", "Your party's card, to hand over."),
        "import-card": ("line_peers", "Take in the other side's card, its digits compared by voice."),
    },
    "9. Prove it": {
        "log": ("line_look", "What was said, statement by statement."),
        "show": ("line_look", "One statement, and what was said about it."),
        "journey": ("line_proof", "Proved sent, made available, received: kept apart."),
        "bundle": ("line_proof", "A bundle for whoever was not there (clearline verify)."),
        "dossier": ("line_proof", "A period in figures, for the review meeting."),
        "export": ("line_proof", "All that the other side lacks, as a file to carry."),
        "import": ("line_proof", "Take in a file that was carried here."),
        "faults": ("line_proof", "What could not be read, or was never applied."),
        "form": ("line_form", "A notice or an acknowledgement as a form to print, for the day without a network."),
    },
    "10. Go off watch": {
        "hand-over": ("line_watch", "Hand over, every open item read over."),
        "logout": ("line_watch", "Sign out."),
    },
}


class _Checklist(click.Group):
    """A group whose commands are loaded when they are asked for, and listed as a watch's checklist."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of the commands, in the order of the day."""
        del ctx
        return [name for section in SECTIONS.values() for name in section]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a name, loaded; None if there is none."""
        del ctx
        for section in SECTIONS.values():
            if cmd_name in section:
                module = import_module(f"clearline.cli.{section[cmd_name][0]}")
                command: object = getattr(module, f"{cmd_name.replace('-', '_')}_command")
                assert isinstance(command, click.Command), cmd_name
                return command
        return None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The checklist, without loading any command."""
        del ctx
        for title, section in SECTIONS.items():
            with formatter.section(title):
                formatter.write_dl([(name, line) for name, (_, line) in section.items()], col_max=14)


@click.group("line", cls=_Checklist, short_help="The watch officer's day.")
@click.option(
    "--session",
    type=click.Path(path_type=Path, dir_okay=False),
    envvar="CLEARLINE_SESSION",
    default=Path.home() / ".clearline-session",
    help="Where your session at the node is kept.  [env: CLEARLINE_SESSION]",
)
@click.option(
    "--home",
    type=click.Path(path_type=Path, file_okay=False),
    help="Work on this party's folder directly; its node must be stopped.",
)
@click.option("--as", "person", default="duty", show_default=True, help="With --home: your pseudonym.")
@click.option("--post", default="OPS-DUTY", show_default=True, help="With --home: your post.")
@click.option(
    "--mode",
    type=click.Choice(["ACTUAL", "EXERCISE", "TEST"], case_sensitive=False),
    default="ACTUAL",
    show_default=True,
    help="Which picture; each has logs of its own.",
)
@click.pass_context
def line_command(ctx: click.Context, session: Path, home: Path | None, person: str, post: str, mode: str) -> None:
    """The watch officer's day. Times are in UTC (Z). What is missing is shown as missing.

    Acknowledgement is not approval. No answer is not agreement. Without the other side's signature: no signed receipt
    exists.

    A record is named by the first six or more digits of its identifier, as the board shows it.
    """
    ctx.obj = Where(session, home, person, post, mode.upper())
