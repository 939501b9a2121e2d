"""Acceptance stories 1 to 12: delivery and acknowledgement (domain reference, section 12)."""

from clearline.line.board import board
from clearline.line.circuit import Monitoring, warned_on
from clearline.line.dossier import dossier
from clearline.line.escalation import Escalation, Lapse, Rung
from clearline.line.ladder import (
    Answer,
    AnswerType,
    Closed,
    Delivered,
    Disseminated,
    Echelon,
    ReadBack,
    Seen,
    Step,
    decide_step,
    ladder,
)
from clearline.line.notice import KeyField, Notice, NoticeType, Standing, given_words, key_fields, standing
from clearline.line.proof import NO_RECEIPT, Journey, describe_journey
from clearline.line.statement import Actor, Body, Link, Refused, Relation, Said, Utterance
from clearline.line.talk import Talk, TalkEvent, TalkMoment, TalkRequest, TalkState, talk
from clearline.line.terms import By, Function, Level, Precedence
from tests.line.two_desks import ALL_ROLES, HOUR_MS, MINUTE_MS, OFFICER, SECOND, SECOND_MS, T0, Line, area, notice


def _lapses(line: Line, said: Said) -> list[Lapse]:
    return [lapse for _, lapse in line.a.ledger.saying(said.record_id, Lapse)]


def _rungs(line: Line, said: Said) -> list[Rung]:
    return [escalation.rung for _, escalation in line.a.ledger.saying(said.record_id, Escalation)]


def test_story_01_sent_never_acknowledged() -> None:
    """B's node unreachable: proved sent, made available, and no signed receipt; neither received nor refused."""
    line = Line(down=True)
    said = line.notify(notice(kind=NoticeType.IMMINENT_HAZARD), Precedence.FLASH)
    line.wait(3 * MINUTE_MS)
    assert line.ladder(said).received_words == NO_RECEIPT
    journey = Journey(said.logged_ms, said.logged_ms + 5, (("relay", said.logged_ms + 9),), None, None)
    words = {said.logged_ms + n: f"t+{n} ms" for n in (0, 5, 9)}
    sent, available, received = describe_journey(journey, words)
    assert sent == "Proved sent: entered in the signed log at t+0 ms; a witness cosigned the log at t+5 ms."
    assert available == "Made available: relay at t+9 ms."
    assert received == "Received: no signed receipt exists."
    assert "refused" not in received
    assert [lapse.step for lapse in _lapses(line, said)] == [Step.SEEN, Step.ANSWERED]


def test_story_02_received_but_denied() -> None:
    """B's machine receipt is in B's own log, with its place there; a denial stands beside it."""
    line = Line()
    said = line.notify(notice())
    receipt = line.ladder(said).steps[Step.DELIVERED]
    assert receipt.header.author == "BRAVO"
    assert isinstance(receipt.body, Delivered)
    journey = Journey(said.logged_ms, None, (), receipt.body.received_ms, None)
    words = {said.logged_ms: "08:00:00Z"}
    assert describe_journey(journey, words)[2] == "Proved received: 08:00:00Z, by its receipt."
    assert [other.seq for other in line.b.sent] == list(range(len(line.b.sent)))


def test_story_03_waiting_for_the_usual_contact() -> None:
    """Any officer at any post can take it; being asked to hold stops no clock; at 60 s every circuit is used."""
    line = Line()
    said = line.notify(notice(kind=NoticeType.IMMINENT_HAZARD), Precedence.FLASH)
    line.answer(Answer(AnswerType.STANDBY, T0 + 100 * SECOND_MS, text="please hold"), said.record_id)
    line.wait(59 * SECOND_MS)
    assert _rungs(line, said) == []
    line.wait(1 * SECOND_MS)
    assert _rungs(line, said) == [Rung.ALL_CIRCUITS]
    assert _lapses(line, said) == [Lapse(Step.SEEN, T0 + 60 * SECOND_MS)]
    line.wait(30 * SECOND_MS)
    assert _rungs(line, said) == [Rung.ALL_CIRCUITS, Rung.NEXT_POST]
    other = Actor("GROUND-DUTY", "someone-else", ALL_ROLES)
    assert isinstance(line.answer(Seen(), said.record_id, other), Said)
    line.wait(30 * SECOND_MS)
    assert _rungs(line, said) == [Rung.ALL_CIRCUITS, Rung.NEXT_POST, Rung.NEXT_LEVEL]


def test_story_04_hang_up() -> None:
    """A call dropped before anything was passed is INTERRUPTED, and the item it was for stays open."""
    line = Line()
    line.open()
    said = line.notify(notice(kind=NoticeType.IMMINENT_HAZARD), Precedence.FLASH)
    request = TalkRequest(Level.OPERATIONAL, Function.FLIGHT_SAFETY, "OPS-DUTY", "OPS-DUTY")
    asked = line.a.say(Utterance("BRAVO", request, Precedence.FLASH), line.now_ms, OFFICER, SECOND)
    for event in (TalkEvent.START, TalkEvent.INTERRUPT):
        moment = TalkMoment(event, line.now_ms, circuit="telephone")
        line.a.say(Utterance("BRAVO", moment, links=(Link(Relation.ABOUT, asked.record_id),)), line.now_ms, OFFICER)
        line.now_ms += 5 * SECOND_MS
    line.carry()
    held: Talk = talk(line.b.ledger, asked, line.now_ms)
    assert held.state is TalkState.INTERRUPTED
    assert held.interruptions == 1
    assert Step.SEEN not in line.ladder(said).steps
    line.wait(60 * SECOND_MS)
    assert Rung.ALL_CIRCUITS in _rungs(line, said)


def test_story_04_the_other_circuit_fires_by_itself() -> None:
    """The call about a warning drops before its content was passed: within 10 s the node sends it by every circuit."""
    line = Line()
    line.open()
    said = line.notify(notice(kind=NoticeType.IMMINENT_HAZARD))
    request = TalkRequest(Level.OPERATIONAL, Function.FLIGHT_SAFETY, "OPS-DUTY", "OPS-DUTY")
    about = (Link(Relation.ABOUT, said.record_id),)
    asked = line.a.say(Utterance("BRAVO", request, Precedence.FLASH, about), line.now_ms, OFFICER, SECOND)
    _moment(line, asked, TalkEvent.START)
    line.wait(20 * SECOND_MS)
    assert _rungs(line, said) == []
    _moment(line, asked, TalkEvent.INTERRUPT)
    line.wait(10 * SECOND_MS)
    assert _rungs(line, said) == [Rung.ALL_CIRCUITS]
    for ledger in (line.a.ledger, line.b.ledger):
        assert talk(ledger, asked, line.now_ms).state is TalkState.INTERRUPTED
        assert Step.SEEN not in ladder(ledger, said).steps
        assert [body.rung for _, body in ledger.saying(said.record_id, Escalation)] == [Rung.ALL_CIRCUITS]
    _moment(line, asked, TalkEvent.RESUME)
    _moment(line, asked, TalkEvent.INTERRUPT)
    line.wait(MINUTE_MS)
    assert _rungs(line, said) == [Rung.ALL_CIRCUITS]  # it was said, and stands


def test_story_04_no_circuit_fires_where_the_call_went_on_or_the_warning_was_seen() -> None:
    for after in (TalkEvent.RESUME, TalkEvent.END, None):
        line = Line()
        line.open()
        said = line.notify(notice(kind=NoticeType.IMMINENT_HAZARD))
        request = TalkRequest(Level.OPERATIONAL, Function.FLIGHT_SAFETY, "OPS-DUTY", "OPS-DUTY")
        about = (Link(Relation.ABOUT, said.record_id),)
        asked = line.a.say(Utterance("BRAVO", request, Precedence.FLASH, about), line.now_ms, OFFICER, SECOND)
        for event in (TalkEvent.START, TalkEvent.INTERRUPT, after):
            if event is not None:
                _moment(line, asked, event)
        if after is None:
            line.answer(Seen(), said.record_id)
        line.wait(MINUTE_MS)
        assert _rungs(line, said) == []


def _moment(line: Line, asked: Said, event: TalkEvent) -> None:
    moment = TalkMoment(event, line.now_ms, circuit="telephone")
    line.a.say(Utterance("BRAVO", moment, links=(Link(Relation.ABOUT, asked.record_id),)), line.now_ms, OFFICER)
    line.carry()


def test_story_05_seen_not_passed_on() -> None:
    """Seen and understood, and not passed to those concerned: the missing step stays missing, on both sides."""
    line = Line()
    said = line.notify(notice())
    line.understood(said)
    for ledger in (line.a.ledger, line.b.ledger):
        steps = ladder(ledger, said).steps
        assert Step.UNDERSTOOD in steps
        assert Step.DISSEMINATED not in steps
        assert ladder(ledger, said).passed_words == "not disseminated"
    assert Step.DISSEMINATED not in [lapse.step for lapse in _lapses(line, said)]
    line.wait(24 * HOUR_MS, step_ms=HOUR_MS)
    for ledger in (line.a.ledger, line.b.ledger):
        lapses = [lapse.step for _, lapse in ledger.saying(said.record_id, Lapse)]
        assert lapses.count(Step.DISSEMINATED) == 1
    line.answer(Disseminated(Echelon.ALL_CONCERNED, line.now_ms), said.record_id)
    assert Step.DISSEMINATED in line.ladder(said).steps
    assert line.ladder(said).passed_words == "disseminated to ALL_CONCERNED, as the addressee says"


def test_story_06_acknowledged_but_unread_automatically() -> None:
    """No node can say SEEN, UNDERSTOOD, DISSEMINATED or an answer by itself; one that does is void on both sides."""
    line = Line()
    said = line.notify(notice())
    steps: list[Body] = [
        Seen(), ReadBack(key_fields(said)), Disseminated(Echelon.AIR, T0), Answer(AnswerType.ROGER), Closed(),
    ]  # fmt: skip
    for body in steps:
        out = decide_step(body, said.record_id, line.b.ledger, by=By.MACHINE, now_ms=line.now_ms)
        assert isinstance(out, Refused)
        forced = line.slip(body, said.record_id, actor=None)
        assert line.a.void[forced.record_id].rule == "P1"
        assert line.b.void[forced.record_id].rule == "P1"
    assert set(line.ladder(said).steps) == {Step.DELIVERED}


def test_story_07_standby_for_ever() -> None:
    """STAND BY is said once and is bounded; a second one is refused by both sides, and the timer runs."""
    line = Line()
    said = line.notify(notice(kind=NoticeType.IMMINENT_HAZARD), Precedence.FLASH)
    late = Answer(AnswerType.STANDBY, line.now_ms + 121 * SECOND_MS)
    assert _refusal(line.answer(late, said.record_id)) == "L3"
    assert isinstance(line.answer(Answer(AnswerType.STANDBY, line.now_ms + 120 * SECOND_MS), said.record_id), Said)
    again = Answer(AnswerType.STANDBY, line.now_ms + 60 * SECOND_MS)
    assert _refusal(line.answer(again, said.record_id)) == "L3"
    forced = line.slip(again, said.record_id)
    assert line.a.void[forced.record_id].rule == "L3"
    line.wait(121 * SECOND_MS)
    assert Step.ANSWERED in [lapse.step for lapse in _lapses(line, said)]


def _refusal(out: Refused | Said) -> str:
    assert isinstance(out, Refused)
    return out.rule


def test_story_08_free_text_ok() -> None:
    """Text closes nothing: a dialogue closes on a typed answer that is not provisional."""
    line = Line()
    said = line.notify(notice())
    line.answer(
        Answer(AnswerType.NOT_KNOWN_CHECKING, line.now_ms + HOUR_MS, text="ok, all fine, closed"), said.record_id
    )
    out = decide_step(Closed(), said.record_id, line.a.ledger, by=By.WATCH, now_ms=line.now_ms)
    assert isinstance(out, Refused)
    assert out.rule == "L7"
    line.roger(said)
    assert not isinstance(
        decide_step(Closed(), said.record_id, line.a.ledger, by=By.WATCH, now_ms=line.now_ms), Refused
    )


def test_story_09_late_arrival() -> None:
    """Forty minutes in a queue, past its end: it is EXPIRED and not shown as current; the notice given is negative."""
    line = Line(down=True)
    body = notice("A1", NoticeType.ACTIVITY, area(start_ms=T0 + 5 * MINUTE_MS))
    said = line.notify(body, valid_from_ms=T0 + 5 * MINUTE_MS, valid_until_ms=T0 + 30 * MINUTE_MS)
    line.now_ms += 40 * MINUTE_MS
    line.down = False
    line.carry()
    there = line.b.ledger.get(said.record_id)
    assert there is not None
    assert there.logged_ms - there.header.created_ms == 40 * MINUTE_MS
    assert standing(line.b.ledger, there, line.now_ms) is Standing.EXPIRED
    assert line.ladder(said).given_ms == -35 * MINUTE_MS
    assert given_words(line.ladder(said).given_ms) == "NO USEFUL NOTICE: -35 min 0 s"


def test_story_10_duplicate_and_out_of_order() -> None:
    """Version 3 arrives before 2, and 1 comes again: 3 stays current, a repeat changes nothing."""
    line = Line(down=True)
    first = line.notify(notice("A1"))
    second = _update(line, first)
    third = _update(line, second)
    for said in (third, first, second, first):
        before = len(line.b.ledger)
        line.b.hear(said, line.now_ms)
        line.b.hear(said, line.now_ms)
        assert len(line.b.ledger) <= before + 2  # itself, and the receipt for it
    states = [standing(line.b.ledger, said, line.now_ms) for said in (first, second, third)]
    assert states == [Standing.SUPERSEDED, Standing.SUPERSEDED, Standing.CURRENT]


def _update(line: Line, before: Said) -> Said:
    body = notice("A1", NoticeType.CHANGE, area(start_ms=T0 + 2 * HOUR_MS))
    link = (Link(Relation.UPDATES, before.record_id),)
    return line.a.say(Utterance("BRAVO", body, links=link), line.now_ms, OFFICER, SECOND)


def test_story_11_guard_frequency_nobody_monitors() -> None:
    """A warning on a channel that B never confirmed it monitors counts as not delivered there, on both sides."""
    line = Line()
    said = _warn_on_guard(line)
    for ledger, peer in ((line.a.ledger, "BRAVO"), (line.b.ledger, "ALPHA")):
        warned = warned_on(ledger, said)
        assert warned is not None
        assert warned.delivered is False
        assert warned.words == "given on 121.5 MHz, which BRAVO never confirmed that it monitors: not delivered there"
        told = dossier(ledger, peer, T0, line.now_ms, line.now_ms)
        assert {row.party: row.unheard for row in told.parties} == {"ALPHA": 1, "BRAVO": 0}
    # What went over the line itself is another matter: that the node has it is proved, that anybody read it is not.
    assert set(line.ladder(said).steps) == {Step.DELIVERED}


def test_story_11_a_circuit_that_was_confirmed_is_no_delivery_either() -> None:
    """B confirms it listens on guard, and later that it does no longer; what it heard stays its own to say."""
    line = Line()
    _monitors(line, "121.5  mhz", T0)
    heard = _warn_on_guard(line)
    _monitors(line, "121.5 MHz", T0, line.now_ms)
    line.now_ms += 1
    late = _warn_on_guard(line)
    for ledger in (line.a.ledger, line.b.ledger):
        first, second = warned_on(ledger, heard), warned_on(ledger, late)
        assert first is not None and second is not None
        assert (first.delivered, second.delivered) == (None, False)
        assert first.words.endswith("; no proof that it was heard")
        assert "for another time alone" in second.words
    shown = board(line.a.ledger, "BRAVO", heard_ms=None, void={}, now_ms=T0)
    assert {party: len(found) for party, found in shown.circuits.items()} == {"ALPHA": 0, "BRAVO": 1}
    assert board(line.a.ledger, "BRAVO", heard_ms=None, void={}, now_ms=line.now_ms).circuits["BRAVO"] == ()


def test_story_11_nobody_confirms_a_circuit_after_the_fact() -> None:
    """B said that it listened, for a time that takes the warning in; but A did not hold that when it warned."""
    line = Line(down=True)
    said = _warn_on_guard(line)
    _monitors(line, "121.5 MHz", T0 - HOUR_MS, T0 + HOUR_MS)
    line.down = False
    line.carry()
    for ledger in (line.a.ledger, line.b.ledger):
        warned = warned_on(ledger, said)
        assert warned is not None
        assert (warned.confirmed_by, warned.delivered) == (None, False)


def _warn_on_guard(line: Line) -> Said:
    hazard = notice(kind=NoticeType.IMMINENT_HAZARD)
    body = Notice(
        hazard.type, "A9", "Warned on guard", hazard.level, hazard.function, hazard.areas, circuit="121.5 MHz"
    )
    return line.notify(body, Precedence.FLASH)


def _monitors(line: Line, circuit: str, from_ms: int, until_ms: int | None = None) -> None:
    line.b.say(Utterance("ALPHA", Monitoring(circuit, from_ms, until_ms)), line.now_ms, OFFICER)
    line.carry()


def test_story_12_less_than_a_minutes_notice() -> None:
    """47 s between B's receipt and the start: NO USEFUL NOTICE, the same figure on both sides."""
    line = Line()
    body = notice("A1", NoticeType.ACTIVITY, area(start_ms=T0 + 47 * SECOND_MS))
    said = line.notify(body)
    for ledger in (line.a.ledger, line.b.ledger):
        given_ms = ladder(ledger, said).given_ms
        assert given_ms == 47 * SECOND_MS
        assert given_words(given_ms) == "NO USEFUL NOTICE: 0 min 47 s"


def test_a_read_back_that_differs_is_a_mistake_and_not_understood() -> None:
    """Digits swapped in the longitude: the field is named, the step is not taken."""
    line = Line()
    said = line.notify(notice())
    fields = tuple(KeyField(field.name, field.value.replace("040.00000E", "040.00100E")) for field in key_fields(said))
    line.answer(Seen(), said.record_id)
    assert _refusal(line.answer(ReadBack(fields), said.record_id)) == "L4"
    line.slip(ReadBack(fields), said.record_id)
    found = line.ladder(said)
    assert [field.name for field in found.mistakes[0][1]] == ["place"]
    assert Step.UNDERSTOOD not in found.steps
