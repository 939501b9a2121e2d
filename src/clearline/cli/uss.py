"""`clearline uss`: run a planning system of F3548-21 (a USS) against a registry.

The one idea: one command, one process, one file: the registry's address, one's own, who signs tokens, and where one's
own tokens come from.
"""

import sys
from pathlib import Path

import click

from clearline.cli.refusal import refuse, refusing, say

__all__ = ["uss_command"]

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group("uss", short_help="Run a planning system of F3548-21 against a registry.")
def uss_command() -> None:
    """Run a planning system of F3548-21 (a USS) against a registry."""


@uss_command.command("serve")
@click.option("--registry", required=True, metavar="URL", help="Where the registry's calls begin.")
@click.option("--base-url", required=True, metavar="URL", help="Where the others reach this system.")
@click.option("--manager", required=True, metavar="NAME", help="This system's name: the sub of its tokens.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(0, 65_535), default=8083, show_default=True, help="0 takes a free one.")
@click.option(
    "--store", default="uss.db", show_default=True, metavar="FILE|memory", help="Where its own intents are kept."
)
@click.option("--public-key", multiple=True, type=_FILE, required=True, help="PEM of who signs the others' tokens.")
@click.option("--audience", multiple=True, required=True, metavar="NAME", help="The aud by which tokens mean this one.")
@click.option("--token-url", default="", metavar="URL", help="Where tokens are asked for (OAuth client credentials).")
@click.option("--client-id", default="", metavar="NAME", help="The client there; the manager's name if not given.")
@click.option("--client-secret", type=_FILE, help="File with the secret there.")
@click.option("--signing-key", type=_FILE, help="PEM key to sign its own tokens by: for test pools that trust it.")
@click.option("--cmsa", is_flag=True, help="It has the role of conformance monitoring: it may declare off-nominal.")
@click.option("--least-priority", type=int, default=0, show_default=True, help="The lowest the regulator knows.")
@click.option("--most-priority", type=int, default=100, show_default=True, help="The highest the regulator knows.")
@click.option("--equal-may-meet", multiple=True, type=int, help="A priority at which equals may meet.")
@click.option("--test-harness", is_flag=True, help="Let a test suite play its users (flight_planning, versioning).")
@click.option("--allow-http", is_flag=True, help="Take and call addresses that are not https: for tests alone.")
@click.option("--tls-certificate", type=_FILE, help="PEM chain; without, a proxy in front must do TLS.")
@click.option("--tls-key", type=_FILE, help="PEM key of the certificate.")
def serve_(
    registry: str,
    base_url: str,
    manager: str,
    host: str,
    port: int,
    store: str,
    public_key: tuple[Path, ...],
    audience: tuple[str, ...],
    token_url: str,
    client_id: str,
    client_secret: Path | None,
    signing_key: Path | None,
    cmsa: bool,
    least_priority: int,
    most_priority: int,
    equal_may_meet: tuple[int, ...],
    test_harness: bool,
    allow_http: bool,
    tls_certificate: Path | None,
    tls_key: Path | None,
) -> None:
    """Serve until SIGTERM."""
    from clearline.app.uss import Authority, UssSettings, serve_uss
    from clearline.edge.bearer_keys import pem_key
    from clearline.edge.party_schema import StoreError
    from clearline.node.coordination_rules import Policy

    with refusing():
        try:
            settings = UssSettings(
                registry=registry,
                own_url=base_url.rstrip("/"),
                manager=manager,
                host=host,
                port=port,
                keys=tuple(pem_key(path.read_bytes(), None) for path in public_key),
                audiences=frozenset(audience),
                authority=Authority(
                    None if signing_key is None else signing_key.read_bytes(),
                    token_url,
                    client_id,
                    "" if client_secret is None else client_secret.read_text("utf-8").strip(),
                ),
                store=None if store == "memory" else Path(store),
                policy=Policy(least_priority, most_priority, frozenset(equal_may_meet), cmsa),
                harness=test_harness,
                allow_http=allow_http,
                certificate=tls_certificate,
                private_key=tls_key,
            )
            serve_uss(settings, written=_write_line, told=lambda text: say(f"{text}\n"))
        except (ValueError, StoreError) as error:
            refuse(str(error))


def _write_line(line: bytes) -> None:
    sys.stderr.buffer.write(line)
    sys.stderr.buffer.flush()
