"""The `clearline` command.

The one idea: exit status is the answer: 0 all clear, 1 conflict, 2 cannot tell, 3 bad input. A command's module is
loaded only when that command is run, so that help and completion come at once.
"""

import gc
import sys
import traceback
from importlib import import_module
from typing import TextIO

import click

from clearline import __version__
from clearline.cli.refusal import BAD_INPUT, lost, refuse

__all__ = ["commands", "main"]

# Where each command lives, and its line in the list.
_COMMANDS = {
    "check": ("clearline.cli.check", "Say which activities of two or more sides meet."),
    "completion": ("clearline.cli.completion", "Print the script that completes words in a shell."),
    "convert": ("clearline.cli.convert", "Write activities in another format."),
    "demo": ("clearline.cli.demo", "Check the example plans of several sides and open the report."),
    "doctor": ("clearline.cli.doctor", "Say what this installation has and lacks."),
    "line": ("clearline.cli.line", "The watch officer's day: board, calls, notices, talks, proposals."),
    "node": ("clearline.cli.node", "Run a party's node."),
    "party": ("clearline.cli.party", "Make a party, hand over its card, take in the other side's."),
    "plan": ("clearline.cli.plan", "The party's own plans: filed, released by two, disclosed by policy."),
    "registry": ("clearline.cli.registry", "Run a registry: F3548-21 and F3411 discovery."),
    "uss": ("clearline.cli.uss", "Run a planning system of F3548-21 against a registry."),
    "verify": ("clearline.cli.verify", "Say what a bundle of the record proves."),
}


# Which extra brings a package that no command of the first job needs (docs/decisions/0011 and 0012).
_EXTRAS = {
    **dict.fromkeys(("argon2", "cryptography", "httpx", "joserfc", "starlette", "uvicorn"), "node"),
    **dict.fromkeys(("asyncpg", "httptools", "msgspec", "prometheus_client", "uvloop"), "registry"),
    "opentelemetry": "otel",
}


class _LazyGroup(click.Group):
    """A group whose commands are imported when they are asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of the commands."""
        del ctx
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a name, loaded; None if there is none."""
        del ctx
        if cmd_name not in _COMMANDS:
            return None
        command: object = getattr(import_module(_COMMANDS[cmd_name][0]), f"{cmd_name}_command")
        assert isinstance(command, click.Command), cmd_name
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, without loading any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, _COMMANDS[name][1]) for name in self.list_commands(ctx)])


@click.group("clearline", cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="clearline")
def commands() -> None:
    """Clearline tells parties that share a sky where their activities would meet.

    It gives no permission to act and claims no certification.
    """


def main() -> None:
    """Run the command line; a misused option is bad input like any other (status 3)."""
    # What a command makes are trees of values without cycles, alive to the end: the collector of cycles would walk
    # over all of them again and again, a seventh of the time of a large check, and free nothing.
    gc.disable()
    try:
        try:
            status: object = commands.main(prog_name="clearline", standalone_mode=False)
        finally:
            out: TextIO | None = sys.stdout  # None where it was closed before the program began
            if out is not None:
                out.flush()
    except click.exceptions.Exit as stop:
        sys.exit(stop.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(BAD_INPUT)
    except OSError as error:  # of what was said; of files every command tells its own
        lost(error)
    except click.Abort:
        click.echo("stopped: nothing was written", err=True)
        sys.exit(BAD_INPUT)
    except Exception as defect:  # of ours: shown whole, and never with Python's status 1, which is a conflict
        missing = (defect.name or "").split(".")[0] if isinstance(defect, ModuleNotFoundError) else ""
        if missing in _EXTRAS:
            refuse(f"this needs {missing}, which is not installed: pip install 'clearline[{_EXTRAS[missing]}]'")
        traceback.print_exc()
        raise SystemExit(BAD_INPUT) from defect
    sys.exit(status if isinstance(status, int) else 0)
