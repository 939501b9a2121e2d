"""Two persons for what goes out: nobody releases or confirms their own, and a lapse is said once."""

from hypothesis import given
from hypothesis import strategies as st

from clearline.line.channel import Declaration, State
from clearline.line.desk import by_itself, wake_ms
from clearline.line.ladder import Seen
from clearline.line.notice import NoticeType
from clearline.line.release import (
    CONFIRM_WITHIN_MS,
    RULES,
    Confirmation,
    ConfirmationLapsed,
    Draft,
    Released,
    WithdrawnDraft,
    decide_confirmation,
    decide_draft,
    decide_release,
    decide_withdrawal,
    drafts_waiting,
    lapsing,
    next_lapse_ms,
    unconfirmed,
)
from clearline.line.statement import Actor, Link, Refused, Relation, Said, Utterance
from clearline.line.terms import Level, Precedence, Role
from tests.line.two_desks import ALL_ROLES, MINUTE_MS, OFFICER, SECOND, T0, Line, notice

_CLERK = Actor("OPS-DUTY", "officer-9", frozenset({Role.RECEIVE, Role.ANSWER}))


def _rule(out: object) -> str:
    assert isinstance(out, Refused)
    return out.rule


def _drafted(line: Line) -> Said:
    out = decide_draft(Utterance("BRAVO", notice(), Precedence.IMMEDIATE, lang="ru"), OFFICER, line.a.ledger)
    assert not isinstance(out, Refused)
    assert out[0].addressee == "ALPHA"
    return line.a.say(out[0], line.now_ms, OFFICER)


def test_a_draft_goes_out_as_it_was_written_and_only_once() -> None:
    line = Line()
    draft = _drafted(line)
    assert [said.record_id for said, _ in drafts_waiting(line.a.ledger)] == [draft.record_id]
    out = decide_release(draft.record_id, SECOND, line.a.ledger)
    assert not isinstance(out, Refused)
    released, statement = out
    assert statement == Utterance("BRAVO", notice(), Precedence.IMMEDIATE, lang="ru")
    line.a.say(released, T0, SECOND)
    sent = line.a.say(statement, T0, OFFICER, SECOND)
    assert (sent.header.person, sent.header.released_by) == ("officer-1", "officer-2")
    assert drafts_waiting(line.a.ledger) == []
    assert _rule(decide_release(draft.record_id, SECOND, line.a.ledger)) == "P5"
    assert _rule(decide_withdrawal(draft.record_id, "no", line.a.ledger)) == "P5"


def test_a_draft_that_is_withdrawn_does_not_go_out() -> None:
    line = Line()
    draft = _drafted(line)
    out = decide_withdrawal(draft.record_id, "superseded", line.a.ledger)
    assert not isinstance(out, Refused)
    line.a.say(out[0], T0, OFFICER)
    assert drafts_waiting(line.a.ledger) == []
    assert _rule(decide_release(draft.record_id, SECOND, line.a.ledger)) == "P5"


@given(st.sampled_from(["officer-1", "officer-2", "officer-9"]), st.sets(st.sampled_from(list(Role))))
def test_nobody_releases_their_own_and_nobody_without_the_role(person: str, roles: set[Role]) -> None:
    line = Line()
    draft = _drafted(line)
    out = decide_release(draft.record_id, Actor("OPS-DUTY", person, frozenset(roles)), line.a.ledger)
    if Role.RELEASE not in roles:
        assert _rule(out) == "P4"
    elif person == "officer-1":
        assert _rule(out) == "P3"
    else:
        assert not isinstance(out, Refused)


def test_a_release_by_the_writer_is_void_and_leaves_the_draft_waiting() -> None:
    line = Line()
    draft = _drafted(line)
    link = (Link(Relation.ABOUT, draft.record_id),)
    forged = line.a.say(Utterance("ALPHA", Released(), links=link), T0, OFFICER)
    assert line.a.void[forged.record_id].rule == "P3"
    assert len(drafts_waiting(line.a.ledger)) == 1
    for body in (Released(), WithdrawnDraft("no")):
        lost = line.a.say(Utterance("ALPHA", body, links=(Link(Relation.ABOUT, forged.record_id),)), T0, SECOND)
        assert line.a.void[lost.record_id].rule == "P5"
    assert _rule(decide_release(forged.record_id, SECOND, line.a.ledger)) == "P5"
    assert _rule(decide_withdrawal("0" * 64, "no", line.a.ledger)) == "P5"


def test_what_a_person_must_say_needs_one_and_what_is_not_formal_goes_at_once() -> None:
    line = Line()
    ledger = line.a.ledger
    assert _rule(decide_draft(Utterance("BRAVO", notice()), None, ledger)) == "P1"
    assert _rule(decide_draft(Utterance("BRAVO", Seen()), None, ledger)) == "P1"
    for utterance in (
        Utterance("BRAVO", Seen()),
        Utterance("BRAVO", notice(), Precedence.FLASH),
        Utterance("ALPHA", Declaration(Level.TACTICAL, State.OPEN, T0)),
    ):
        assert decide_draft(utterance, OFFICER, ledger) == (utterance,)
    machine = Utterance("BRAVO", ConfirmationLapsed())
    assert decide_draft(machine, None, ledger) == (machine,)
    out = decide_draft(Utterance("BRAVO", notice()), OFFICER, ledger)
    assert not isinstance(out, Refused)
    assert isinstance(out[0].body, Draft)


def _flash(line: Line) -> Said:
    out = Utterance("BRAVO", notice(kind=NoticeType.IMMINENT_HAZARD), Precedence.FLASH)
    said = line.a.say(out, line.now_ms, OFFICER)
    line.carry()
    return said


def test_a_flash_is_confirmed_by_a_second_person_and_no_other() -> None:
    line = Line()
    said = _flash(line)
    for ledger in (line.a.ledger, line.b.ledger):
        assert [one.record_id for one in unconfirmed(ledger)] == [said.record_id]
    assert _rule(decide_confirmation(said.record_id, OFFICER, line.a.ledger)) == "P3"
    assert _rule(decide_confirmation(said.record_id, _CLERK, line.a.ledger)) == "P4"
    assert _rule(decide_confirmation(said.record_id, SECOND, line.b.ledger)) == "P6"
    assert _rule(decide_confirmation("0" * 64, SECOND, line.a.ledger)) == "P6"
    link = (Link(Relation.ABOUT, said.record_id),)
    own = line.a.say(Utterance("BRAVO", Confirmation(), links=link), T0, OFFICER)
    theirs = line.b.say(Utterance("ALPHA", Confirmation(), links=link), T0, SECOND)
    loose = line.a.say(Utterance("BRAVO", Confirmation()), T0, SECOND)
    line.carry()
    rules = [line.a.void[one.record_id].rule for one in (own, theirs, loose)]
    assert rules == ["P3", "P6", "P6"]
    assert len(unconfirmed(line.a.ledger)) == len(unconfirmed(line.b.ledger)) == 1
    out = decide_confirmation(said.record_id, SECOND, line.a.ledger)
    assert not isinstance(out, Refused)
    line.a.say(out[0], T0, SECOND)
    line.carry()
    assert unconfirmed(line.a.ledger) == unconfirmed(line.b.ledger) == []
    assert _rule(decide_confirmation(said.record_id, SECOND, line.a.ledger)) == "P6"


def test_the_lapse_is_said_once_by_the_side_that_sent_it() -> None:
    line = Line()
    said = _flash(line)
    due_ms = T0 + CONFIRM_WITHIN_MS
    assert next_lapse_ms(line.a.ledger) == due_ms
    assert next_lapse_ms(line.b.ledger) is None
    assert lapsing(line.a.ledger, due_ms - 1) == []
    assert [out.links[0].to for out in lapsing(line.a.ledger, due_ms)] == [said.record_id]
    link = (Link(Relation.ABOUT, said.record_id),)
    forged = line.b.say(Utterance("ALPHA", ConfirmationLapsed(), links=link), T0)
    line.carry()
    assert line.a.void[forged.record_id].rule == "P6"
    late_ms = due_ms + MINUTE_MS
    assert next_lapse_ms(line.a.ledger) == due_ms  # overdue, and not forgotten
    assert (wake_ms(line.a.ledger, late_ms) or 0) <= due_ms
    for _ in range(2):
        for out in by_itself(line.a.ledger, late_ms):
            line.a.say(out, late_ms)
    lapses = [by for by, _ in line.a.ledger.of(ConfirmationLapsed) if by.header.author == "ALPHA"]
    assert len(lapses) == 1
    assert next_lapse_ms(line.a.ledger) is None
    out = decide_confirmation(said.record_id, SECOND, line.a.ledger)
    assert not isinstance(out, Refused)  # late, and taken


def test_what_two_released_or_a_machine_sent_waits_for_nobody() -> None:
    line = Line()
    line.a.say(Utterance("BRAVO", notice(), Precedence.FLASH), T0, OFFICER, SECOND)
    line.a.say(Utterance("BRAVO", notice("A2"), Precedence.FLASH), T0)
    line.a.say(Utterance("BRAVO", Seen(), Precedence.FLASH), T0, OFFICER)
    line.a.say(Utterance("ALPHA", notice("A3"), Precedence.FLASH), T0, OFFICER)
    line.a.say(Utterance("BRAVO", notice("A4"), Precedence.IMMEDIATE), T0, OFFICER)
    assert unconfirmed(line.a.ledger) == []
    assert frozenset(Role) == ALL_ROLES
    assert set(RULES) == {f"P{n}" for n in range(1, 8)}


def test_what_is_in_order_is_not_void() -> None:
    """A writer may withdraw, a second person confirm; a machine may do neither, and nothing else needs confirming."""
    line = Line()
    draft = _drafted(line)
    out = decide_withdrawal(draft.record_id, "no", line.a.ledger)
    assert not isinstance(out, Refused)
    assert line.a.say(out[0], T0, OFFICER).record_id not in line.a.void
    said = _flash(line)
    link = (Link(Relation.ABOUT, said.record_id),)
    machine = line.a.say(Utterance("BRAVO", Confirmation(), links=link), T0)
    assert line.a.void[machine.record_id].rule == "P1"
    good = line.a.say(Utterance("BRAVO", Confirmation(), links=link), T0, SECOND)
    assert good.record_id not in line.a.void
    about = (Link(Relation.ABOUT, good.record_id),)
    odd = line.a.say(Utterance("BRAVO", Confirmation(), links=about), T0, OFFICER)
    assert line.a.void[odd.record_id].rule == "P6"
    assert _rule(decide_release("0" * 64, SECOND, line.a.ledger)) == "P5"
    assert _rule(decide_withdrawal(said.record_id, "no", line.a.ledger)) == "P5"
