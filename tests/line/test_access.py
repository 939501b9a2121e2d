"""Who receives a notice's later versions: a recipient that was removed gets none, and nothing else is held back."""

from clearline.line.access import RecipientRemoved, recipients, removed
from clearline.line.notice import NoticeType
from clearline.line.statement import Link, Relation, Said, Utterance
from tests.line.two_desks import OFFICER, SECOND, T0, Line, notice


def _update(line: Line, before: str, peer: str = "BRAVO") -> Said:
    link = (Link(Relation.UPDATES, before),)
    said = line.a.say(Utterance(peer, notice("S1", NoticeType.CHANGE), links=link), line.now_ms, OFFICER, SECOND)
    line.carry()
    return said


def _remove(line: Line, said: Said, peer: str = "BRAVO") -> None:
    link = (Link(Relation.ABOUT, said.record_id),)
    line.a.say(Utterance(peer, RecipientRemoved(), links=link), line.now_ms, OFFICER)
    line.carry()


def test_a_later_version_goes_out_until_its_recipient_is_removed_and_to_others_after() -> None:
    line = Line()
    first = line.notify(notice("S1"))
    second = _update(line, first.record_id)
    assert {first.record_id, second.record_id} & line.a.void.keys() == set()
    assert not removed(line.a.ledger, second)
    _remove(line, first)
    assert removed(line.a.ledger, second)  # and so for every version of it
    assert line.a.void[_update(line, second.record_id).record_id].rule == "A3"
    assert line.notify(notice("S2")).record_id not in line.a.void


def test_what_changes_a_notice_that_is_not_here_removes_nobody() -> None:
    line = Line()
    said = _update(line, "0" * 64)
    assert not removed(line.a.ledger, said)
    assert said.record_id not in line.a.void
    theirs = line.b.ledger.get(said.record_id)
    assert theirs is not None
    assert not removed(line.b.ledger, theirs)


def test_who_was_removed_once_stays_so_however_many_notices_followed() -> None:
    line = Line()
    first = line.notify(notice("S1"))
    _remove(line, first)
    line.notify(notice("S1"))
    line.b.say(Utterance("ALPHA", notice("S1")), T0, OFFICER, SECOND)
    line.carry()
    assert recipients(line.a.ledger, "S1") == {"BRAVO": False}
    assert recipients(line.b.ledger, "S1") == {"ALPHA": True}


def test_a_later_version_that_came_in_is_shown_whoever_was_removed_here() -> None:
    """A rule for the own side alone: what the other side sends after all is not void for it."""
    line = Line()
    first = line.notify(notice("S1"))
    line.down = True
    _remove(line, first)
    line.a.void.clear()
    late = _update(line, first.record_id)
    assert line.a.void[late.record_id].rule == "A3"
    line.down = False
    line.carry()
    assert line.b.ledger.get(late.record_id) is not None
    assert late.record_id not in line.b.void
