"""How many calls a client may make: a bucket of tokens for each, filled at a steady rate.

The one idea: a client that asks too often is told when to come back, and costs nobody else anything; what is kept of
clients is bounded too, and the one that was quiet longest is forgotten first.
"""

from collections import OrderedDict

__all__ = ["RateLimit"]


class RateLimit:
    """Buckets of `burst_count` tokens, filled with `rate_per_s` each second; one call takes one.

    Times are those of a steady clock, in seconds. Raises ValueError for a rate or a burst that lets nothing through.

    >>> limit = RateLimit(rate_per_s=1.0, burst_count=2)
    >>> [limit.wait_s("uss1", 10.0) for _ in range(3)]
    [0.0, 0.0, 1.0]
    """

    def __init__(self, *, rate_per_s: float, burst_count: int, most_clients: int = 10_000) -> None:
        if not rate_per_s > 0.0 or burst_count < 1 or most_clients < 1:
            raise ValueError("a rate limit needs a rate above 0, and at least one call and one client")
        self._rate_per_s = rate_per_s
        self._burst_count = burst_count
        self._most_clients = most_clients
        # Of each client: how many tokens it had, and when that was.
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait_s(self, client: str, now_s: float) -> float:
        """Take a token and return 0, or take none and return the seconds until there will be one."""
        had_count, then_s = self._buckets.get(client, (float(self._burst_count), now_s))
        passed_s = max(0.0, now_s - then_s)
        has_count = min(float(self._burst_count), had_count + passed_s * self._rate_per_s)
        wait_s = 0.0 if has_count >= 1.0 else (1.0 - has_count) / self._rate_per_s
        self._buckets[client] = (has_count - 1.0 if wait_s == 0.0 else has_count, now_s)
        self._buckets.move_to_end(client)
        if len(self._buckets) > self._most_clients:
            self._buckets.popitem(last=False)
        return wait_s
