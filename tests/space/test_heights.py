"""Heights in every frame hold the truth, whatever air, ground and geoid turn out to be; the unknown stays unknown."""

import math
from dataclasses import dataclass, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearline.edge.geoid_file import load_geoid
from clearline.space.altitude import SURFACE, UNLIMITED, AltitudeLimit, Band, Reference, Unit
from clearline.space.heights import Footprint, Frame, Heights, Span, resolve_band, standard_height_m

_M, _FT, _FL = Unit.METRE, Unit.FOOT, Unit.FLIGHT_LEVEL
_HERE = Footprint(35.0, 35.2, 40.0, 40.3)
_EVERYWHERE = math.inf

values = st.floats(-400.0, 15_000.0)
hectopascals = st.floats(950.0, 1_050.0)
grounds = st.tuples(st.floats(-400.0, 4_000.0), st.floats(0.0, 1_500.0)).map(lambda pair: (pair[0], pair[0] + pair[1]))
stations = st.floats(-400.0, 1_000.0)


@st.composite
def limits(draw: st.DrawFn) -> AltitudeLimit:
    """A limit with everything stated that its reference can use."""
    reference = draw(st.sampled_from([r for r in Reference if r is not Reference.UNLIMITED]))
    return AltitudeLimit(
        0.0 if reference is Reference.SURFACE else draw(values),
        draw(st.sampled_from([_M, _FT])),
        reference,
        draw(st.floats(0.0, 200.0)),
        pressure_hpa=draw(hectopascals),
        station_m=draw(stations),
        ground_m=draw(grounds),
    )


boxes = st.builds(
    lambda south, west, tall, wide: Footprint(south, south + tall, west, west + wide),
    st.floats(-89.0, 88.0), st.floats(-180.0, 180.0), st.floats(0.0, 1.0), st.floats(0.0, 3.0),
)  # fmt: skip


@dataclass(frozen=True)
class World:
    """One way things may truly be: shares are from -1 to 1, or 0 to 1, of what each may be off by."""

    undulation_m: float
    limit_share: float
    model_share: float
    ground_share: float
    air_factor: float
    setting_share: float
    station_m: float

    def true_m(self, limit: AltitudeLimit) -> dict[Frame, float]:
        """Where the limit then truly is, in the frames in which that means anything."""
        metres = limit.metres
        assert metres is not None and limit.reference is not None
        stated = metres + self.limit_share * limit.uncertainty_m
        setting_m = 0.0 if limit.pressure_hpa is None else standard_height_m(limit.pressure_hpa)
        true: dict[Frame, float] = {}
        match limit.reference:
            case Reference.WGS84:
                amsl = stated - self.undulation_m
            case Reference.EGM96:
                amsl = stated
            case Reference.EGM2008:
                true[Frame.EGM2008], amsl = stated, stated + 12.0 * self.model_share
            case Reference.AGL | Reference.SURFACE:
                low_m, high_m = limit.ground_m or (0.0, 0.0)
                ground = low_m + (high_m - low_m) * self.ground_share + 12.0 * self.model_share
                true[Frame.AGL], amsl = stated, ground + stated
            case _:
                above_std = {
                    Reference.STD: stated,
                    Reference.QNH: stated + setting_m,
                    Reference.QFE: stated + setting_m,
                }
                true[Frame.STD] = above_std[limit.reference]
                station_m = self.station_m if limit.station_m is None else limit.station_m
                shown = stated + station_m if limit.reference is Reference.QFE else true[Frame.STD] - setting_m
                amsl = station_m + (shown - station_m) * self.air_factor + 17.0 * self.setting_share
                amsl += 12.0 * self.model_share
        return {**true, Frame.AMSL: amsl, Frame.HAE: amsl + self.undulation_m}


@st.composite
def worlds(draw: st.DrawFn, box: Footprint) -> World:
    lat_deg = draw(st.floats(box.south_deg, box.north_deg))
    lon_deg = draw(st.floats(box.west_deg, box.east_deg))
    either = st.one_of(st.sampled_from([-1.0, 1.0]), st.floats(-1.0, 1.0))
    return World(
        load_geoid().at(lat_deg, lon_deg) + 1.152 * draw(either),
        draw(either),
        draw(either),
        draw(st.floats(0.0, 1.0)),
        draw(st.one_of(st.sampled_from([1.0 / 1.3, 328.0 / 288.15]), st.floats(1.0 / 1.3, 328.0 / 288.15))),
        draw(either),
        draw(stations),
    )


def _heights(limit: AltitudeLimit, box: Footprint = _HERE) -> Heights:
    return resolve_band(Band(limit, limit), box, load_geoid())


@given(st.data(), limits(), boxes)
def test_every_frame_holds_the_truth(data: st.DataObject, limit: AltitudeLimit, box: Footprint) -> None:
    world = data.draw(worlds(box))
    heights = _heights(limit, box)
    for frame, true_m in world.true_m(limit).items():
        span = heights.span(frame)
        assert span.low_m - 1e-6 <= true_m <= span.high_m + 1e-6, frame


@given(st.data(), limits(), boxes)
def test_the_truth_is_held_where_the_station_of_a_qnh_is_not_known(
    data: st.DataObject, limit: AltitudeLimit, box: Footprint
) -> None:
    pressed = replace(limit, reference=Reference.QNH, station_m=None)
    world = data.draw(worlds(box))
    span = _heights(pressed, box).span(Frame.AMSL)
    assert span.low_m - 1e-6 <= world.true_m(pressed)[Frame.AMSL] <= span.high_m + 1e-6


@given(limits(), st.sampled_from(["unit", "reference", "pressure_hpa", "ground_m"]))
def test_forgetting_a_fact_never_narrows(limit: AltitudeLimit, fact: str) -> None:
    told, untold = _heights(limit), _heights(replace(limit, **{fact: None}))
    for frame in Frame:
        p, q = told.span(frame), untold.span(frame)
        assert q.low_m <= p.low_m and q.high_m >= p.high_m
        assert not (q.known and not p.known)


@given(limits(), limits(), st.floats(1.0, 5.0), boxes)
def test_more_doubt_or_a_larger_place_never_narrows(
    lower: AltitudeLimit, upper: AltitudeLimit, inflation: float, box: Footprint
) -> None:
    try:
        band = Band(lower, upper)
    except ValueError:
        return
    small = resolve_band(band, Footprint(box.south_deg, box.south_deg, box.west_deg, box.west_deg), load_geoid())
    large = resolve_band(band, box, load_geoid(), inflation)
    for frame in Frame:
        p, q = small.span(frame), large.span(frame)
        assert q.low_m <= p.low_m and q.high_m >= p.high_m and q.known == p.known


@given(limits(), limits())
def test_what_is_sure_lies_in_what_may_be(lower: AltitudeLimit, upper: AltitudeLimit) -> None:
    try:
        heights = resolve_band(Band(lower, upper), _HERE, load_geoid())
    except ValueError:
        return
    for span in heights.spans:
        assert span.low_m <= span.high_m
        if span.sure_low_m <= span.sure_high_m:
            assert span.low_m <= span.sure_low_m and span.sure_high_m <= span.high_m


_BARE = [
    (AltitudeLimit(2_000.0, None, Reference.EGM96), "no unit was stated"),
    (AltitudeLimit(2_000.0, None, None), "no unit was stated"),
    (AltitudeLimit(2_000.0, _M, None), "no reference was stated"),
    (AltitudeLimit(95.0, _FL, None), "no reference was stated"),
    (AltitudeLimit(95.0, _FL, Reference.STD), "the pressure is not known"),
    (AltitudeLimit(2_000.0, _M, Reference.AGL), "the height of the ground is not known"),
    (AltitudeLimit(300.0, _M, Reference.QFE), "the station's height is not known"),
    (AltitudeLimit(300.0, _M, Reference.QFE, pressure_hpa=990.0), "the station's height is not known"),
]


@pytest.mark.parametrize(("limit", "why"), _BARE)
def test_what_cannot_be_placed_stays_unknown_and_says_why(limit: AltitudeLimit, why: str) -> None:
    """Never a silent shift of zero: above the sea and the ellipsoid it may be anywhere."""
    heights = _heights(limit)
    for frame in (Frame.AMSL, Frame.HAE):
        span = heights.span(frame)
        assert (span.low_m, span.high_m, span.known) == (-_EVERYWHERE, _EVERYWHERE, False)
        assert span.sure_low_m > span.sure_high_m
    assert [line.split(": ")[0] for line in heights.missing] == [f"lower limit {limit}", f"upper limit {limit}"]
    assert all(why in line for line in heights.missing)


def test_doubts_are_no_smaller_than_their_sources_say() -> None:
    """At the station itself the air does not count: 17 m of setting and 12 m of model are left; 1.2 m of grid."""
    at_station = _heights(AltitudeLimit(0.0, _M, Reference.QFE, station_m=0.0)).span(Frame.AMSL)
    assert (at_station.low_m, at_station.high_m) == (-29.0, 29.0)
    node = Footprint(35.0, 35.0, 40.0, 40.0)
    sea = _heights(AltitudeLimit(0.0, _M, Reference.EGM96), node).span(Frame.HAE)
    assert sea.high_m - sea.low_m == pytest.approx(2.4) and sea.low_m + 1.2 == pytest.approx(
        load_geoid().at(35.0, 40.0)
    )
    hot = _heights(AltitudeLimit(1_000.0, _M, Reference.QFE, station_m=0.0)).span(Frame.AMSL)
    assert (hot.low_m, hot.high_m) == pytest.approx((750.0 - 29.0, 1_160.0 + 29.0))


def test_each_pressed_height_is_known_to_other_altimeters_alone() -> None:
    level = _heights(AltitudeLimit(100.0, _FL, Reference.STD))
    assert level.span(Frame.STD).low_m == level.span(Frame.STD).high_m == 100.0 * 100.0 * 0.3048
    field = _heights(AltitudeLimit(300.0, _M, Reference.QFE, pressure_hpa=990.0)).span(Frame.STD)
    assert field.known and field.low_m == pytest.approx(300.0 + standard_height_m(990.0))
    assert not _heights(AltitudeLimit(300.0, _M, Reference.QNH)).span(Frame.STD).known  # which QNH?
    assert _heights(AltitudeLimit(300.0, _M, Reference.QNH)).missing == ()  # but the sea is where it always is


def test_a_band_from_the_surface_is_open_below_and_one_to_unlimited_above() -> None:
    heights = resolve_band(Band(SURFACE, UNLIMITED), _HERE, load_geoid())
    for frame in (Frame.STD, Frame.AMSL, Frame.EGM2008, Frame.HAE):
        span = heights.span(frame)
        assert (span.low_m, span.high_m, span.known) == (-_EVERYWHERE, _EVERYWHERE, True)
    assert heights.span(Frame.AGL).low_m == 0.0
    assert heights.missing == ()


def test_a_top_at_the_surface_is_as_unknown_as_the_ground() -> None:
    assert "ground" in resolve_band(Band(SURFACE, SURFACE), _HERE, load_geoid()).missing[0]
    over = replace(SURFACE, ground_m=(100.0, 200.0))
    span = resolve_band(Band(SURFACE, over), _HERE, load_geoid()).span(Frame.AMSL)
    assert (span.low_m, span.high_m, span.known) == (-_EVERYWHERE, 212.0, True)


def test_one_known_limit_bounds_one_side() -> None:
    sea = AltitudeLimit(3_000.0, _M, Reference.EGM96)
    below = resolve_band(Band(AltitudeLimit(50.0, _M, Reference.AGL), sea), _HERE, load_geoid())
    assert (below.span(Frame.AMSL).low_m, below.span(Frame.AMSL).high_m) == (-_EVERYWHERE, 3_000.0)
    assert (below.span(Frame.AMSL).sure_low_m, below.span(Frame.AMSL).sure_high_m) == (3_000.0, 3_000.0)
    assert below.missing[0].startswith("lower limit 50 m AGL")
    above = resolve_band(Band(sea, AltitudeLimit(9_000.0, None, None)), _HERE, load_geoid())
    assert (above.span(Frame.AMSL).low_m, above.span(Frame.AMSL).high_m) == (3_000.0, _EVERYWHERE)
    assert above.span(Frame.HAE).sure_low_m > above.span(Frame.HAE).sure_high_m  # the geoid leaves a doubt
    assert not above.span(Frame.AMSL).known


def test_a_band_that_comes_out_upside_down_is_all_between_its_limits() -> None:
    """FL100 is above 9,000 ft at one pressure and below it at another; an empty band would be clear of everything."""
    level = AltitudeLimit(100.0, _FL, Reference.STD, pressure_hpa=1_050.0)
    span = _between(level, AltitudeLimit(9_000.0, _FT, Reference.EGM96))
    assert span.low_m < 9_000.0 * 0.3048 < 10_000.0 * 0.3048 < span.high_m
    assert span.sure_low_m > span.sure_high_m
    over_a_hill = AltitudeLimit(100.0, _M, Reference.AGL, ground_m=(0.0, 50.0))
    upside_down = _between(AltitudeLimit(3_000.0, _M, Reference.EGM96), over_a_hill)
    assert upside_down.low_m <= 100.0 and upside_down.high_m >= 3_000.0


def _between(lower: AltitudeLimit, upper: AltitudeLimit) -> Span:
    return resolve_band(Band(lower, upper), _HERE, load_geoid()).span(Frame.AMSL)
