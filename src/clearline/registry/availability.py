"""Whether a USS answers, as the arbiter says it.

The one idea: a USS is Unknown until the arbiter says otherwise, and each statement replaces the one whose version it
quotes, so that two arbiters cannot overwrite each other unseen (F3548 DSS0100,1).
"""

from dataclasses import dataclass

from clearline.airspace.subscription import Availability, UssState
from clearline.registry.refusal import Refusal, RefusalKind
from clearline.registry.version import Fresh, mint_version
from clearline.registry.view import Outcome, Put, View

__all__ = ["GetAvailability", "SetAvailability", "get_availability", "set_availability"]


@dataclass(frozen=True, slots=True)
class SetAvailability:
    """The arbiter says whether a USS answers; `old_version` is that of the present statement, empty if there is none.

    `uss` is the USS's client identifier (the `sub` of its tokens).
    """

    uss: str
    state: UssState
    old_version: str


@dataclass(frozen=True, slots=True)
class GetAvailability:
    """Somebody asks whether a USS answers."""

    uss: str


def get_availability(view: View, command: GetAvailability) -> Outcome[Availability]:
    """Return what was said of the USS; Unknown with an empty version where nothing was said."""
    said = view.availability(command.uss)
    return Outcome(Availability(command.uss, UssState.UNKNOWN, "", 0) if said is None else said)


def set_availability(
    view: View, command: SetAvailability, *, now_us: int, fresh: Fresh
) -> Outcome[Availability | Refusal]:
    """Keep the new statement, if it knows the present one."""
    said = view.availability(command.uss)
    if command.old_version != ("" if said is None else said.version):
        return Outcome(
            Refusal(
                RefusalKind.CONFLICT,
                f"old_version is not the present version of the availability of {command.uss}",
                "read the availability again and give its version; an empty one where none was set",
            )
        )
    new = Availability(command.uss, command.state, mint_version(command.uss, fresh.nonce), now_us)
    return Outcome(new, (Put(new),))
