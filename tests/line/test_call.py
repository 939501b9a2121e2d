"""The call log: what was said by voice, in one side's own words and its own log."""

import pytest

from clearline.line.call import CallNote, calls
from clearline.line.statement import Utterance
from tests.line.two_desks import OFFICER, Line


def test_a_call_is_with_somebody_and_lasts_no_less_than_nothing() -> None:
    for peer, minutes in (("", 1), ("BRAVO", -1)):
        with pytest.raises(ValueError, match="a call is with somebody"):
            CallNote(peer, 0, "wx", minutes)


def test_calls_are_found_by_peer_and_stay_in_the_own_log() -> None:
    line = Line()
    for peer in ("BRAVO", "CHARLIE"):
        line.a.say(Utterance("ALPHA", CallNote(peer, 0, f"to {peer}")), line.now_ms, OFFICER)
    line.carry()
    assert [note.text for _, note in calls(line.a.ledger, "BRAVO")] == ["to BRAVO"]
    assert not calls(line.b.ledger, "ALPHA")
    assert not line.a.void


def test_a_machine_notes_no_call() -> None:
    line = Line()
    said = line.a.say(Utterance("ALPHA", CallNote("BRAVO", 0, "wx")), line.now_ms)
    assert line.a.void[said.record_id].rule == "P1"
