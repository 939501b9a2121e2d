// The Python face of the core: arrays in, arrays out. What it may be asked is in src/clearline/conflict/_core.pyi.
//
// The one idea: nothing is taken on trust. Arrays of the wrong kind, length or order are refused before anything is
// looked up by them, and what leads from one array into another is copied, so that nobody can change it afterwards.
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>

#include <mutex>
#include <stdexcept>
#include <string>

#include "cpa.hpp"
#include "machine.hpp"
#include "store.hpp"

namespace nb = nanobind;

#ifndef CLEARLINE_VERSION
#define CLEARLINE_VERSION "unknown"
#endif

namespace clearline {
namespace {

template <class T>
using Column = nb::ndarray<const T, nb::ndim<1>, nb::c_contig, nb::device::cpu>;

template <class T>
nb::ndarray<nb::numpy, T, nb::ndim<1>> give(std::vector<T>&& values) {
    auto* kept = new std::vector<T>(std::move(values));
    nb::capsule owner(kept, [](void* p) noexcept { delete static_cast<std::vector<T>*>(p); });
    return nb::ndarray<nb::numpy, T, nb::ndim<1>>(kept->data(), {kept->size()}, owner);
}

template <class T>
nb::ndarray<nb::numpy, T, nb::ndim<2>> give_rows(std::vector<T>&& values, size_t width) {
    auto* kept = new std::vector<T>(std::move(values));
    nb::capsule owner(kept, [](void* p) noexcept { delete static_cast<std::vector<T>*>(p); });
    return nb::ndarray<nb::numpy, T, nb::ndim<2>>(kept->data(), {kept->size() / width, width}, owner);
}

template <class T>
void check_length(const Column<T>& column, size_t expected, const char* name) {
    if (column.shape(0) != expected)
        throw std::invalid_argument(std::string(name) + " has " + std::to_string(column.shape(0)) + " items where " +
                                    std::to_string(expected) + " are needed");
}

std::vector<int64_t> checked_offsets(const Column<int64_t>& column, size_t last, const char* name) {
    std::vector<int64_t> offsets(column.data(), column.data() + column.shape(0));
    bool right = !offsets.empty() && offsets.front() == 0 && offsets.back() == static_cast<int64_t>(last);
    for (size_t k = 1; right && k < offsets.size(); ++k) right = offsets[k] >= offsets[k - 1];
    if (!right) throw std::invalid_argument(std::string(name) + " must rise from 0 to " + std::to_string(last));
    return offsets;
}

// Arrays of one batch, checked once and held, so that calls need not look at each again.
struct Batch {
    Column<double> lat_deg, lon_deg;
    Column<uint8_t> closed;
    Column<double> radius_m;
    Column<int64_t> start_ms, end_ms;
    Column<double> low_m, high_m;
    Column<int32_t> party;
    std::vector<int64_t> part_offsets, volume_parts;

    Batch(Column<double> lat, Column<double> lon, Column<int64_t> parts, Column<int64_t> volumes, Column<uint8_t> rings,
          Column<double> radius, Column<int64_t> start, Column<int64_t> end, Column<double> low, Column<double> high,
          Column<int32_t> sides)
        : lat_deg(lat), lon_deg(lon), closed(rings), radius_m(radius), start_ms(start), end_ms(end), low_m(low),
          high_m(high), party(sides) {
        const size_t n = closed.shape(0);
        check_length(lon_deg, lat_deg.shape(0), "lon_deg");
        check_length(volumes, n + 1, "volume_parts");
        part_offsets = checked_offsets(parts, lat_deg.shape(0), "part_offsets");
        volume_parts = checked_offsets(volumes, part_offsets.size() - 1, "volume_parts");
        check_length(radius_m, n, "radius_m");
        check_length(start_ms, n, "start_ms");
        check_length(end_ms, n, "end_ms");
        check_length(low_m, n, "low_m");
        check_length(high_m, n, "high_m");
        check_length(party, n, "party");
    }

    Volumes volumes() const {
        return {lat_deg.data(), lon_deg.data(), part_offsets.data(), volume_parts.data(), closed.data(), radius_m.data(),
                start_ms.data(), end_ms.data(), low_m.data(), high_m.data(), party.data(),
                static_cast<int64_t>(closed.shape(0)), static_cast<int64_t>(part_offsets.size()) - 1,
                static_cast<int64_t>(lat_deg.shape(0))};
    }
};

nb::tuple give_found(const std::vector<Found>& found) {
    std::vector<int32_t> pairs(2 * found.size());
    std::vector<uint8_t> states(found.size());
    for (size_t k = 0; k < found.size(); ++k) {
        pairs[2 * k] = found[k].first;
        pairs[2 * k + 1] = found[k].second;
        states[k] = static_cast<uint8_t>(found[k].state);
    }
    return nb::make_tuple(give_rows(std::move(pairs), 2), give(std::move(states)));
}

// The largest distances there are, and 31 years; heights may be out of the question (infinite).
constexpr double kMostLateral_m = 2e7, kMostTime_s = 1e9;

Reach checked_reach(double lateral_m, double vertical_m, double time_s) {
    if (!(lateral_m >= 0.0 && lateral_m <= kMostLateral_m && vertical_m >= 0.0 && time_s >= 0.0 && time_s <= kMostTime_s))
        throw std::invalid_argument("a reach must be 0 to 20,000 km, 0 or more metres of height, and 0 to 1e9 s");
    // The largest whole number of milliseconds that is not more than time_s, by the judge's own arithmetic.
    int64_t time_ms = static_cast<int64_t>(time_s * 1000.0) + 1;
    while (static_cast<double>(time_ms) / 1000.0 > time_s) --time_ms;
    return {lateral_m, vertical_m, time_ms};
}

// A store that any number of Python threads may use: one at a time, while the others run on.
class Shared {
public:
    Shared(double lateral_m, double vertical_m, double time_s) : store_(checked_reach(lateral_m, vertical_m, time_s)) {}

    template <class Act>
    auto alone(const Act& act) {
        nb::gil_scoped_release release;
        const std::lock_guard<std::mutex> lock(busy_);
        return act(store_);
    }

private:
    std::mutex busy_;
    Store store_;
};

nb::tuple predicted(Column<double> lat_rad, Column<double> lon_rad, Column<double> cos_half_lat, Column<double> sin_half_lat,
                    Column<double> east_mps, Column<double> north_mps, Column<double> up_mps, Column<double> altitude_m,
                    Column<double> lateral_m, Column<double> vertical_m, Column<double> lookahead_s, bool touching,
                    int threads) {
    const size_t n = lat_rad.shape(0);
    if (n > 0x3fffffff) throw std::invalid_argument("at most 2^30 aircraft are compared at once");
    const Column<double>* columns[] = {&lon_rad, &cos_half_lat, &sin_half_lat, &east_mps, &north_mps, &up_mps, &altitude_m,
                                       &lateral_m, &vertical_m, &lookahead_s};
    for (const Column<double>* column : columns) check_length(*column, n, "a column");
    // Within these, no box is wider than the world by much and nothing overflows.
    const auto bounded = [n](const Column<double>& column, double low, double high, const char* name) {
        for (size_t i = 0; i < n; ++i)
            if (!(column(i) >= low && column(i) <= high))
                throw std::invalid_argument(std::string(name) + "[" + std::to_string(i) + "] is not " +
                                            std::to_string(low) + " to " + std::to_string(high));
    };
    bounded(lat_rad, -1.5708, 1.5708, "lat_rad");
    bounded(lon_rad, -3.1416, 3.1416, "lon_rad");
    bounded(cos_half_lat, 0.0, 1.0, "cos_half_lat");
    bounded(sin_half_lat, -1.0, 1.0, "sin_half_lat");
    bounded(east_mps, -1e5, 1e5, "east_mps");
    bounded(north_mps, -1e5, 1e5, "north_mps");
    bounded(up_mps, -1e5, 1e5, "up_mps");
    bounded(altitude_m, -1e8, 1e8, "altitude_m");
    bounded(lateral_m, 0.0, 1e6, "lateral_m");
    bounded(vertical_m, 0.0, 1e8, "vertical_m");
    bounded(lookahead_s, 0.0, 86400.0, "lookahead_s");
    const Aircraft aircraft{lat_rad.data(), lon_rad.data(), cos_half_lat.data(), sin_half_lat.data(), east_mps.data(),
                            north_mps.data(), up_mps.data(), altitude_m.data(), lateral_m.data(), vertical_m.data(),
                            lookahead_s.data(), static_cast<int64_t>(n)};
    std::vector<Predicted> found;
    {
        nb::gil_scoped_release release;
        found = predict(aircraft, touching, threads);
    }
    std::vector<int32_t> pairs(2 * found.size());
    std::vector<double> numbers(4 * found.size());
    for (size_t k = 0; k < found.size(); ++k) {
        const Predicted& p = found[k];
        pairs[2 * k] = p.first, pairs[2 * k + 1] = p.second;
        numbers[4 * k] = p.enter_s, numbers[4 * k + 1] = p.leave_s;
        numbers[4 * k + 2] = p.nearest_s, numbers[4 * k + 3] = p.nearest_m;
    }
    return nb::make_tuple(give_rows(std::move(pairs), 2), give_rows(std::move(numbers), 4));
}

const char* name_of(Level level) {
    return level == Level::Avx512 ? "avx512" : level == Level::Avx2 ? "avx2" : "baseline";
}

void use_level(const std::string& name) {
    for (const Level level : {Level::Any, Level::Avx2, Level::Avx512}) {
        if (name != name_of(level)) continue;
        if (level > machine_level()) throw std::invalid_argument("this machine has no " + name);
        level_in_use() = level;
        return;
    }
    throw std::invalid_argument("no such level: " + name + "; use baseline, avx2 or avx512");
}

}  // namespace
}  // namespace clearline

NB_MODULE(_core, m) {
    using namespace clearline;
    // Nothing is converted: a column of the wrong kind is a mistake, and converting it would hide that.
    const auto c = nb::arg().noconvert();
    m.def("version", [] { return CLEARLINE_VERSION; });
    m.def("machine_level", [] { return name_of(machine_level()); });
    m.def("level", [] { return name_of(level_in_use()); });
    m.def("use_level", [](const char* name) { use_level(name); });
    m.def("predicted", &predicted, c, c, c, c, c, c, c, c, c, c, c, nb::arg(), nb::arg());
    nb::class_<Batch>(m, "Arrays")
        .def(nb::init<Column<double>, Column<double>, Column<int64_t>, Column<int64_t>, Column<uint8_t>, Column<double>,
                      Column<int64_t>, Column<int64_t>, Column<double>, Column<double>, Column<int32_t>>(),
             c, c, c, c, c, c, c, c, c, c, c)
        .def("__len__", [](const Batch& batch) { return batch.closed.shape(0); });
    nb::class_<Shared>(m, "Store")
        .def(nb::init<double, double, double>())
        .def("add", [](Shared& self, const Batch& batch) {
            return give(self.alone([&](Store& store) { return store.add(batch.volumes()); }));
        })
        .def("remove", [](Shared& self, Column<int32_t> ids) {
            self.alone([&](Store& store) { store.remove(ids.data(), static_cast<int64_t>(ids.shape(0))); });
        }, c)
        .def("join", [](Shared& self, bool between_parties_only, int threads) {
            return give_found(self.alone([&](Store& store) { return store.join(between_parties_only, threads); }));
        })
        .def("query", [](Shared& self, const Batch& batch, int32_t except_party) {
            return give_found(self.alone([&](Store& store) { return store.query(batch.volumes(), except_party); }));
        })
        .def("__len__", [](Shared& self) { return self.alone([](Store& store) { return store.size(); }); })
        .def("memory_bytes", [](Shared& self) { return self.alone([](Store& store) { return store.memory_bytes(); }); });
}
