"""`clearline completion`: the script that lets a shell complete commands, options and files.

The one idea: the script asks this very program, so it never lags behind it.
"""

import click
from click.shell_completion import get_completion_class

__all__ = ["completion_command"]

_SHELLS = ("bash", "fish", "zsh")


@click.command("completion", short_help="Print the script that completes words in a shell.")
@click.argument("shell", type=click.Choice(_SHELLS))
def completion_command(shell: str) -> None:
    r"""Print the completion script for a shell.

    \b
    bash   eval "$(clearline completion bash)"            in ~/.bashrc
    zsh    eval "$(clearline completion zsh)"             in ~/.zshrc
    fish   clearline completion fish | source             in ~/.config/fish/config.fish
    """
    found = get_completion_class(shell)
    assert found is not None, shell
    click.echo(found(click.Group("clearline"), {}, "clearline", "_CLEARLINE_COMPLETE").source())
