"""What has ended is swept away, a few at a time.

The one idea: the sweep changes no answer (rules hide what has ended, `living.py`), so it may come late, in steps as
small as the store likes, and stop anywhere. So an implicit subscription that was widened beyond its last intent is not
swept with that intent, but when it ends itself. A subscription covers every intent that hangs on it to the end, so it
never ends before them; when it goes, the ended intents that still hang on it go with it.
"""

from clearline.airspace.identification import IdentificationArea
from clearline.airspace.subscription import Subscription
from clearline.registry.areas import readable
from clearline.registry.view import Entity, Outcome, Remove, View

__all__ = ["expire"]


def expire(view: View, *, now_us: int, most: int) -> Outcome[int]:
    """Remove at most `most` entities that have ended, the oldest ends first, and what goes with them.

    The answer is how many ended entities came up: fewer than `most` means that nothing is left to sweep. Intents are
    removed before subscriptions: no step leaves one whose subscription is not there. Identification service areas that
    can still be read (`areas.readable`) stay, and what ended after them waits with them, minutes at most.
    """
    ended = tuple(one for one in view.expired(now_us, most) if not _readable(one, now_us))
    removed: dict[Entity, None] = {}
    for entity in ended:
        if isinstance(entity, Subscription):
            hanging = tuple(view.intents_of(entity.ident))
            assert all(one.end_us <= entity.end_us for one in hanging), "a subscription outlives its intents"
            removed.update(dict.fromkeys(hanging))
        removed[entity] = None
    in_order = sorted(removed, key=lambda one: isinstance(one, Subscription))
    return Outcome(len(ended), tuple(Remove(one) for one in in_order))


def _readable(entity: Entity, now_us: int) -> bool:
    return isinstance(entity, IdentificationArea) and readable(entity, now_us)
