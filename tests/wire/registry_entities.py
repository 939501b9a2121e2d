"""Entities of a registry, any there can be, for laws about their bytes."""

from hypothesis import strategies as st

from clearline.airspace.extent import Extent, Span
from clearline.airspace.identification import IdentificationArea, IdentificationSubscription
from clearline.airspace.reference import Constraint, Intent, IntentState
from clearline.airspace.subscription import Availability, Subscription, UssState
from clearline.registry.view import Put, Remove
from clearline.wire.registry_log import LogEntry

__all__ = ["changes", "entities", "entries"]

_INT = st.integers(-(2**63), 2**63 - 1)
_COUNT = st.integers(0, 2**40)
_TEXT = st.text(st.characters(codec="utf-8"), max_size=20)
_URL = st.none() | _TEXT
_BOUNDS = st.tuples(st.floats(allow_nan=False), st.floats(allow_nan=False)).map(sorted)
_TIMES = st.tuples(_INT, _INT).map(sorted)
_SPANS = st.builds(lambda band, time: Span(band[0], band[1], time[0], time[1]), _BOUNDS, _TIMES)


@st.composite
def _extents(draw: st.DrawFn) -> Extent:
    cells = tuple(sorted(draw(st.sets(st.integers(0, 2**32 - 1), min_size=1, max_size=5))))
    count = len(cells) if draw(st.booleans()) else 1
    return Extent(cells, tuple(draw(_SPANS) for _ in range(count)))


_INTENTS = st.builds(
    Intent,
    ident=_TEXT,
    manager=_TEXT,
    version=_COUNT,
    ovn=_TEXT,
    past_ovns=st.lists(_TEXT, max_size=3).map(tuple),
    state=st.sampled_from(IntentState),
    uss_base_url=_TEXT,
    subscription=_URL,
    extent=_extents(),
    start_us=_INT,
    end_us=_INT,
    updated_us=_INT,
)
_CONSTRAINTS = st.builds(
    Constraint,
    ident=_TEXT,
    manager=_TEXT,
    version=_COUNT,
    ovn=_TEXT,
    uss_base_url=_TEXT,
    extent=_extents(),
    start_us=_INT,
    end_us=_INT,
    updated_us=_INT,
)
_SUBSCRIPTIONS = st.builds(
    Subscription,
    ident=_TEXT,
    manager=_TEXT,
    version=_TEXT,
    uss_base_url=_TEXT,
    notification_index=_COUNT,
    for_operational_intents=st.booleans(),
    for_constraints=st.booleans(),
    implicit=st.booleans(),
    extent=_extents(),
    start_us=_INT,
    end_us=_INT,
    updated_us=_INT,
)
_AVAILABILITIES = st.builds(Availability, uss=_TEXT, state=st.sampled_from(UssState), version=_TEXT, updated_us=_INT)
_AREAS = st.builds(
    IdentificationArea,
    ident=_TEXT,
    owner=_TEXT,
    version=_TEXT,
    flights_url=_URL,
    uss_base_url=_URL,
    extent=_extents(),
    start_us=_INT,
    end_us=_INT,
    updated_us=_INT,
)
_AREA_SUBSCRIPTIONS = st.builds(
    IdentificationSubscription,
    ident=_TEXT,
    owner=_TEXT,
    version=_TEXT,
    callback_url=_URL,
    uss_base_url=_URL,
    notification_index=_COUNT,
    extent=_extents(),
    start_us=_INT,
    end_us=_INT,
    updated_us=_INT,
)

entities = st.one_of(_INTENTS, _CONSTRAINTS, _SUBSCRIPTIONS, _AVAILABILITIES, _AREAS, _AREA_SUBSCRIPTIONS)
changes = st.one_of(entities.map(Put), entities.map(Remove))
entries = st.builds(
    LogEntry,
    at_us=_INT,
    client=_TEXT,
    call=_TEXT,
    request_id=_TEXT,
    changes=st.lists(changes, min_size=1, max_size=4).map(tuple),
)
