"""The typed client of the officers' door: every operation of docs/api/line.yaml as one method.

The one idea: what can be shown is here, what can be said is in the two classes it stands on, and all of it goes out by
the four requests of `clearline.edge.officer_asking`; so a command is the same for a node that runs and one that is
stopped.
"""

from collections.abc import Mapping

from clearline.edge.officer_answers import (
    BoardAnswer,
    CardRow,
    ComparisonAnswer,
    DossierAnswer,
    FaultRow,
    ImportedAnswer,
    IncidentAnswer,
    JourneyAnswer,
    MeAnswer,
    NoticeRow,
    PhraseAnswer,
    PhraseRow,
    QueriesAnswer,
    SaidAnswer,
    SaidRow,
    StatedRow,
    StatementAnswer,
    TakenAnswer,
    TalkAnswer,
    TalkRow,
    WordsAnswer,
)
from clearline.edge.officer_says import OfficerSays
from clearline.edge.officer_settles import OfficerSettles
from clearline.line.statement import Refused

__all__ = ["OfficerCalls"]


class OfficerCalls(OfficerSays, OfficerSettles):
    """All operations but those that open and end a session. Each answer is typed, and each refusal a value."""

    def me(self) -> MeAnswer | Refused:
        """Who I am here, and what I may do."""
        return self.show(MeAnswer, "/me")

    def peers(self) -> list[CardRow] | Refused:
        """The own card and the peers', with fingerprints."""
        return self.show(list[CardRow], "/peers")

    def card(self) -> bytes | Refused:
        """The own card, as the file to hand over."""
        return self.give("/card")

    def board(self, peer: str) -> BoardAnswer | Refused:
        """The board for one peer."""
        return self.show(BoardAnswer, "/board", peer=peer)

    def statements(
        self, *, peer: str | None = None, kind: str | None = None, most: int | None = None
    ) -> list[SaidRow] | Refused:
        """Statements, newest last; of one line alone, of one kind alone, so many."""
        return self.show(list[SaidRow], "/statements", peer=peer, kind=kind, most=most)

    def statement(self, record_id: str) -> StatementAnswer | Refused:
        """One statement and what was said about it."""
        return self.show(StatementAnswer, f"/statements/{record_id}")

    def drafts(self) -> list[SaidRow] | Refused:
        """Drafts that wait for a second person."""
        return self.show(list[SaidRow], "/drafts")

    def notices(self, *, peer: str | None = None) -> list[NoticeRow] | Refused:
        """Notices with their ladders."""
        return self.show(list[NoticeRow], "/notices", peer=peer)

    def notice(self, record_id: str) -> NoticeRow | Refused:
        """One notice with its ladder and key fields."""
        return self.show(NoticeRow, f"/notices/{record_id}")

    def talks(self) -> list[TalkRow] | Refused:
        """Talks and their states."""
        return self.show(list[TalkRow], "/talks")

    def talk(self, record_id: str) -> TalkAnswer | Refused:
        """One talk: clocks, points, follow-ups, record."""
        return self.show(TalkAnswer, f"/talks/{record_id}")

    def comparison(self, record_id: str) -> ComparisonAnswer | Refused:
        """Both readouts of a talk and how they differ."""
        return self.show(ComparisonAnswer, f"/talks/{record_id}/readouts")

    def calendar(self, record_id: str) -> bytes | Refused:
        """A talk as a calendar message."""
        return self.give(f"/talks/{record_id}/calendar")

    def answer_by_calendar(self, data: bytes) -> SaidAnswer | Refused:
        """Answer a talk by a calendar message."""
        return self.take(SaidAnswer, "/calendar", data)

    def proposals(self) -> list[StatedRow] | Refused:
        """Proposals and their states."""
        return self.show(list[StatedRow], "/proposals")

    def proposal(self, record_id: str) -> StatedRow | Refused:
        """One proposal."""
        return self.show(StatedRow, f"/proposals/{record_id}")

    def incidents(self) -> list[StatedRow] | Refused:
        """Incidents and their states."""
        return self.show(list[StatedRow], "/incidents")

    def incident(self, record_id: str) -> IncidentAnswer | Refused:
        """One incident: facts agreed, facts in dispute."""
        return self.show(IncidentAnswer, f"/incidents/{record_id}")

    def queries(self) -> QueriesAnswer | Refused:
        """Questions asked by either side, and patterns in them."""
        return self.show(QueriesAnswer, "/queries")

    def calls(self, *, peer: str | None = None) -> list[SaidRow] | Refused:
        """The call log."""
        return self.show(list[SaidRow], "/calls", peer=peer)

    def journey(self, record_id: str) -> JourneyAnswer | Refused:
        """Proved sent, made available, received: kept apart."""
        return self.show(JourneyAnswer, f"/journeys/{record_id}")

    def dossier(self, peer: str, *, from_ms: int | None = None, until_ms: int | None = None) -> DossierAnswer | Refused:
        """A period in figures."""
        return self.show(DossierAnswer, "/dossier", peer=peer, from_ms=from_ms, until_ms=until_ms)

    def phrases(self, *, lang: str | None = None) -> list[PhraseRow] | Refused:
        """The phrase catalogue."""
        return self.show(list[PhraseRow], "/phrases", lang=lang)

    def phrase(self, code: str, slots: Mapping[str, str], *, lang: str | None = None) -> PhraseAnswer | Refused:
        """A phrase with its slots filled, in one language or all."""
        return self.show(PhraseAnswer, f"/phrases/{code}", **{"lang": lang, **slots})

    def words(self) -> WordsAnswer | Refused:
        """The sentences that are always said in the same words."""
        return self.show(WordsAnswer, "/words")

    def feed(self) -> bytes | Refused:
        """Published readouts as a feed."""
        return self.give("/readouts.atom")

    def bundle(
        self, peer: str, *, records: str | None = None, from_ms: int | None = None, until_ms: int | None = None
    ) -> bytes | Refused:
        """A bundle for an outsider; `records` are identifiers with commas between."""
        return self.give("/bundle", peer=peer, records=records, from_ms=from_ms, until_ms=until_ms)

    def trust(self, *, peer: str | None = None) -> bytes | Refused:
        """The keys a bundle is verified with."""
        return self.give("/trust", peer=peer)

    def packet(self, peer: str) -> bytes | Refused:
        """All that a peer lacks, as a file."""
        return self.give("/packet", peer=peer)

    def take_packet(self, data: bytes) -> TakenAnswer | Refused:
        """Take in a packet file."""
        return self.take(TakenAnswer, "/packets", data)

    def import_card(self, data: bytes) -> ImportedAnswer | Refused:
        """Take a peer's card on trust, once its digits were compared by voice."""
        return self.take(ImportedAnswer, "/peers", data)

    def faults(self) -> list[FaultRow] | Refused:
        """What could not be read, or was never applied."""
        return self.show(list[FaultRow], "/faults")
