"""A party's rows beside the record: cards, receipts, evidence, what was heard and offered, officers' accounts.

The one idea: rows in, values out, nothing decided; each method is one query of queries.sql.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from clearline.edge.plan_tables import PlanTables
from clearline.edge.record_tables import LogRow, RowValue

__all__ = ["EvidenceRow", "PartyTables", "Receipt", "Session"]


@dataclass(frozen=True, slots=True)
class Receipt:
    """A checkpoint note under a cosignature: of which size, and when by the cosigner's clock."""

    size: int
    note: str
    cosigned_ms: int


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """What a peer handed over that was never applied.

    `kind` is the misbehaviour it proves (`fork`, `rewrite`, `withheld`, `double`), and `data` is then the evidence as
    bundles hold it; or it is `refused`, which proves nothing to others, or `own_fork`, which is against oneself.
    """

    peer: str
    origin: str
    kind: str
    problem: str
    data: bytes
    found_ms: int


@dataclass(frozen=True, slots=True)
class Session:
    """An officer's open session: whose, until when, and what belongs to it."""

    account: str
    ends_ms: int
    body: bytes


class PartyTables(PlanTables):
    """All rows of a party's store. Writing is for inside a transaction alone (`PartyStore.transact`)."""

    def own_card(self) -> bytes | None:
        """The party's own card; None in a store that is not set up yet."""
        found = self._one("get_own_card")
        return None if found is None else _bytes(found[0])

    def put_own_card(self, card: bytes) -> None:
        """Keep the own card in place of the one before."""
        self._write("set_own_card", card=card)

    def peers(self) -> tuple[tuple[str, bytes, int], ...]:
        """Every peer: its name, its card and when that was imported."""
        return tuple((_str(party), _bytes(card), _int(at_ms)) for party, card, at_ms in self._all("all_peers"))

    def put_peer(self, party: str, card: bytes, added_ms: int) -> None:
        """Keep a peer's card in place of the one before."""
        self._write("put_peer", party=party, card=card, added_ms=added_ms)

    def certain(self) -> bool:
        """Whether a log that is new here is new in the world: not in a store that was restored or begun again."""
        found = self._one("get_store")
        assert found is not None
        return found[3] == 1

    def suffix(self) -> str:
        """The suffix of the private logs being written."""
        found = self._one("get_store")
        assert found is not None
        return _str(found[2])

    def put_receipt(self, row: LogRow, receipt: Receipt) -> None:
        """Keep a cosigned checkpoint; the first of each size stays."""
        self._write(
            "put_receipt", log=row.id, size=receipt.size, note=receipt.note, cosigned_ms=receipt.cosigned_ms
        )  # fmt: skip

    def receipt(self, row: LogRow, size: int) -> Receipt | None:
        """The receipt of exactly one size."""
        return _receipt(self._one("get_receipt", log=row.id, size=size))

    def last_receipt(self, row: LogRow, most: int | None = None) -> Receipt | None:
        """The receipt of the largest size, or of the largest up to `most`."""
        return _receipt(self._one("last_receipt", log=row.id, most=row.head.size if most is None else most))

    def next_receipt(self, row: LogRow, above: int) -> Receipt | None:
        """The receipt of the smallest size above one: the first that covers the entry of that number."""
        return _receipt(self._one("next_receipt", log=row.id, above=above))

    def put_witnessed(self, row: LogRow, witness: str, receipt: Receipt) -> None:
        """Keep a witness's cosignature on an own log."""
        values: dict[str, RowValue] = {"size": receipt.size, "note": receipt.note, "cosigned_ms": receipt.cosigned_ms}
        self._write("put_witnessed", log=row.id, witness=witness, **values)

    def next_witnessed(self, row: LogRow, above: int) -> Receipt | None:
        """The first witness's cosignature that covers the entry of a number."""
        return _receipt(self._one("next_witnessed", log=row.id, above=above))

    def witnessed_at(self, row: LogRow, size: int) -> tuple[str, ...]:
        """The notes under which witnesses cosigned an own log at a size."""
        return tuple(_str(note) for (note,) in self._all("witnessed_at", log=row.id, size=size))

    def latest_witnessed(self, row: LogRow) -> dict[str, tuple[int, int]]:
        """By witness, the largest size of an own log that it cosigned, and when by its clock."""
        return {
            _str(witness): (_int(size), _int(at_ms))
            for witness, size, at_ms in self._all("latest_witnessed", log=row.id)
        }

    def logged_from(self, row: LogRow, first: int) -> int | None:
        """When the first of a log's entries from a number on was logged here; None where there is none."""
        found = self._one("logged_from", log=row.id, first=first)
        return None if found is None or found[0] is None else _int(found[0])

    def put_evidence(self, row: EvidenceRow, *, most: int) -> bool:
        """Keep evidence, once; False if it is kept already, or `most` of its kind are kept of that peer."""
        count = self._one("count_evidence", peer=row.peer, kind=row.kind)
        number = self._one("next_evidence")
        assert count is not None
        assert number is not None
        if _int(count[0]) >= most:
            return False
        digest = hashlib.sha256(repr((row.peer, row.origin, row.kind, row.problem, row.data)).encode()).digest()
        kept = self._write(
            "put_evidence",
            id=number[0],
            peer=row.peer,
            origin=row.origin,
            kind=row.kind,
            problem=row.problem,
            data=row.data,
            digest=digest,
            found_ms=row.found_ms,
        )
        return kept > 0

    def evidence(self) -> tuple[EvidenceRow, ...]:
        """All evidence, the oldest first."""
        return tuple(
            EvidenceRow(_str(peer), _str(origin), _str(kind), _str(problem), _bytes(data), _int(found_ms))
            for peer, origin, kind, problem, data, found_ms in self._all("all_evidence")
        )

    def put_loose(self, row: LogRow, seq: int, content_id: str, envelope: bytes, *, most: int) -> None:
        """Keep a statement that a peer signed outside any tree it signed, if fewer than `most` are kept of its log."""
        count = self._one("count_loose", log=row.id)
        assert count is not None
        if _int(count[0]) < most:
            self._write(
                "put_loose", log=row.id, seq=seq, content_id=bytes.fromhex(content_id), envelope=envelope
            )  # fmt: skip

    def loose_below(self, row: LogRow, size: int) -> list[tuple[int, str, bytes]]:
        """The loose statements of a log below a size: number, content digest, envelope."""
        found = self._all("loose_below", log=row.id, size=size)
        return [(_int(seq), _bytes(content_id).hex(), _bytes(envelope)) for seq, content_id, envelope in found]

    def drop_loose(self, row: LogRow, size: int) -> None:
        """Forget the loose statements below a size, once they were held against the log."""
        self._write("drop_loose", log=row.id, size=size)

    def put_heard(self, peer: str, route: str, at_ms: int, their_ms: int | None) -> None:
        """A peer was heard by a route."""
        self._write("put_heard", peer=peer, route=route, at_ms=at_ms, their_ms=their_ms)

    def heard(self) -> list[tuple[str, str, int, int | None]]:
        """When each peer was last heard by each route, and its clock then."""
        return [
            (_str(peer), _str(route), _int(at_ms), None if their_ms is None else _int(their_ms))
            for peer, route, at_ms, their_ms in self._all("all_heard")
        ]

    def put_offer(self, row: LogRow, size: int, route: str, at_ms: int) -> None:
        """A route took an own log up to a size; no more than it had taken before changes nothing."""
        found = self._one("last_offer", log=row.id, route=route)
        last = None if found is None else found[0]
        if last is None or size > _int(last):
            self._write("put_offer", log=row.id, size=size, route=route, at_ms=at_ms)

    def offers(self, row: LogRow, seq: int) -> tuple[tuple[str, int], ...]:
        """The routes that took the entry of a number, each with the first time."""
        return tuple((_str(route), _int(at_ms)) for route, at_ms in self._all("offers_above", log=row.id, seq=seq))

    def accounts(self) -> dict[str, bytes]:
        """The officers' accounts by name; what is in one is the business of whoever signs officers in."""
        return {_str(name): _bytes(body) for name, body in self._all("all_accounts")}

    def put_account(self, name: str, body: bytes) -> None:
        """Keep an account in place of the one before of its name."""
        self._write("put_account", name=name, body=body)

    def session(self, token_sha256: bytes) -> Session | None:
        """An open session by the digest of its token; whether it has run out is for the caller to see."""
        found = self._one("get_session", token_sha256=token_sha256)
        return None if found is None else Session(_str(found[0]), _int(found[1]), _bytes(found[2]))

    def put_session(self, token_sha256: bytes, session: Session) -> None:
        """Keep a session of an account that there is; another end or body in place of the one before."""
        self._write(
            "put_session",
            token_sha256=token_sha256,
            account=session.account,
            ends_ms=session.ends_ms,
            body=session.body,
        )

    def drop_session(self, token_sha256: bytes) -> None:
        """End a session."""
        self._write("drop_session", token_sha256=token_sha256)

    def drop_sessions(self, *, ended_before_ms: int | None = None, account: str | None = None) -> None:
        """End the sessions that ran out before a time, and all of an account."""
        if ended_before_ms is not None:
            self._write("drop_sessions_before", ends_ms=ended_before_ms)
        if account is not None:
            self._write("drop_sessions_of", account=account)


def _receipt(found: Sequence[RowValue] | None) -> Receipt | None:
    return None if found is None else Receipt(_int(found[0]), _str(found[1]), _int(found[2]))


def _int(value: RowValue) -> int:
    assert isinstance(value, int)
    return value


def _str(value: RowValue) -> str:
    assert isinstance(value, str)
    return value


def _bytes(value: RowValue) -> bytes:
    assert isinstance(value, bytes)
    return value
