"""Whether an entity still counts.

The one idea: an entity ends at its end time by itself (F3548 DSS0210, A2-7-2, 4d), not when somebody sweeps it away. So
no answer depends on how far the sweeping has come: what has ended is as good as gone to every rule.
"""

from typing import Protocol, TypeVar

__all__ = ["living"]


class _Ending(Protocol):
    @property
    def end_us(self) -> int: ...


Ended = TypeVar("Ended", bound=_Ending)


def living(entity: Ended | None, now_us: int) -> Ended | None:
    """Return the entity if there is one and its end, which belongs to it, has not passed; else None."""
    return entity if entity is not None and entity.end_us >= now_us else None
