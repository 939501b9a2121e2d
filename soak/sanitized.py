"""A pytest plugin: the tests run on the core that CLEARLINE_CORE names, not on the one that is installed.

The one idea: the core is one module; put in its place before anybody imports it, and every test is a test of it.
"""

import os
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

__all__ = ["pytest_report_header"]

_NAME = "clearline.conflict._core"
_FILE = Path(os.environ["CLEARLINE_CORE"])

_spec = spec_from_file_location(_NAME, _FILE)
assert _spec is not None and _spec.loader is not None, _FILE
_core = module_from_spec(_spec)
sys.modules[_NAME] = _core
_spec.loader.exec_module(_core)


def pytest_report_header() -> str:
    """Say which core is tested."""
    return f"core: {_FILE}"
