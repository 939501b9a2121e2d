"""Airspace control orders (USMTF, ADatP-3): measures as activities.

The one idea: an order states its datum, its times and whether it is an exercise in its first sets, and none of these
is ever assumed. A measure that this product does not carry keeps its place, band and times, and loses its purpose.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from clearline.airspace.activity import Activity, Kind
from clearline.space.altitude import Band
from clearline.space.datum import Datum, parse_datum
from clearline.space.volume import Entered, Volume4D
from clearline.space.window import TimeWindow
from clearline.wire.aco_shapes import SHAPES, shapes_of_set
from clearline.wire.aco_text import FREE_TEXT, Fields, looks_like_aco, parse_level, parse_sets
from clearline.wire.aco_times import Period, read_period, spans_of
from clearline.wire.fields import Part, Row, gather, kind_of, priority_of
from clearline.wire.measures import kind_of_measure
from clearline.wire.reading import DatumPolicy, Reading, Supplied
from clearline.wire.remarks import Remarks
from clearline.wire.spot import Spot

__all__ = ["ACO_FORM", "EXERCISE", "OWN_REMARK", "looks_like_aco", "read_aco"]

ACO_FORM = "ACO, latitude before longitude"
EXERCISE = "EXERCISE: "
OWN_REMARK = "CLEARLINE: "  # begins an AMPN of ours, which says what an order has no field for

_STATES = ("ADD", "CHANGE", "DELETE")
# Sets that are read, or say nothing about where and when.
_PASSED = frozenset({"REF", "ACOID", "CANX", "HEADING", "DECL", "AKNLDG", "POC", *FREE_TEXT})


@dataclass(slots=True)
class _Measure:
    """The sets of one measure, in the segment (ACMSTAT) it stands in."""

    ident: str
    head: Fields
    state: str
    segment: int
    sets: list[Fields] = field(default_factory=list[Fields])

    def all(self, *names: str) -> list[Fields]:
        return [found for found in self.sets if found.name in names]


@dataclass(slots=True)
class _Order:
    """What the header says, and what was found out on the way.

    `named` are the measures that the ACMSTAT in force names and that have not come yet.
    """

    source: str
    exercise: bool | None = None
    originator: str = ""
    datum: Datum | None = None
    period: Period | None = None
    named: list[tuple[str, Spot]] = field(default_factory=list[tuple[str, Spot]])
    said: Remarks = field(default_factory=Remarks)


def read_aco(data: bytes, *, source: str, supplied: Supplied) -> Reading:
    """Read an airspace control order: see docs/formats/aco.md. Raises MalformedError, with the line.

    The party is the one supplied, else the originator. An order without GEODATUM, or that says neither OPER nor EXER,
    is refused.
    """
    order = _Order(source)
    measures: dict[str, list[_Measure]] = {}
    current: _Measure | None = None
    state, segment, deleted = "ADD", 0, set[str]()
    for found in parse_sets(data, source=source):
        match found.name:
            case "ACMSTAT":
                _check_named(order)
                current, segment, deleted = None, segment + 1, set[str]()
                state = _state(found)
                names = {_ident(name, found.spot) for name in found.fields[1:] if name not in ("", "-")}
                if state == "DELETE":
                    deleted = names
                    for ident in sorted(deleted):
                        _delete(ident, measures, found.spot)
                else:
                    order.named = [(ident, found.spot) for ident in sorted(names)]
            case "ACMID":
                current = _measure(found, state, segment)
                order.named = [named for named in order.named if named[0] != current.ident]
                _place(current, measures, deleted, order)
            case _ if current is not None:
                current.sets.append(found)
            case _:
                _read_header(found, order, supplied)
    _check_named(order)
    return _finish(order, [measure for group in measures.values() for measure in group], supplied)


def _finish(order: _Order, measures: Sequence[_Measure], supplied: Supplied) -> Reading:
    whole = Spot(order.source, "header")
    if order.exercise is None:
        raise whole.refuse("it says neither OPER nor EXER", "add the set OPER/name// or EXER/name//")
    if not order.originator:
        raise whole.refuse("it has no MSGID/ACO/originator", "add the set MSGID/ACO/originator//")
    if order.datum is None:
        raise whole.refuse("it states no GEODATUM", "add a set such as GEODATUM/WGS 1984//")
    if not measures:
        raise whole.refuse("no measure is left to read", "give at least one ACMID that is not deleted")
    if order.exercise:
        order.said.say("EXERCISE: the order is marked EXER; its measures must not be mixed with those of operations")
    parts = [_part(measure, order, supplied) for measure in measures]
    return Reading(tuple(_titled(activity, order) for activity in gather(parts)), order.said.told())


def _titled(activity: Activity, order: _Order) -> Activity:
    if not order.exercise:
        return activity
    title = EXERCISE + (activity.title or activity.ident)
    return Activity(activity.ident, activity.party, activity.kind, title, activity.priority, activity.volumes)


def _state(found: Fields) -> str:
    state = found.field(0)
    if state not in _STATES:
        raise found.spot.refuse(f"the status {state[:20]!r} is not known", f"use {', '.join(_STATES)}")
    return state


def _check_named(order: _Order) -> None:
    """Refuse a segment that lacks a measure its ACMSTAT names: what was cut off there must not read as not planned."""
    for ident, spot in order.named:
        raise spot.refuse(f"it names {ident[:40]!r}, and no such ACMID follows it", "is the message cut off there?")


def _ident(text: str, spot: Spot) -> str:
    prefix, mark, name = text.partition(":")
    if not mark or prefix not in ("NAME", "DESIG") or not name:
        raise spot.refuse(f"{text[:40]!r} does not name a measure", "write NAME:name or DESIG:designator")
    return Row(spot, {"name": name}).words("name")


def _measure(found: Fields, state: str, segment: int) -> _Measure:
    if len(found.fields) < 4:
        raise found.spot.refuse("an ACMID has fewer than four fields", "write ACMID/ACM:type/NAME:name/shape/USE:code")
    return _Measure(_ident(found.fields[1], found.spot), found, state, segment)


def _delete(ident: str, measures: dict[str, list[_Measure]], spot: Spot) -> None:
    if measures.pop(ident, None) is None:
        raise spot.refuse(f"{ident[:40]!r} is deleted and was not added before", "give the order that added it first")


def _place(measure: _Measure, measures: dict[str, list[_Measure]], deleted: set[str], order: _Order) -> None:
    """Put a measure where its status says: added once, changed in place of what was there, or deleted.

    Measures of one name in one segment are parts of one activity.
    """
    ident, spot = measure.ident, measure.head.spot
    before = measures.get(ident, [])
    if measure.state == "DELETE":
        if ident not in deleted:
            _delete(ident, measures, spot)
            deleted.add(ident)
        return
    if before and before[0].segment == measure.segment:
        before.append(measure)
        return
    if before and measure.state == "ADD":
        raise spot.refuse(f"{ident[:40]!r} is added twice", "use ACMSTAT/CHANGE to replace it")
    if not before and measure.state == "CHANGE":
        order.said.say(f"{ident[:60]!r} changes a measure that is not in this file: read as it stands now")
    measures.pop(ident, None)
    measures[ident] = [measure]


def _read_header(found: Fields, order: _Order, supplied: Supplied) -> None:
    match found.name:
        case "OPER" | "EXER":
            if order.exercise is not None:
                raise found.spot.refuse("it says OPER or EXER twice", "keep one: operations and exercises never mix")
            order.exercise = found.name == "EXER"
        case "MSGID":
            if found.field(0) != "ACO":
                raise found.spot.refuse(
                    f"the message is {found.field(0)[:20]!r}, not ACO", "give an airspace control order"
                )
            order.originator = Row(found.spot, {"originator": found.field(1)}).words("originator")
        case "GEODATUM":
            order.datum = _datum(found, supplied)
        case "PERIOD":
            order.period, notes = read_period(found, supplied.clock_uncertainty_s)
            for note in notes:
                order.said.say(note)
        case _:
            _pass(found, order)


def _pass(found: Fields, order: _Order) -> None:
    """A set that says nothing of where or when is passed over; one that is not known is noted."""
    if found.name in SHAPES or found.name in ("EFFLEVEL", "APERIOD"):
        raise found.spot.refuse(f"{found.name} stands outside a measure", "put it after its ACMID")
    if found.name not in _PASSED:
        order.said.say(f"the set {found.name} was not read")


def _datum(found: Fields, supplied: Supplied) -> Datum:
    with found.spot.guarded("name the datum, such as GEODATUM/WGS 1984//"):
        datum = parse_datum(found.field(0))
        if not datum.known and supplied.datum_policy is DatumPolicy.REFUSE:
            raise ValueError("the datum is stated as unknown")
        return datum


def _part(measure: _Measure, order: _Order, supplied: Supplied) -> Part:
    head, spot = measure.head, measure.head.spot
    shape_name, shapes = _drawing(measure)
    datums = measure.all("GEODATUM")
    datum = _datum(datums[-1], supplied) if datums else order.datum
    assert datum is not None, "the header was checked before its measures"
    kind = _kind(head)
    if kind is None:
        order.said.say(
            f"{measure.ident[:60]!r} is a measure of a kind that is not carried here: kept as an opaque area, with its "
            f"place, band and times and nothing else"
        )
    band, windows = _band(measure, supplied), _windows(measure, order, supplied)
    remarks = [found.text.partition("/")[2] for found in measure.all(*FREE_TEXT)]
    own = _own_facts(remarks, spot)
    volumes: list[Volume4D] = []
    for found in shapes:
        for placed in shapes_of_set(found, datum, supplied.half_width_m):
            for note in placed.notes:
                order.said.say(note)
            entered = Entered(
                source=str(found.spot),
                place=found.text,
                altitude="; ".join(level.text for level in measure.all("EFFLEVEL")),
                time="; ".join(time.text for time in measure.all("APERIOD"))[:2_000],
                form=f"{ACO_FORM}, {'EXERCISE' if order.exercise else 'operation'}",
                datum=datum.stated or datum.name,
                notes=tuple(text[:200] for text in remarks[:20] if not text.startswith(OWN_REMARK)) if kind else (),
            )
            with found.spot.guarded("state the datum, or a smaller uncertainty"):
                uncertainty_m = placed.uncertainty_m + supplied.horizontal_uncertainty_m
                volumes += [Volume4D(placed.shape, band, window, uncertainty_m, entered) for window in windows]
    if not volumes:
        raise spot.refuse(f"the measure draws no {shape_name}", f"add its {shape_name} set")
    for found in measure.sets:
        if found.name not in SHAPES and found.name not in ("EFFLEVEL", "APERIOD", "GEODATUM", "CNTRLPT", "CONTAUTH"):
            _pass(found, order)
    party = supplied.party or order.originator
    stated = kind_of(own) or kind or Kind.OTHER
    return Part(spot, party, measure.ident, stated, own.words("title") or None, priority_of(own), tuple(volumes))


def _drawing(measure: _Measure) -> tuple[str, list[Fields]]:
    """The shape an ACMID declares and the sets that draw it."""
    name = measure.head.field(2)
    if name == "ORBIT":
        name = "AORBIT"
    if name not in SHAPES:
        raise measure.head.spot.refuse(
            f"the shape {name[:20]!r} is not known", f"use one of {', '.join(sorted(SHAPES))}"
        )
    drawn = measure.all(*SHAPES)
    for found in drawn:
        if found.name != name:
            raise found.spot.refuse(f"the ACMID declares {name} and {found.name} is drawn", "mend one of them")
    return name, drawn


def _kind(head: Fields) -> Kind | None:
    """The kind of the measure; None for one that is not carried."""
    prefix, _, measure = head.fields[0].partition(":")
    usages: list[str] = []
    for text in head.fields[3:]:
        name, mark, code = text.partition(":")
        if text in ("", "-"):
            continue
        if not mark or name not in ("USE", "OTR"):
            raise head.spot.refuse(f"{text[:40]!r} does not state a usage", "write USE:code")
        usages.append(code if name == "USE" else "")
    return kind_of_measure(measure if prefix == "ACM" else "", usages)


def _band(measure: _Measure, supplied: Supplied) -> Band:
    levels = measure.all("EFFLEVEL")
    if len(levels) > 1:
        raise levels[1].spot.refuse("a second EFFLEVEL in one measure", "keep one")
    if levels:
        with levels[0].spot.guarded("mend EFFLEVEL"):
            return parse_level(levels[0].field(0))
    if supplied.lower is None or supplied.upper is None:
        raise measure.head.spot.refuse("the measure has no EFFLEVEL", "add it, or supply both limits for the file")
    with measure.head.spot.guarded("mend the limits supplied"):
        return Band(supplied.lower, supplied.upper)


def _windows(measure: _Measure, order: _Order, supplied: Supplied) -> list[TimeWindow]:
    """The windows of a measure's APERIOD sets, else the order's own period, else the one supplied."""
    spot = measure.head.spot
    spans = spans_of(measure.all("APERIOD"), order.period, spot)
    for note in spans.notes:
        order.said.say(note)
    with spot.guarded("mend APERIOD"):
        if spans.windows:
            return [TimeWindow(start_ms, end_ms, supplied.clock_uncertainty_s) for start_ms, end_ms in spans.windows]
        if order.period is not None and order.period.window is not None:
            return [order.period.window]
        if supplied.window is not None:
            clock_s = supplied.window.clock_uncertainty_s + supplied.clock_uncertainty_s
            return [TimeWindow(supplied.window.start_ms, supplied.window.end_ms, clock_s)]
    raise spot.refuse("the measure states no time", "add APERIOD, or a PERIOD with Z, or supply a window for the file")


def _own_facts(remarks: Sequence[str], spot: Spot) -> Row:
    """What an AMPN of ours says: KIND=, PRIORITY=, TITLE= (last), parted by semicolons."""
    texts: dict[str, str] = {}
    for remark in remarks:
        if not remark.startswith(OWN_REMARK):
            continue
        facts, mark, title = remark.removeprefix(OWN_REMARK).partition("TITLE=")
        if mark:
            texts["title"] = title
        for fact in facts.split(";"):
            name, _, text = fact.strip().partition("=")
            if name in ("KIND", "PRIORITY"):
                texts[name.lower()] = text
    return Row(spot, texts)
