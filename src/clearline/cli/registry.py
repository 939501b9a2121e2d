"""`clearline registry`: run a registry for F3548-21 and F3411.

The one idea: one command, one process, no set-up: a file for the store, the public key of those who sign tokens, and
the name under which tokens mean this registry.
"""

import gc
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from clearline.cli.refusal import refuse, refusing, say
from clearline.cli.registry_care import add_care

if TYPE_CHECKING:
    from clearline.edge.bearer_keys import TrustedKey

__all__ = ["TRY_AGAIN", "registry_command"]

TRY_AGAIN = 75  # EX_TEMPFAIL of sysexits.h: whoever supervises it starts it again, which after status 3 is of no use
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group("registry", short_help="Run a registry: F3548-21 and F3411 discovery.")
def registry_command() -> None:
    """Run a registry: F3548-21 and F3411 discovery."""


@registry_command.command("serve")
@click.option(
    "--store",
    default="sqlite:registry.db",
    show_default=True,
    envvar="CLEARLINE_REGISTRY_STORE",
    metavar="memory|sqlite:FILE|postgresql://...",
    help="Where the state is kept. From the environment, a password is not in the list of processes.",
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(0, 65_535), default=8082, show_default=True, help="0 takes a free one.")
@click.option(
    "--public-key", multiple=True, metavar="[ALG:]FILE", help="PEM of who signs tokens; RSA is RS256/384/512."
)
@click.option("--jwks", multiple=True, metavar="URL", help="Key set of who signs tokens, fetched every minute.")
@click.option("--audience", multiple=True, required=True, metavar="NAME", help="The aud by which tokens mean this one.")
@click.option("--instance", metavar="NAME", help="This instance's name in its pool; the machine's if not given.")
@click.option("--pool", default="clearline", show_default=True, metavar="NAME", help="The same on all of one pool.")
@click.option("--public-endpoint", default="", metavar="URL", help="Where clients reach this instance.")
@click.option("--ca", multiple=True, type=_FILE, help="PEM of the CA of this instance, as the pool's tools ask for it.")
@click.option("--accepted-ca", multiple=True, type=_FILE, help="PEM of a CA that this instance accepts.")
@click.option("--allow-http-uss", is_flag=True, help="Take addresses of USSs that are not https: for tests alone.")
@click.option("--rate", "rate_per_s", type=click.FloatRange(0, min_open=True), default=500.0, show_default=True)
@click.option("--burst", "burst_count", type=click.IntRange(1), default=2_000, show_default=True)
@click.option("--tls-certificate", type=_FILE, help="PEM chain; without, a proxy in front must do TLS.")
@click.option("--tls-key", type=_FILE, help="PEM key of the certificate.")
@click.option("--after-restore", is_flag=True, help="Use a file that was put back, once every USS was told.")
@click.option("--otel", is_flag=True, help="Trace each decision, as OTEL_* in the environment say.")
def serve_(
    store: str,
    host: str,
    port: int,
    public_key: tuple[str, ...],
    jwks: tuple[str, ...],
    audience: tuple[str, ...],
    instance: str | None,
    pool: str,
    public_endpoint: str,
    ca: tuple[Path, ...],
    accepted_ca: tuple[Path, ...],
    allow_http_uss: bool,
    rate_per_s: float,
    burst_count: int,
    tls_certificate: Path | None,
    tls_key: Path | None,
    after_restore: bool,
    otel: bool,
) -> None:
    """Serve until SIGTERM."""
    gc.disable()  # nothing that is loaded now is garbage; `serve_registry` has it looked for again
    from clearline.app.registry import RegistrySettings, serve_registry
    from clearline.edge.registry_http import DoorBounds
    from clearline.edge.registry_http_pool import PoolFacts
    from clearline.edge.registry_port import StoreUnavailableError

    with refusing():
        try:
            settings = RegistrySettings(
                store=store,
                host=host,
                port=port,
                keys=tuple(_key(text) for text in public_key),
                jwks=jwks,
                audiences=frozenset(audience),
                facts=PoolFacts(
                    instance or socket.gethostname(),
                    pool,
                    public_endpoint,
                    tuple(path.read_text("ascii") for path in ca),
                    tuple(path.read_text("ascii") for path in accepted_ca),
                ),
                bounds=DoorBounds(rate_per_s=rate_per_s, burst_count=burst_count),
                allow_http=allow_http_uss,
                certificate=tls_certificate,
                private_key=tls_key,
                traced=otel,
                after_restore=after_restore,
            )
            serve_registry(settings, written=_write_line, told=lambda text: say(f"{text}\n"))
        except ValueError as error:
            refuse(str(error))
        except StoreUnavailableError as error:
            click.echo(f"clearline: {error}", err=True)
            sys.exit(TRY_AGAIN)


add_care(registry_command)


def _key(text: str) -> "TrustedKey":
    """The key of a file, `FILE` or `ALG:FILE`."""
    from clearline.edge.bearer_keys import algorithm_of, pem_key

    named, _, rest = text.partition(":")
    algorithm = algorithm_of(named) if rest else None
    name = text if algorithm is None else rest
    try:
        return pem_key(Path(name).read_bytes(), algorithm)
    except ValueError as error:
        refuse(f"--public-key {name}: {error}")


def _write_line(line: bytes) -> None:
    sys.stderr.buffer.write(line)
    sys.stderr.buffer.flush()
