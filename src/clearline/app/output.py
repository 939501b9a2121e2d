"""The answer of a check in each of its forms.

The one idea: a form is a function of the one answer; adding one adds a line to a table.
"""

from collections.abc import Callable

from clearline.app.check import Checked

__all__ = ["OUTPUTS", "render"]


# Writers are imported where they are used: an answer in one form need not wait for the drawing of another.
def _table(checked: Checked) -> str:
    from clearline.wire.table import write_table

    return write_table(checked.result)


def _json(checked: Checked) -> str:
    from clearline.wire.result_json import write_json_result

    return write_json_result(checked.result)


def _geojson(checked: Checked) -> str:
    from clearline.wire.result_json import write_geojson_result

    return write_geojson_result(checked.result)


def _page(checked: Checked) -> str:
    from clearline.app.report import write_page

    return write_page(checked)


OUTPUTS: dict[str, Callable[[Checked], str]] = {"table": _table, "json": _json, "geojson": _geojson, "html": _page}


def render(checked: Checked, form: str) -> str:
    """The answer as text in one of `OUTPUTS`. Raises ValueError for a name that the form cannot carry."""
    return OUTPUTS[form](checked)
