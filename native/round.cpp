// The one idea: the distance between two straight chords in space bounds the distance between the curves above them,
// because a curve strays from its chord by no more than its sagitta. Where the bounds do not decide, the longer edge
// is halved; sagittae shrink by four each time, so few pieces are ever looked at.
#include "round.hpp"

#include <algorithm>
#include <cmath>

namespace clearline {
namespace {

// Pieces are halved until their sagittae are below this; what is then undecided is UNSURE.
constexpr double kFinest_m = 0.002;

struct Edge {
    PlanePoint from, to;
    Vec3 a, b;
    int face;
};

struct Pair {
    Edge first, second;
};

double clamp01(double v) { return v < 0.0 ? 0.0 : v > 1.0 ? 1.0 : v; }

double square(const Vec3& v) { return dot(v, v); }

// Distance of straight segments in space. The least lies inside both or at an end of one; all are tried, so rounding
// in the first can only cost what nearly parallel segments differ by.
double chord_distance(const Vec3& p0, const Vec3& p1, const Vec3& q0, const Vec3& q1) {
    const Vec3 d = p1 - p0, e = q1 - q0, r = p0 - q0;
    const double dd = dot(d, d), ee = dot(e, e), de = dot(d, e), dr = dot(d, r), er = dot(e, r);
    const auto at = [&](double s, double t) { return square(r + s * d - t * e); };
    const auto along_q = [&](double s) { return ee > 0.0 ? clamp01((s * de + er) / ee) : 0.0; };
    const auto along_p = [&](double t) { return dd > 0.0 ? clamp01((t * de - dr) / dd) : 0.0; };
    double best = std::min(at(0.0, along_q(0.0)), at(1.0, along_q(1.0)));
    best = std::min(best, std::min(at(along_p(0.0), 0.0), at(along_p(1.0), 1.0)));
    const double bottom = dd * ee - de * de;
    if (bottom > 0.0) {
        const double s = clamp01((de * er - ee * dr) / bottom);
        best = std::min(best, at(s, along_q(s)));
    }
    return std::sqrt(best);
}

// By how much a curve of the least radius may stray from a chord; chords here are below 1000 km.
double sagitta(double chord_m) { return chord_m * chord_m * (1.02 / 8.0 / kLeastCurvatureRadius_m); }

void halve(const Edge& edge, Edge& first, Edge& second) {
    const PlanePoint middle{(edge.from.x_m + edge.to.x_m) / 2.0, (edge.from.y_m + edge.to.y_m) / 2.0};
    const Vec3 above = place(middle, edge.face);
    first = {edge.from, middle, edge.a, above, edge.face};
    second = {middle, edge.to, above, edge.b, edge.face};
}

// What two edges are to each other.
State decide(std::vector<Pair>& stack, const Chords& chords, double doubt_m) {
    State state = State::Apart;
    while (!stack.empty()) {
        const Pair pair = stack.back();
        stack.pop_back();
        const double long_a = length(pair.first.b - pair.first.a), long_b = length(pair.second.b - pair.second.a);
        const double stray_a = sagitta(long_a), stray_b = sagitta(long_b);
        const double apart = chord_distance(pair.first.a, pair.first.b, pair.second.a, pair.second.b);
        // 1e-8 of the lengths covers rounding between nearly parallel chords.
        const double slack = stray_a + stray_b + doubt_m + 5e-4 + 1e-8 * (long_a + long_b);
        if (apart - slack > chords.longest_m) continue;
        if (apart + slack < chords.surely_m) return State::Meets;
        if (stray_a + stray_b < kFinest_m) {
            state = State::Unsure;
            continue;
        }
        Pair near = pair, far = pair;
        if (long_a >= long_b)
            halve(pair.first, near.first, far.first);
        else
            halve(pair.second, near.second, far.second);
        stack.push_back(far);
        stack.push_back(near);
    }
    return state;
}

void list_edges(const Placed& shape, std::vector<Edge>& edges) {
    edges.clear();
    uint32_t start = 0;
    const auto corner = [&](uint32_t k) {
        const Corner& c = shape.outline.corners[k];
        return PlanePoint{shape.middle.x_m + c.x_m, shape.middle.y_m + c.y_m};
    };
    for (uint32_t part = 0; part < shape.outline.parts; ++part) {
        const uint32_t end = shape.outline.part_ends[part];
        const bool single = end - start == 1;
        PlanePoint from = corner(shape.outline.closed ? end - 1 : start);
        Vec3 a = place(from, shape.face);
        for (uint32_t k = shape.outline.closed || single ? start : start + 1; k < end; ++k) {
            const PlanePoint to = corner(k);
            const Vec3 b = place(to, shape.face);
            edges.push_back({from, to, a, b, shape.face});
            from = to;
            a = b;
        }
        start = end;
    }
}

bool beyond(const Edge& a, const Edge& b, double plane_m) {
    return std::max(a.from.x_m, a.to.x_m) + plane_m < std::min(b.from.x_m, b.to.x_m) ||
           std::max(b.from.x_m, b.to.x_m) + plane_m < std::min(a.from.x_m, a.to.x_m) ||
           std::max(a.from.y_m, a.to.y_m) + plane_m < std::min(b.from.y_m, b.to.y_m) ||
           std::max(b.from.y_m, b.to.y_m) + plane_m < std::min(a.from.y_m, a.to.y_m);
}

}  // namespace

Chords chords_within(double within_m) {
    // A way on a sphere of the greatest radius has the longest chord, one on a sphere of the least the shortest.
    const double far = (within_m + kTolerance_m) / (2.0 * kGreatestCurvatureRadius_m);
    const double near = within_m / (2.0 * kLeastCurvatureRadius_m);
    if (far > 1.5) return {4.0 * kGreatestCurvatureRadius_m, 0.0};
    return {2.0 * kGreatestCurvatureRadius_m * std::sin(far), 2.0 * kLeastCurvatureRadius_m * std::sin(near)};
}

State edges_within(const Placed& a, const Placed& b, double within_m, double plane_m, double doubt_m) {
    const Chords chords = chords_within(within_m);
    // The plane measures no less than the ground, so half widths bound how far a shape reaches from its middle; the
    // chord between middles, less both, is beyond what any chord between the shapes must exceed.
    const double reach = std::hypot(a.outline.half_x, a.outline.half_y) + std::hypot(b.outline.half_x, b.outline.half_y);
    const double middles = length(place(a.middle, a.face) - place(b.middle, b.face));
    if (middles - reach - doubt_m - 1.0 > chords.longest_m) return State::Apart;

    thread_local std::vector<Edge> edges_a, edges_b;
    thread_local std::vector<Pair> stack;
    list_edges(a, edges_a);
    list_edges(b, edges_b);
    State state = State::Apart;
    for (const Edge& p : edges_a) {
        for (const Edge& q : edges_b) {
            if (plane_m >= 0.0 && beyond(p, q, plane_m)) continue;
            stack.push_back({p, q});
            const State found = decide(stack, chords, doubt_m);
            if (found == State::Meets) {
                stack.clear();
                return found;
            }
            if (found == State::Unsure) state = found;
        }
    }
    return state;
}

}  // namespace clearline
