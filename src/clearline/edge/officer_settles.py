"""What an officer can have said of talks, incidents, conflicts and proposals: one method for each operation.

The one idea: as for notices (`clearline.edge.officer_says`), the body itself is the argument.
"""

from clearline.edge.officer_answers import SaidAnswer
from clearline.edge.officer_asking import PLAIN, How, OfficerAsking
from clearline.line.asking import Query
from clearline.line.conflicts import OnConflict
from clearline.line.first_reply import TalkOnDesk
from clearline.line.incident import Account, Incident, IncidentClosed, Lesson, OnFact
from clearline.line.minutes import AgreedRecord, FollowUp, Point, RecordDisputed, Settled, StanceOn
from clearline.line.proposal import Declined, Proposal, Withdrawn
from clearline.line.readout import PublishIntention, Readout
from clearline.line.statement import Refused
from clearline.line.talk import TalkDeclined, TalkMoment, TalkReply, TalkRequest, TalkWithdrawn

__all__ = ["OfficerSettles"]


class OfficerSettles(OfficerAsking):
    """Talks and what is left of them, incidents, conflicts, proposals, questions."""

    def ask_for_talk(self, peer: str, body: TalkRequest, how: How = PLAIN) -> SaidAnswer | Refused:
        """Ask for a talk."""
        return self.say("/talks", body, how, peer=peer)

    def reply_to_talk(self, record_id: str, body: TalkReply, how: How = PLAIN) -> SaidAnswer | Refused:
        """Accept or counter a talk."""
        return self.say(f"/talks/{record_id}/reply", body, how)

    def decline_talk(self, record_id: str, body: TalkDeclined, how: How = PLAIN) -> SaidAnswer | Refused:
        """Decline a talk."""
        return self.say(f"/talks/{record_id}/decline", body, how)

    def put_on_desk(self, record_id: str, body: TalkOnDesk, how: How = PLAIN) -> SaidAnswer | Refused:
        """A person has the request: neither yes nor no."""
        return self.say(f"/talks/{record_id}/on-desk", body, how)

    def withdraw_talk(self, record_id: str, body: TalkWithdrawn, how: How = PLAIN) -> SaidAnswer | Refused:
        """Take a request back."""
        return self.say(f"/talks/{record_id}/withdraw", body, how)

    def note_moment(self, record_id: str, body: TalkMoment, how: How = PLAIN) -> SaidAnswer | Refused:
        """A moment of a talk by the own clock."""
        return self.say(f"/talks/{record_id}/moments", body, how)

    def raise_point(self, record_id: str, body: Point, how: How = PLAIN) -> SaidAnswer | Refused:
        """A point raised, with the own stance."""
        return self.say(f"/talks/{record_id}/points", body, how)

    def take_stance(self, record_id: str, body: StanceOn, how: How = PLAIN) -> SaidAnswer | Refused:
        """The own stance on a point."""
        return self.say(f"/points/{record_id}/stance", body, how)

    def add_follow_up(self, record_id: str, body: FollowUp, how: How = PLAIN) -> SaidAnswer | Refused:
        """Something to be done after a talk."""
        return self.say(f"/talks/{record_id}/follow-ups", body, how)

    def settle(self, record_id: str, body: Settled, how: How = PLAIN) -> SaidAnswer | Refused:
        """A follow-up is done or dropped."""
        return self.say(f"/follow-ups/{record_id}/settle", body, how)

    def sign_record(self, record_id: str, body: AgreedRecord, how: How = PLAIN) -> SaidAnswer | Refused:
        """Sign the agreed record of a talk."""
        return self.say(f"/talks/{record_id}/record", body, how)

    def dispute_record(self, record_id: str, body: RecordDisputed, how: How = PLAIN) -> SaidAnswer | Refused:
        """Dispute the record as drafted."""
        return self.say(f"/talks/{record_id}/dispute", body, how)

    def give_readout(self, record_id: str, body: Readout, how: How = PLAIN) -> SaidAnswer | Refused:
        """The own readout of a talk, or a correction of it."""
        return self.say(f"/talks/{record_id}/readouts", body, how)

    def announce_readout(self, record_id: str, body: PublishIntention, how: How = PLAIN) -> SaidAnswer | Refused:
        """Say that one will publish."""
        return self.say(f"/talks/{record_id}/publish-intention", body, how)

    def report_incident(self, peer: str, body: Incident, how: How = PLAIN) -> SaidAnswer | Refused:
        """Report an incident."""
        return self.say("/incidents", body, how, peer=peer)

    def give_account(self, record_id: str, body: Account, how: How = PLAIN) -> SaidAnswer | Refused:
        """The own account of it."""
        return self.say(f"/incidents/{record_id}/accounts", body, how)

    def stand_on_fact(self, record_id: str, body: OnFact, how: How = PLAIN) -> SaidAnswer | Refused:
        """Agree to a fact, or dispute it."""
        return self.say(f"/incidents/{record_id}/facts", body, how)

    def note_lesson(self, record_id: str, body: Lesson, how: How = PLAIN) -> SaidAnswer | Refused:
        """What is to change because of it."""
        return self.say(f"/incidents/{record_id}/lessons", body, how)

    def close_incident(self, record_id: str, body: IncidentClosed, how: How = PLAIN) -> SaidAnswer | Refused:
        """Take it as closed."""
        return self.say(f"/incidents/{record_id}/close", body, how)

    def find_conflicts(self, peer: str) -> SaidAnswer | Refused:
        """Have the own engine look, and tell what it finds."""
        return self.say("/conflicts", peer=peer)

    def word_on_conflict(self, record_id: str, body: OnConflict, how: How = PLAIN) -> SaidAnswer | Refused:
        """Seen, or taken for none."""
        return self.say(f"/conflicts/{record_id}/word", body, how)

    def propose(self, peer: str, body: Proposal, how: How = PLAIN) -> SaidAnswer | Refused:
        """Table a proposal, or a counter-proposal."""
        return self.say("/proposals", body, how, peer=peer)

    def agree(self, record_id: str) -> SaidAnswer | Refused:
        """Agree to a proposal by its hash."""
        return self.say(f"/proposals/{record_id}/agree")

    def decline_proposal(self, record_id: str, body: Declined, how: How = PLAIN) -> SaidAnswer | Refused:
        """Decline a proposal."""
        return self.say(f"/proposals/{record_id}/decline", body, how)

    def withdraw_proposal(self, record_id: str, body: Withdrawn, how: How = PLAIN) -> SaidAnswer | Refused:
        """Take a proposal back."""
        return self.say(f"/proposals/{record_id}/withdraw", body, how)

    def recheck(self, record_id: str) -> SaidAnswer | Refused:
        """What the own engine says of the agreed change."""
        return self.say(f"/proposals/{record_id}/recheck")

    def ask_about(self, peer: str, body: Query, how: How = PLAIN) -> SaidAnswer | Refused:
        """Ask about an area and a time; the other side sees it."""
        return self.say("/queries", body, how, peer=peer)
