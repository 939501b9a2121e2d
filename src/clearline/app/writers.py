"""The formats activities can be written in.

The one idea: a writer says all of an activity or refuses it; adding a format adds a line to a table.
"""

from collections.abc import Callable, Sequence

from clearline.airspace.activity import Activity
from clearline.wire.aco_write import write_aco
from clearline.wire.csv_write import write_csv
from clearline.wire.f3548_write import write_f3548
from clearline.wire.geojson_write import write_geojson
from clearline.wire.kml_write import write_kml

__all__ = ["WRITERS", "write_activities"]

WRITERS: dict[str, Callable[[Sequence[Activity]], str]] = {
    "aco": write_aco,
    "csv": write_csv,
    "f3548": write_f3548,
    "geojson": write_geojson,
    "kml": write_kml,
}


def write_activities(activities: Sequence[Activity], form: str) -> str:
    """The activities in one of `WRITERS`. Raises ValueError, naming the activity, for what it cannot say exactly."""
    return WRITERS[form](activities)
