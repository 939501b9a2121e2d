"""Constraint references: put, deleted, read, found.

The one idea: a constraint needs no key. Whoever may restrict the air says so first, and everybody who asked is told.
"""

from dataclasses import dataclass

from clearline.airspace.bounds import CLOCK_SLACK_US, CSTR_MAX_DURATION_US, CSTR_MAX_PLANNING_HORIZON_US
from clearline.airspace.extent import Extent
from clearline.airspace.reference import Constraint
from clearline.registry.living import living
from clearline.registry.notified import Notified, announce_constraint
from clearline.registry.refusal import Refusal, RefusalKind, bad_request, not_found, not_present
from clearline.registry.shown import ShownConstraint, show_constraint, show_constraints
from clearline.registry.version import Fresh, mint_version
from clearline.registry.view import Outcome, Put, Remove, View

__all__ = [
    "ConstraintChanged",
    "DeleteConstraint",
    "GetConstraint",
    "PutConstraint",
    "QueryConstraints",
    "delete_constraint",
    "get_constraint",
    "put_constraint",
    "query_constraints",
]


@dataclass(frozen=True, slots=True)
class PutConstraint:
    """A USS creates a constraint (`ovn` None) or changes the one whose present OVN it gives.

    `start_us` and `end_us` (microseconds since 1970) are the earliest start and the latest end over the volumes
    and over the extent; ValueError where they are not.
    """

    ident: str
    ovn: str | None
    client: str
    extent: Extent
    start_us: int
    end_us: int
    uss_base_url: str

    def __post_init__(self) -> None:
        hull = self.extent.hull
        if (self.start_us, self.end_us) != (hull.start_us, hull.end_us):
            raise ValueError("a constraint starts and ends with its extent")


@dataclass(frozen=True, slots=True)
class DeleteConstraint:
    """A USS takes back the constraint whose present OVN it gives."""

    ident: str
    ovn: str
    client: str


@dataclass(frozen=True, slots=True)
class GetConstraint:
    """Somebody asks for one constraint."""

    ident: str
    client: str


@dataclass(frozen=True, slots=True)
class QueryConstraints:
    """Somebody asks which constraints touch an area; unstated altitudes and times are the widest there are."""

    area: Extent
    client: str


@dataclass(frozen=True, slots=True)
class ConstraintChanged:
    """The constraint as it is now (as it last was, if it is gone), and whom the client must tell."""

    constraint: ShownConstraint
    subscribers: tuple[Notified, ...]


def get_constraint(view: View, command: GetConstraint, *, now_us: int) -> Outcome[ShownConstraint | Refusal]:
    """Return the constraint; a refusal if there is none or it has ended."""
    found = living(view.constraint(command.ident), now_us)
    if found is None:
        return Outcome(not_found(f"constraint {command.ident}"))
    return Outcome(show_constraint(view, found, command.client))


def query_constraints(view: View, command: QueryConstraints, *, now_us: int) -> Outcome[tuple[ShownConstraint, ...]]:
    """Return every living constraint that touches the area, ascending by identifier. There is no limit (DSS0005,4)."""
    found = (one for one in view.constraints_touching(command.area) if living(one, now_us))
    return Outcome(show_constraints(view, found, command.client))


def put_constraint(
    view: View, command: PutConstraint, *, now_us: int, fresh: Fresh
) -> Outcome[ConstraintChanged | Refusal]:
    """Create or change the constraint and announce it; or say why not. Nothing changes on a refusal.

    A constraint whose end has passed is as good as gone, so its identifier is free.
    """
    old = living(view.constraint(command.ident), now_us)
    refused = _refuse_times(command, now_us) or _refuse_version(old, command)
    if refused is not None:
        return Outcome(refused)
    constraint = Constraint(
        ident=command.ident,
        manager=command.client,
        version=1 if old is None else old.version + 1,
        ovn=mint_version(command.ident, fresh.nonce),
        uss_base_url=command.uss_base_url,
        extent=command.extent,
        start_us=command.start_us,
        end_us=command.end_us,
        updated_us=now_us,
    )
    places = (constraint.extent,) if old is None else (old.extent, constraint.extent)
    said = announce_constraint(view, places, now_us=now_us)
    return Outcome(
        ConstraintChanged(show_constraint(view, constraint, command.client), said.subscribers),
        (*(Put(one) for one in said.counted), Put(constraint)),
    )


def delete_constraint(view: View, command: DeleteConstraint, *, now_us: int) -> Outcome[ConstraintChanged | Refusal]:
    """Remove the constraint and announce it; or say why not."""
    old = living(view.constraint(command.ident), now_us)
    if old is None:
        return Outcome(not_found(f"constraint {command.ident}"))
    refused = _refuse_other(old, command.client, command.ovn)
    if refused is not None:
        return Outcome(refused)
    said = announce_constraint(view, (old.extent,), now_us=now_us)
    return Outcome(
        ConstraintChanged(show_constraint(view, old, command.client), said.subscribers),
        (*(Put(one) for one in said.counted), Remove(old)),
    )


def _refuse_times(command: PutConstraint, now_us: int) -> Refusal | None:
    if command.end_us < now_us:
        return bad_request("the constraint ends in the past", "let it end later than now")
    if command.end_us - command.start_us > CSTR_MAX_DURATION_US:
        return bad_request("the constraint lasts longer than 24 hours (CstrMaxDuration)", "cut it into several")
    if command.end_us > now_us + CSTR_MAX_PLANNING_HORIZON_US + CLOCK_SLACK_US:
        return bad_request(
            "the constraint ends more than 56 days ahead (CstrMaxPlanningHorizon)", "let it end within 56 days"
        )
    return None


def _refuse_version(old: Constraint | None, command: PutConstraint) -> Refusal | None:
    if old is not None:
        return _refuse_other(old, command.client, command.ovn)
    if command.ovn is not None:
        return bad_request(
            f"there is no constraint {command.ident} to change; it may have ended",
            "to create it, put it without an OVN",
        )
    return None


def _refuse_other(old: Constraint, client: str, ovn: str | None) -> Refusal | None:
    if old.manager != client:
        return Refusal(
            RefusalKind.FORBIDDEN, f"the constraint {old.ident} is another USS's", "only its manager may change it"
        )
    if ovn is None:
        return Refusal(
            RefusalKind.CONFLICT, f"the constraint {old.ident} exists already", "to change it, give its present OVN"
        )
    if ovn != old.ovn:
        return not_present("OVN", f"constraint {old.ident}")
    return None
