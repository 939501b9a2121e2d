"""How a node says something: asked, signed and kept in one transaction, and only then known to anybody.

The one idea: a rule is asked before a key is used, and a number is signed once. If the process dies between the two,
the signature dies with it; if the disk took the transaction, the statement stands.
"""

from collections.abc import Iterator, Sequence

from clearline.app.party_book import Read
from clearline.app.party_core import BehindError, Core, RefusedError
from clearline.edge.keys_file import Signers
from clearline.edge.party_tables import PartyTables
from clearline.edge.record_tables import KeptEntry, LogRow, Standing
from clearline.line.desk import accept, on_receipt
from clearline.line.statement import Actor, Body, Header, Said, Utterance
from clearline.line.terms import By, Mode
from clearline.record.checkpoint import Checkpoint, sign_checkpoint
from clearline.record.errors import RecordError
from clearline.record.keyset import KeySet, open_keyset
from clearline.record.log import append
from clearline.record.statement import NOTHING_SEEN, Seen
from clearline.record.tree import root_at
from clearline.wire.line_entry import keyset_saying, line_log, saying_of

__all__ = ["STEP", "announce", "check_standing", "may_speak", "owed", "receipts_for", "say", "signed_checkpoint"]

# Checkpoints left behind by a change of keys stand this many entries apart, so that a peer can be given the old part of
# a log in packets; a packet has no more than that many entries of one log in one part.
STEP = 1_000
STEP_BYTES = 8 * 2**20


def say(
    core: Core,
    tables: PartyTables,
    utterances: Sequence[Utterance],
    mode: Mode,
    actor: Actor | None,
    released_by: Actor | None,
) -> list[Said]:
    """Say several things, all or none.

    Raises KeyError for an addressee that is no peer, BehindError where the log is not certain, RefusedError where a
    rule forbids it, ValueError for what no statement can be. Every rule is asked before the first signature is made.
    """
    now_ms, uncertainty_ms = core.clock.now_ms(), core.clock.uncertainty_ms()
    meant: list[tuple[Header, Body]] = []
    for utterance in utterances:
        header = _header(core, utterance, mode, actor, released_by, now_ms, uncertainty_ms)
        row = core.own_log(tables, utterance.addressee, mode)
        check_standing(core, tables, row)
        # It has no identifier yet, as that is the digest of what will be signed; the rules do not ask for one.
        refused = accept(Said("", row.head.size, now_ms, header, utterance.body), core.book.ledgers[mode])
        if refused is not None:
            raise RefusedError(refused)
        meant.append((header, utterance.body))
    return [_append(core, tables, header, body, now_ms) for header, body in meant]


def may_speak(core: Core, tables: PartyTables, addressee: str, mode: Mode) -> bool:
    """Whether the own log to an addressee may be written on."""
    if addressee == core.own:
        return True
    try:
        check_standing(core, tables, core.own_log(tables, addressee, mode))
    except BehindError:
        return False
    return True


def receipts_for(core: Core, tables: PartyTables, said: Said, now_ms: int) -> list[Said]:
    """What the node answers by itself to a statement that came in, said; nothing that it has answered already."""
    mode, peer = said.header.mode, said.header.author
    if not may_speak(core, tables, peer, mode):
        return []  # it is owed, and given once the log is certain
    return _by_machine(core, tables, _unanswered(core, said, now_ms), mode)


def owed(core: Core, tables: PartyTables, peer: str, mode: Mode) -> list[Said]:
    """The receipts that could not be given while the own log to a peer was not certain, given now."""
    came = [said for said in core.book.ledgers[mode] if said.header.author == peer]
    waiting = [answer for said in came for answer in _unanswered(core, said, said.logged_ms)]
    return _by_machine(core, tables, waiting, mode)


def _unanswered(core: Core, said: Said, received_ms: int) -> list[Utterance]:
    ledger = core.book.ledgers[said.header.mode]
    answers: list[Utterance] = []
    for answer in on_receipt(said, ledger, received_ms=received_ms):
        given = ledger.saying(said.record_id, type(answer.body))
        if not any(by.header.author == core.own for by, _ in given):
            answers.append(answer)
    return answers


def announce(core: Core, tables: PartyTables, sealed: bytes, signers: Signers) -> KeySet:
    """Announce the party's next key set in every own log; from there on it is in force, and `signers` sign.

    Checkpoints by the old keys are left behind at every step of the part they sign. Raises RecordError unless the set
    follows the one in force, BehindError where a log is not certain.
    """
    now_ms, uncertainty_ms = core.clock.now_ms(), core.clock.uncertainty_ms()
    keyset = open_keyset(sealed, core.keyset())
    if keyset.records != tuple(signer.public for signer in signers.records):
        raise RecordError("key set", "the keys at hand are not those it announces")
    tables.put_keyset(keyset, sealed)
    for row in core.written(tables):
        log = line_log(row.origin)
        check_standing(core, tables, row)
        history = core.histories[row.origin]
        for size in _steps(tables, row, history.changes[-1].index if history.changes else 0):
            tables.put_checkpoint(row, size, signed_checkpoint(core, tables, row, size))
        seen = NOTHING_SEEN if log.private else _seen(tables, row)
        saying = keyset_saying(sealed, seen, said_ms=now_ms, clock_uncertainty_ms=uncertainty_ms)
        appended = append(row.head, saying, signers.records)
        kept, position = tables.keep(row, [KeptEntry(appended, now_ms, announces=True)])
        core.histories[row.origin] = history.announce(row.head.size, keyset, seen.size)
        core.add(Read(position, row.id, None, row.head.size, seen.size, kept.head.last_id, None, None))
    core.signers = signers
    return keyset


def signed_checkpoint(core: Core, tables: PartyTables, row: LogRow, size: int) -> str:
    """The checkpoint of an own log at a size: the one a change of keys left behind, or signed now.

    Every entry it covers is on disk.
    """
    kept = tables.checkpoint(row, size)
    if kept is not None:
        return kept
    checkpoint = Checkpoint(row.origin, size, root_at(tables.view(row), size))
    return sign_checkpoint(checkpoint, core.signers.checkpoints).to_text()


def check_standing(core: Core, tables: PartyTables, row: LogRow) -> None:
    """Raise BehindError where an own log may not be written on."""
    log = line_log(row.origin)
    if row.standing is Standing.FORKED:
        why = "two statements were signed under one number of this log, the proof is kept: it is never written again"
        raise BehindError(log.addressee, log.mode, why, forked=True)
    if row.behind:
        why = f"{row.at_least} statements were signed and {row.head.size} are here: catch up with {log.addressee} first"
        raise BehindError(log.addressee, log.mode, why)
    says = core.witnesses_say.get(row.origin, 0)
    if row.standing is Standing.UNSURE and says > row.head.size:
        why = (
            f"a witness says that it cosigned {says} statements, and {row.head.size} are here: {log.addressee} is to "
            "give back the rest; if the witness is mistaken, take it out of the file of witnesses and start again"
        )
        raise BehindError(log.addressee, log.mode, why)
    if row.standing is Standing.UNSURE:
        why = f"this store was restored: {log.addressee} must first say how much of it it holds"
        raise BehindError(log.addressee, log.mode, why)
    keys = core.histories[row.origin].latest.records
    if keys != tuple(signer.public for signer in core.signers.records):
        why = "the keys at hand are not those of the key set known here: catch up, or name the folder with its keys"
        raise BehindError(log.addressee, log.mode, why)
    if not log.private and row.head.seen.size > _seen(tables, row).size:
        why = f"{row.head.seen.size} statements of {log.addressee} had been seen, and fewer are here: catch up first"
        raise BehindError(log.addressee, log.mode, why)


def _by_machine(core: Core, tables: PartyTables, utterances: Sequence[Utterance], mode: Mode) -> list[Said]:
    """Say what the node says by itself; what a rule forbids by now is left unsaid."""
    now_ms, uncertainty_ms = core.clock.now_ms(), core.clock.uncertainty_ms()
    said: list[Said] = []
    for utterance in utterances:
        header = _header(core, utterance, mode, None, None, now_ms, uncertainty_ms)
        meant = Said("", 0, now_ms, header, utterance.body)
        if accept(meant, core.book.ledgers[mode]) is None:
            said.append(_append(core, tables, header, utterance.body, now_ms))
    return said


def _append(core: Core, tables: PartyTables, header: Header, body: Body, now_ms: int) -> Said:
    row = core.own_log(tables, header.addressee, header.mode)
    seen = NOTHING_SEEN if header.addressee == core.own else _seen(tables, row)
    appended = append(row.head, saying_of(header, body, seen), core.signers.records)
    kept, position = tables.keep(row, [KeptEntry(appended, now_ms, announces=False)])
    said = Said(kept.head.last_id, row.head.size, now_ms, header, body, seen.size)
    core.add(Read(position, row.id, None, said.seq, seen.size, said.record_id, said, None))
    return said


def _seen(tables: PartyTables, row: LogRow) -> Seen:
    """How much of the log that answers this one is here."""
    other = tables.log(line_log(row.origin).other.origin)
    assert other is not None
    return Seen(other.head.size, other.head.frontier.root)


def _steps(tables: PartyTables, row: LogRow, above: int) -> Iterator[int]:
    """The sizes above one at which a log can be given in parts: a step apart, or as many bytes, and its end."""
    size, filled = above, 0
    for start in range(above, row.head.size, STEP):
        for envelope in tables.envelopes(row, start, min(start + STEP, row.head.size)):
            size, filled = size + 1, filled + len(envelope)
            if filled >= STEP_BYTES or size % STEP == 0 or size == row.head.size:
                yield size
                filled = 0


def _header(
    core: Core,
    utterance: Utterance,
    mode: Mode,
    actor: Actor | None,
    released_by: Actor | None,
    now_ms: int,
    uncertainty_ms: int,
) -> Header:
    return Header(
        author=core.own,
        addressee=utterance.addressee,
        mode=mode,
        precedence=utterance.precedence,
        by=By.MACHINE if actor is None else By.WATCH,
        post="" if actor is None else actor.post,
        person="" if actor is None else actor.person,
        created_ms=now_ms,
        clock_uncertainty_ms=uncertainty_ms,
        released_by=None if released_by is None else released_by.person,
        valid_from_ms=utterance.valid_from_ms,
        valid_until_ms=utterance.valid_until_ms,
        links=utterance.links,
        lang=utterance.lang,
        phrase=utterance.phrase,
    )
