"""A party's card when it changes: told to every peer, and taken in from one, on the line itself.

The one idea: a card that comes by the line counts by its root keys alone. Whoever has stolen a node's keys has none of
those, and whatever it signs with the old ones has to come in a packet that the new ones sign.
"""

from collections.abc import Sequence

from clearline.app.party_core import Core
from clearline.app.party_say import say
from clearline.app.taking import Taking
from clearline.edge.party_tables import PartyTables
from clearline.edge.record_tables import LogRow, Standing
from clearline.line.card import Card
from clearline.line.newcard import NewCard
from clearline.line.statement import Said, Utterance
from clearline.line.terms import Mode
from clearline.record.errors import RecordError
from clearline.record.keyset import KeyHistory, KeySet, open_keyset
from clearline.record.statement import open_entry
from clearline.wire.card_json import read_card, write_card
from clearline.wire.errors import MalformedError
from clearline.wire.line_entry import LineLog

__all__ = ["follows", "settle_anchor", "take_card", "take_own_card", "tell_card", "unaware"]


def tell_card(core: Core, tables: PartyTables, card: Card, sealed: bytes = b"") -> None:
    """Tell every peer the own new card; `sealed` is its key set where that is new, under the root keys of both.

    It is said under the old keys, before they give way: so a peer can be called with the new ones from there on,
    however much of the log is still to come. Raises BehindError where a log is not certain.
    """
    body = NewCard(write_card(card).decode(), sealed.decode("ascii"))
    logs = {peer: core.own_log(tables, peer, Mode.ACTUAL) for peer in core.peers}
    # Nothing is ever said again in a log that forked: that peer is given the card by hand.
    told = [Utterance(peer, body) for peer, row in logs.items() if row.standing is not Standing.FORKED]
    say(core, tables, told, Mode.ACTUAL, None, None)


def take_card(taking: Taking, said: Said) -> None:
    """Take a peer's new card in place of the one before, if the statement is one and its keys follow those known."""
    if not isinstance(said.body, NewCard) or said.header.mode is not Mode.ACTUAL:
        return
    core, tables, peer = taking.core, taking.tables, taking.peer
    source = f"new card of {peer.card.party}"
    try:
        card = read_card(said.body.card.encode(), source=source)
        if card.party != peer.card.party:
            raise ValueError(f"it is the card of {card.party}")
        if not follows(card.keyset, core.keys_now(card.party), said.body.keys.encode()):
            raise ValueError("its keys are not the next ones under the root keys of those known")
        tables.put_keyset(card.keyset, card.sealed)
    except (MalformedError, ValueError) as error:
        origin = LineLog(peer.card.party, core.own, Mode.ACTUAL).origin
        taking.complain(origin, f"{source}: {error}", said.body.card.encode())
        return
    tables.put_peer(card.party, write_card(card), taking.now_ms)
    peer.card = card


def take_own_card(core: Core, tables: PartyTables, said: Said) -> None:
    """Take back the own card that a statement given back brings: a store that was restored may hold an older one.

    It stands under the own signature, and its keys under the own root keys.
    """
    if not isinstance(said.body, NewCard) or said.header.mode is not Mode.ACTUAL:
        return
    card = read_card(said.body.card.encode(), source="own card")
    if card.party == core.own and card.keyset.version >= core.card.keyset.version:
        tables.put_keyset(card.keyset, card.sealed)
        tables.put_own_card(write_card(card))
        core.card = card


def settle_anchor(core: Core, tables: PartyTables, row: LogRow, envelopes: Sequence[bytes]) -> None:
    """Have a log that comes for the first time begin with whichever key set kept of its writer signed its first entry.

    A party that changed its keys and a peer that lost its store, or met it late, know the newest set first.
    """
    if row.head.size or not envelopes:
        return
    for keyset in tables.keysets(row.writer):
        history = KeyHistory(keyset)
        try:
            open_entry(envelopes[0], row.origin, 0, history)
        except RecordError:
            continue
        if keyset.version != row.anchor:
            tables.anchor(row, keyset.version)
            core.histories[row.origin] = history
        return


def follows(keyset: KeySet, known: KeySet, sealed: bytes) -> bool:
    """Whether a key set is the newest known, or takes over from it by the record's rule, as `sealed` proves."""
    if keyset == known:
        return True
    try:
        return open_keyset(sealed, known) == keyset
    except RecordError:
        return False


def unaware(core: Core, tables: PartyTables, peers: Sequence[str]) -> tuple[str, ...]:
    """The peers that have not signed for the announcement of the own newest keys."""
    found: list[str] = []
    for peer in peers:
        row = core.own_log(tables, peer, Mode.ACTUAL)
        history, receipt = core.histories[row.origin], tables.last_receipt(row)
        newest = core.keyset().version
        place = history.changes[-1].index if history.changes else -1
        heard = place < 0 or (receipt is not None and receipt.size > place)
        if history.latest.version != newest or not heard:
            found.append(peer)
    return tuple(found)
