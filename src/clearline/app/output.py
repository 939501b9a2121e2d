"""The answer of a check in each of its forms.

The one idea: a form is a function of the one answer; adding one adds a line to a table.
"""

from collections.abc import Callable

from clearline.app.check import Checked
from clearline.app.report import write_page
from clearline.wire.result_json import write_geojson_result, write_json_result
from clearline.wire.table import write_table

__all__ = ["OUTPUTS", "render"]

OUTPUTS: dict[str, Callable[[Checked], str]] = {
    "table": lambda checked: write_table(checked.result),
    "json": lambda checked: write_json_result(checked.result),
    "geojson": lambda checked: write_geojson_result(checked.result),
    "html": write_page,
}


def render(checked: Checked, form: str) -> str:
    """The answer as text in one of `OUTPUTS`. Raises ValueError for a name that the form cannot carry."""
    return OUTPUTS[form](checked)
