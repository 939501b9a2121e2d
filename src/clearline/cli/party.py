"""`clearline party`: make a party, hand over its card, take in the other side's, and name its officers.

The one idea: nobody vouches for anybody; two persons read forty digits to each other, and from then on keys speak.
"""

from pathlib import Path

import click

from clearline.cli.home import home_option, refusing_home
from clearline.cli.refusal import refuse, say

__all__ = ["party_command"]

_ROLES = ("RECEIVE", "ANSWER", "AGREE", "RELEASE", "AUDIT")


@click.group("party", short_help="Make a party, hand over its card, take in the other side's.")
def party_command() -> None:
    r"""Set a party up.

    \b
    1. clearline party init "North Desk" --coverage "..." --route https://... --route https://...
    2. clearline party officer ops-1 --post OPS-DUTY --role RECEIVE ...   (two persons at least)
    3. clearline party card > north-desk.card     and hand it to the other side, by any way
    4. clearline party import south-desk.card     and read the digits to each other by voice
    5. clearline node serve
    6. clearline party change-keys                each year, and whenever a key may be in other hands
    """


@party_command.command("init")
@click.argument("name")
@home_option
@click.option("--coverage", required=True, help="Whose forces this party's answers speak for, in words.")
@click.option("--route", "routes", multiple=True, help="An address of its node; two or more, or none (files alone).")
@click.option("--language", "languages", multiple=True, default=("en",), show_default=True, help="Spoken on its watch.")
@click.option("--local-name", "local", multiple=True, metavar="LANG=NAME", help="Its name in a language.")
@click.option("--hybrid", is_flag=True, help="Post-quantum signatures beside the classical ones.")
@click.option("--roots", type=click.Path(path_type=Path), help="Folder for the root keys, on a medium to lock away.")
def init(
    name: str,
    home: Path,
    coverage: str,
    routes: tuple[str, ...],
    languages: tuple[str, ...],
    local: tuple[str, ...],
    hybrid: bool,
    roots: Path | None,
) -> None:
    """Make the keys and the card of a new party, NAME in Latin letters."""
    from clearline.app.make_party import make_party
    from clearline.line.card import BY_FILE, LocalName, card_fingerprint
    from clearline.wire.card_json import write_card

    with refusing_home():
        try:
            names = [LocalName(*pair.split("=", 1)) for pair in local]
            home.mkdir(parents=True, exist_ok=True)
            card = make_party(
                home,
                name,
                coverage=coverage,
                names=names,
                languages=languages,
                routes=routes or (BY_FILE,),
                hybrid=hybrid,
                roots=roots,
            )
        except (ValueError, TypeError, FileExistsError) as error:
            refuse(str(error))
    where = roots or home / "roots"
    say(
        f"{card.party}: made in {home}.\n"
        f"Its fingerprint, to be read out: {card_fingerprint(write_card(card))}\n"
        f"Lock the root keys away: {where} is not needed again but to change keys.\n"
    )


@party_command.command("card")
@home_option
@click.option("--fingerprint", is_flag=True, help="Show the digits to read out, instead of the card.")
def card_(home: Path, fingerprint: bool) -> None:
    """Write the own card to standard output."""
    from clearline.app.make_party import CARD_FILE
    from clearline.app.party_home import NoPartyError
    from clearline.line.card import card_fingerprint

    with refusing_home():
        if not (home / CARD_FILE).exists():
            raise NoPartyError(home)
        data = (home / CARD_FILE).read_bytes()
    say(f"{card_fingerprint(data)}\n" if fingerprint else data.decode())


@party_command.command("import")
@click.argument("card", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@home_option
@click.option("--yes-i-compared", is_flag=True, help="The digits were compared by voice already.")
def import_(card: Path, home: Path, yes_i_compared: bool) -> None:
    """Take in the other side's CARD, once its digits were compared by voice.

    The node must be stopped; while it runs, an officer does it: clearline line import-card.
    """
    from clearline.app.party_home import open_home
    from clearline.cli.line_peers import compared

    data = compared(card, yes_i_compared=yes_i_compared)
    with refusing_home(), open_home(home) as opened:
        try:
            read = opened.node.import_card(data, source=card.name)
        except ValueError as error:
            refuse(str(error))
    say(f"{read.party} is a peer now.\n")


@party_command.command("change-keys")
@home_option
@click.option("--roots", type=click.Path(path_type=Path, file_okay=False), help="Folder of the root keys.")
@click.option(
    "--new-roots",
    type=click.Path(path_type=Path, file_okay=False),
    help="Draw new root keys too, into this folder; they take over.",
)
@click.option("--hybrid", is_flag=True, help="Post-quantum signatures beside the classical ones.")
def change_keys_(home: Path, roots: Path | None, new_roots: Path | None, hybrid: bool) -> None:
    """Change the keys of a stopped node: every peer hears of it on the line, and holds it to the new ones from there.

    Given again, it ends a change that was interrupted.
    """
    from clearline.app.change_keys import change_keys
    from clearline.app.make_party import ROOTS_FOLDER
    from clearline.app.party_core import BehindError
    from clearline.line.card import card_fingerprint
    from clearline.wire.card_json import write_card

    with refusing_home():
        try:
            card = change_keys(home, roots=roots or home / ROOTS_FOLDER, new_roots=new_roots, hybrid=hybrid)
        except (BehindError, FileExistsError) as error:
            refuse(str(error))
    say(
        f"{card.party}: key set {card.keyset.version} is in force, and announced to every peer.\n"
        f"The fingerprint of the new card: {card_fingerprint(write_card(card))}\n"
        "Start the node; lock the root keys away; see with `clearline party keys` who has heard of it.\n"
    )


@party_command.command("keys")
@home_option
def keys_(home: Path) -> None:
    """Show which key set is in force, and which peers have not signed for it yet. The node must be stopped."""
    from clearline.app.party_home import before_folders, open_home

    with refusing_home(), open_home(home) as opened:
        card, unaware = opened.node.card, opened.node.unaware()
        peers = [(peer.party, opened.node.keys_of(peer.party).version) for peer in opened.node.peers()]
    say(f"{card.party}: key set {card.keyset.version}\n")
    for party, version in peers:
        heard = "has NOT signed for it yet" if party in unaware else "has signed for it"
        say(f"{party}: {heard}; its own is key set {version}\n")
    kept = [folder.name for folder in before_folders(home)]
    if kept and not unaware:
        say(f"Connection keys of sets before it are not needed any more: keys-before/{', keys-before/'.join(kept)}\n")


@party_command.command("officer")
@click.argument("name")
@home_option
@click.option("--post", required=True, help="The duty post, such as OPS-DUTY.")
@click.option("--person", help="The officer's pseudonym on the line (NAME if not given).")
@click.option(
    "--role", "roles", multiple=True, type=click.Choice(_ROLES), required=True, help="What the officer may do."
)
@click.option("--subject", default="", help="Who the officer is to the party's identity provider, if one is used.")
@click.password_option(help="Asked for if not given.")
def officer(
    name: str, home: Path, post: str, person: str | None, roles: tuple[str, ...], subject: str, password: str
) -> None:
    """Name an officer, or change what one may do. Open sessions of that officer end."""
    from clearline.app.party_home import open_home
    from clearline.edge.keys_file import draw
    from clearline.edge.officer_auth import Account, Doorkeeper
    from clearline.edge.totp import totp_uri
    from clearline.line.terms import Role

    secret = draw(20)
    with refusing_home(), open_home(home) as opened:
        kept = tuple(sorted({Role(role) for role in roles}))
        try:
            account = Account(name, post, person or name, kept, totp_secret=secret.hex(), subject=subject)
        except ValueError as error:
            refuse(str(error))
        Doorkeeper(opened.store, opened.clock).put(account, password=password)
        uri = totp_uri(secret, party=opened.node.own, account=name)
    say(f"{name} at {post}: {', '.join(kept)}\nOne-time codes, shown this once: {uri}\n")


@party_command.command("begin-again")
@home_option
def begin_again_(home: Path) -> None:
    """Begin a new store for a party whose store is lost, from its card and keys.

    Import the peers' cards again; the logs come back from them, and nothing is said to a peer before that.
    """
    from clearline.app.make_party import begin_again

    with refusing_home():
        try:
            card = begin_again(home)
        except FileExistsError as error:
            refuse(str(error))
    say(f"{card.party}: begun again. Import the peers' cards, and start the node.\n")


@party_command.command("trust")
@click.option("--peer", help="Of the line with one peer; needed where peers met this party before and after new keys.")
@home_option
def trust(home: Path, peer: str | None) -> None:
    """Write the keys of this party and its peers to standard output, for `clearline verify --trust`."""
    from clearline.app.party_home import open_home
    from clearline.record.trust import write_trust

    with refusing_home(), open_home(home) as opened:
        try:
            text = write_trust(opened.node.trust(peer)).decode()
        except KeyError:
            refuse(f"{peer} is no peer: import its card first")
        except ValueError as error:
            refuse(str(error))
    say(text)
