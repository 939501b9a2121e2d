"""The option that names a party's folder, and the refusals of whoever opens one.

The one idea: every way in which a folder cannot be used ends in one sentence that says what to do.
"""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import click

from clearline.cli.refusal import refuse, refusing

__all__ = ["home_option", "refusing_home"]

_Command = TypeVar("_Command", bound=Callable[..., object])


def home_option(command: _Command) -> _Command:
    """The command with `--home`, or the folder in CLEARLINE_HOME."""
    return click.option(
        "--home",
        type=click.Path(path_type=Path, file_okay=False),
        envvar="CLEARLINE_HOME",
        required=True,
        help="The party's folder.  [env: CLEARLINE_HOME]",
    )(command)


@contextmanager
def refusing_home() -> Generator[None]:
    """Turn what a person can mend about a party's folder into a refusal."""
    from clearline.app.party_core import NodeError
    from clearline.app.party_home import HalfChangedError, NoPartyError
    from clearline.edge.keys_file import KeyFileError
    from clearline.edge.party_store import StoreError, StoreLostError

    with refusing():
        try:
            yield
        except (NoPartyError, HalfChangedError, StoreError, StoreLostError, KeyFileError, NodeError) as error:
            refuse(str(error))
