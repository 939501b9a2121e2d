"""The preview is the answer: what each recipient is shown, and what stays at home."""

from dataclasses import replace

from clearline.node.coarse import coarse_activity
from clearline.node.disclosure import Disclosure, Precision
from clearline.node.plan import Plan, PlanState
from clearline.node.shown import Shown, show_to
from tests.node.plan_book import T0, activity

_POLICY = Disclosure((("bravo", Precision.EXACT), ("charlie", Precision.COARSE)))
_PLAN = Plan("id-1", activity(), PlanState.DRAFT, 1, "first", T0, _POLICY)


def test_exactly_is_every_volume_and_its_words_but_neither_name_nor_file() -> None:
    shown = show_to(_PLAN, "bravo")
    assert shown.activity is not None
    assert (shown.precision, shown.activity.ident) == (Precision.EXACT, "id-1")
    (told,), (kept,) = shown.activity.volumes, _PLAN.activity.volumes
    assert told.entered is not None
    assert kept.entered is not None
    assert (told.entered.place, told.entered.source) == (kept.entered.place, "")
    assert replace(told, entered=kept.entered) == kept
    assert (shown.activity.title, shown.activity.priority) == ("tanker track", 3)
    assert "secret" not in repr(shown)
    assert "A-1" not in repr(shown)


def test_coarsely_is_cells_and_hours() -> None:
    shown = show_to(_PLAN, "charlie")
    assert shown == Shown("charlie", Precision.COARSE, coarse_activity(_PLAN.activity, ident="id-1"))
    told = [secret for secret in ("A-1", "tanker", "REFUELLING", "secret", "FLIGHT_LEVEL") if secret in repr(shown)]
    assert not told


def test_whoever_is_not_named_is_shown_nothing() -> None:
    assert show_to(_PLAN, "delta") == Shown("delta", Precision.NOT_AT_ALL, None)
    assert show_to(replace(_PLAN, disclosure=Disclosure()), "bravo").activity is None


def test_a_volume_without_words_is_shown_as_it_is() -> None:
    bare = replace(activity(), volumes=tuple(replace(one, entered=None) for one in activity().volumes))
    shown = show_to(replace(_PLAN, activity=bare), "bravo")
    assert shown.activity == replace(bare, ident="id-1")
