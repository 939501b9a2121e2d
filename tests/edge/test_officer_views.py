"""What an officer is shown: a warning that breaks a rule is shown with the rule, never left out."""

from pathlib import Path
from typing import cast

from clearline.app.make_party import make_party
from clearline.app.officer_node import OfficerNode
from clearline.app.party_home import open_home
from clearline.edge.officer_look import Look
from clearline.edge.officer_views import VIEWS
from clearline.line.ladder import Seen
from clearline.line.notice import NoticeType
from clearline.line.statement import Said, Utterance
from clearline.line.terms import Precedence
from clearline.wire.json_text import Json
from tests.line.two_desks import OFFICER, Line, notice


def _shown(folder: Path, line: Line, path: str, about: Said | None = None) -> Json:
    """What BRAVO's officer is shown by one view."""
    view = next(view for view in VIEWS if view.path == path)
    make_party(folder / "bravo", "Bravo", coverage="the forces of Bravo")
    with open_home(folder / "bravo") as opened:
        node = OfficerNode(opened.node, opened.clock)
        desk = line.b
        look = Look(node, desk.mode, desk.ledger, desk.void, OFFICER, {}, about, "", line.now_ms)
        return cast("Json", view.show(look))


def _unreleased(line: Line) -> Said:
    hazard = notice(kind=NoticeType.IMMINENT_HAZARD)
    said = line.a.say(Utterance("BRAVO", hazard, Precedence.IMMEDIATE), line.now_ms, OFFICER)
    line.carry()
    return said


def test_a_warning_that_nobody_released_is_in_the_list_with_the_rule(tmp_path: Path) -> None:
    line = Line()
    said = _unreleased(line)
    assert line.b.void[said.record_id].rule == "P2"
    rows = _shown(tmp_path, line, "/notices")
    assert isinstance(rows, list)
    assert len(rows) == 1
    assert said.record_id in str(rows[0])
    assert "P2" in str(rows[0])


def test_what_is_void_about_a_statement_is_shown_as_void(tmp_path: Path) -> None:
    line = Line()
    said = line.notify(notice())
    forced = line.slip(Seen(), said.record_id, actor=None)
    assert line.b.void[forced.record_id].rule == "P1"
    told = _shown(tmp_path, line, "/statements/{id}", said)
    assert isinstance(told, dict)
    assert forced.record_id in str(told["about"])
    assert "P1" in str(told["about"])
