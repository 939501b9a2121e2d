// The one idea: every comparison keeps a margin. An edge of one surely crosses an edge of the other only if each has its
// ends on both sides of the other by more than the doubt; two edges are surely apart only if a line (through one of
// them, or upright, or level) has them on its two sides by more than the doubt. If all edges are surely apart, one
// corner tells inside from outside for the whole shape. Anything else is UNSURE.
//
// It is asked first in 32-bit numbers, eight edges at a time, with the rounding counted in the doubt, and again in
// 64 bits only where the first answer was UNSURE.
#include "flat.hpp"

#include <algorithm>
#include <cmath>

#include "machine.hpp"

namespace clearline {
namespace {

constexpr int kLanes = 8;
typedef float Floats __attribute__((vector_size(4 * kLanes)));
typedef double Doubles __attribute__((vector_size(8 * kLanes)));
typedef int32_t FloatMask __attribute__((vector_size(4 * kLanes)));
typedef int64_t DoubleMask __attribute__((vector_size(8 * kLanes)));

struct Narrow {
    using Number = float;
    using Lanes = Floats;
    using Mask = FloatMask;
};
struct Wide {
    using Number = double;
    using Lanes = Doubles;
    using Mask = DoubleMask;
};

template <class Mask>
CLEARLINE_INLINE bool any(const Mask& mask) {
    uint64_t words[sizeof(Mask) / 8], all = 0;
    __builtin_memcpy(words, &mask, sizeof(Mask));
    for (const uint64_t word : words) all |= word;
    return all != 0;
}

// Edges that come near the other shape, as four columns padded to whole groups of lanes.
template <class Number>
struct Edges {
    Number *ax, *ay, *bx, *by;
    int count;
};

// The part of the plane near the other shape.
template <class Number>
struct Near {
    Number x0, x1, y0, y1;
};

template <class Number>
CLEARLINE_INLINE void collect(const Outline& shape, Number dx, Number dy, const Near<Number>& near, Edges<Number>& out) {
    int count = 0;
    uint32_t start = 0;
    for (uint32_t part = 0; part < shape.parts; ++part) {
        const uint32_t end = shape.part_ends[part];
        // A line begins with an edge from its first place to itself, so that a single place is an edge too.
        const Corner& first = shape.corners[shape.closed ? end - 1 : start];
        Number ax = first.x_m + dx, ay = first.y_m + dy;
        for (uint32_t k = start; k < end; ++k) {
            const Number bx = shape.corners[k].x_m + dx, by = shape.corners[k].y_m + dy;
            const bool away = ((ax < near.x0) & (bx < near.x0)) | ((ax > near.x1) & (bx > near.x1)) |
                              ((ay < near.y0) & (by < near.y0)) | ((ay > near.y1) & (by > near.y1));
            out.ax[count] = ax;
            out.ay[count] = ay;
            out.bx[count] = bx;
            out.by[count] = by;
            count += !away;
            ax = bx;
            ay = by;
        }
        start = end;
    }
    // Far away, and a point: surely apart from everything.
    for (int k = count; k % kLanes != 0; ++k) out.ax[k] = out.ay[k] = out.bx[k] = out.by[k] = Number(1e9);
    out.count = count;
}

struct Answer {
    bool crosses, unsure;
};

template <class Kind>
CLEARLINE_INLINE Answer edges_answer(const Edges<typename Kind::Number>& many, const Edges<typename Kind::Number>& few,
                                     typename Kind::Number doubt) {
    using Number = typename Kind::Number;
    using Lanes = typename Kind::Lanes;
    using Mask = typename Kind::Mask;
    Mask unsure = {};
    for (int j = 0; j < few.count; ++j) {
        const Number cx = few.ax[j], cy = few.ay[j], dx = few.bx[j], dy = few.by[j];
        const Number ex = dx - cx, ey = dy - cy;
        // The doubt is a distance from a line; the sum of an edge's sides is at least its length.
        const Number margin_few = doubt * (std::fabs(ex) + std::fabs(ey));
        const Number west = std::min(cx, dx) - doubt, east = std::max(cx, dx) + doubt;
        const Number south = std::min(cy, dy) - doubt, north = std::max(cy, dy) + doubt;
        Mask crosses = {};
        for (int i = 0; i < many.count; i += kLanes) {
            Lanes ax, ay, bx, by;
            __builtin_memcpy(&ax, many.ax + i, sizeof(Lanes));
            __builtin_memcpy(&ay, many.ay + i, sizeof(Lanes));
            __builtin_memcpy(&bx, many.bx + i, sizeof(Lanes));
            __builtin_memcpy(&by, many.by + i, sizeof(Lanes));
            const Lanes ux = bx - ax, uy = by - ay;
            const Lanes size_x = ux < 0 ? -ux : ux, size_y = uy < 0 ? -uy : uy;
            const Lanes margin = doubt * (size_x + size_y);
            const Lanes c_side = ux * (cy - ay) - uy * (cx - ax), d_side = ux * (dy - ay) - uy * (dx - ax);
            const Lanes a_side = ex * (ay - cy) - ey * (ax - cx), b_side = ex * (by - cy) - ey * (bx - cx);
            const Mask above = (c_side > margin), below = (c_side < -margin);
            const Mask above2 = (d_side > margin), below2 = (d_side < -margin);
            const Mask left = (a_side > margin_few), right = (a_side < -margin_few);
            const Mask left2 = (b_side > margin_few), right2 = (b_side < -margin_few);
            const Mask apart = (above & above2) | (below & below2) | (left & left2) | (right & right2) |
                               ((ax < west) & (bx < west)) | ((ax > east) & (bx > east)) |
                               ((ay < south) & (by < south)) | ((ay > north) & (by > north));
            crosses |= ((above & below2) | (below & above2)) & ((left & right2) | (right & left2));
            unsure |= ~apart;
        }
        if (any(crosses)) return {true, false};
    }
    return {false, any(unsure)};
}

template <class Number>
CLEARLINE_INLINE bool even_odd(const Outline& area, Number x, Number y) {
    bool odd = false;
    uint32_t start = 0;
    for (uint32_t part = 0; part < area.parts; ++part) {
        const uint32_t end = area.part_ends[part];
        Number ax = area.corners[end - 1].x_m, ay = area.corners[end - 1].y_m;
        for (uint32_t k = start; k < end; ++k) {
            const Number bx = area.corners[k].x_m, by = area.corners[k].y_m;
            if ((ay > y) != (by > y)) {
                // The edge counts if it passes to the right. Where the place lies beside the edge's box no arithmetic
                // is needed; within the box the place is farther from the edge than any rounding.
                if (x < std::min(ax, bx)) {
                    odd = !odd;
                } else if (x <= std::max(ax, bx)) {
                    const Number turn = (bx - ax) * (y - ay) - (by - ay) * (x - ax);
                    odd ^= (by > ay) == (turn > 0);
                }
            }
            ax = bx;
            ay = by;
        }
        start = end;
    }
    return odd;
}

template <class Kind>
CLEARLINE_INLINE State judge(const Outline& a, const Outline& b, PlanePoint shift, typename Kind::Number doubt,
                             std::vector<typename Kind::Number>& memory) {
    using Number = typename Kind::Number;
    const Number dx = Number(shift.x_m), dy = Number(shift.y_m);
    const int room_a = static_cast<int>(a.part_ends[a.parts - 1]) + kLanes;
    const int room_b = static_cast<int>(b.part_ends[b.parts - 1]) + kLanes;
    if (memory.size() < static_cast<size_t>(4 * (room_a + room_b))) memory.resize(8 * (room_a + room_b));
    Number* column = memory.data();
    Edges<Number> of_a{column, column + room_a, column + 2 * room_a, column + 3 * room_a, 0};
    column += 4 * room_a;
    Edges<Number> of_b{column, column + room_b, column + 2 * room_b, column + 3 * room_b, 0};
    const Number bx = Number(b.half_x) + doubt, by = Number(b.half_y) + doubt;
    collect<Number>(a, 0, 0, {dx - bx, dx + bx, dy - by, dy + by}, of_a);
    if (of_a.count > 0) {
        const Number ax = Number(a.half_x) + doubt, ay = Number(a.half_y) + doubt;
        collect<Number>(b, dx, dy, {-ax, ax, -ay, ay}, of_b);
        const int a_many = (of_a.count + kLanes - 1) / kLanes * of_b.count;
        const int b_many = (of_b.count + kLanes - 1) / kLanes * of_a.count;
        const Answer answer =
            a_many <= b_many ? edges_answer<Kind>(of_a, of_b, doubt) : edges_answer<Kind>(of_b, of_a, doubt);
        if (answer.crosses) return State::Meets;
        if (answer.unsure) return State::Unsure;
    }
    // No edge comes near another: one shape holds the other whole, or they are apart. What is held is no wider than
    // what holds it; middles are rounded to 2 m, so half widths may be 2 m too large.
    const Number far_x = std::fabs(dx), far_y = std::fabs(dy), slack = Number(2.5) + doubt;
    if (b.closed && far_x + a.half_x <= b.half_x + slack && far_y + a.half_y <= b.half_y + slack &&
        even_odd<Number>(b, a.corners[0].x_m - dx, a.corners[0].y_m - dy))
        return State::Meets;
    if (a.closed && far_x + b.half_x <= a.half_x + slack && far_y + b.half_y <= a.half_y + slack &&
        even_odd<Number>(a, b.corners[0].x_m + dx, b.corners[0].y_m + dy))
        return State::Meets;
    return State::Apart;
}

// Rounding in 32 bits: a side of an edge is wrong by at most 11 half-units of the largest number met (two products and
// three differences, and the shift), which is 6.6e-7 of it.
CLEARLINE_INLINE State judge_narrow(const Outline& a, const Outline& b, PlanePoint shift, double doubt_m, Scratch& s) {
    const float largest = std::max(std::max(a.half_x, a.half_y),
                                   float(std::max(std::fabs(shift.x_m), std::fabs(shift.y_m))) +
                                       std::max(b.half_x, b.half_y));
    return judge<Narrow>(a, b, shift, float(doubt_m) * 1.000001f + 1e-6f * largest, s.narrow);
}

State judge_any(const Outline& a, const Outline& b, PlanePoint shift, double doubt_m, Scratch& s) {
    return judge_narrow(a, b, shift, doubt_m, s);
}

#ifdef CLEARLINE_X86
__attribute__((target("avx2"))) State judge_avx2(const Outline& a, const Outline& b, PlanePoint shift, double doubt_m,
                                                 Scratch& s) {
    return judge_narrow(a, b, shift, doubt_m, s);
}
#endif

using Judge = State (*)(const Outline&, const Outline&, PlanePoint, double, Scratch&);

Judge best_judge() {
#ifdef CLEARLINE_X86
    if (machine_level() >= Level::Avx2) return judge_avx2;
#endif
    return judge_any;
}

const Judge kJudge = best_judge();

}  // namespace

State flat_state(const Outline& a, const Outline& b, PlanePoint shift, double doubt_m, Scratch& scratch) {
    const State first = kJudge(a, b, shift, doubt_m, scratch);
    if (first != State::Unsure) return first;
    return judge<Wide>(a, b, shift, doubt_m + 1e-7, scratch.wide);
}

bool inside(const Outline& area, double x_m, double y_m) {
    return area.closed && even_odd<double>(area, x_m, y_m);
}

}  // namespace clearline
