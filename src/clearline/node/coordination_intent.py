"""What two systems tell each other of an operational intent: the reference a registry holds, and what is meant by it.

The one idea: a reference says that something is there and a version of it; only its manager says what. `Known` is both
together, as they were read; nothing is judged from a reference alone, save what F3548 says of a system that is down.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from clearline.airspace.reference import IntentState
from clearline.airspace.subscription import UssState
from clearline.conflict.minima import INTERSECT
from clearline.conflict.solid import Solid, make_solid
from clearline.space.geoid import Geoid
from clearline.space.volume import Volume4D

__all__ = ["NOMINAL", "Known", "Meant", "Reference", "Subscriber", "mean"]

# The states in which an intent is coordinated; in the others it says where the aircraft is, whoever else is there.
NOMINAL = frozenset({IntentState.ACCEPTED, IntentState.ACTIVATED})


@dataclass(frozen=True, slots=True)
class Reference:
    """An operational intent as a registry shows it. `ovn` is None where it is another's: only its manager tells it.

    `version` counts the changes of it; times are microseconds since 1970 UTC.
    """

    ident: str
    manager: str
    availability: UssState
    version: int
    state: IntentState
    start_us: int
    end_us: int
    uss_base_url: str
    subscription: str
    ovn: str | None


@dataclass(frozen=True, slots=True)
class Subscriber:
    """Who asked to hear of a change: where, and for which of its subscriptions (identifier, notification index)."""

    uss_base_url: str
    subscriptions: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Meant:
    """What is meant: the state, where and when, and the priority (higher is more urgent). Make it with `mean`.

    `solids` are the volumes of both kinds, in their order, made ready to be judged.
    """

    state: IntentState
    volumes: tuple[Volume4D, ...]
    off_nominal: tuple[Volume4D, ...]
    priority: int
    solids: tuple[Solid, ...]

    @property
    def all_volumes(self) -> tuple[Volume4D, ...]:
        """The nominal volumes, then the others."""
        return self.volumes + self.off_nominal

    @property
    def start_ms(self) -> int:
        """The earliest start of any volume."""
        return min(volume.window.start_ms for volume in self.all_volumes)

    @property
    def end_ms(self) -> int | None:
        """The latest end of any volume; None if one never ends."""
        ends = [volume.window.end_ms for volume in self.all_volumes]
        return None if None in ends else max(end for end in ends if end is not None)


@dataclass(frozen=True, slots=True)
class Known:
    """An operational intent whose details were read: the reference as its manager told it, and what is meant."""

    reference: Reference
    meant: Meant


def mean(
    state: IntentState,
    volumes: Sequence[Volume4D],
    off_nominal: Sequence[Volume4D],
    priority: int,
    geoid: Geoid,
) -> Meant:
    """Return what is meant by volumes in a state. Raises ValueError where there is no volume at all."""
    if not volumes and not off_nominal:
        raise ValueError("an operational intent has a volume")
    solids = tuple(make_solid(volume, INTERSECT, geoid) for volume in (*volumes, *off_nominal))
    return Meant(state, tuple(volumes), tuple(off_nominal), priority, solids)
