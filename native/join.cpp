// All pairs at once.
//
// The one idea: each face's plane is laid out in square tiles; a row is listed in every tile its box touches, and in
// each tile the rows are swept in order of time, sixty-four boxes at a step. A pair that shares several tiles is
// looked at in one only: the tile that holds the lower left corner of what the two boxes share. Large boxes would be
// listed in too many tiles, so there are four sizes of tile; in tiles of a larger size, large boxes are compared with
// one another and with the smaller ones listed there as guests.
#include <algorithm>
#include <atomic>
#include <cstring>
#include <thread>

#include "store.hpp"

namespace clearline {
namespace {

constexpr int kSizes = 4;
constexpr float kGrowth = 8.0f;      // each size of tile is this many times the one below
constexpr float kSmallest_m = 8'000.0f;
constexpr float kMostTiles = 8.0f;   // a box wider than this many tiles belongs to a larger size

const Mask64 kMask64 = best_mask64();

struct Layer {
    int face = 0;
    float tile_m = 0.0f, west = 0.0f, south = 0.0f;
    int64_t columns = 0, tiles = 0;
    std::vector<uint32_t> start;  // by tile
    std::vector<uint32_t> listed; // rows, in order of time within each tile; the top bit marks a guest
    bool guests = false;

    int64_t column(float x) const { return static_cast<int64_t>((x - west) / tile_m); }
    int64_t line(float y) const { return static_cast<int64_t>((y - south) / tile_m); }
};

constexpr uint32_t kGuest = 0x80000000u;

template <class Work>
void in_threads(int threads, const Work& work) {
    std::vector<std::thread> others;
    for (int k = 1; k < threads; ++k) others.emplace_back(work, k);
    work(0);
    for (std::thread& other : others) other.join();
}

int size_of(const Box& box) {
    const float width = std::max(box.x1 - box.x0, box.y1 - box.y0);
    float tile = kSmallest_m;
    int size = 0;
    while (size < kSizes - 1 && !(width <= kMostTiles * tile)) {
        tile *= kGrowth;
        ++size;
    }
    return size;
}

// Row numbers by the start of their window: three passes over the bits of the start, 11 at a time.
std::vector<uint32_t> in_time_order(const std::vector<Box>& boxes, std::vector<uint32_t> rows) {
    const size_t n = rows.size();
    std::vector<uint32_t> key(n), key2(n), rows2(n);
    for (size_t k = 0; k < n; ++k) {
        uint32_t bits;
        std::memcpy(&bits, &boxes[rows[k]].t0, 4);
        key[k] = bits & 0x80000000u ? ~bits : bits | 0x80000000u;  // floats sort as these do
    }
    for (int shift = 0; shift < 33; shift += 11) {
        uint32_t count[2049] = {};
        for (size_t k = 0; k < n; ++k) ++count[(key[k] >> shift & 2047) + 1];
        for (int c = 0; c < 2048; ++c) count[c + 1] += count[c];
        for (size_t k = 0; k < n; ++k) {
            const uint32_t to = count[key[k] >> shift & 2047]++;
            key2[to] = key[k];
            rows2[to] = rows[k];
        }
        key.swap(key2);
        rows.swap(rows2);
    }
    return rows;
}

// Lists rows (in order of time) in the tiles of one size; `sizes[row]` below `size` makes a guest.
Layer lay_out(const std::vector<Box>& boxes, const std::vector<uint32_t>& rows, const std::vector<uint8_t>& sizes,
              int face, int size) {
    Layer layer;
    layer.face = face;
    layer.tile_m = kSmallest_m;
    for (int k = 0; k < size; ++k) layer.tile_m *= kGrowth;
    float east = -INFINITY, north = -INFINITY;
    layer.west = layer.south = INFINITY;
    size_t count = 0;
    for (const uint32_t row : rows) {
        if (sizes[row] > size) continue;
        const Box& b = boxes[row];
        layer.west = std::min(layer.west, b.x0);
        layer.south = std::min(layer.south, b.y0);
        east = std::max(east, b.x1);
        north = std::max(north, b.y1);
        layer.guests |= sizes[row] < size;
        ++count;
    }
    if (count == 0) return layer;
    // Never many more tiles than rows, however far apart the rows lie.
    const double most = std::max(65536.0, 4.0 * static_cast<double>(count));
    while ((static_cast<double>(east - layer.west) / layer.tile_m + 1) * ((north - layer.south) / layer.tile_m + 1) > most)
        layer.tile_m *= 1.4142135f;
    layer.columns = layer.column(east) + 1;
    layer.tiles = layer.columns * (layer.line(north) + 1);
    layer.start.assign(layer.tiles + 1, 0);
    const auto each_tile = [&layer](const Box& b, const auto& act) {
        const int64_t x0 = layer.column(b.x0), x1 = layer.column(b.x1), y1 = layer.line(b.y1);
        for (int64_t y = layer.line(b.y0); y <= y1; ++y)
            for (int64_t x = x0; x <= x1; ++x) act(y * layer.columns + x);
    };
    for (const uint32_t row : rows)
        if (sizes[row] <= size) each_tile(boxes[row], [&](int64_t tile) { ++layer.start[tile + 1]; });
    for (int64_t tile = 0; tile < layer.tiles; ++tile) layer.start[tile + 1] += layer.start[tile];
    layer.listed.resize(layer.start[layer.tiles]);
    std::vector<uint32_t> next(layer.start.begin(), layer.start.end() - 1);
    for (size_t k = 0; k < rows.size(); ++k) {
        if (k + 16 < rows.size()) __builtin_prefetch(&boxes[rows[k + 16]]);
        const uint32_t row = rows[k];
        if (sizes[row] > size) continue;
        const uint32_t name = row | (sizes[row] < size ? kGuest : 0);
        each_tile(boxes[row], [&](int64_t tile) { layer.listed[next[tile]++] = name; });
    }
    return layer;
}

// Boxes of a tile as columns, with room past the end that touches nothing.
struct TileColumns {
    std::vector<float> memory;
    std::vector<uint32_t> rows;
    int64_t count = 0;
    BoxColumns columns{};

    void begin(int64_t most) {
        const size_t stride = most + kBoxLanes;
        if (memory.size() < 8 * stride) memory.resize(8 * stride);
        rows.clear();
        count = 0;
        float* p = memory.data();
        columns = {p, p + stride, p + 2 * stride, p + 3 * stride, p + 4 * stride, p + 5 * stride, p + 6 * stride, p + 7 * stride};
    }
    void set(int64_t k, const Box& b) {
        float* p = memory.data();
        const int64_t stride = columns.x1 - columns.x0;
        p[k] = b.x0, p[stride + k] = b.x1, p[2 * stride + k] = b.y0, p[3 * stride + k] = b.y1;
        p[4 * stride + k] = b.t0, p[5 * stride + k] = b.t1, p[6 * stride + k] = b.h0, p[7 * stride + k] = b.h1;
    }
    void add(uint32_t row, const Box& b) {
        set(count++, b);
        rows.push_back(row);
    }
    void end() {
        for (int k = 0; k < kBoxLanes; ++k) set(count + k, kNoBox);
    }
    Box get(int64_t k) const {
        const BoxColumns& c = columns;
        return {c.x0[k], c.x1[k], c.y0[k], c.y1[k], c.t0[k], c.t1[k], c.h0[k], c.h1[k]};
    }
};

struct Candidate {
    uint32_t first, second;
};

struct Worker {
    TileColumns all, own;
    std::vector<Candidate> candidates;
    std::vector<Found> found;
    Scratch scratch;
};

// Compares `box` with those from `begin` on that start before it ends.
void sweep(const Layer& layer, int64_t tile, const Box& box, uint32_t row, const TileColumns& others, int64_t begin,
           std::vector<Candidate>& candidates) {
    const BoxColumns& c = others.columns;
    for (int64_t first = begin; first < others.count && c.t0[first] <= box.t1; first += kBoxLanes) {
        for (uint64_t mask = kMask64(c, first, box); mask != 0; mask &= mask - 1) {
            const int64_t k = first + __builtin_ctzll(mask);
            const int64_t x = layer.column(std::max(box.x0, c.x0[k])), y = layer.line(std::max(box.y0, c.y0[k]));
            if (y * layer.columns + x == tile) candidates.push_back({row, others.rows[k]});
        }
    }
}

void sweep_tile(const Layer& layer, int64_t tile, const std::vector<Box>& boxes, Worker& worker) {
    const int64_t begin = layer.start[tile], end = layer.start[tile + 1];
    worker.candidates.clear();
    if (end - begin < 2) return;
    worker.all.begin(end - begin);
    if (layer.guests) worker.own.begin(end - begin);
    for (int64_t k = begin; k < end; ++k) {
        if (k + 8 < end) __builtin_prefetch(&boxes[layer.listed[k + 8] & ~kGuest]);
        const uint32_t row = layer.listed[k] & ~kGuest;
        worker.all.add(row, boxes[row]);
        if (layer.guests && !(layer.listed[k] & kGuest)) worker.own.add(row, boxes[row]);
    }
    worker.all.end();
    if (!layer.guests) {
        for (int64_t k = 0; k + 1 < worker.all.count; ++k)
            sweep(layer, tile, worker.all.get(k), worker.all.rows[k], worker.all, k + 1, worker.candidates);
        return;
    }
    if (worker.own.count == 0) return;
    worker.own.end();
    int64_t next_own = 0;  // how many of the own rows have been passed
    for (int64_t k = 0; k < worker.all.count; ++k) {
        const uint32_t row = worker.all.rows[k];
        const bool guest = layer.listed[begin + k] & kGuest;
        if (guest) {
            sweep(layer, tile, worker.all.get(k), row, worker.own, next_own, worker.candidates);
        } else {
            ++next_own;
            sweep(layer, tile, worker.all.get(k), row, worker.all, k + 1, worker.candidates);
        }
    }
}

// Sorted by first, then second: by counting the firsts, and then each first's few seconds by hand.
std::vector<Found> sorted(const std::vector<Worker>& workers, size_t ids) {
    std::vector<uint32_t> start(ids + 1, 0);
    size_t total = 0;
    for (const Worker& worker : workers) {
        for (const Found& f : worker.found) ++start[f.first + 1];
        total += worker.found.size();
    }
    for (size_t id = 0; id < ids; ++id) start[id + 1] += start[id];
    std::vector<Found> all(total);
    {
        std::vector<uint32_t> next(start.begin(), start.end() - 1);
        for (const Worker& worker : workers)
            for (const Found& f : worker.found) all[next[f.first]++] = f;
    }
    for (size_t id = 0; id < ids; ++id)
        if (start[id + 1] - start[id] > 1)
            std::sort(all.begin() + start[id], all.begin() + start[id + 1],
                      [](const Found& a, const Found& b) { return a.second < b.second; });
    return all;
}

}  // namespace

std::vector<Found> Store::join(bool between_parties_only, int threads) const {
    threads = std::max(1, std::min(threads, 64));
    const size_t n = shelf_.rows.size();
    std::vector<Box> boxes(n);
    std::vector<uint8_t> sizes(n);
    std::vector<uint32_t> by_face[kFaces], boundless, firsts;
    uint32_t counts[kFaces][kSizes] = {};
    for (size_t row = 0; row < n; ++row) {
        const Row& r = shelf_.rows[row];
        if (r.flags & kDead) continue;
        if (first_row_[r.id] == row) firsts.push_back(static_cast<uint32_t>(row));
        boxes[row] = make_box(r, shelf_.spans[row], reach_, epoch_ms_);
        if (r.flags & kBoundless) {
            boundless.push_back(static_cast<uint32_t>(row));
            continue;
        }
        sizes[row] = static_cast<uint8_t>(size_of(boxes[row]));
        ++counts[r.face][sizes[row]];
        by_face[r.face].push_back(static_cast<uint32_t>(row));
    }
    std::vector<Worker> workers(threads);
    const auto look = [&](uint32_t first, uint32_t second, Worker& worker) {
        const Row &a = shelf_.rows[first], &b = shelf_.rows[second];
        if (between_parties_only && a.party == b.party) return;
        const State state = pair_state(at(first), at(second), reach_, worker.scratch);
        if (state != State::Apart) worker.found.push_back({std::min(a.id, b.id), std::max(a.id, b.id), state});
    };
    for (int face = 0; face < kFaces; ++face) {
        if (by_face[face].empty()) continue;
        const std::vector<uint32_t> rows = in_time_order(boxes, std::move(by_face[face]));
        for (int size = 0; size < kSizes; ++size) {
            if (counts[face][size] == 0) continue;
            const Layer layer = lay_out(boxes, rows, sizes, face, size);
            std::atomic<int64_t> next{0};
            const int64_t chunk = std::max<int64_t>(1, layer.tiles / (threads * 64));
            in_threads(threads, [&](int k) {
                Worker& worker = workers[k];
                for (int64_t from = next.fetch_add(chunk); from < layer.tiles; from = next.fetch_add(chunk)) {
                    for (int64_t tile = from; tile < std::min(layer.tiles, from + chunk); ++tile) {
                        sweep_tile(layer, tile, boxes, worker);
                        const std::vector<Candidate>& pairs = worker.candidates;
                        for (size_t p = 0; p < pairs.size(); ++p) {
                            if (p + 8 < pairs.size()) {
                                __builtin_prefetch(&shelf_.rows[pairs[p + 8].second]);
                                __builtin_prefetch(&shelf_.spans[pairs[p + 8].second]);
                            }
                            const int faces = shelf_.rows[pairs[p].first].faces & shelf_.rows[pairs[p].second].faces;
                            if ((faces & -faces) == 1 << face) look(pairs[p].first, pairs[p].second, worker);
                        }
                    }
                }
            });
        }
    }
    for (const uint32_t wide : boundless) {
        for (const uint32_t other : firsts) {
            const bool both = shelf_.rows[other].flags & kBoundless;
            if (other != wide && (!both || wide < other)) look(wide, other, workers[0]);
        }
    }
    return sorted(workers, first_row_.size());
}

}  // namespace clearline
