"""What an officer can have said of notices, watches and the state of the line: one method for each operation.

The one idea: a method takes the very body that is said, so what can be typed is what can be said.
"""

from clearline.edge.officer_answers import SaidAnswer
from clearline.edge.officer_asking import PLAIN, How, OfficerAsking
from clearline.line.access import Opened, RecipientRemoved, Scope
from clearline.line.call import CallNote
from clearline.line.channel import Charter, Declaration, Suspension
from clearline.line.circuit import Monitoring
from clearline.line.ladder import Answer, Disseminated, ReadBack, Seen
from clearline.line.notice import Notice
from clearline.line.observed import FaultNote, LineCheck, LineCheckAnswer
from clearline.line.paper import Transcribed
from clearline.line.parameters import ParameterSet
from clearline.line.party import Coverage, HandOver, OnWatch
from clearline.line.release import WithdrawnDraft
from clearline.line.statement import Refused
from clearline.line.wording import Rendering

__all__ = ["OfficerSays"]

_SEEN = Seen()


class OfficerSays(OfficerAsking):
    """Notices and their ladder, drafts, watches, line checks, channels, minima, the call log."""

    def give_notice(self, peer: str, body: Notice, how: How = PLAIN) -> SaidAnswer | Refused:
        """Draft a notice; at FLASH it goes out at once."""
        return self.say("/notices", body, how, peer=peer)

    def release(self, record_id: str) -> SaidAnswer | Refused:
        """Release another officer's draft."""
        return self.say(f"/drafts/{record_id}/release")

    def withdraw_draft(self, record_id: str, body: WithdrawnDraft, how: How = PLAIN) -> SaidAnswer | Refused:
        """Withdraw a draft."""
        return self.say(f"/drafts/{record_id}/withdraw", body, how)

    def confirm(self, record_id: str) -> SaidAnswer | Refused:
        """Confirm a FLASH that one person sent."""
        return self.say(f"/statements/{record_id}/confirm")

    def see(self, record_id: str, body: Seen = _SEEN, how: How = PLAIN) -> SaidAnswer | Refused:
        """A watch has opened it."""
        return self.say(f"/notices/{record_id}/seen", body, how)

    def read_back(self, record_id: str, body: ReadBack, how: How = PLAIN) -> SaidAnswer | Refused:
        """Read the key fields back."""
        return self.say(f"/notices/{record_id}/read-back", body, how)

    def pass_on(self, record_id: str, body: Disseminated, how: How = PLAIN) -> SaidAnswer | Refused:
        """It was passed on to those concerned."""
        return self.say(f"/notices/{record_id}/passed-on", body, how)

    def answer(self, record_id: str, body: Answer, how: How = PLAIN) -> SaidAnswer | Refused:
        """Answer it, by type."""
        return self.say(f"/notices/{record_id}/answer", body, how)

    def close(self, record_id: str) -> SaidAnswer | Refused:
        """Close an own notice on its answer."""
        return self.say(f"/notices/{record_id}/close")

    def tell_opened(self, record_id: str, body: Opened, how: How = PLAIN) -> SaidAnswer | Refused:
        """A post of a class opened it; its author is told."""
        return self.say(f"/notices/{record_id}/opened", body, how)

    def limit_scope(self, record_id: str, body: Scope, how: How = PLAIN) -> SaidAnswer | Refused:
        """Which classes of post may open it."""
        return self.say(f"/notices/{record_id}/scope", body, how)

    def end_copies(self, record_id: str, body: RecipientRemoved, how: How = PLAIN) -> SaidAnswer | Refused:
        """Give this recipient no later version."""
        return self.say(f"/notices/{record_id}/recipient", body, how)

    def render(self, record_id: str, body: Rendering, how: How = PLAIN) -> SaidAnswer | Refused:
        """Its text in another language."""
        return self.say(f"/notices/{record_id}/renderings", body, how)

    def transcribe(self, record_id: str, body: Transcribed, how: How = PLAIN) -> SaidAnswer | Refused:
        """It was on paper first."""
        return self.say(f"/statements/{record_id}/transcribed", body, how)

    def declare(self, peer: str, body: Declaration, how: How = PLAIN) -> SaidAnswer | Refused:
        """Declare a level open, limited, suspended or closed."""
        return self.say("/declarations", body, how, peer=peer)

    def sign_charter(self, peer: str, body: Charter, how: How = PLAIN) -> SaidAnswer | Refused:
        """What a channel is for, and what it is not."""
        return self.say("/charters", body, how, peer=peer)

    def suspend(self, peer: str, body: Suspension, how: How = PLAIN) -> SaidAnswer | Refused:
        """Suspend dealings in a scope."""
        return self.say("/suspensions", body, how, peer=peer)

    def state_coverage(self, peer: str, body: Coverage, how: How = PLAIN) -> SaidAnswer | Refused:
        """Whose forces the own answers speak for."""
        return self.say("/coverage", body, how, peer=peer)

    def man_post(self, peer: str, body: OnWatch, how: How = PLAIN) -> SaidAnswer | Refused:
        """A post is manned, until when."""
        return self.say("/watches", body, how, peer=peer)

    def monitor(self, peer: str, body: Monitoring, how: How = PLAIN) -> SaidAnswer | Refused:
        """A circuit is listened to, until when."""
        return self.say("/circuits", body, how, peer=peer)

    def hand_over(self, body: HandOver, how: How = PLAIN) -> SaidAnswer | Refused:
        """Hand the watch over, every open item read."""
        return self.say("/hand-overs", body, how)

    def check_line(self, peer: str, body: LineCheck, how: How = PLAIN) -> SaidAnswer | Refused:
        """Ask how the other side receives."""
        return self.say("/line-checks", body, how, peer=peer)

    def answer_check(self, record_id: str, body: LineCheckAnswer, how: How = PLAIN) -> SaidAnswer | Refused:
        """Answer a line check."""
        return self.say(f"/line-checks/{record_id}/answer", body, how)

    def explain_fault(self, peer: str, body: FaultNote, how: How = PLAIN) -> SaidAnswer | Refused:
        """Why checks were missed."""
        return self.say("/fault-notes", body, how, peer=peer)

    def sign_minima(self, peer: str, body: ParameterSet, how: How = PLAIN) -> SaidAnswer | Refused:
        """Sign a set of minima."""
        return self.say("/parameter-sets", body, how, peer=peer)

    def note_call(self, body: CallNote, how: How = PLAIN) -> SaidAnswer | Refused:
        """Note a voice call in the own log."""
        return self.say("/calls", body, how)
