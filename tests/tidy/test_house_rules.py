"""House rules that no linter knows (STYLE_GUIDE.md)."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.tidy.tree import ROOT, kept_files, kept_texts, modules, source_modules

_PURE = {"wire", "registry", "node", "line", "tracks", "airspace", "conflict", "private", "space", "record"}
_ROOMS = {
    "utils",
    "util",
    "helpers",
    "helper",
    "common",
    "manager",
    "managers",
    "service",
    "services",
    "models",
    "misc",
}

# What this product holds no field for (DESIGN.md): an identifier with one of these words is a step in the wrong way.
_NEVER = {"weapon", "weapons", "engagement", "engage", "munition", "munitions", "kill", "strike", "lethal"}

# Number-typed fields whose name is the unit or that have none.
_UNITLESS = re.compile(
    r"_(m|s|ms|us|deg|mps|hpa|hz|mib|share|factor|ratio|m2|km2|nm|ft|km|min|dps|count|number|m_per_km2|epoch)$"
)
_BARE = {
    "cos_reach",
    "first",
    "second",
    "value",
    "inflation",
    "number",
    "share",
    "count",
    "weight",
    "scale",
    "step",
    "shift",
}


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def test_no_module_is_longer_than_400_lines() -> None:
    long = {_name(path): lines for path, _ in source_modules() if (lines := path.read_text("utf-8").count("\n")) > 400}
    assert not long


def test_no_function_is_longer_than_a_screen() -> None:
    long: list[str] = []
    for path, tree in source_modules():
        for function in _functions(tree):
            first = function.body[1] if ast.get_docstring(function) and len(function.body) > 1 else function.body[0]
            if (function.end_lineno or 0) - first.lineno + 1 > 50:
                long.append(f"{_name(path)}:{function.lineno} {function.name}")
    assert not long


def test_a_package_says_whether_it_touches_the_world() -> None:
    for path, tree in source_modules():
        if path.name == "__init__.py" and path.parent != ROOT / "src" / "clearline":
            told = ast.get_docstring(tree) or ""
            package = path.relative_to(ROOT / "src" / "clearline").parts[0]
            expected = "Pure." if package in _PURE else "I/O."
            assert told.startswith(expected), f"{_name(path)} must begin with {expected!r}"


def test_a_module_says_its_one_idea_and_its_names() -> None:
    for path, tree in source_modules():
        if path.name == "__init__.py":
            continue
        assert "one idea" in (ast.get_docstring(tree) or "").lower(), f"{_name(path)} does not say its one idea"
        names = [
            node for node in tree.body if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__"
        ]
        assert names, f"{_name(path)} has no __all__"


def test_nothing_below_edge_opens_an_address() -> None:
    # The import contract can forbid a whole package only, and urllib.parse is pure.
    for path, tree in source_modules():
        if path.relative_to(ROOT / "src" / "clearline").parts[0] in _PURE:
            assert "urllib.request" not in ast.unparse(tree), _name(path)


def test_rooms_are_subjects_not_kinds() -> None:
    assert not [_name(path) for path in kept_files() if _ROOMS & {path.stem, *path.relative_to(ROOT).parts[:-1]}]


def test_there_is_no_field_for_what_this_product_does_not_hold() -> None:
    for path, tree in source_modules():
        for node in ast.walk(tree):
            name = node.id if isinstance(node, ast.Name) else node.arg if isinstance(node, ast.arg) else ""
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                name = node.name
            words = set(re.findall(r"[A-Z]?[a-z]+", name))
            assert not _NEVER & {word.lower() for word in words}, f"{_name(path)}: {name}"


def test_every_bare_number_ends_with_its_unit() -> None:
    bare: list[str] = []
    for path, tree in source_modules():
        for node in ast.walk(tree):
            if not isinstance(node, ast.AnnAssign) or not isinstance(node.target, ast.Name):
                continue
            kind = ast.unparse(node.annotation)
            if kind not in ("float", "float | None"):
                continue
            name = node.target.id.lower().strip("_")
            if name not in _BARE and not _UNITLESS.search(f"_{name}"):
                bare.append(f"{_name(path)}:{node.lineno} {node.target.id}")
    assert not bare


def test_nothing_is_left_unfinished_or_unable_to_fail() -> None:
    words = re.compile(
        r"\bTODO\b|\bFIXME\b|NotImplementedError|mark\.(skip|xfail)|pytest\.skip|importorskip|unittest\.mock|\bMagicMock\b"
    )
    here = Path(__file__)
    found = [
        f"{_name(path)}: {match.group(0)}"
        for path, text in kept_texts()
        if path != here and path.suffix in (".py", ".cpp", ".hpp", ".ts", ".js") and (match := words.search(text))
    ]
    assert not found


def _asserts(function: ast.AST, checkers: set[str]) -> bool:
    """Whether a function asserts, expects an error, or calls a function of its module that does."""
    for node in ast.walk(function):
        if isinstance(node, ast.Assert) or (isinstance(node, ast.Attribute) and node.attr in ("raises", "warns")):
            return True
        if isinstance(node, ast.Call):
            name = ast.unparse(node.func).split(".")[-1]
            if name in checkers or name.lstrip("_").startswith(("assert", "check", "refuse")):
                return True
    return False


def test_every_test_asserts_something() -> None:
    idle: list[str] = []
    for path, tree in modules("tests"):
        checkers = {function.name for function in _functions(tree) if _asserts(function, set())}
        idle.extend(
            f"{_name(path)}:{function.lineno} {function.name}"
            for function in _functions(tree)
            if function.name.startswith("test_") and not _asserts(function, checkers)
        )
    assert not idle


def test_nothing_names_a_machine_or_a_registry() -> None:
    # Written in pieces, so that this file does not find itself.
    paths = re.compile(
        r"(^|[^A-Za-z0-9_.])/(" + "|".join(("wo" + "rk", "fa" + "rm", "ro" + "ot", "opt/whe" + "els")) + r")/"
    )
    hosts = re.compile("|".join(("py" + "pi\\.org", "pythonho" + "sted", "registry\\.np" + "mjs", "deb\\.deb" + "ian")))
    found = [
        f"{_name(path)}: {match.group(0)!r}"
        for path, text in kept_texts()
        if (match := paths.search(text) or hosts.search(text))
    ]
    assert not found


def test_pinned_packages_are_names_and_versions_alone() -> None:
    for path in (ROOT / "requirements").glob("*.txt"):
        for line in path.read_text("utf-8").splitlines():
            assert not line or line.startswith(("#", "-r ")) or re.fullmatch(r"[a-zA-Z0-9._-]+==[A-Za-z0-9.]+", line), (
                line
            )
