"""A party's plans on disk: one decision, one transaction, and what it decided is kept before anybody hears of it.

The one idea: the rules are the node's (`node.plan_rules`); here they are asked inside the transaction that keeps their
answer, so two officers who release the same draft are one release and one refusal.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from clearline.edge.party_store import PartyStore
from clearline.edge.party_tables import PartyTables
from clearline.node.plan import Plan, PlanEvent, PlanState, Step
from clearline.node.plan_rules import (
    Outcome,
    PlanRefused,
    Wish,
    decide_change,
    decide_file,
    decide_release,
    decide_step,
    decide_withdrawal,
)
from clearline.node.shown import PlanRead, Shown, show_to
from clearline.node.template import Template

__all__ = ["PlanStore"]

_Rule = Callable[["_View"], Outcome | PlanRefused]


class PlanStore:
    """The plans of the party whose store this is. Safe to use from several threads, as the store is.

    Every act returns the versions as they then are, and they are on disk; or why nothing was done. Raises
    StoreLostError where the disk did not take it.
    """

    def __init__(self, store: PartyStore, *, own: str) -> None:
        self._store = store
        self.own = own

    def file(self, wishes: Mapping[str, Wish], *, by: str, now_ms: int) -> tuple[Plan, ...] | PlanRefused:
        """File plans that are new, all or none, each under an identifier that was drawn for it.

        Raises ValueError for names that the store cannot carry.
        """
        return self._decide_all(
            [
                lambda view, ident=ident, wish=wish: decide_file(view, ident, wish, by=by, now_ms=now_ms)
                for ident, wish in wishes.items()
            ]
        )

    def change(self, ident: str, wish: Wish, *, by: str, now_ms: int) -> tuple[Plan, ...] | PlanRefused:
        """File the next version of a plan. Raises ValueError as `file` does."""
        return self._decide_all([lambda view: decide_change(view, ident, wish, by=by, now_ms=now_ms)])

    def release(
        self, idents: Sequence[str], *, by: str, now_ms: int, version: int | None = None
    ) -> tuple[Plan, ...] | PlanRefused:
        """Release the drafts of plans, all or none."""
        return self._decide_all(
            [
                lambda view, ident=ident: decide_release(view, ident, by=by, now_ms=now_ms, version=version)
                for ident in idents
            ]
        )

    def withdraw(
        self, idents: Sequence[str], *, by: str, now_ms: int, why: str, version: int | None = None
    ) -> tuple[Plan, ...] | PlanRefused:
        """Take plans back that are not under way, all or none."""
        return self._decide_all(
            [
                lambda view, ident=ident: decide_withdrawal(view, ident, by=by, now_ms=now_ms, why=why, version=version)
                for ident in idents
            ]
        )

    def step(
        self, ident: str, step: Step, *, by: str, now_ms: int, version: int | None = None, why: str = ""
    ) -> tuple[Plan, ...] | PlanRefused:
        """Move a version on."""
        return self._decide_all(
            [lambda view: decide_step(view, ident, step, by=by, now_ms=now_ms, version=version, why=why)]
        )

    def versions(self, ident: str) -> tuple[Plan, ...]:
        """Every version of a plan, the earliest first."""
        with self._store.reading() as tables:
            return tables.plan_versions(ident)

    def plans(self, *states: PlanState) -> tuple[Plan, ...]:
        """The versions in one of these states; in any, if none is named."""
        with self._store.reading() as tables:
            return tables.plans_in(*(states or PlanState))

    def of_series(self, series: str) -> tuple[Plan, ...]:
        """Every version of the occurrences of a series, by start."""
        with self._store.reading() as tables:
            return tables.plans_of_series(series)

    def find(self, word: str) -> tuple[str, ...]:
        """The plans that a word can mean: the identifier, its beginning (6 characters or more), or the party's name.

        The name of one that is not over goes before those of plans that are.
        """
        with self._store.reading() as tables:
            if tables.plan_versions(word):
                return (word,)
            named = tables.plans_named(word)
            live = [plan.ident for plan in named if plan.state.live]
            idents = list(tables.plan_idents(word)) if len(word) >= 6 else []
            return tuple(dict.fromkeys((live or [plan.ident for plan in named]) + idents))

    def events(self, ident: str) -> tuple[PlanEvent, ...]:
        """What happened to a plan, the earliest first."""
        with self._store.reading() as tables:
            return tables.plan_events(ident)

    def events_since(self, number: int, *, most: int = 1_000) -> tuple[tuple[int, PlanEvent], ...]:
        """What happened to any plan after the event of a number, each with its own: for whoever follows the plans."""
        with self._store.reading() as tables:
            return tables.plan_events_since(number, most)

    def give(self, ident: str, version: int, recipient: str, *, reader: str, now_ms: int) -> Shown | None:
        """What a recipient is shown of a version, once it is on record that it was; None where none is in force.

        A draft, and what was released but not accepted, is given to nobody. Nothing is recorded where the recipient
        is told nothing.
        """
        # What is shown is made from what cannot change, outside the transaction that only keeps the record of it.
        found = [plan for plan in self.versions(ident) if plan.version == version]
        if not found or not found[0].state.in_force:
            return None
        shown = show_to(found[0], recipient)
        if shown.activity is not None:
            read = PlanRead(ident, version, recipient, reader, shown.precision, now_ms)
            self._store.transact(lambda tables: tables.put_plan_read(read))
        return shown

    def log_reads(self, reads: Sequence[PlanRead]) -> None:
        """Keep that recipients were given plans by another way than `give`, such as the door for other systems."""

        def rule(tables: PartyTables) -> None:
            for read in reads:
                tables.put_plan_read(read)

        self._store.transact(rule)

    def reads(self, ident: str) -> tuple[PlanRead, ...]:
        """Who was given a plan, the earliest first."""
        with self._store.reading() as tables:
            return tables.plan_reads(ident)

    def keep_template(self, template: Template) -> None:
        """Keep a template in place of the one before. Raises ValueError for names that the store cannot carry."""
        self._store.transact(lambda tables: tables.put_template(template))

    def template(self, name: str) -> Template | None:
        """The template of a name."""
        with self._store.reading() as tables:
            return tables.template(name)

    def templates(self) -> tuple[Template, ...]:
        """All templates by name."""
        with self._store.reading() as tables:
            return tables.templates()

    def drop_template(self, name: str) -> bool:
        """Forget a template; whether there was one."""
        return self._store.transact(lambda tables: tables.drop_template(name))

    def _decide_all(self, rules: Sequence[_Rule]) -> tuple[Plan, ...] | PlanRefused:
        """Ask rules one after another, each seeing what those before it decided; keep all of it, or nothing."""

        def decide(tables: PartyTables) -> tuple[Plan, ...]:
            kept: list[Plan] = []
            for rule in rules:
                found = rule(_View(tables, self.own))
                if isinstance(found, PlanRefused):
                    raise _NotDoneError(found)
                for plan in found.plans:
                    tables.put_plan(plan)
                for event in found.events:
                    tables.put_plan_event(event)
                kept.extend(found.plans)
            return tuple(kept)

        try:
            return self._store.transact(decide)
        except _NotDoneError as error:
            return error.refused


class _NotDoneError(Exception):
    """Undoes the transaction whose rule refused."""

    def __init__(self, refused: PlanRefused) -> None:
        super().__init__(refused.why)
        self.refused = refused


@dataclass(frozen=True, slots=True)
class _View:
    """The plans as they are inside a transaction (`node.plan_rules.PlanView`)."""

    tables: PartyTables
    own: str

    def versions(self, ident: str) -> Sequence[Plan]:
        """Every version of a plan."""
        return self.tables.plan_versions(ident)

    def live_named(self, name: str) -> Sequence[Plan]:
        """The versions that are not over of the plans of this name."""
        return [plan for plan in self.tables.plans_named(name) if plan.state.live]
