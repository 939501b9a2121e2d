"""Names, positions, order and paper: candidates are no places, claims no facts, and order only where it is proved."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearline.line.access import RecipientRemoved, Scope, allowed, recipients, removed
from clearline.line.area import Area
from clearline.line.asking import BUDGET, CELL_E7, Query, accept_query, decide_query, patterns, spent
from clearline.line.gazetteer import Candidate, Entry, Gazetteer, PlaceError, likeness_milli, spelled
from clearline.line.ledger import Ledger
from clearline.line.navigation import ClaimWorth, claim_of_crossing, doubt_at
from clearline.line.notice import Notice, NoticeType
from clearline.line.order import ALARM_MS, Order, Skew, backdated_ms, skew, stamp_words, who_was_first
from clearline.line.paper import PaperWay, Transcribed
from clearline.line.proof import Journey, describe_journey
from clearline.line.statement import Link, Refused, Relation, Said, Utterance
from clearline.line.terms import Function, Level, Mode
from clearline.line.wording import Rendering, accept_rendering, differences, texts
from clearline.space.latlon import LatLon
from clearline.space.wgs84 import destination
from tests.line.simulator import World
from tests.line.two_desks import HOUR_MS, MINUTE_MS, OFFICER, SECOND, SECOND_MS, T0, Desk, Line, area, notice

_TURNED = {Order.FIRST: Order.SECOND, Order.SECOND: Order.FIRST, Order.UNDETERMINED: Order.UNDETERMINED}


@given(st.integers(0, 300))
def test_the_order_of_two_is_the_order_of_the_two_turned_round_and_never_false(seed: int) -> None:
    """Whatever the clocks are off by: what is claimed is what really happened, once the doubt that is proved is in."""
    world = World(seed, ("ALPHA", "BRAVO"))
    really: dict[str, int] = {}
    for _ in range(25):
        world.now_ms += world.rng.choice((SECOND_MS, MINUTE_MS, 5 * MINUTE_MS))
        desk = world.desks[world.rng.choice(world.names)]
        peer = "BRAVO" if desk.own == "ALPHA" else "ALPHA"
        said = desk.say(Utterance(peer, notice()), world.now_ms, OFFICER, SECOND)
        really[said.record_id] = world.now_ms
        if world.rng.random() < 0.7:
            world.heal()
            really.update(
                {
                    one.record_id: world.now_ms
                    for d in world.desks.values()
                    for one in d.sent
                    if one.record_id not in really
                }
            )
    world.heal()
    ledger = world.desks["ALPHA"].ledger
    off_ms = abs(world.desks["ALPHA"].skew_ms - world.desks["BRAVO"].skew_ms)
    known = [said for said in ledger if said.record_id in really]
    for one in known:
        for other in known:
            found = who_was_first(one, other, doubt_ms=off_ms)
            assert who_was_first(other, one, doubt_ms=off_ms) is _TURNED[found]
            if found is Order.FIRST:
                assert really[one.record_id] <= really[other.record_id]
    for desk, peer in (("ALPHA", "BRAVO"), ("BRAVO", "ALPHA")):
        proved = skew(world.desks[desk].ledger, peer)
        assert proved.doubt_ms <= off_ms  # no more is proved than is so


def test_what_two_clocks_cannot_tell_is_undetermined() -> None:
    line = Line(down=True)
    mine = line.notify(notice("A1"))
    line.b.uncertainty_ms = 200
    for later_ms, order in (
        (-201, Order.SECOND),
        (-200, Order.UNDETERMINED),
        (200, Order.UNDETERMINED),
        (201, Order.FIRST),
    ):
        theirs = line.b.say(Utterance("ALPHA", notice(str(later_ms))), T0 + later_ms, OFFICER, SECOND)
        assert who_was_first(mine, theirs) is order
        assert who_was_first(mine, theirs, doubt_ms=1) is Order.UNDETERMINED
    assert who_was_first(mine, mine) is Order.UNDETERMINED
    elsewhere = Desk("ALPHA", Mode.EXERCISE).say(Utterance("BRAVO", notice()), T0 + 1, OFFICER, SECOND)
    assert who_was_first(mine, elsewhere) is Order.FIRST  # of another log: by the clock alone


def test_a_clock_that_is_ahead_is_proved_by_its_receipt() -> None:
    for ahead_ms in (0, ALARM_MS, ALARM_MS + 1):
        line = Line(b=Desk("BRAVO", skew_ms=ahead_ms))
        line.b.say(Utterance("ALPHA", notice()), T0, OFFICER, SECOND)
        line.carry()
        found = skew(line.a.ledger, "BRAVO")
        assert found == Skew(ahead_ms, 0)
        assert found.alarm == (ahead_ms > ALARM_MS)
        assert skew(line.a.ledger, "HUMAN") == Skew(0, 0)


def test_in_one_log_the_number_decides_whatever_its_clock_said() -> None:
    line = Line()
    later = line.notify(notice("A1"))
    line.now_ms -= HOUR_MS  # the clock is set back
    next_one = line.notify(notice("A2"))
    assert next_one.header.created_ms < later.header.created_ms
    assert who_was_first(later, next_one) is Order.FIRST
    assert who_was_first(next_one, later) is Order.SECOND


def test_what_is_proved_of_one_peers_clock_is_not_of_anothers() -> None:
    """The peer's clock is an hour ahead; what was said to or by a third party proves nothing of BRAVO's."""
    ledger = Ledger("ALPHA")
    said = Line(b=Desk("CHARLIE", skew_ms=HOUR_MS))
    for desk in (said.a, said.b):
        peer = "CHARLIE" if desk is said.a else "ALPHA"
        desk.say(Utterance(peer, notice("X")), T0 + HOUR_MS, OFFICER, SECOND)
    for other in (*said.a.sent, *said.b.sent):
        ledger.add(dataclasses.replace(other, logged_ms=T0))
    mine = Line()
    mine.b.say(Utterance("ALPHA", notice("B1")), T0, OFFICER, SECOND)
    for other in mine.b.sent:
        ledger.add(dataclasses.replace(other, logged_ms=T0, seen=1))  # as if it had seen what CHARLIE was told
    assert skew(ledger, "CHARLIE").ahead_ms > HOUR_MS
    assert skew(ledger, "BRAVO") == Skew(0, 0)


def test_who_does_not_say_what_it_had_seen_is_proved_nothing_behind() -> None:
    line = Line()
    line.notify(notice("A1"))
    line.b.say(Utterance("ALPHA", notice("B1")), T0 - HOUR_MS, OFFICER, SECOND)
    ledger = Ledger("ALPHA")
    for said in (*line.a.sent, *(dataclasses.replace(one, seen=None) for one in line.b.sent)):
        ledger.add(said)
    assert skew(ledger, "BRAVO").behind_ms == 0


def test_both_times_are_shown_and_a_clock_that_is_ahead_is_named() -> None:
    line = Line(b=Desk("BRAVO", skew_ms=5 * SECOND_MS))
    said = line.b.say(Utterance("ALPHA", notice()), T0, OFFICER, SECOND)
    line.carry()
    there = line.a.ledger.get(said.record_id)
    assert there is not None
    assert backdated_ms(there) == 0
    words = stamp_words(there, {T0: "08:00:00Z", T0 + 5 * SECOND_MS: "08:00:05Z"})
    assert words == "dated 08:00:05Z by its author, logged 08:00:00Z here: its author's clock is ahead"


_NAMES = st.text("abcdefgh", min_size=1, max_size=8)


@given(_NAMES, _NAMES, _NAMES)
def test_likeness_is_symmetric_and_whole_only_for_the_same(one: str, other: str, third: str) -> None:
    assert likeness_milli(one, other) == likeness_milli(other, one)
    assert (likeness_milli(one, other) == 1000) == (one == other)
    assert 0 <= likeness_milli(one, third) <= 1000
    assert likeness_milli(one, "") == 0


@given(st.lists(_NAMES, min_size=1, max_size=6, unique=True), _NAMES, st.integers(1, 3))
def test_a_heard_name_gives_candidates_and_never_a_place(names: list[str], heard: str, most: int) -> None:
    here = LatLon(35.0, 40.0)
    entries = tuple(Entry(f"G{n}", (name,), destination(here, 0.0, 1_000.0 * n)) for n, name in enumerate(names))
    gazetteer = Gazetteer(entries)
    found = gazetteer.candidates(heard, near=here, most=most)
    assert len(found) <= most
    assert all(isinstance(one, Candidate) for one in found)
    assert [one.likeness_milli for one in found] == sorted((one.likeness_milli for one in found), reverse=True)
    for one in found:
        assert one.away_m is not None
        if spelled(heard) == spelled(one.entry.names[0]):
            assert gazetteer.confirm(one.entry.ident, heard).entry == one.entry
        else:
            with pytest.raises(PlaceError) as caught:
                gazetteer.confirm(one.entry.ident, heard)
            assert caught.value.rule == "G1"


@pytest.mark.parametrize(("one", "other"), [("", ""), ("Harran", ""), ("", "Harran"), ("-", "Harran"), ("-", "'")])
def test_what_has_no_letter_is_like_nothing(one: str, other: str) -> None:
    assert likeness_milli(one, other) == 0


def test_candidates_of_one_likeness_come_the_nearest_first() -> None:
    here = LatLon(35.0, 40.0)
    far, near = (Entry(ident, ("Tell",), destination(here, 0.0, away)) for ident, away in (("A", 9e3), ("B", 1e3)))
    assert [one.entry.ident for one in Gazetteer((far, near)).candidates("tell", near=here)] == ["B", "A"]
    assert [one.away_m for one in Gazetteer((far, near)).candidates("tell")] == [None, None]


def test_accents_count_where_a_name_is_spelled_and_places_are_made_whole() -> None:
    entry = Entry("G1", ("Èl-Bab",), LatLon(36.4, 37.5))
    gazetteer = Gazetteer((entry,))
    assert gazetteer.confirm("G1", "èl bab").text == "G1 Èl-Bab"
    with pytest.raises(PlaceError):
        gazetteer.confirm("G1", "el bab")
    for ident, names in (("", ("x",)), ("a b", ("x",)), ("a", ()), ("a", ("-",))):
        with pytest.raises(ValueError, match="an identifier in one word"):
            Entry(ident, names, LatLon(0.0, 0.0))
    with pytest.raises(ValueError, match="same identifier"):
        Gazetteer((entry, entry))


def _warned(line: Line, *areas: Area) -> Said:
    return line.notify(
        Notice(NoticeType.NAVIGATION_UNRELIABLE, "J1", "GNSS", Level.OPERATIONAL, Function.FLIGHT_SAFETY, areas)
    )


def test_a_warning_of_interference_holds_until_it_is_called_off() -> None:
    line = Line()
    said = _warned(line, area(start_ms=T0))
    assert doubt_at(line.a.ledger, LatLon(35.0, 40.0), T0, 0.0).warnings
    assert doubt_at(line.a.ledger, LatLon(35.0, 40.0), T0 - 1, 0.0).warnings == ()
    assert doubt_at(line.a.ledger, LatLon(35.0, 40.0), T0 + HOUR_MS, 0.0).warnings
    assert doubt_at(line.a.ledger, LatLon(35.0, 40.0), T0 + HOUR_MS + 1, 20_000.0).uncertainty_m == 20_000.0
    # A false position is shown outside the area of a true one inside it.
    assert doubt_at(line.a.ledger, destination(LatLon(35.0, 40.0), 0.0, 14_999.0), T0, 0.0).warnings
    assert not doubt_at(line.a.ledger, destination(LatLon(35.0, 40.0), 0.0, 15_001.0), T0, 0.0).warnings
    out = Utterance("BRAVO", notice("J1", NoticeType.CANCEL), links=(Link(Relation.CANCELS, said.record_id),))
    line.a.say(out, T0, OFFICER, SECOND)
    assert doubt_at(line.a.ledger, LatLon(35.0, 40.0), T0, 0.0).warnings == ()


def test_a_warning_whose_area_cannot_be_read_holds_everywhere() -> None:
    line = Line()
    broken = area(start_ms=T0)
    _warned(line, Area(broken.outline, (), 5, broken.lower, broken.upper, T0, None))
    claim = claim_of_crossing(line.b.ledger, LatLon(-35.0, 0.0), T0, (LatLon(0.0, 0.0), LatLon(1.0, 0.0)), stated_m=1.0)
    assert claim.worth is ClaimWorth.DISPUTABLE


def test_a_question_is_counted_in_every_cell_it_touches_by_the_clock_of_the_side_that_was_asked() -> None:
    line = Line()
    corner = 140 * CELL_E7
    query = Query(corner - 1, corner - 1, corner, corner, T0, T0)
    assert sorted(query.cells()) == [(139, 139), (139, 140), (140, 139), (140, 140)]
    for n in range(BUDGET):
        assert accept_query(_ask(line, query), line.b.ledger) is None, n
    line.a.skew_ms = -365 * 24 * HOUR_MS
    refused = _ask(line, query)
    line.a.skew_ms = 0
    assert accept_query(refused, line.b.ledger) is not None
    assert line.b.void[refused.record_id].rule == "Q1"
    assert spent(line.b.ledger, "ALPHA", T0)[139, 139] == BUDGET + 1
    assert spent(line.b.ledger, "ALPHA", T0 + 24 * HOUR_MS) == {}
    assert len(patterns(line.b.ledger)) == 4
    tomorrow = decide_query(query, "BRAVO", line.a.ledger, now_ms=T0 + 24 * HOUR_MS)
    assert not isinstance(tomorrow, Refused)
    with pytest.raises(ValueError, match="upside down"):
        Query(1, 0, 0, 0, 0, 0)
    assert accept_query(line.notify(notice()), line.b.ledger) is None


def _ask(line: Line, query: Query) -> Said:
    said = line.a.say(Utterance("BRAVO", query), line.now_ms)
    line.carry()
    there = line.b.ledger.get(said.record_id)
    assert there is not None
    line.now_ms += SECOND_MS
    return there


def test_who_may_open_and_who_receives_is_for_the_author_to_say() -> None:
    line = Line()
    site = line.notify(notice("S1"))
    for body in (Scope(()), RecipientRemoved()):
        assert line.a.void[line.slip(body, site.record_id).record_id].rule == "A1"
    loose = line.a.say(Utterance("BRAVO", Scope(())), T0, OFFICER)
    assert line.a.void[loose.record_id].rule == "A1"
    assert allowed(line.a.ledger, site) is None
    assert not removed(line.a.ledger, site)
    line.a.say(Utterance("HUMAN", notice("S1")), T0, OFFICER, SECOND)
    assert recipients(line.a.ledger, "S1") == {"BRAVO": True, "HUMAN": True}
    assert recipients(line.a.ledger, "S2") == {}
    link = (Link(Relation.ABOUT, site.record_id),)
    line.a.say(Utterance("BRAVO", RecipientRemoved(), links=link), T0, OFFICER)
    assert recipients(line.a.ledger, "S1") == {"BRAVO": False, "HUMAN": True}


def test_a_text_in_another_language_is_its_authors_and_in_another_language() -> None:
    line = Line()
    said = line.notify(notice())
    link = (Link(Relation.ABOUT, said.record_id),)
    same = line.a.say(Utterance("BRAVO", Rendering("en", "x"), links=link), T0, OFFICER)
    loose = line.a.say(Utterance("BRAVO", Rendering("ru", "x")), T0, OFFICER)
    assert {line.a.void[one.record_id].rule for one in (same, loose)} == {"V1"}
    assert texts(line.a.ledger, said) == {}
    line.a.say(Utterance("BRAVO", Rendering("ru", "7"), links=link), T0, OFFICER)
    line.a.say(Utterance("BRAVO", Rendering("ru", "5000 6000"), links=link), T0, OFFICER)
    assert texts(line.a.ledger, said) == {"ru": "5000 6000"}
    assert differences(line.a.ledger, said) == []
    assert accept_rendering(said, line.a.ledger) is None


def test_times_on_paper_do_not_contradict_each_other() -> None:
    for written_ms, passed_ms, way in (
        (T0, None, PaperWay.FAX),
        (T0, T0, PaperWay.NOT_PASSED),
        (T0, T0 - 1, PaperWay.COURIER),
    ):
        with pytest.raises(ValueError, match="passed"):
            Transcribed(written_ms, passed_ms, way)


def test_what_is_proved_of_the_way_is_what_was_signed() -> None:
    words = {n: f"t{n}" for n in range(9)}
    sent, available, received = describe_journey(Journey(1, None, (), 5, 3, while_suspended=True), words)
    assert sent.endswith("no witness has cosigned it yet.")
    assert available == "Made available: no relay or route has signed for it."
    assert received == "Proved received: t3, by its cosignature on the log, while the channel was suspended."
    assert Journey(1, None, (), None, None).received_ms is None


def test_a_name_without_letters_is_like_none_and_a_place_needs_an_identifier() -> None:
    for one, other in (("", "Harran"), ("Harran", "-"), ("", "")):
        assert likeness_milli(one, other) == 0
    for ident in ("", "G 1"):
        with pytest.raises(ValueError, match="identifier in one word"):
            Entry(ident, ("Harran",), LatLon(35.0, 40.0))
