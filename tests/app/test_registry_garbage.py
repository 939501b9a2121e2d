"""What is held is never looked through; what is garbage is found while it is young."""

import subprocess
import sys

_STORY = """
import gc, weakref
from clearline.app.registry_garbage import begin_collecting, stop_collecting

class Knot:
    pass

def knot():
    made = Knot()
    made.self = made
    return weakref.ref(made)

stop_collecting()
assert not gc.isenabled()
held = [[number] for number in range(200_000)]
begin_collecting()
assert gc.isenabled()
assert gc.get_freeze_count() >= 200_000
begin_collecting()
assert len(gc.callbacks) == 1

whole = gc.get_stats()[2]["collections"]
before = gc.get_freeze_count()
lost = knot()
more = [[number] for number in range(1_000_000)]
assert lost() is None, "young garbage is found"
assert gc.get_freeze_count() >= before + 500_000, "what was looked at twice is passed over from then on"
assert gc.get_stats()[2]["collections"] == whole, "nobody looks through everything"
count = gc.get_freeze_count()
del more
assert gc.get_freeze_count() < count - 400_000, "what is removed is freed all the same"
"""


def test_the_collector_passes_over_what_lives_long() -> None:
    done = subprocess.run([sys.executable, "-c", _STORY], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
