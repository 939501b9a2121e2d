"""A party's officers at their own plans: files in, drafts kept, released by a second of them.

The one idea: whoever holds the party's folder holds its keys, so a pseudonym is taken at its word here, as with every
command on a stopped node; but it must be one of the party's officers, and only who may release is let release.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from clearline.airspace.activity import Activity
from clearline.app.check import Input, read_inputs
from clearline.app.party_home import Opened
from clearline.edge.officer_auth import Account, Doorkeeper
from clearline.edge.plan_store import PlanStore
from clearline.line.terms import Role
from clearline.node.disclosure import Disclosure
from clearline.node.plan import Plan, Step, same_person
from clearline.node.plan_rules import PlanRefused, Wish
from clearline.node.recurrence import Recurrence
from clearline.node.template import Template, occurrences
from clearline.wire.geojson import read_geojson_value
from clearline.wire.json_text import Json
from clearline.wire.reading import Supplied

__all__ = ["PlanDesk", "Read"]


@dataclass(frozen=True, slots=True)
class Read:
    """Activities that were read for the own party, and what was noted on reading, a sentence each."""

    activities: tuple[Activity, ...]
    notes: tuple[str, ...]


class PlanDesk:
    """One officer at the plans of the party whose folder is open."""

    def __init__(self, opened: Opened, *, person: str) -> None:
        self._opened = opened
        self._person = person
        self.own = opened.node.own
        self.plans = PlanStore(opened.store, own=self.own)

    @property
    def now_ms(self) -> int:
        """The time by the node's clock."""
        return self._opened.clock.now_ms()

    def peers(self) -> tuple[str, ...]:
        """The parties whose cards were imported."""
        return tuple(card.party for card in self._opened.node.peers())

    def officer(self, *roles: Role) -> str | PlanRefused:
        """The officer's pseudonym, if the party has such an officer, with one of these roles where any is named."""
        accounts = Doorkeeper(self._opened.store, self._opened.clock).accounts()
        found = [one for one in accounts if same_person(one.person, self._person)]
        if not found:
            known = ", ".join(sorted({one.person for one in accounts})) or "there are none yet"
            why = f"{self._person} is no officer of {self.own} ({known}): clearline party officer NAME --post POST ..."
            return PlanRefused("OFFICER", why)
        if roles and not any(_may(one, roles) for one in found):
            return PlanRefused("ROLE", f"this needs the role {' or '.join(roles)}, which {self._person} does not have")
        return found[0].person

    def read(self, inputs: Sequence[Input], supplied: Supplied) -> Read:
        """The activities of files, in any format, as the own party's. Raises MalformedError as `read_inputs` does."""
        own = [Input(one.name, one.party or self.own, one.form) for one in inputs]
        files, activities = read_inputs(own, supplied)
        return Read(tuple(activities), tuple(f"{file.name}: {note}" for file in files for note in file.notes))

    def drawn(self, members: Mapping[str, Json]) -> Read:
        """The activity that a person typed, as the members of a feature of our profile. Raises MalformedError."""
        feature: Json = {"type": "Feature", "geometry": None, "properties": {**members, "party": self.own}}
        reading = read_geojson_value(feature, source="command line", supplied=Supplied())
        return Read(reading.activities, reading.notes)

    def file(self, wishes: Sequence[Wish], rule: Recurrence | None) -> tuple[Plan, ...] | PlanRefused:
        """File plans as drafts, each as often as it repeats, all or none.

        Raises ValueError for what cannot repeat as the rule says, or has a name that cannot be kept.
        """
        by = self.officer()
        if isinstance(by, PlanRefused):
            return by
        each = wishes if rule is None else [one for wish in wishes for one in occurrences(wish, rule)]
        return self.plans.file({str(uuid.uuid4()): wish for wish in each}, by=by, now_ms=self.now_ms)

    def change(self, ident: str, wish: Wish) -> tuple[Plan, ...] | PlanRefused:
        """File the next version of a plan. Raises ValueError for a name that cannot be kept."""
        by = self.officer()
        return by if isinstance(by, PlanRefused) else self.plans.change(ident, wish, by=by, now_ms=self.now_ms)

    def release(self, idents: Sequence[str], version: int | None) -> tuple[Plan, ...] | PlanRefused:
        """Release drafts, all or none, as another than who wrote them."""
        by = self.officer(Role.RELEASE)
        if isinstance(by, PlanRefused):
            return by
        return self.plans.release(idents, by=by, now_ms=self.now_ms, version=version)

    def withdraw(self, idents: Sequence[str], *, why: str, version: int | None) -> tuple[Plan, ...] | PlanRefused:
        """Take plans back, all or none."""
        by = self.officer()
        if isinstance(by, PlanRefused):
            return by
        return self.plans.withdraw(idents, by=by, now_ms=self.now_ms, why=why, version=version)

    def end(self, ident: str, *, why: str) -> tuple[Plan, ...] | PlanRefused:
        """Say that what is in force is over."""
        by = self.officer()
        if isinstance(by, PlanRefused):
            return by
        version = next((one.version for one in self.plans.versions(ident) if one.state.in_force), None)
        return self.plans.step(ident, Step.END, by=by, now_ms=self.now_ms, version=version, why=why)

    def keep_template(self, name: str, activity: Activity, disclosure: Disclosure) -> PlanRefused | None:
        """Keep an activity to be filed for other times. Raises ValueError for a name that cannot be kept."""
        by = self.officer()
        if isinstance(by, PlanRefused):
            return by
        self.plans.keep_template(Template(name, activity, disclosure))
        return None


def _may(account: Account, roles: Sequence[Role]) -> bool:
    return any(role in account.roles for role in roles)
