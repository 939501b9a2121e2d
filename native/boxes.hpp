// Many boxes against one at a time.
#pragma once

#include <cmath>
#include <cstdint>

#include "volume.hpp"

namespace clearline {

constexpr int kBoxLanes = 64;

// Boxes as columns; each column goes on for kBoxLanes numbers past any start that is asked about.
struct BoxColumns {
    const float *x0, *x1, *y0, *y1, *t0, *t1, *h0, *h1;
};

// Bit k of the answer is set if box first + k touches the one given (closed on all sides).
using Mask64 = uint64_t (*)(const BoxColumns&, int64_t, const Box&);
using Mask16 = uint32_t (*)(const BoxColumns&, int64_t, const Box&);
// The quickest at the level in use.
Mask64 best_mask64();
Mask16 best_mask16();

// A box that touches nothing.
constexpr Box kNoBox{INFINITY, -INFINITY, INFINITY, -INFINITY, INFINITY, -INFINITY, INFINITY, -INFINITY};

}  // namespace clearline
