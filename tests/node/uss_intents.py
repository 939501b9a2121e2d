"""Intents for tests: boxes over one place, and the references and details of others."""

from functools import partial

from clearline.airspace.reference import IntentState
from clearline.airspace.subscription import UssState
from clearline.edge.geoid_file import load_geoid
from clearline.node.coordination_intent import Known, Meant, Reference, mean
from clearline.space.altitude import AltitudeLimit, Band, Unit
from clearline.space.altitude import Reference as AltitudeReference
from clearline.space.latlon import LatLon
from clearline.space.shape import Circle
from clearline.space.volume import Volume4D
from clearline.space.window import TimeWindow
from tests.edge.tokens import NOW_S

__all__ = ["NOW_MS", "box", "known", "meant", "reference", "uuid"]

NOW_MS = NOW_S * 1_000
MEANING = partial(mean, geoid=load_geoid())


def uuid(number: int) -> str:
    return f"{number:08x}-0000-4000-8000-000000000000"


def box(*, lat: float = 52.0, radius_m: float = 200.0, low_m: float = 100.0, after_s: float = 0.0) -> Volume4D:
    """A cylinder of 50 m height, from `after_s` after now for ten minutes."""
    low = AltitudeLimit(low_m, Unit.METRE, AltitudeReference.WGS84)
    high = AltitudeLimit(low_m + 50.0, Unit.METRE, AltitudeReference.WGS84)
    start_ms = NOW_MS + round(after_s * 1_000.0)
    return Volume4D(Circle(LatLon(lat, 4.4), radius_m), Band(low, high), TimeWindow(start_ms, start_ms + 600_000))


def meant(state: IntentState = IntentState.ACCEPTED, *, priority: int = 0, **where: float) -> Meant:
    """One box; off-nominal where the state is."""
    nominal = state in (IntentState.ACCEPTED, IntentState.ACTIVATED)
    volumes = (box(**where),)
    return MEANING(state, volumes if nominal else (), () if nominal else volumes, priority)


def reference(
    number: int,
    state: IntentState = IntentState.ACCEPTED,
    *,
    manager: str = "other",
    version: int = 1,
    ovn: str | None = None,
    availability: UssState = UssState.NORMAL,
) -> Reference:
    return Reference(
        uuid(number),
        manager,
        availability,
        version,
        state,
        NOW_MS * 1_000,
        NOW_MS * 1_000 + 600_000_000,
        f"https://{manager}.example",
        uuid(99),
        ovn,
    )


def known(number: int, what: Meant | None = None, *, version: int = 1, manager: str = "other") -> Known:
    """An intent whose details were read; its OVN names its number and its version."""
    what = what or meant()
    ovn = f"ovn-{number:06d}-{version:06d}"
    return Known(reference(number, what.state, manager=manager, version=version, ovn=ovn), what)
