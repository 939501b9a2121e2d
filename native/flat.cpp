// The one idea: every comparison keeps a margin. An edge of one surely crosses an edge of the other only if each has its
// ends on both sides of the other by more than the doubt; two edges are surely apart only if a line (through one of
// them, or upright, or level) has them on its two sides by more than the doubt. If all edges are surely apart, one
// corner of each part tells inside from outside for all of it. Anything else is UNSURE.
//
// It is asked first in 32-bit numbers, eight edges at a time, with the rounding counted in the doubt, and again in
// 64 bits only where the first answer was UNSURE.
#include "flat.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "machine.hpp"

#ifdef CLEARLINE_X86
#include <immintrin.h>
#endif

namespace clearline {
namespace {

constexpr int kLanes = 8;
typedef float Floats __attribute__((vector_size(4 * kLanes)));
typedef double Doubles __attribute__((vector_size(8 * kLanes)));
typedef int32_t FloatMask __attribute__((vector_size(4 * kLanes)));
typedef int64_t DoubleMask __attribute__((vector_size(8 * kLanes)));

// Edges that come near the other shape, as four columns with room for whole groups of lanes.
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
CLEARLINE_INLINE void collect_one(const Corner& from, const Corner& to, Number dx, Number dy, const Near<Number>& near,
                                  Edges<Number>& out) {
    const Number ax = from.x_m + dx, ay = from.y_m + dy, bx = to.x_m + dx, by = to.y_m + dy;
    const bool away = ((ax < near.x0) & (bx < near.x0)) | ((ax > near.x1) & (bx > near.x1)) |
                      ((ay < near.y0) & (by < near.y0)) | ((ay > near.y1) & (by > near.y1));
    out.ax[out.count] = ax;
    out.ay[out.count] = ay;
    out.bx[out.count] = bx;
    out.by[out.count] = by;
    out.count += !away;
}

// Whether a level line from the place to the east passes through the edge. Where the place lies beside the edge's box
// no arithmetic is needed; within the box it is farther from the edge than any rounding.
template <class Number>
CLEARLINE_INLINE bool passes(const Corner& from, const Corner& to, Number x, Number y) {
    const Number ax = from.x_m, ay = from.y_m, bx = to.x_m, by = to.y_m;
    const Number turn = (bx - ax) * (y - ay) - (by - ay) * (x - ax);
    return ((ay > y) != (by > y)) & ((x < std::min(ax, bx)) | ((x <= std::max(ax, bx)) & ((by > ay) == (turn > 0))));
}

// How edges are gone through, one by one: on any machine, and in 64 bits.
template <class Kind, class Wide, class Bits>
struct OneByOne {
    using Number = Kind;
    using Lanes = Wide;
    using Mask = Bits;

    static CLEARLINE_INLINE bool any(const Mask& mask) {
        uint64_t words[sizeof(Mask) / 8], all = 0;
        __builtin_memcpy(words, &mask, sizeof(Mask));
        for (const uint64_t word : words) all |= word;
        return all != 0;
    }
    static CLEARLINE_INLINE void collect(const Corner* c, uint32_t count, Number dx, Number dy, const Near<Number>& near,
                                         Edges<Number>& out) {
        for (uint32_t k = 1; k < count; ++k) collect_one(c[k - 1], c[k], dx, dy, near, out);
    }
    static CLEARLINE_INLINE bool odd(const Corner* c, uint32_t count, Number x, Number y) {
        bool odd = false;
        for (uint32_t k = 1; k < count; ++k) odd ^= passes(c[k - 1], c[k], x, y);
        return odd;
    }
};

using Narrow = OneByOne<float, Floats, FloatMask>;
using Wide = OneByOne<double, Doubles, DoubleMask>;

#ifdef CLEARLINE_X86
// For each set of lanes, the numbers of those that are in it.
constexpr std::array<uint64_t, 256> chosen_lanes() {
    std::array<uint64_t, 256> table{};
    for (int set = 0; set < 256; ++set) {
        int place = 0;
        for (uint64_t lane = 0; lane < 8; ++lane)
            if (set >> lane & 1) table[set] |= lane << (8 * place++);
    }
    return table;
}
constexpr std::array<uint64_t, 256> kChosenLanes = chosen_lanes();

// The same, eight edges at a step. Lanes hold them in the order 0 1 4 5 2 3 6 7, which nothing depends on.
struct NarrowAvx2 {
    using Number = float;
    using Lanes = Floats;
    using Mask = FloatMask;

    CLEARLINE_AVX2 static inline bool any(const Mask& mask) {
        const __m256i bits = (__m256i)mask;
        return !_mm256_testz_si256(bits, bits);
    }

    struct Eight {
        __m256 x, y;
    };
    CLEARLINE_AVX2 static CLEARLINE_INLINE Eight load(const Corner* c, uint32_t count) {
        const float* p = &c->x_m;
        __m256 low, high;
        if (count >= 8) {
            low = _mm256_loadu_ps(p);
            high = _mm256_loadu_ps(p + 8);
        } else {  // nothing past the end is read
            const __m256i first = _mm256_setr_epi32(0, 0, 1, 1, 2, 2, 3, 3), four = _mm256_set1_epi32(4);
            const __m256i end = _mm256_set1_epi32(static_cast<int>(count));
            low = _mm256_maskload_ps(p, _mm256_cmpgt_epi32(end, first));
            high = _mm256_maskload_ps(p + 8, _mm256_cmpgt_epi32(end, _mm256_add_epi32(first, four)));
        }
        return {_mm256_shuffle_ps(low, high, 0x88), _mm256_shuffle_ps(low, high, 0xdd)};
    }
    CLEARLINE_AVX2 static CLEARLINE_INLINE __m256 first_lanes(uint32_t count) {
        const __m256i number = _mm256_setr_epi32(0, 1, 4, 5, 2, 3, 6, 7);
        return _mm256_castsi256_ps(_mm256_cmpgt_epi32(_mm256_set1_epi32(static_cast<int>(std::min(count, 8u))), number));
    }

    CLEARLINE_AVX2 static inline void collect(const Corner* c, uint32_t count, float dx, float dy, const Near<float>& near,
                                              Edges<float>& out) {
        const __m256 x0 = _mm256_set1_ps(near.x0), x1 = _mm256_set1_ps(near.x1);
        const __m256 y0 = _mm256_set1_ps(near.y0), y1 = _mm256_set1_ps(near.y1);
        const __m256 shift_x = _mm256_set1_ps(dx), shift_y = _mm256_set1_ps(dy);
        for (uint32_t k = 1; k < count; k += 8) {
            const Eight from = load(c + k - 1, count - k), to = load(c + k, count - k);
            const __m256 ax = _mm256_add_ps(from.x, shift_x), ay = _mm256_add_ps(from.y, shift_y);
            const __m256 bx = _mm256_add_ps(to.x, shift_x), by = _mm256_add_ps(to.y, shift_y);
            const __m256 near_x = _mm256_and_ps(_mm256_cmp_ps(_mm256_max_ps(ax, bx), x0, _CMP_GE_OQ),
                                                _mm256_cmp_ps(_mm256_min_ps(ax, bx), x1, _CMP_LE_OQ));
            const __m256 near_y = _mm256_and_ps(_mm256_cmp_ps(_mm256_max_ps(ay, by), y0, _CMP_GE_OQ),
                                                _mm256_cmp_ps(_mm256_min_ps(ay, by), y1, _CMP_LE_OQ));
            const __m256 kept = _mm256_and_ps(_mm256_and_ps(near_x, near_y), first_lanes(count - k));
            const int set = _mm256_movemask_ps(kept);
            const __m256i lanes = _mm256_cvtepu8_epi32(_mm_cvtsi64_si128(static_cast<long long>(kChosenLanes[set])));
            _mm256_storeu_ps(out.ax + out.count, _mm256_permutevar8x32_ps(ax, lanes));
            _mm256_storeu_ps(out.ay + out.count, _mm256_permutevar8x32_ps(ay, lanes));
            _mm256_storeu_ps(out.bx + out.count, _mm256_permutevar8x32_ps(bx, lanes));
            _mm256_storeu_ps(out.by + out.count, _mm256_permutevar8x32_ps(by, lanes));
            out.count += __builtin_popcount(set);
        }
    }

    CLEARLINE_AVX2 static inline bool odd(const Corner* c, uint32_t count, float x_m, float y_m) {
        const __m256 x = _mm256_set1_ps(x_m), y = _mm256_set1_ps(y_m), zero = _mm256_setzero_ps();
        int passed = 0;
        for (uint32_t k = 1; k < count; k += 8) {
            const Eight a = load(c + k - 1, count - k), b = load(c + k, count - k);
            const __m256 spans = _mm256_xor_ps(_mm256_cmp_ps(a.y, y, _CMP_GT_OQ), _mm256_cmp_ps(b.y, y, _CMP_GT_OQ));
            const __m256 turn = _mm256_sub_ps(_mm256_mul_ps(_mm256_sub_ps(b.x, a.x), _mm256_sub_ps(y, a.y)),
                                              _mm256_mul_ps(_mm256_sub_ps(b.y, a.y), _mm256_sub_ps(x, a.x)));
            const __m256 wrong = _mm256_xor_ps(_mm256_cmp_ps(b.y, a.y, _CMP_GT_OQ), _mm256_cmp_ps(turn, zero, _CMP_GT_OQ));
            const __m256 within = _mm256_cmp_ps(x, _mm256_max_ps(a.x, b.x), _CMP_LE_OQ);
            const __m256 beside = _mm256_cmp_ps(x, _mm256_min_ps(a.x, b.x), _CMP_LT_OQ);
            const __m256 right = _mm256_or_ps(beside, _mm256_andnot_ps(wrong, within));
            passed += __builtin_popcount(
                _mm256_movemask_ps(_mm256_and_ps(_mm256_and_ps(spans, right), first_lanes(count - k))));
        }
        return passed & 1;
    }
};
#endif

template <class Kind>
CLEARLINE_INLINE void collect(const Outline& shape, typename Kind::Number dx, typename Kind::Number dy,
                              const Near<typename Kind::Number>& near, Edges<typename Kind::Number>& out) {
    uint32_t start = 0;
    for (uint32_t part = 0; part < shape.parts; ++part) {
        const uint32_t end = shape.part_ends[part];
        // A line begins with an edge from its first place to itself, so that a single place is an edge too.
        collect_one(shape.corners[shape.closed ? end - 1 : start], shape.corners[start], dx, dy, near, out);
        Kind::collect(shape.corners + start, end - start, dx, dy, near, out);
        start = end;
    }
    // Far away, and a point: surely apart from everything.
    for (int k = out.count; k % kLanes != 0; ++k)
        out.ax[k] = out.ay[k] = out.bx[k] = out.by[k] = typename Kind::Number(1e9);
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
        if (Kind::any(crosses)) return {true, false};
    }
    return {false, Kind::any(unsure)};
}

template <class Kind>
CLEARLINE_INLINE bool even_odd(const Outline& area, typename Kind::Number x, typename Kind::Number y) {
    bool odd = false;
    uint32_t start = 0;
    for (uint32_t part = 0; part < area.parts; ++part) {
        const uint32_t end = area.part_ends[part];
        odd ^= passes(area.corners[end - 1], area.corners[start], x, y) ^
               Kind::odd(area.corners + start, end - start, x, y);
        start = end;
    }
    return odd;
}

// Whether an area holds the first corner of any part of another shape, whose middle lies at (dx, dy) from the area's.
template <class Kind>
CLEARLINE_INLINE bool holds(const Outline& area, const Outline& inner, typename Kind::Number dx, typename Kind::Number dy) {
    uint32_t start = 0;
    for (uint32_t part = 0; part < inner.parts; ++part) {
        if (even_odd<Kind>(area, inner.corners[start].x_m + dx, inner.corners[start].y_m + dy)) return true;
        start = inner.part_ends[part];
    }
    return false;
}

template <class Kind>
CLEARLINE_INLINE State judge(const Outline& a, const Outline& b, PlanePoint shift, typename Kind::Number doubt,
                             std::vector<typename Kind::Number>& memory) {
    using Number = typename Kind::Number;
    const Number dx = Number(shift.x_m), dy = Number(shift.y_m);
    const int room_a = static_cast<int>(a.part_ends[a.parts - 1]) + 2 * kLanes;
    const int room_b = static_cast<int>(b.part_ends[b.parts - 1]) + 2 * kLanes;
    if (memory.size() < static_cast<size_t>(4 * (room_a + room_b))) memory.resize(8 * (room_a + room_b));
    Number* column = memory.data();
    Edges<Number> of_a{column, column + room_a, column + 2 * room_a, column + 3 * room_a, 0};
    column += 4 * room_a;
    Edges<Number> of_b{column, column + room_b, column + 2 * room_b, column + 3 * room_b, 0};
    const Number bx = Number(b.half_x) + doubt, by = Number(b.half_y) + doubt;
    collect<Kind>(a, 0, 0, {dx - bx, dx + bx, dy - by, dy + by}, of_a);
    if (of_a.count > 0) {
        const Number ax = Number(a.half_x) + doubt, ay = Number(a.half_y) + doubt;
        collect<Kind>(b, dx, dy, {-ax, ax, -ay, ay}, of_b);
        const int a_many = (of_a.count + kLanes - 1) / kLanes * of_b.count;
        const int b_many = (of_b.count + kLanes - 1) / kLanes * of_a.count;
        const Answer answer =
            a_many <= b_many ? edges_answer<Kind>(of_a, of_b, doubt) : edges_answer<Kind>(of_b, of_a, doubt);
        if (answer.crosses) return State::Meets;
        if (answer.unsure) return State::Unsure;
    }
    // No edge comes near another: one shape holds a part of the other whole, or they are apart.
    if (b.closed && holds<Kind>(b, a, -dx, -dy)) return State::Meets;
    if (a.closed && holds<Kind>(a, b, dx, dy)) return State::Meets;
    return State::Apart;
}

// Rounding in 32 bits: a side of an edge is wrong by at most 11 half-units of the largest number met (two products and
// three differences, and the shift), which is 6.6e-7 of it.
template <class Kind>
CLEARLINE_INLINE State judge_narrow(const Outline& a, const Outline& b, PlanePoint shift, double doubt_m, Scratch& s) {
    const float largest = std::max(std::max(a.half_x, a.half_y),
                                   float(std::max(std::fabs(shift.x_m), std::fabs(shift.y_m))) +
                                       std::max(b.half_x, b.half_y));
    return judge<Kind>(a, b, shift, float(doubt_m) * 1.000001f + 1e-6f * largest, s.narrow);
}

State judge_any(const Outline& a, const Outline& b, PlanePoint shift, double doubt_m, Scratch& s) {
    return judge_narrow<Narrow>(a, b, shift, doubt_m, s);
}

#ifdef CLEARLINE_X86
CLEARLINE_AVX2 State judge_avx2(const Outline& a, const Outline& b, PlanePoint shift, double doubt_m, Scratch& s) {
    return judge_narrow<NarrowAvx2>(a, b, shift, doubt_m, s);
}
CLEARLINE_AVX2 bool odd_avx2(const Outline& area, float x_m, float y_m) { return even_odd<NarrowAvx2>(area, x_m, y_m); }
#endif

}  // namespace

State flat_state(const Outline& a, const Outline& b, PlanePoint shift, double doubt_m, Scratch& scratch) {
#ifdef CLEARLINE_X86
    const bool wide = level_in_use().load(std::memory_order_relaxed) >= Level::Avx2;
    const State first = (wide ? judge_avx2 : judge_any)(a, b, shift, doubt_m, scratch);
#else
    const State first = judge_any(a, b, shift, doubt_m, scratch);
#endif
    if (first != State::Unsure) return first;
    return judge<Wide>(a, b, shift, doubt_m + 1e-7, scratch.wide);
}

bool roughly_inside(const Outline& area, float x_m, float y_m) {
    if (!area.closed) return false;
#ifdef CLEARLINE_X86
    if (level_in_use().load(std::memory_order_relaxed) >= Level::Avx2) return odd_avx2(area, x_m, y_m);
#endif
    return even_odd<Narrow>(area, x_m, y_m);
}

bool inside(const Outline& area, double x_m, double y_m) { return area.closed && even_odd<Wide>(area, x_m, y_m); }

}  // namespace clearline
