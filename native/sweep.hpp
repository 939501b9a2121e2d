// Which boxes of many touch: every such pair, once.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "tree.hpp"

namespace clearline {

struct RowPair {
    uint32_t first, second;
};

// Runs `work(0)` to `work(threads - 1)`, each on a thread of its own, or fewer of them where no more threads can be had;
// throws what any of them throws, after all have ended.
int sensible_threads(int threads);  // brought into 1 to 64
void in_threads(int threads, const std::function<void(int)>& work);

// Hands over all pairs of rows whose boxes touch, each once, a few at a time, from any of the threads; which thread is
// the first argument. Sideways extents must be finite. What is handed over together, and in which order, does not
// depend on the number of threads. Boxes of the smallest size are swept in tiles `tile_m` wide: any width is right, and
// one of a few times their own is quick.
using PairSink = std::function<void(int thread, const std::vector<RowPair>& pairs)>;
void touching_pairs(const std::vector<Entry>& entries, float tile_m, int threads, const PairSink& sink);

}  // namespace clearline
