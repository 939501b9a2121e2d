// All pairs of a store at once: boxes first (sweep.hpp), then the rows of those that touch.
#include <algorithm>

#include "store.hpp"
#include "sweep.hpp"

namespace clearline {
namespace {

// Most volumes are a few kilometres wide, and last hours: wide tiles list each but once or twice (bench/).
constexpr float kTile_m = 16'000.0f;

struct Worker {
    std::vector<Found> found;
    Scratch scratch;
};

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
    threads = sensible_threads(threads);
    std::vector<Worker> workers(threads);
    std::vector<bool> dead(dead_rows_ > 0 ? shelf_.rows.size() : 0);
    for (size_t row = 0; row < dead.size(); ++row) dead[row] = shelf_.rows[row].flags & kDead;
    const auto listed = [&](int forest) {
        std::vector<Entry> entries;
        forests_[forest].append_to(entries);
        const auto is_dead = [&dead](const Entry& entry) { return dead[entry.row]; };
        if (!dead.empty()) entries.erase(std::remove_if(entries.begin(), entries.end(), is_dead), entries.end());
        return entries;
    };
    const auto look = [&](uint32_t first, uint32_t second, Worker& worker) {
        const Row &a = shelf_.rows[first], &b = shelf_.rows[second];
        if (between_parties_only && a.party == b.party) return;
        const State state = pair_state(at(first), at(second), reach_, worker.scratch);
        if (state != State::Apart) worker.found.push_back({std::min(a.id, b.id), std::max(a.id, b.id), state});
    };
    for (int face = 0; face < kFaces; ++face) {
        touching_pairs(listed(face), kTile_m, threads, [&](int thread, const std::vector<RowPair>& pairs) {
            for (size_t p = 0; p < pairs.size(); ++p) {
                // The first of a pair is the same for many in a row; the second is fetched ahead, then what it leads to.
                if (p + 16 < pairs.size()) {
                    const char* row = reinterpret_cast<const char*>(&shelf_.rows[pairs[p + 16].second]);
                    __builtin_prefetch(row);
                    __builtin_prefetch(row + sizeof(Row) - 1);
                }
                if (p + 8 < pairs.size()) {
                    const Row& ahead = shelf_.rows[pairs[p + 8].second];
                    __builtin_prefetch(&shelf_.spans[pairs[p + 8].second]);
                    __builtin_prefetch(&shelf_.corners[ahead.first_corner]);
                    __builtin_prefetch(&shelf_.corners[ahead.first_corner + ahead.corners - 1]);
                }
                // A pair is looked at once: on the lowest face on which both have rows.
                const int faces = shelf_.rows[pairs[p].first].faces & shelf_.rows[pairs[p].second].faces;
                if ((faces & -faces) == 1 << face) look(pairs[p].first, pairs[p].second, workers[thread]);
            }
        });
    }
    for (const Entry& entry : listed(kFaces)) {
        const uint32_t wide = entry.row;
        for (const uint32_t other : first_row_) {  // one row of every volume
            if (other == kNoRow || other == wide) continue;
            const bool both = shelf_.rows[other].flags & kBoundless;
            if (!both || wide < other) look(wide, other, workers[0]);
        }
    }
    return sorted(workers, first_row_.size());
}

}  // namespace clearline
