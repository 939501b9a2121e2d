"""docs/line.md and docs/between-nodes.md say what the tables in the code say."""

from clearline.edge.peer_http import STATUSES
from clearline.line.channel import RULES
from clearline.line.talk import STATES
from tests.tidy.tree import ROOT

_LINE = (ROOT / "docs" / "line.md").read_text("utf-8")


def test_the_diagram_of_talks_is_the_table() -> None:
    arrows = [row.strip() for row in _LINE.splitlines() if " --> " in row and "[*]" not in row]
    drawn = {
        (state, event, to)
        for row in arrows
        for path, events in [row.split(": ")]
        for state, to in [path.split(" --> ")]
        for event in events.split(", ")
    }
    assert drawn == {(state.value, event.value, to.value) for (state, event), to in STATES.items()}


def test_the_rules_of_suspension_are_the_table() -> None:
    for code, words in RULES.items():
        assert f"| {code} | {words} |" in _LINE


def test_the_refusals_between_nodes_are_the_table() -> None:
    page = (ROOT / "docs" / "between-nodes.md").read_text("utf-8")
    for reason, status in STATUSES.items():
        assert f"| `{reason}` | {status} |" in page
