"""`clearline node`: run a party's node, and check what it keeps.

The one idea: one process, one store; it stops on SIGTERM and loses nothing however it stops.
"""

import gc
import logging
from pathlib import Path
from urllib.parse import urlsplit

import click

from clearline.cli.home import home_option, refusing_home
from clearline.cli.refusal import refuse, say

__all__ = ["node_command"]


@click.group("node", short_help="Run a party's node.")
def node_command() -> None:
    """Run a party's node."""


@node_command.command("serve")
@home_option
@click.option("--listen", multiple=True, metavar="HOST:PORT", help="Where peers call; as on the card if not given.")
@click.option(
    "--officers",
    default="127.0.0.1:8470",
    show_default=True,
    metavar="HOST:PORT",
    help="Where officers call.",
)
@click.option(
    "--clock-uncertainty",
    "uncertainty_ms",
    type=click.IntRange(min=0),
    default=1_000,
    show_default=True,
    metavar="MS",
    help="How far this machine's clock may be off, as you vouch for it.",
)
@click.option("--oidc-issuer", help="The party's own identity provider.")
@click.option("--oidc-client", help="This node's name there.")
@click.option("--oidc-secret", default="", envvar="CLEARLINE_OIDC_SECRET", help="Its secret there, if it has one.")
@click.option("--verbose", is_flag=True, help="Say every route that was tried.")
def serve_(
    home: Path,
    listen: tuple[str, ...],
    officers: str,
    uncertainty_ms: int,
    oidc_issuer: str | None,
    oidc_client: str | None,
    oidc_secret: str,
    verbose: bool,
) -> None:
    """Serve peers and officers until SIGTERM."""
    from clearline.app.serve import Addresses, serve
    from clearline.edge.oidc import OidcSettings

    gc.enable()  # a command frees nothing by it; a node runs for months
    if (oidc_issuer is None) != (oidc_client is None):
        refuse("--oidc-issuer and --oidc-client go together")
    logging.basicConfig(format="%(asctime)sZ %(message)s", datefmt="%Y-%m-%dT%H:%M:%S")
    logging.getLogger("clearline").setLevel(logging.INFO if verbose else logging.WARNING)
    desk = _address(officers)
    with refusing_home():
        oidc = None
        if oidc_issuer and oidc_client:
            back = f"http://{desk[0]}:{desk[1]}/api/v1/oidc/back"
            try:
                oidc = OidcSettings(oidc_issuer, oidc_client, back, oidc_secret)
            except ValueError as error:
                refuse(str(error))
        chosen = Addresses(tuple(_address(text) for text in listen), desk) if listen else None
        serve(home, chosen, desk, clock_uncertainty_ms=uncertainty_ms, oidc=oidc, told=lambda text: say(f"{text}\n"))


@node_command.command("verify")
@home_option
def verify_(home: Path) -> None:
    """Check every signature and every receipt this node keeps. The node must be stopped. Status 1 if one is wrong."""
    from clearline.app.party_home import open_home

    with refusing_home(), open_home(home) as opened:
        found = opened.node.verify()
    for origin, count in found.entries.items():
        say(f"{origin}: {count} entries, {found.receipts.get(origin, 0)} receipts\n")
    for fault in found.faults:
        say(f"WRONG: {fault}\n")
    say("Everything is as it was signed.\n" if found.sound else "This store is not to be used.\n")
    if not found.sound:
        raise click.exceptions.Exit(1)


@node_command.command("backup")
@click.argument("target", type=click.Path(path_type=Path))
@home_option
def backup_(target: Path, home: Path) -> None:
    """Write a copy of a stopped node's store to TARGET."""
    from clearline.app.party_home import open_home

    with refusing_home(), open_home(home) as opened:
        opened.store.backup(target)
    say(f"written: {target}\n")


def _address(text: str) -> tuple[str, int]:
    """A host and a port. An address in brackets is IPv6."""
    try:
        parts = urlsplit(f"//{text}")
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if not host or port is None:
        refuse(f"{text!r} is not HOST:PORT, such as 127.0.0.1:8443")
    return host, port
