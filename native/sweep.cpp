// The one idea: the plane is laid out in square tiles; a box is listed in every tile it touches, and in each tile the
// boxes are swept in order of time, sixty-four at a step. A pair that shares several tiles is handed over in one only:
// the tile that holds the lower left corner of what the two share. Large boxes would be listed in too many tiles, so
// there are four sizes of tile; in tiles of a larger size, large boxes are compared with one another and with the
// smaller ones listed there as guests.
#include "sweep.hpp"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstring>
#include <exception>
#include <system_error>
#include <thread>

#include "boxes.hpp"
#include "order.hpp"

namespace clearline {
namespace {

constexpr int kSizes = 4;
constexpr float kGrowth = 8.0f;  // each size of tile is this many times the one below
constexpr float kMostTiles = 8.0f;  // a box wider than this many tiles belongs to a larger size
constexpr uint32_t kGuest = 0x80000000u;

// The tiles a box touches, as a block of them; none if the box is of a larger size.
struct Tiles {
    uint32_t first;
    uint16_t columns, lines;
    uint32_t name;  // of the entry
};

struct Layer {
    float tile_m = 0.0f, per_m = 0.0f, west = 0.0f, south = 0.0f;
    int64_t columns = 0, tiles = 0;
    std::vector<uint32_t> start;   // by tile
    std::vector<uint32_t> listed;  // boxes by tile, in order of time; the top bit marks a guest
    bool guests = false;

    // Both rise with their argument, whatever is rounded: so a tile's boxes and a pair's tile always agree.
    int32_t column(float x) const { return static_cast<int32_t>((x - west) * per_m); }
    int32_t line(float y) const { return static_cast<int32_t>((y - south) * per_m); }
    int64_t tile(int32_t x, int32_t y) const { return y * columns + x; }

    template <class Act>
    void each(const Tiles& t, const Act& act) const {
        for (int64_t tile = t.first, y = 0; y < t.lines; ++y, tile += columns)
            for (int64_t x = 0; x < t.columns; ++x) act(tile + x);
    }
};

uint8_t size_of(const Box& box, float tile) {
    const float width = std::max(box.x1 - box.x0, box.y1 - box.y0);
    uint8_t size = 0;
    while (size < kSizes - 1 && !(width <= kMostTiles * tile)) {
        tile *= kGrowth;
        ++size;
    }
    return size;
}

// Floats sort as these do.
uint32_t sortable(float value) {
    uint32_t bits;
    std::memcpy(&bits, &value, 4);
    return bits & 0x80000000u ? ~bits : bits | 0x80000000u;
}

// Numbers 0 .. n - 1 by the start of the window of the box they stand for.
std::vector<uint32_t> in_time_order(const std::vector<Entry>& entries) {
    std::vector<Ranked> ranked(entries.size());
    for (size_t k = 0; k < entries.size(); ++k) ranked[k] = {sortable(entries[k].box.t0), static_cast<uint32_t>(k)};
    put_in_order(ranked, 32);
    std::vector<uint32_t> order(entries.size());
    for (size_t k = 0; k < entries.size(); ++k) order[k] = ranked[k].what;
    return order;
}

// Lists boxes of one size and, as guests, those of smaller sizes; `order` is their order of time.
Layer lay_out(const std::vector<Entry>& entries, const std::vector<uint32_t>& order, const std::vector<uint8_t>& sizes, int size, float tile_m) {
    Layer layer;
    layer.tile_m = tile_m * std::pow(kGrowth, static_cast<float>(size));
    layer.west = layer.south = INFINITY;
    float east = -INFINITY, north = -INFINITY;
    size_t count = 0;
    for (size_t k = 0; k < entries.size(); ++k) {
        if (sizes[k] > size) continue;
        const Box& b = entries[k].box;
        layer.west = std::min(layer.west, b.x0);
        layer.south = std::min(layer.south, b.y0);
        east = std::max(east, b.x1);
        north = std::max(north, b.y1);
        layer.guests |= sizes[k] < size;
        ++count;
    }
    // Never many more tiles than boxes, however far apart these lie.
    const double most = std::max(65536.0, 4.0 * static_cast<double>(count));
    const double width = static_cast<double>(east) - layer.west, height = static_cast<double>(north) - layer.south;
    while ((width / layer.tile_m + 1.0) * (height / layer.tile_m + 1.0) > most ||
           std::max(width, height) / layer.tile_m > 65000.0)
        layer.tile_m *= 1.4142135f;
    // The widest boxes have no larger size to go to; their tiles grow until a box is in sixty-four of them on average.
    const auto listings = [&] {
        double sum = 0.0;
        for (size_t k = 0; k < entries.size(); ++k) {
            const Box& b = entries[k].box;
            if (sizes[k] <= size) sum += ((b.x1 - b.x0) / layer.tile_m + 1.0) * ((b.y1 - b.y0) / layer.tile_m + 1.0);
        }
        return sum;
    };
    while (size == kSizes - 1 && listings() > 64.0 * static_cast<double>(count)) layer.tile_m *= 1.4142135f;
    layer.per_m = 1.0f / layer.tile_m;
    layer.columns = layer.column(east) + 1;
    layer.tiles = layer.columns * (layer.line(north) + 1);
    layer.start.assign(layer.tiles + 1, 0);
    std::vector<Tiles> tiles(entries.size(), Tiles{0, 0, 0, 0});
    for (size_t k = 0; k < entries.size(); ++k) {
        if (sizes[k] > size) continue;
        const Box& b = entries[k].box;
        const int32_t x = layer.column(b.x0), y = layer.line(b.y0);
        tiles[k] = {static_cast<uint32_t>(layer.tile(x, y)), static_cast<uint16_t>(layer.column(b.x1) - x + 1),
                    static_cast<uint16_t>(layer.line(b.y1) - y + 1),
                    static_cast<uint32_t>(k) | (sizes[k] < size ? kGuest : 0)};
        layer.each(tiles[k], [&](int64_t tile) { ++layer.start[tile + 1]; });
    }
    for (int64_t tile = 0; tile < layer.tiles; ++tile) layer.start[tile + 1] += layer.start[tile];
    layer.listed.resize(layer.start[layer.tiles]);
    std::vector<uint32_t> next(layer.start.begin(), layer.start.end() - 1);
    for (size_t n = 0; n < order.size(); ++n) {
        if (n + 16 < order.size()) __builtin_prefetch(&tiles[order[n + 16]]);
        const Tiles& t = tiles[order[n]];
        layer.each(t, [&](int64_t tile) { layer.listed[next[tile]++] = t.name; });
    }
    return layer;
}

// Boxes of a tile as columns, in order of time, with room past the end that touches nothing.
struct TileColumns {
    std::vector<float> memory;
    std::vector<uint32_t> rows;
    int64_t count = 0, stride = 0;
    BoxColumns columns{};

    void begin(int64_t most) {
        stride = most + kBoxLanes;
        if (memory.size() < 8 * static_cast<size_t>(stride)) memory.resize(8 * stride);
        rows.clear();
        count = 0;
        float* p = memory.data();
        columns = {p, p + stride, p + 2 * stride, p + 3 * stride, p + 4 * stride, p + 5 * stride, p + 6 * stride, p + 7 * stride};
    }
    void set(int64_t k, const Box& b) {
        float* p = memory.data();
        p[k] = b.x0, p[stride + k] = b.x1, p[2 * stride + k] = b.y0, p[3 * stride + k] = b.y1;
        p[4 * stride + k] = b.t0, p[5 * stride + k] = b.t1, p[6 * stride + k] = b.h0, p[7 * stride + k] = b.h1;
    }
    void add(const Entry& entry) {
        set(count++, entry.box);
        rows.push_back(entry.row);
    }
    void end() {
        for (int k = 0; k < kBoxLanes; ++k) set(count + k, kNoBox);
    }
    Box get(int64_t k) const {
        const BoxColumns& c = columns;
        return {c.x0[k], c.x1[k], c.y0[k], c.y1[k], c.t0[k], c.t1[k], c.h0[k], c.h1[k]};
    }
};

struct Sweeper {
    TileColumns all, own;
    std::vector<RowPair> pairs;
};

// Compares `box` with those from `begin` on that start before it ends.
void sweep(const Layer& layer, int64_t tile, const Box& box, uint32_t row, const TileColumns& others, int64_t begin,
           Mask64 mask64, std::vector<RowPair>& pairs) {
    const BoxColumns& c = others.columns;
    for (int64_t first = begin; first < others.count && c.t0[first] <= box.t1; first += kBoxLanes) {
        for (uint64_t mask = mask64(c, first, box); mask != 0; mask &= mask - 1) {
            const int64_t k = first + __builtin_ctzll(mask);
            if (layer.tile(layer.column(std::max(box.x0, c.x0[k])), layer.line(std::max(box.y0, c.y0[k]))) == tile)
                pairs.push_back({row, others.rows[k]});
        }
    }
}

void sweep_tile(const Layer& layer, int64_t tile, const std::vector<Entry>& entries, Mask64 mask64, Sweeper& s) {
    const int64_t begin = layer.start[tile], count = layer.start[tile + 1] - begin;
    s.pairs.clear();
    if (count < 2) return;
    s.all.begin(count);
    s.own.begin(layer.guests ? count : 0);
    for (int64_t k = 0; k < count; ++k) {
        const uint32_t listed = layer.listed[begin + k], name = listed & ~kGuest;
        if (k + 16 < count) __builtin_prefetch(&entries[layer.listed[begin + k + 16] & ~kGuest]);
        s.all.add(entries[name]);
        if (layer.guests && !(listed & kGuest)) s.own.add(entries[name]);
    }
    s.all.end();
    s.own.end();
    if (layer.guests && s.own.count == 0) return;
    int64_t passed = 0;  // how many of the own boxes
    for (int64_t k = 0; k < count; ++k) {
        if (layer.listed[begin + k] & kGuest) {
            sweep(layer, tile, s.all.get(k), s.all.rows[k], s.own, passed, mask64, s.pairs);
        } else {
            ++passed;
            sweep(layer, tile, s.all.get(k), s.all.rows[k], s.all, k + 1, mask64, s.pairs);
        }
    }
}

}  // namespace

int sensible_threads(int threads) { return std::max(1, std::min(threads, 64)); }

void in_threads(int threads, const std::function<void(int)>& work) {
    std::vector<std::exception_ptr> thrown(threads);
    const auto guarded = [&](int k) {
        try {
            work(k);
        } catch (...) {
            thrown[k] = std::current_exception();
        }
    };
    std::vector<std::thread> others;
    others.reserve(threads);
    try {
        for (int k = 1; k < threads; ++k) others.emplace_back(guarded, k);
    } catch (const std::system_error&) {
        // No more threads to be had; those there are do all the work.
    }
    guarded(0);
    for (std::thread& other : others) other.join();
    for (const std::exception_ptr& error : thrown)
        if (error) std::rethrow_exception(error);
}

void touching_pairs(const std::vector<Entry>& entries, float tile_m, int threads, const PairSink& sink) {
    std::vector<uint8_t> sizes(entries.size());
    size_t counts[kSizes] = {};
    for (size_t k = 0; k < entries.size(); ++k) ++counts[sizes[k] = size_of(entries[k].box, tile_m)];
    const Mask64 mask64 = best_mask64();
    const std::vector<uint32_t> order = in_time_order(entries);
    for (int size = 0; size < kSizes; ++size) {
        if (counts[size] == 0) continue;
        const Layer layer = lay_out(entries, order, sizes, size, tile_m);
        std::atomic<int64_t> next{0};
        const int64_t chunk = std::max<int64_t>(1, layer.tiles / (threads * 64));
        in_threads(threads, [&](int thread) {
            Sweeper sweeper;
            for (int64_t from = next.fetch_add(chunk); from < layer.tiles; from = next.fetch_add(chunk)) {
                for (int64_t tile = from; tile < std::min(layer.tiles, from + chunk); ++tile) {
                    sweep_tile(layer, tile, entries, mask64, sweeper);
                    if (!sweeper.pairs.empty()) sink(thread, sweeper.pairs);
                }
            }
        });
    }
}

}  // namespace clearline
