"""The inverse transverse Mercator against PROJ's own, on the ellipsoids that grids are drawn on."""

from hypothesis import given
from hypothesis import strategies as st
from pyproj import Proj

from clearline.space.latlon import LatLon
from clearline.space.transverse import KRASSOVSKY, UTM_SCALE, Ellipsoid, inverse_mercator
from clearline.space.wgs84 import distance_m

_ELLIPSOIDS = {
    "WGS84": Ellipsoid(6378137.0, 1.0 / 298.257223563),
    "intl": Ellipsoid(6378388.0, 1.0 / 297.0),
    "krass": KRASSOVSKY,
    "sphere": Ellipsoid(6370997.0, 0.0),
}


@given(
    st.sampled_from(sorted(_ELLIPSOIDS)),
    st.sampled_from([1.0, UTM_SCALE]),
    st.floats(-84.0, 84.0),
    st.floats(-6.0, 6.0),
)
def test_the_inverse_is_that_of_proj_to_a_hundredth_of_a_millimetre(
    name: str, scale: float, lat_deg: float, off_deg: float
) -> None:
    projection = Proj(proj="tmerc", lat_0=0, lon_0=39, k=scale, x_0=0, y_0=0, ellps=name)
    east_m, north_m = projection(39.0 + off_deg, lat_deg)
    found = inverse_mercator(east_m, north_m, central_deg=39.0, scale=scale, ellipsoid=_ELLIPSOIDS[name])
    assert distance_m(LatLon(*found), LatLon(lat_deg, 39.0 + off_deg)) < 1e-5


@given(st.floats(-300_000.0, 300_000.0), st.floats(0.0, 9_000_000.0))
def test_east_and_west_of_the_central_meridian_mirror_each_other(east_m: float, north_m: float) -> None:
    east = inverse_mercator(east_m, north_m, central_deg=0.0, scale=1.0, ellipsoid=KRASSOVSKY)
    west = inverse_mercator(-east_m, north_m, central_deg=0.0, scale=1.0, ellipsoid=KRASSOVSKY)
    assert east == (west[0], -west[1])
