"""The verifier of one file, loaded from where it lies: it is no module of the package, and imports none."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

__all__ = ["PROGRAM", "standalone"]

PROGRAM = Path(__file__).resolve().parents[2] / "verifier" / "clearline_verify.py"


def standalone() -> ModuleType:
    """The program as a module."""
    name = "clearline_verify"
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, PROGRAM)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
    return sys.modules[name]
