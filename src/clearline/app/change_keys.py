"""A party changes its keys: new ones drawn, announced under the root keys, and put in the place of the old.

The one idea: three steps, each whole or not at all: the new keys lie ready in a folder of their own, then they are
announced, then the folders change names; whatever is interrupted is ended by the same command given again.
"""

import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from clearline.app.make_party import CARD_FILE, CARDS_FOLDER, KEYS_FOLDER, STORE_FILE, self_signed
from clearline.app.party_home import BEFORE_FOLDER, NEXT_FOLDER, NoPartyError
from clearline.app.party_node import PartyNode
from clearline.edge.clock import SystemClock
from clearline.edge.files import write_text
from clearline.edge.keys_file import (
    CERTIFICATE_FILE,
    KeyFileError,
    NodeKeys,
    draw_node_keys,
    draw_roots,
    forget_signing,
    read_node_keys,
    read_roots,
    write_node_keys,
    write_roots,
    write_secret,
)
from clearline.edge.party_store import PartyStore
from clearline.line.card import Card
from clearline.record.keys import Algorithm, PublicKey, SecretKey
from clearline.record.keyset import KeySet, seal_keyset
from clearline.wire.card_json import read_card, write_card

__all__ = ["change_keys"]

_UNCERTAINTY_MS = 1_000
_DRAWN_FOLDER = "keys-drawn"
_SEALED_FILE = "keyset.json"


def change_keys(home: Path, *, roots: Path, new_roots: Path | None = None, hybrid: bool = False) -> Card:
    """Change the keys of a stopped node; its new card. Ends a change that was interrupted, whatever else is asked.

    `roots` is the folder with the root keys; with `new_roots`, new ones are drawn into that folder and take over. The
    old connection and request keys are kept apart for peers that have not heard of the change; all other old keys are
    removed. Raises NodeError, KeyFileError, StoreError, BehindError as opening does, and FileExistsError for a folder
    of new roots that holds some.
    """
    if not (home / NEXT_FOLDER).exists():
        _prepare(home, roots, new_roots, hybrid=hybrid)
    card = _announce(home)
    _put_in_place(home, card)
    return card


def _prepare(home: Path, roots: Path, new_roots: Path | None, *, hybrid: bool) -> None:
    """Draw the new keys and have the root keys sign them; all of it is in `keys-next` or none."""
    card, drawn = _own_card(home), home / _DRAWN_FOLDER
    read_node_keys(home / KEYS_FOLDER)  # which are needed to say what comes
    old = card.keyset
    signers = [one for one in read_roots(roots) if one.public in old.roots]
    if len(signers) < old.threshold:
        problem = f"{len(signers)} of them are root keys of {old.party}, and {old.threshold} must sign"
        raise KeyFileError(roots, problem, "insert the medium with the others, and name its folder")
    shutil.rmtree(drawn, ignore_errors=True)  # drawn once and never announced
    keys, next_roots = draw_node_keys(hybrid=hybrid), signers
    if new_roots is not None:
        seeds = draw_roots(len(old.roots))
        write_roots(new_roots, seeds)
        next_roots = [SecretKey(Algorithm.ED25519, seed) for seed in seeds]
    keyset = _keyset(old, keys, old.roots if new_roots is None else [one.public for one in next_roots])
    write_node_keys(drawn, keys)
    both = {one.public: one for one in (*signers, *next_roots)}
    chain = seal_keyset(keyset, list(both.values()))
    write_secret(drawn / _SEALED_FILE, chain)
    # A card shows the signatures of its own roots alone; where these stay, they prove the change as well.
    sealed = chain if new_roots is None else seal_keyset(keyset, next_roots)
    made = replace(card, sealed=sealed, certificate=self_signed(card.party, keys.tls))
    write_text(str(drawn / CERTIFICATE_FILE), made.certificate)
    write_text(str(drawn / CARD_FILE), write_card(made).decode())
    drawn.rename(home / NEXT_FOLDER)


def _keyset(old: KeySet, keys: NodeKeys, roots: Sequence[PublicKey]) -> KeySet:
    """The next key set after another."""
    return KeySet(
        old.party,
        old.version + 1,
        tuple(roots),
        old.threshold,
        keys.public("records"),
        keys.public("checkpoints"),
        keys.public("cosigning"),
        keys.transport,
    )


def _announce(home: Path) -> Card:
    """Announce what lies ready, unless that was done; the card that is in force."""
    folder = home / NEXT_FOLDER
    card = read_card((folder / CARD_FILE).read_bytes(), source=CARD_FILE)
    if _own_card(home).keyset == card.keyset:
        return card
    store = PartyStore(home / STORE_FILE)
    try:
        node = PartyNode(store, read_node_keys(home / KEYS_FOLDER).signers, SystemClock(_UNCERTAINTY_MS))
        sealed = (folder / _SEALED_FILE).read_bytes()
        node.change_keys(sealed, read_node_keys(folder).signers, card=write_card(card))
    finally:
        store.close()
    return card


def _put_in_place(home: Path, card: Card) -> None:
    """Give the folders their names; the last step is what ends the change, so every one before it may come twice."""
    current, coming = home / KEYS_FOLDER, home / NEXT_FOLDER
    before = home / BEFORE_FOLDER / str(card.keyset.version - 1)
    before.parent.mkdir(mode=0o700, exist_ok=True)
    if current.exists():
        current.rename(before)
    shown = home / CARDS_FOLDER / f"{card.keyset.version - 1}.json"
    shown.parent.mkdir(exist_ok=True)
    if not shown.exists() and (home / CARD_FILE).exists():
        (home / CARD_FILE).rename(shown)
    write_text(str(home / CARD_FILE), write_card(card).decode())
    forget_signing(before)
    coming.rename(current)
    for name in (_SEALED_FILE, CARD_FILE):
        (current / name).unlink()


def _own_card(home: Path) -> Card:
    """The card that the store holds: what is on it was announced."""
    if not (home / STORE_FILE).exists():
        raise NoPartyError(home)
    store = PartyStore(home / STORE_FILE)
    try:
        with store.reading() as tables:
            data = tables.own_card()
    finally:
        store.close()
    if data is None:
        raise NoPartyError(home)
    return read_card(data, source="own card")
