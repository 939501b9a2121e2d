"""`python -m soak.sanitize`: the core built with sanitizers (of addresses, undefined behaviour, threads), and tested.

The one idea: a read past an end or a shift too far may give the right answer today; under a sanitizer it ends the run.
"""

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path

_FOLDER = Path("build") / "sanitize"
_TESTS = ("tests/native", "tests/conflict/test_fast.py", "tests/conflict/test_index.py", "tests/conflict/test_cpa.py")
_KINDS = {
    "address": ("address,undefined", ("libasan.so", "libubsan.so")),
    "thread": ("thread", ("libtsan.so",)),
}


def main() -> int:
    """Build, run, and hand on the tests' exit status."""
    parser = argparse.ArgumentParser(description="run the core's tests under a sanitizer")
    parser.add_argument("--kind", choices=sorted(_KINDS), default="address")
    kind = parser.parse_args().kind
    sanitizers, libraries = _KINDS[kind]
    environment = {
        **os.environ,
        "CLEARLINE_CORE": str(_built(kind, sanitizers)),
        "LD_PRELOAD": " ".join(_library(name) for name in libraries),
        # Python itself never gives everything back; its own allocator would hide reads past an end.
        "ASAN_OPTIONS": "detect_leaks=0:halt_on_error=1:abort_on_error=0",
        "UBSAN_OPTIONS": "print_stacktrace=1:halt_on_error=1",
        "TSAN_OPTIONS": "halt_on_error=1:report_signal_unsafe=0",
        "PYTHONMALLOC": "malloc",
        "OPENBLAS_NUM_THREADS": "1",  # numpy's own threads are not built for this and would be reported
    }
    command = [sys.executable, "-m", "pytest", "-p", "soak.sanitized", "--timeout", "3600", *_TESTS]
    return subprocess.run(command, env=environment, check=False).returncode


def _built(kind: str, sanitizers: str) -> Path:
    folder = (_FOLDER / kind).resolve()
    flags = f"-fsanitize={sanitizers} -fno-sanitize-recover=all -fno-sanitize=vptr -fno-omit-frame-pointer -g"
    command = [
        sys.executable, "-m", "pip", "install", "--quiet", "--no-build-isolation", "--no-deps", "--upgrade", "--target",
        str(folder / "site"), "-C", f"build-dir={folder / 'cmake'}", "-C", "cmake.build-type=RelWithDebInfo",
        "-C", f"cmake.define.CMAKE_CXX_FLAGS={flags}", "-C", "install.strip=false", ".",
    ]  # fmt: skip
    subprocess.run(command, check=True)
    (core,) = (folder / "site").glob("clearline/conflict/_core*.so")
    return core


def _library(name: str) -> str:
    """Where the compiler keeps a library that must be there before Python starts."""
    command = [shutil.which("g++") or "g++", f"-print-file-name={name}"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


if __name__ == "__main__":
    sys.exit(main())
