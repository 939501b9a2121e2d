// What every ring of a file goes through, in plain numbers: src/clearline/space/rings.py says what each answer means.
//
// The one idea: a routine here answers only where all is as it mostly is, and says None for the rest, which the plain
// Python beside it then does from the start, with its words for what is wrong. So neither can refuse what the other
// takes. What is asked is in src/clearline/space/_rings.pyi.
#include <nanobind/nanobind.h>

#include <cmath>
#include <vector>

namespace nb = nanobind;

namespace clearline {
namespace {

constexpr double kPi = 3.141592653589793;
constexpr double kRadian = kPi / 180.0;

struct Place {
    double lat_deg, lon_deg;
};

struct Unit {
    double x, y, z;
};

bool is_pair_of_floats(PyObject* one, PyTypeObject* kind) {
    return Py_TYPE(one) == kind && Py_SIZE(one) == 2 && PyFloat_CheckExact(PyTuple_GET_ITEM(one, 0)) &&
           PyFloat_CheckExact(PyTuple_GET_ITEM(one, 1));
}

Place place_of(PyObject* pair) {
    return {PyFloat_AS_DOUBLE(PyTuple_GET_ITEM(pair, 0)), PyFloat_AS_DOUBLE(PyTuple_GET_ITEM(pair, 1))};
}

// Whether a type is a tuple by another name, so that its values are made as tuples are.
PyTypeObject* tuple_kind(nb::handle kind) {
    if (!PyType_Check(kind.ptr())) throw nb::type_error("a class of places is needed");
    auto* type = reinterpret_cast<PyTypeObject*>(kind.ptr());
    if (!PyType_IsSubtype(type, &PyTuple_Type) || type->tp_basicsize != PyTuple_Type.tp_basicsize)
        throw nb::type_error("a class of places is a tuple with no more in it");
    return type;
}

// The places of a list or tuple, all of them of the one class; false where any is not.
bool read_places(PyObject* path, PyTypeObject* kind, std::vector<Place>& places) {
    if (!PyList_CheckExact(path) && !PyTuple_CheckExact(path)) return false;
    const Py_ssize_t count = PySequence_Fast_GET_SIZE(path);
    places.reserve(static_cast<size_t>(count));
    for (Py_ssize_t n = 0; n < count; ++n) {
        PyObject* one = PySequence_Fast_GET_ITEM(path, n);
        if (!is_pair_of_floats(one, kind)) return false;
        places.push_back(place_of(one));
    }
    return true;
}

nb::object places_of(nb::handle pairs, nb::handle kind) {
    PyTypeObject* type = tuple_kind(kind);
    if (!PyList_CheckExact(pairs.ptr())) return nb::none();
    const Py_ssize_t count = PyList_GET_SIZE(pairs.ptr());
    nb::object made = nb::steal(PyList_New(count));
    if (!made.is_valid()) throw nb::python_error();
    for (Py_ssize_t n = 0; n < count; ++n) {
        PyObject* pair = PyList_GET_ITEM(pairs.ptr(), n);
        if (!PyList_CheckExact(pair) || PyList_GET_SIZE(pair) != 2) return nb::none();
        PyObject *lon = PyList_GET_ITEM(pair, 0), *lat = PyList_GET_ITEM(pair, 1);
        if (!PyFloat_CheckExact(lon) || !PyFloat_CheckExact(lat)) return nb::none();
        const double lat_deg = PyFloat_AS_DOUBLE(lat);
        if (!(lat_deg >= -90.0 && lat_deg <= 90.0)) return nb::none();
        PyObject* place = type->tp_alloc(type, 2);
        if (place == nullptr) throw nb::python_error();
        Py_INCREF(lat);
        Py_INCREF(lon);
        PyTuple_SET_ITEM(place, 0, lat);
        PyTuple_SET_ITEM(place, 1, lon);
        PyList_SET_ITEM(made.ptr(), n, place);
    }
    return made;
}

nb::object stray_m(nb::handle path, nb::handle kind, double curve_factor, double degree_m, double most_m) {
    std::vector<Place> places;
    if (!read_places(path.ptr(), tuple_kind(kind), places) || places.empty()) return nb::none();
    double north_deg = places[0].lat_deg, south_deg = north_deg;
    for (const Place& place : places) {
        if (place.lat_deg > north_deg) north_deg = place.lat_deg;
        if (place.lat_deg < south_deg) south_deg = place.lat_deg;
    }
    const double far_deg = north_deg > -south_deg ? north_deg : -south_deg;
    const double near_deg =
        south_deg <= 0.0 && north_deg >= 0.0 ? 0.0 : std::fmin(std::fabs(north_deg), std::fabs(south_deg));
    const double curve_per_m = std::tan(far_deg * kRadian) * curve_factor;
    const double east_m_per_deg = degree_m * std::cos(near_deg * kRadian);
    double widest_m = 0.0;
    for (size_t n = 1; n < places.size(); ++n) {
        const double turn_deg = places[n].lon_deg - places[n - 1].lon_deg;
        if (turn_deg == 0.0) continue;
        const double east_m = std::fabs(turn_deg) * east_m_per_deg;
        const double north_m = (places[n].lat_deg - places[n - 1].lat_deg) * degree_m;
        const double length_m = std::sqrt(east_m * east_m + north_m * north_m);
        if (length_m == 0.0) continue;
        const double off_m = curve_per_m * east_m * (length_m + north_m * north_m / length_m);
        if (!(off_m <= most_m) || !(std::fabs(turn_deg) <= 180.0)) return nb::none();
        if (off_m > widest_m) widest_m = off_m;
    }
    return nb::float_(widest_m);
}

nb::object box_of(nb::handle path, nb::handle kind) {
    std::vector<Place> places;
    if (!read_places(path.ptr(), tuple_kind(kind), places) || places.empty()) return nb::none();
    double south = places[0].lat_deg, north = south, west = places[0].lon_deg, east = west;
    for (const Place& place : places) {
        if (place.lat_deg < south) south = place.lat_deg;
        if (place.lat_deg > north) north = place.lat_deg;
        if (place.lon_deg < west) west = place.lon_deg;
        if (place.lon_deg > east) east = place.lon_deg;
    }
    return nb::make_tuple(south, north, west, east);
}

bool same(const Place& a, const Place& b) {
    if (a.lat_deg != b.lat_deg) return false;
    return a.lon_deg == b.lon_deg || std::fabs(a.lat_deg) == 90.0 || std::fabs(a.lon_deg - b.lon_deg) == 360.0;
}

nb::object tidied(nb::handle path, nb::handle kind, bool closed) {
    std::vector<Place> places;
    if (!read_places(path.ptr(), tuple_kind(kind), places)) return nb::none();
    std::vector<size_t> kept;
    kept.reserve(places.size());
    for (size_t n = 0; n < places.size(); ++n) {
        const Place& place = places[n];
        const bool right = place.lat_deg >= -90.0 && place.lat_deg <= 90.0 && place.lon_deg >= -180.0 &&
                           place.lon_deg <= 180.0;
        if (!right) return nb::none();
        if (kept.empty() || !same(place, places[kept.back()])) kept.push_back(n);
    }
    while (closed && kept.size() > 1 && same(places[kept.front()], places[kept.back()])) kept.pop_back();
    nb::object made = nb::steal(PyTuple_New(static_cast<Py_ssize_t>(kept.size())));
    if (!made.is_valid()) throw nb::python_error();
    for (size_t n = 0; n < kept.size(); ++n) {
        PyObject* one = PySequence_Fast_GET_ITEM(path.ptr(), static_cast<Py_ssize_t>(kept[n]));
        Py_INCREF(one);
        PyTuple_SET_ITEM(made.ptr(), static_cast<Py_ssize_t>(n), one);
    }
    return made;
}

// Whether every edge turns the same way round one direction, by more than `least`, and once in all.
bool goes_round(const std::vector<Unit>& corners, const Unit& m, double least) {
    const Unit& a = corners.front();
    const Unit normal{m.y * a.z - m.z * a.y, m.z * a.x - m.x * a.z, m.x * a.y - m.y * a.x};
    Unit p = corners.back();
    bool side = normal.x * p.x + normal.y * p.y + normal.z * p.z > 0.0;
    int way = 0, passes = 0;
    for (const Unit& u : corners) {
        const double turn =
            m.x * (p.y * u.z - p.z * u.y) + m.y * (p.z * u.x - p.x * u.z) + m.z * (p.x * u.y - p.y * u.x);
        if (!(std::fabs(turn) > least)) return false;
        const int sign = turn > 0.0 ? 1 : -1;
        if (way != 0 && way != sign) return false;
        way = sign;
        if ((normal.x * u.x + normal.y * u.y + normal.z * u.z > 0.0) != side) {
            side = !side;
            ++passes;
        }
        p = u;
    }
    return passes == 2;
}

bool surely_plain(nb::handle path, nb::handle kind, double flattened, double narrow, double smallest) {
    std::vector<Place> places;
    if (!read_places(path.ptr(), tuple_kind(kind), places) || places.size() < 3) return false;
    std::vector<Unit> corners;
    corners.reserve(places.size());
    Unit middle{0.0, 0.0, 0.0};
    for (const Place& place : places) {
        const double lat = place.lat_deg * kRadian, lon = place.lon_deg * kRadian, across = std::cos(lat);
        const Unit unit{across * std::cos(lon), across * std::sin(lon), flattened * std::sin(lat)};
        middle.x += unit.x;
        middle.y += unit.y;
        middle.z += unit.z;
        corners.push_back(unit);
    }
    const double size = std::sqrt(middle.x * middle.x + middle.y * middle.y + middle.z * middle.z);
    if (!(size >= narrow * static_cast<double>(corners.size()))) return false;
    return goes_round(corners, middle, smallest * size);
}

NB_MODULE(_rings, m) {
    m.doc() = "Places and rings in bulk: None for whatever is not as it mostly is.";
    m.def("places_of", &places_of, nb::arg("pairs").none(), nb::arg("kind"));
    m.def("box_of", &box_of, nb::arg("path"), nb::arg("kind"));
    m.def("stray_m", &stray_m, nb::arg("path"), nb::arg("kind"), nb::arg("curve_factor"), nb::arg("degree_m"),
          nb::arg("most_m"));
    m.def("tidied", &tidied, nb::arg("path"), nb::arg("kind"), nb::kw_only(), nb::arg("closed"));
    m.def("surely_plain", &surely_plain, nb::arg("path"), nb::arg("kind"), nb::arg("flattened"), nb::arg("narrow"),
          nb::arg("smallest"));
}

}  // namespace
}  // namespace clearline
