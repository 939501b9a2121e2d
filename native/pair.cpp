#include "pair.hpp"

#include <algorithm>
#include <cmath>

namespace clearline {
namespace {

// The same comparisons, in the same arithmetic, as conflict/judge.py. Written so that a NaN (infinity less infinity,
// which is an open end) never proves a gap.
bool apart_in_height(const Span& a, const Span& b, const Reach& reach) {
    return b.low_m - a.high_m > reach.vertical_m || a.low_m - b.high_m > reach.vertical_m;
}

bool later(int64_t start_ms, int64_t end_ms, int64_t by_ms) {
    if (end_ms == kForever_ms || start_ms <= end_ms) return false;
    return static_cast<uint64_t>(start_ms) - static_cast<uint64_t>(end_ms) > static_cast<uint64_t>(by_ms);
}

Outline outline_of(const Shelved& shape) {
    const Row& row = shape.row;
    const bool many = row.flags & kManyParts;
    const uint32_t* ends = many ? shape.shelf.part_ends.data() + row.first_part : &row.corners;
    uint32_t parts = 1;
    if (many)
        while (ends[parts - 1] != row.corners) ++parts;
    return {shape.shelf.corners.data() + row.first_corner, ends, parts, (row.flags & kClosed) != 0, row.half_x,
            row.half_y};
}

// Octagons that surely do not touch, or squares inside that surely do.
State quick_state(const Row& a, const Row& b, float dx, float dy, float doubt) {
    // Differences of middles are exact; sums of a few numbers of this size round by less than a millionth of them.
    const float growth = 1.4142137f * (a.growth + b.growth + doubt);
    const float sum = dx + dy, difference = dx - dy;
    const float room = growth + 1e-6f * (std::fabs(dx) + std::fabs(dy) + a.half_x + a.half_y + b.half_x + b.half_y);
    if (b.sum_low + sum > a.sum_high + room || b.sum_high + sum < a.sum_low - room ||
        b.difference_low + difference > a.difference_high + room || b.difference_high + difference < a.difference_low - room)
        return State::Apart;
    if (a.heart_half >= 0.0f && b.heart_half >= 0.0f) {
        const float both = (a.heart_half + b.heart_half) - 1e-6f * room - 1e-6f * (std::fabs(dx) + std::fabs(dy));
        if (std::fabs(dx + b.heart_x - a.heart_x) <= both && std::fabs(dy + b.heart_y - a.heart_y) <= both)
            return State::Meets;
    }
    return State::Unsure;
}

// Whether the middle of a shape's heart lies inside another, whose middle lies at (dx, dy) from the shape's. It may lie
// so near the other's edge that doubt or rounding decides; but then a place of that edge lies inside the heart, and
// they meet too.
bool heart_within(const Row& a, const Outline& b, double dx, double dy, float doubt) {
    const float x = a.heart_x - static_cast<float>(dx), y = a.heart_y - static_cast<float>(dy);
    const float room = 1e-6f * (std::fabs(x) + std::fabs(y) + b.half_x + b.half_y);
    return a.heart_half > doubt + room && std::fabs(x) <= b.half_x && std::fabs(y) <= b.half_y && roughly_inside(b, x, y);
}

// Shapes too wide for a common plane: edges in space, and the first corner of each part on the other's plane.
State boundless_state(const Shelved& a, const Shelved& b, double within_m, double doubt_m) {
    const Placed p{outline_of(a), {a.row.middle_x, a.row.middle_y}, a.row.face};
    const Placed q{outline_of(b), {b.row.middle_x, b.row.middle_y}, b.row.face};
    const State edges = edges_within(p, q, within_m, -1.0, doubt_m);
    if (edges != State::Apart) return edges;
    const auto holds = [](const Placed& area, const Placed& inner) {
        uint32_t start = 0;
        for (uint32_t part = 0; part < inner.outline.parts && area.outline.closed; ++part) {
            const Corner& c = inner.outline.corners[start];
            start = inner.outline.part_ends[part];
            const Vec3 d = place({inner.middle.x_m + c.x_m, inner.middle.y_m + c.y_m}, inner.face);
            if (along(d, area.face) < 0.05 * kPolarRadius_m) continue;  // a shape's own plane holds it well within this
            const PlanePoint seen = project(d, area.face);
            if (inside(area.outline, seen.x_m - area.middle.x_m, seen.y_m - area.middle.y_m)) return true;
        }
        return false;
    };
    return holds(p, q) || holds(q, p) ? State::Meets : State::Apart;
}

}  // namespace

State pair_state(const Shelved& a, const Shelved& b, const Reach& reach, Scratch& scratch) {
    const double within_m = static_cast<double>(a.row.radius_m) + b.row.radius_m + reach.lateral_m;
    const double doubt_m = static_cast<double>(a.row.doubt) + b.row.doubt;
    const bool boundless = (a.row.flags | b.row.flags) & kBoundless;
    const double dx = static_cast<double>(b.row.middle_x) - a.row.middle_x;
    const double dy = static_cast<double>(b.row.middle_y) - a.row.middle_y;
    const float doubt = round_up(doubt_m);
    const State quick =
        boundless ? State::Unsure : quick_state(a.row, b.row, static_cast<float>(dx), static_cast<float>(dy), doubt);
    if (quick == State::Apart) return quick;
    if (later(a.span.start_ms, b.span.end_ms, reach.time_ms) || later(b.span.start_ms, a.span.end_ms, reach.time_ms))
        return State::Apart;
    if (apart_in_height(a.span, b.span, reach)) return State::Apart;
    if (quick == State::Meets) return quick;
    if (boundless) return boundless_state(a, b, within_m, doubt_m);
    const Outline p = outline_of(a), q = outline_of(b);
    if (heart_within(a.row, q, dx, dy, doubt) || heart_within(b.row, p, -dx, -dy, doubt)) return State::Meets;
    const State flat = flat_state(p, q, {dx, dy}, doubt_m, scratch);
    if (within_m == 0.0 || flat == State::Meets) return flat;
    const double plane_m = static_cast<double>(a.row.growth) + b.row.growth + doubt_m;
    const Placed on_a{p, {a.row.middle_x, a.row.middle_y}, a.row.face};
    const Placed on_b{q, {b.row.middle_x, b.row.middle_y}, b.row.face};
    const State round = edges_within(on_a, on_b, within_m, plane_m, doubt_m);
    // Where no edge comes near, `flat` has already said that neither holds the other; it is UNSURE only where an edge
    // may be within the doubt, and then that is all that can be said.
    return round == State::Apart ? flat : round;
}

}  // namespace clearline
