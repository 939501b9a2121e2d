"""Acceptance stories 22, 25 and 26: clocks that differ, positions that are not to be trusted, a convoy that is late."""

from clearline.conflict.engine import PlainEngine
from clearline.conflict.group import Subject, judge_groups
from clearline.conflict.minima import INTERSECT
from clearline.conflict.solid import make_solid
from clearline.conflict.verdict import Verdict
from clearline.edge.geoid_file import load_geoid
from clearline.line.area import Place, area_of, volume_of
from clearline.line.board import board
from clearline.line.conflicts import find_conflicts
from clearline.line.dossier import dossier
from clearline.line.incident import Incident, IncidentKind
from clearline.line.ladder import Seen
from clearline.line.navigation import (
    UNRELIABLE_M,
    ClaimWorth,
    claim_of_crossing,
    doubt_at,
    place_in_doubt,
    volumes_in_doubt,
)
from clearline.line.notice import Notice, NoticeType
from clearline.line.order import ALARM_MS, Order, skew, who_was_first
from clearline.line.proposal import ConflictFound
from clearline.line.statement import Link, Relation, Said, Utterance
from clearline.line.terms import Function, Level
from clearline.space.altitude import AltitudeLimit, Band, Reference, Unit
from clearline.space.bubble import Fix, MovingBubble, track_volumes
from clearline.space.latlon import LatLon
from clearline.space.shape import Circle
from clearline.space.volume import Volume4D
from clearline.space.wgs84 import destination, distance_m
from clearline.space.window import TimeWindow
from tests.line.two_desks import HOUR_MS, MINUTE_MS, OFFICER, SECOND, SECOND_MS, T0, Desk, Line, area, notice

_KNOTS_500_MPS = 500.0 * 1852.0 / 3600.0


def test_story_22_clock_skew() -> None:
    """B's clock is 60 s slow: both times are kept, who was first is undetermined, both boards show the alarm."""
    assert round(_KNOTS_500_MPS * 60.0 / 100.0) == 154  # 15.4 km at 500 kt: what a minute of skew is worth
    line = Line(a=Desk("ALPHA", uncertainty_ms=100), b=Desk("BRAVO", skew_ms=-60 * SECOND_MS, uncertainty_ms=100))
    line.down = True
    mine = line.notify(notice("A1"))
    line.now_ms += 20 * SECOND_MS
    theirs = line.b.say(Utterance("ALPHA", notice("B1")), line.now_ms, OFFICER, SECOND)
    line.down = False
    line.carry()
    there = line.b.ledger.get(mine.record_id)
    assert there is not None
    assert (there.header.created_ms, there.logged_ms) == (T0, line.now_ms - 60 * SECOND_MS)
    # By the clocks B was first, by 40 s; what is proved of the clocks takes that claim away, on both sides.
    assert who_was_first(mine, theirs) is Order.SECOND
    line.answer(Seen(), mine.record_id)
    for ledger, peer in ((line.a.ledger, "BRAVO"), (line.b.ledger, "ALPHA")):
        found = skew(ledger, peer)
        assert found.doubt_ms > 30 * SECOND_MS
        assert found.alarm
        assert who_was_first(mine, theirs, doubt_ms=found.doubt_ms) is Order.UNDETERMINED
        shown = board(ledger, peer, heard_ms=line.now_ms, void={}, now_ms=line.now_ms)
        assert shown.skew.alarm
    # What B had seen is proof, whatever its clock says.
    seen = line.ladder(mine).steps
    answer = next(said for said in seen.values() if isinstance(said.body, Seen))
    assert answer.header.created_ms < mine.header.created_ms
    assert who_was_first(mine, answer) is Order.FIRST
    assert who_was_first(answer, mine) is Order.SECOND


def test_story_22_clocks_that_agree_alarm_nobody() -> None:
    line = Line(a=Desk("ALPHA", uncertainty_ms=100), b=Desk("BRAVO", skew_ms=-ALARM_MS // 2, uncertainty_ms=100))
    said = line.notify(notice())
    line.understood(said)
    for ledger, peer in ((line.a.ledger, "BRAVO"), (line.b.ledger, "ALPHA")):
        assert not skew(ledger, peer).alarm


def _unreliable(line: Line) -> Said:
    body = Notice(
        NoticeType.NAVIGATION_UNRELIABLE, "J1", "GNSS", Level.OPERATIONAL, Function.FLIGHT_SAFETY, (area(start_ms=T0),)
    )
    return line.notify(body)


def test_story_25_gnss_interference() -> None:
    """A position inside the area is known to 10 km at best; a crossing claimed from it is disputable, not a fact."""
    line = Line()
    boundary = (LatLon(35.0, 40.1), LatLon(35.2, 40.1))
    place = LatLon(35.01, 40.11)
    before = claim_of_crossing(line.b.ledger, place, T0, boundary, stated_m=10.0)
    assert before.worth is ClaimWorth.FACT
    warned = _unreliable(line)
    for ledger in (line.a.ledger, line.b.ledger):
        doubt = doubt_at(ledger, place, T0, 10.0)
        assert doubt.uncertainty_m == UNRELIABLE_M
        assert [said.record_id for said in doubt.warnings] == [warned.record_id]
        claim = claim_of_crossing(ledger, place, T0, boundary, stated_m=10.0)
        assert claim.worth is ClaimWorth.DISPUTABLE
        assert warned.record_id[:12] in claim.why
    # Another hour, or far from the area, the position is worth what it says.
    assert doubt_at(line.b.ledger, place, T0 + 3 * HOUR_MS, 10.0).uncertainty_m == 10.0
    assert doubt_at(line.b.ledger, LatLon(36.0, 40.0), T0, 10.0).warnings == ()
    # An incident that states a place there is a claim on both sides, though its author is sure; elsewhere it is not.
    for at, doubted in ((place, True), (LatLon(36.0, 40.11), False)):
        sure = Incident(IncidentKind.BOUNDARY_CROSSING, "over the line", T0, "BRAVO", False, _place(at), 10_000)
        line.a.say(Utterance("BRAVO", sure), line.now_ms, OFFICER, SECOND)
        line.carry()
        for ledger in (line.a.ledger, line.b.ledger):
            assert place_in_doubt(ledger, ledger.of(Incident)[-1][1]) is doubted
    assert [row.uncertain for row in dossier(line.b.ledger, "ALPHA", T0, T0, T0).crossings] == [1]


def _place(at: LatLon) -> Place:
    return Place(round(at.lat_deg * 1e7), round(at.lon_deg * 1e7))


def test_story_25_a_track_through_the_area_is_wider_there_and_nowhere_else() -> None:
    """Reports from inside the area make volumes known to 10 km; a plan 8 km beside the track meets them there alone."""
    line = Line()
    _unreliable(line)
    fixes = [Fix(T0 + n * MINUTE_MS, LatLon(35.0, 39.2 + n * 0.1), _LOW) for n in range(17)]
    told = track_volumes(fixes, half_width_m=500.0, half_height_m=500.0, gap_s=120.0).volumes
    widened = volumes_in_doubt(line.b.ledger, fixes, told)
    known = [volume.horizontal_uncertainty_m for volume in widened]
    assert known[0] == known[-1] == 0.0
    assert max(known) == UNRELIABLE_M
    for lon_deg, meets_it in ((40.0, True), (39.3, False)):
        beside = _plan_over(destination(LatLon(35.0, lon_deg), 0.0, 8_000.0), T0)
        assert not _meets(told, beside)
        assert _meets(widened, beside) is meets_it
    assert volumes_in_doubt(Line().a.ledger, fixes, told) == told


def test_story_25_what_was_last_seen_in_the_area_is_no_better_known_as_it_goes_on() -> None:
    """The convoy was last heard from inside; an hour after the warning ended its bubble is still that unsure."""
    line = Line()
    _unreliable(line)
    bubble = _convoy()
    later = bubble.volumes(T0 + 3 * HOUR_MS, T0 + 3 * HOUR_MS)
    assert [volume.horizontal_uncertainty_m for volume in later] == [0.0]
    assert not doubt_at(line.a.ledger, _HERE, T0 + 3 * HOUR_MS, 0.0).warnings
    widened = volumes_in_doubt(line.a.ledger, bubble.track, later)
    assert [volume.horizontal_uncertainty_m for volume in widened] == [UNRELIABLE_M]


def test_story_25_near_the_line_an_unsure_position_proves_nothing() -> None:
    line = Line()
    boundary = (LatLon(35.0, 40.1), LatLon(35.2, 40.1))
    claim = claim_of_crossing(line.a.ledger, LatLon(35.1, 40.101), T0, boundary, stated_m=100.0)
    assert claim.worth is ClaimWorth.DISPUTABLE
    assert claim_of_crossing(line.a.ledger, LatLon(35.1, 40.101), T0, boundary, stated_m=80.0).worth is ClaimWorth.FACT


_LOW = AltitudeLimit(0.0, Unit.METRE, Reference.EGM96)
_HERE = LatLon(35.0, 40.0)


def _convoy() -> MovingBubble:
    """A convoy on a road due east at 10 m/s, reported as it leaves."""
    return MovingBubble((Fix(T0, _HERE, _LOW),), 2_000.0, 500.0, 1_800.0, 10.0)


def _plan_over(place: LatLon, start_ms: int) -> Volume4D:
    high = AltitudeLimit(400.0, Unit.METRE, Reference.EGM96)
    return Volume4D(Circle(place, 500.0), Band(_LOW, high), TimeWindow(start_ms, start_ms + 10 * MINUTE_MS))


def _meets(volumes: tuple[Volume4D, ...], other: Volume4D) -> bool:
    ones = Subject("convoy", "H", tuple(make_solid(volume, INTERSECT, load_geoid()) for volume in volumes))
    two = Subject("plan", "A", (make_solid(other, INTERSECT, load_geoid()),))
    return judge_groups(ones, two, INTERSECT).verdict is not Verdict.CLEAR


def test_story_26_moving_bubble() -> None:
    """Late by 40 min, the bubble is where the report says; unheard of, it grows over the road and never vanishes."""
    due_ms = T0 + 20 * MINUTE_MS
    planned = destination(_HERE, 90.0, 12_000.0)
    late = _convoy()
    for minutes in range(5, 65, 5):  # it stood for 40 minutes, and went on
        gone_m = max(0.0, (minutes - 40) * 60.0 * 10.0)
        late = late.heard(Fix(T0 + minutes * MINUTE_MS, destination(_HERE, 90.0, gone_m), _LOW))
    assert _meets(late.volumes(T0, T0 + HOUR_MS), _plan_over(planned, T0 + 59 * MINUTE_MS))
    assert not _meets(late.volumes(T0, T0 + HOUR_MS), _plan_over(planned, due_ms))
    # Contact is lost: at every later time it holds the place that it may have reached, and all it held before.
    lost = _convoy()
    radii: list[float] = []
    for minutes in (1, 10, 40, 120):
        at_ms = T0 + minutes * MINUTE_MS
        volumes = lost.volumes(at_ms, at_ms)
        reached = destination(_HERE, 90.0, minutes * 60.0 * 10.0)
        shapes = [volume.shape for volume in volumes if isinstance(volume.shape, Circle)]
        assert any(distance_m(shape.centre, reached) <= shape.radius_m for shape in shapes)
        radii.append(max(shape.radius_m for shape in shapes))
    assert radii == sorted(radii)
    assert radii[0] < radii[-1]


def test_story_26_a_plan_meets_the_bubble_on_both_nodes() -> None:
    """The convoy is notified as its bubble; both engines find the plan that meets it, with one digest."""
    line = Line()
    convoy = tuple(area_of(volume) for volume in _convoy().volumes(T0, T0 + 40 * MINUTE_MS))
    body = Notice(NoticeType.HUMANITARIAN_MOVEMENT, "H1", "Convoy", Level.HUMANITARIAN, Function.PROTECTED_SITE, convoy)
    theirs = line.b.say(Utterance("ALPHA", body), line.now_ms, OFFICER, SECOND)
    line.carry()
    mine = line.notify(notice("A1", NoticeType.ACTIVITY, area_of(_plan_over(_HERE, T0 + 20 * MINUTE_MS))))
    digests: set[str] = set()
    for desk, peer in ((line.a, "BRAVO"), (line.b, "ALPHA")):
        look = find_conflicts(desk.ledger, peer, geoid=load_geoid(), engine=PlainEngine(), now_ms=line.now_ms)
        assert len(look.found) == 1
        found = look.found[0]
        assert isinstance(found.body, ConflictFound)
        assert set(found.links) == {Link(Relation.ABOUT, said.record_id) for said in (mine, theirs)}
        digests.add(found.body.digest)
    assert len(digests) == 1
    assert volume_of(convoy[0]).shape == _convoy().volumes(T0, T0 + 40 * MINUTE_MS)[0].shape
