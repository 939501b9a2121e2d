"""Every kind of thing that can be said on the line.

The one idea: one list, so a kind that is not on it cannot be read, and one that is on it can always be written.
"""

from clearline.line.access import Opened, RecipientRemoved, Scope
from clearline.line.asking import Query, QueryRefused
from clearline.line.call import CallNote
from clearline.line.channel import Charter, Declaration, Suspension
from clearline.line.circuit import Monitoring
from clearline.line.conflicts import ConflictUnresolved, OnConflict
from clearline.line.escalation import Escalation, Lapse
from clearline.line.first_reply import NoFirstReply, TalkOnDesk
from clearline.line.incident import Account, Incident, IncidentClosed, Lesson, OnFact
from clearline.line.ladder import Answer, Closed, Delivered, Disseminated, ReadBack, Seen
from clearline.line.minutes import AgreedRecord, FollowUp, Point, RecordDisputed, Settled, StanceOn
from clearline.line.newcard import NewCard
from clearline.line.notice import Notice
from clearline.line.observed import FaultNote, LineCheck, LineCheckAnswer, LineCheckMissed
from clearline.line.paper import Transcribed
from clearline.line.parameters import ParameterSet
from clearline.line.party import Coverage, HandOver, OnWatch
from clearline.line.proposal import Agree, AgreeReceived, ConflictFound, Declined, Proposal, Recheck, Withdrawn
from clearline.line.readout import PublishIntention, Readout
from clearline.line.release import Confirmation, ConfirmationLapsed, Draft, Released, WithdrawnDraft
from clearline.line.statement import Body
from clearline.line.talk import TalkDeclined, TalkMoment, TalkReply, TalkRequest, TalkWithdrawn
from clearline.line.wording import Rendering

__all__ = ["BODIES", "KINDS"]

BODIES: tuple[type[Body], ...] = (
    Account,
    Agree,
    AgreeReceived,
    AgreedRecord,
    Answer,
    CallNote,
    Charter,
    Closed,
    Confirmation,
    ConfirmationLapsed,
    ConflictFound,
    ConflictUnresolved,
    Coverage,
    Declaration,
    Declined,
    Delivered,
    Disseminated,
    Draft,
    Escalation,
    FaultNote,
    FollowUp,
    HandOver,
    Incident,
    IncidentClosed,
    Lapse,
    Lesson,
    LineCheck,
    LineCheckAnswer,
    LineCheckMissed,
    Monitoring,
    NewCard,
    NoFirstReply,
    Notice,
    OnConflict,
    OnFact,
    OnWatch,
    Opened,
    ParameterSet,
    Point,
    Proposal,
    PublishIntention,
    Query,
    QueryRefused,
    ReadBack,
    Readout,
    Recheck,
    RecipientRemoved,
    RecordDisputed,
    Released,
    Rendering,
    Scope,
    Seen,
    Settled,
    StanceOn,
    Suspension,
    TalkDeclined,
    TalkMoment,
    TalkOnDesk,
    TalkReply,
    TalkRequest,
    TalkWithdrawn,
    Transcribed,
    Withdrawn,
    WithdrawnDraft,
)

KINDS: dict[str, type[Body]] = {body.kind: body for body in BODIES}
