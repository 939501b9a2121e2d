"""The repository as the house-rule tests see it: what is kept in it, and its Python parsed."""

import ast
import subprocess
from functools import cache
from pathlib import Path

__all__ = ["ROOT", "kept_files", "kept_texts", "modules", "source_modules"]

ROOT = Path(__file__).resolve().parents[2]

_TEXTS = {
    ".aco", ".cfg", ".cpp", ".css", ".csv", ".geojson", ".hpp", ".html", ".js", ".json", ".kml", ".md", ".py", ".pyi",
    ".service", ".sh", ".sql", ".toml", ".ts", ".tsv", ".txt", ".yaml", ".yml",
}  # fmt: skip


@cache
def kept_files() -> tuple[Path, ...]:
    """Every file that git keeps or would keep."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout.splitlines()  # fmt: skip
    return tuple(path for name in listed if (path := ROOT / name).is_file())


def kept_texts() -> list[tuple[Path, str]]:
    """Every kept text file, with its text."""
    return [
        (path, path.read_text("utf-8"))
        for path in kept_files()
        if path.suffix in _TEXTS or path.name in ("Makefile", "run", ".gitignore")
    ]


@cache
def _parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"), str(path))


def modules(top: str) -> list[tuple[Path, ast.Module]]:
    """Every kept Python module below a folder, parsed."""
    return [(path, _parsed(path)) for path in kept_files() if path.suffix == ".py" and (ROOT / top) in path.parents]


def source_modules() -> list[tuple[Path, ast.Module]]:
    """Every module of the package."""
    return modules("src/clearline")
