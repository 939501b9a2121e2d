"""Which scripts a store lacks: those that were not run, and nothing that another version or another hand did."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearline.edge.numbered_scripts import ChangedScriptError, LaterSchemaError, Script, lacking
from clearline.edge.party_schema import SCRIPTS as PARTY
from clearline.edge.registry_postgres_schema import SCRIPTS as SHARED
from clearline.edge.registry_sqlite_file import SCRIPTS as EMBEDDED

_SCRIPTS = tuple(Script(number, f"CREATE TABLE t{number} (x int)") for number in range(1, 9))


def _run(scripts: tuple[Script, ...]) -> list[tuple[int, str]]:
    return [(script.number, script.sha256) for script in scripts]


@given(st.integers(0, 8), st.integers(0, 8))
def test_what_was_run_and_what_is_lacking_are_all(known: int, run: int) -> None:
    """Law: whatever was run of the scripts that are known, the rest is lacking, in order."""
    scripts = _SCRIPTS[:known]
    if run > known:
        with pytest.raises(LaterSchemaError) as caught:
            lacking(scripts, _run(_SCRIPTS[:run]))
        assert caught.value.number == known + 1
    else:
        assert (*_SCRIPTS[:run], *lacking(scripts, _run(_SCRIPTS[:run]))) == scripts


@given(st.integers(0, 8), st.integers(0, 8), st.integers(0, 8))
def test_an_older_program_goes_on_while_what_it_lacks_is_only_beside_it(known: int, run: int, oldest: int) -> None:
    """Law: a store that a later version brought on may be used from the oldest schema that it allows."""
    if run > known and oldest > known:
        with pytest.raises(LaterSchemaError):
            lacking(_SCRIPTS[:known], _run(_SCRIPTS[:run]), oldest=oldest)
    else:
        assert lacking(_SCRIPTS[:known], _run(_SCRIPTS[:run]), oldest=oldest) == _SCRIPTS[run:known]


def test_another_script_under_a_number_is_found_however_the_store_may_be_used() -> None:
    run = _run(_SCRIPTS[:3])
    run[1] = (2, Script(2, "SELECT 1").sha256)
    for oldest in (None, 0):
        with pytest.raises(ChangedScriptError) as caught:
            lacking(_SCRIPTS, run, oldest=oldest)
        assert caught.value.number == 2


@pytest.mark.parametrize("scripts", [PARTY, EMBEDDED, SHARED])
def test_the_scripts_of_every_store_are_numbered_and_the_first_makes_the_beginning(scripts: tuple[Script, ...]) -> None:
    assert [script.number for script in scripts] == list(range(1, len(scripts) + 1))
    assert not scripts[0].additive


def test_what_says_that_it_is_additive_changes_nothing_that_is_there() -> None:
    """Only new tables and indexes: an older instance writes and reads what it knows as before."""
    for script in SHARED:
        words = {line.split()[0] for line in script.sql.splitlines() if line[:1].isalpha()}
        assert not script.additive or words == {"CREATE"}, script.number
