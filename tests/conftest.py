"""How laws are tried: the same examples on every run, and many more, new each time, in a soak."""

import os

from hypothesis import HealthCheck, settings

settings.register_profile(
    "test",
    deadline=None,  # shared machines stall for longer than any law takes
    derandomize=True,
    max_examples=60,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.register_profile("soak", settings.get_profile("test"), derandomize=False, max_examples=3_000, print_blob=True)
settings.load_profile(os.environ.get("CLEARLINE_LAWS", "test"))
