"""What is deployed is what there is: every option of the units and the container is one of the command's."""

import configparser
import json
import re
import shlex

import click
import pytest

from clearline.cli.registry import registry_command
from tests.tidy.tree import ROOT

_DEPLOY = ROOT / "deploy"
_UNITS = sorted(path.name for path in _DEPLOY.iterdir() if path.suffix in (".service", ".timer"))


def _unit(name: str) -> configparser.ConfigParser:
    unit = configparser.ConfigParser(strict=False, interpolation=None, delimiters=("=",), comment_prefixes=("#",))
    unit.optionxform = str  # type: ignore[method-assign,assignment] - names of systemd have capitals
    unit.read(_DEPLOY / name, encoding="utf-8")
    return unit


def _check(words: list[str]) -> None:
    """A call `registry NAME ...` names a command, and options that it has."""
    assert words[0] == "registry"
    command = registry_command.commands[words[1]]
    known = {option for one in command.params if isinstance(one, click.Option) for option in one.opts}
    assert {word for word in words if word.startswith("--")} <= known, words


def _commands(text: str) -> list[list[str]]:
    found = re.findall(r"/opt/clearline/bin/clearline (registry [a-z]+)", text)
    return [shlex.split(one) for one in found]


@pytest.mark.parametrize("name", _UNITS)
def test_units_call_what_there_is(name: str) -> None:
    text = (_DEPLOY / name).read_text("utf-8")
    for words in _commands(text):
        _check(words)
    for options in re.findall(r"CLEARLINE_REGISTRY_OPTIONS=(--.*)", text):
        _check(["registry", "serve", *shlex.split(options)])
    assert _commands(text) or name.endswith(".timer")


def test_the_registry_runs_with_nothing_it_does_not_need() -> None:
    service = _unit("clearline-registry.service")["Service"]
    wanted = {
        "Type": "notify",
        "DynamicUser": "yes",
        "ProtectSystem": "strict",
        "ProtectHome": "yes",
        "NoNewPrivileges": "yes",
        "CapabilityBoundingSet": "",
        "StateDirectory": "clearline-registry",
        "UMask": "0077",
        "RestrictAddressFamilies": "AF_INET AF_INET6 AF_UNIX",
    }
    assert {name: service[name] for name in wanted} == wanted
    assert service["ExecReload"] == "/bin/kill -HUP $MAINPID", "by which a certificate is taken up"
    assert int(service["TimeoutStopSec"]) > 10, "what was begun is finished"


def test_a_start_that_needs_its_operator_is_not_tried_again() -> None:
    from clearline.cli.refusal import BAD_INPUT
    from clearline.cli.registry import TRY_AGAIN

    service = _unit("clearline-registry.service")["Service"]
    assert service["Restart"] == "always"
    assert service["RestartPreventExitStatus"] == str(BAD_INPUT) != str(TRY_AGAIN)


def test_the_store_is_in_the_folder_that_the_service_may_write_to() -> None:
    unit = _unit("clearline-registry.service")["Service"]
    assert unit["Environment"] == f"CLEARLINE_REGISTRY_STORE=sqlite:/var/lib/{unit['StateDirectory']}/registry.db"
    copies = (_DEPLOY / "clearline-registry-backup.service").read_text("utf-8")
    assert f"Environment=FILE=/var/lib/{unit['StateDirectory']}/registry.db" in copies
    assert f"User={unit['User']}\n" in copies, "or it may not ask for a copy"


def test_the_container_copies_what_there_is_and_runs_as_nobody() -> None:
    text = (_DEPLOY / "Containerfile").read_text("utf-8").replace("\\\n", " ")
    for sources in re.findall(r"^COPY (?!--from)(.*) \S+$", text, re.MULTILINE):
        for source in sources.split():
            assert (ROOT / source).exists(), source
    copied = set(" ".join(re.findall(r"^COPY (?!--from)(.*) \S+$", text, re.MULTILINE)).split())
    making = (ROOT / "CMakeLists.txt").read_text("utf-8")
    for folder, rest in re.findall(r"^install\((?:DIRECTORY|FILES) (\w+)/(.*)", making, re.MULTILINE):
        assert folder in copied or "OPTIONAL" in rest, f"the build installs {folder}"
    for found in re.findall(r"(?:CMD|ENTRYPOINT) (\[.*\])", text):
        program, *words = json.loads(found)
        assert program == "clearline"
        _check(words)
    assert "HEALTHCHECK" in text and "ENTRYPOINT" in text
    users = re.findall(r"^USER (\d+)$", text, re.MULTILINE)
    assert users and users[-1] != "0"
    assert text.index("\nUSER") < text.index("\nENTRYPOINT")
    extras = (ROOT / "pyproject.toml").read_text("utf-8")
    for extra in re.findall(r'install --no-cache-dir "\.\[(\w+)\]"', text):
        assert re.search(rf"^{extra} = \[", extras, re.MULTILINE)
