"""A party's rows of its own plans: versions, what happened to each, who read it, and templates.

The one idea: rows in, values out, nothing decided; each method is one query of queries.sql.
"""

from collections.abc import Sequence

from clearline.edge.record_tables import RecordTables, RowValue
from clearline.node.disclosure import Precision
from clearline.node.plan import Plan, PlanEvent, PlanState, Step
from clearline.node.shown import PlanRead
from clearline.node.template import Template
from clearline.wire.plan_json import read_filed, read_template, write_filed, write_template

__all__ = ["PlanTables"]


class PlanTables(RecordTables):
    """The rows of the fourth script. Writing is for inside a transaction alone (`PartyStore.transact`)."""

    def plan_versions(self, ident: str) -> tuple[Plan, ...]:
        """Every version of a plan, the earliest first."""
        return tuple(_plan(row) for row in self._all("plan_versions", ident=ident))

    def plans_named(self, name: str) -> tuple[Plan, ...]:
        """Every version of every plan that the party calls so, over or not."""
        return tuple(_plan(row) for row in self._all("plans_named", name=name))

    def plans_of_series(self, series: str) -> tuple[Plan, ...]:
        """Every version of the occurrences of a series, by start."""
        return tuple(_plan(row) for row in self._all("plans_of_series", series=series))

    def plans_in(self, *states: PlanState) -> tuple[Plan, ...]:
        """The versions in one of these states, state by state, by start."""
        return tuple(_plan(row) for state in states for row in self._all("plans_in_state", state=state.value))

    def plan_idents(self, prefix: str) -> tuple[str, ...]:
        """The identifiers that begin so, two at most: enough to see whether it is one."""
        return tuple(_str(ident) for (ident,) in self._all("plans_by_prefix", low=prefix, high=f"{prefix}\U0010ffff"))

    def put_plan(self, plan: Plan) -> None:
        """Keep a version that is new, or the state and the release of one that is kept; what was filed never changes.

        Raises ValueError for names that JSON cannot carry.
        """
        self._write(
            "put_plan",
            ident=plan.ident,
            version=plan.version,
            name=plan.name,
            series=plan.series,
            state=plan.state.value,
            start_ms=plan.start_ms,
            end_ms=plan.end_ms,
            body=write_filed(plan.activity, plan.disclosure),
            written_by=plan.written_by,
            written_ms=plan.written_ms,
            released_by=plan.released_by,
        )

    def put_plan_event(self, event: PlanEvent) -> None:
        """Keep what happened to a version that there is."""
        (number,) = self._one("next_plan_event") or (1,)
        self._write(
            "put_plan_event",
            id=number,
            ident=event.ident,
            version=event.version,
            step=event.step.value,
            by=event.by,
            at_ms=event.at_ms,
            why=event.why,
        )

    def plan_events(self, ident: str) -> tuple[PlanEvent, ...]:
        """What happened to a plan, the earliest first."""
        return tuple(_event(row) for row in self._all("plan_events_of", ident=ident))

    def plan_events_since(self, number: int, most: int) -> tuple[tuple[int, PlanEvent], ...]:
        """What happened to any plan after the event of a number, each with its own, at most so many."""
        found = self._all("plan_events_since", id=number, most=most)
        return tuple((_int(row[0]), _event(row[1:])) for row in found)

    def put_plan_read(self, read: PlanRead) -> None:
        """Keep that a recipient was given a version that there is."""
        (number,) = self._one("next_plan_read") or (1,)
        self._write(
            "put_plan_read",
            id=number,
            ident=read.ident,
            version=read.version,
            recipient=read.recipient,
            reader=read.reader,
            precision=read.precision.value,
            at_ms=read.at_ms,
        )

    def plan_reads(self, ident: str) -> tuple[PlanRead, ...]:
        """Who was given a plan, the earliest first."""
        return tuple(
            PlanRead(_str(ident), _int(version), _str(recipient), _str(reader), Precision(_str(how)), _int(at_ms))
            for ident, version, recipient, reader, how, at_ms in self._all("plan_reads_of", ident=ident)
        )

    def put_template(self, template: Template) -> None:
        """Keep a template in place of the one before of its name. Raises ValueError for names JSON cannot carry."""
        self._write("put_template", name=template.name, body=write_template(template))

    def template(self, name: str) -> Template | None:
        """The template of a name."""
        found = self._one("get_template", name=name)
        return None if found is None else read_template(name, _bytes(found[0]))

    def templates(self) -> tuple[Template, ...]:
        """All templates by name."""
        return tuple(read_template(_str(name), _bytes(body)) for name, body in self._all("all_templates"))

    def drop_template(self, name: str) -> bool:
        """Forget a template; whether there was one."""
        return self._write("drop_template", name=name) > 0


def _plan(row: Sequence[RowValue]) -> Plan:
    ident, version, series, state, body, written_by, written_ms, released_by = row
    activity, disclosure = read_filed(_bytes(body), source=f"plan {_str(ident)} version {_int(version)}")
    return Plan(
        _str(ident),
        activity,
        PlanState(_str(state)),
        _int(version),
        _str(written_by),
        _int(written_ms),
        disclosure,
        None if released_by is None else _str(released_by),
        None if series is None else _str(series),
    )


def _event(row: Sequence[RowValue]) -> PlanEvent:
    ident, version, step, by, at_ms, why = row
    return PlanEvent(_str(ident), _int(version), Step(_str(step)), _str(by), _int(at_ms), _str(why))


def _int(value: RowValue) -> int:
    assert isinstance(value, int)
    return value


def _str(value: RowValue) -> str:
    assert isinstance(value, str)
    return value


def _bytes(value: RowValue) -> bytes:
    assert isinstance(value, bytes)
    return value
