// The one idea: what an aircraft may reach within the look-ahead fits in a box; only where two boxes touch are the two
// compared, by the times between which they are near sideways and near in height.
//
// The pair's arithmetic is that of src/clearline/conflict/cpa.py, operation by operation, so that both find the same.
#include "cpa.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "sweep.hpp"

namespace clearline {
namespace {

constexpr double kEarth_m = 6371000.0;  // the flat Earth's scale, as in BlueSky's tools/geo
constexpr double kHalfTurn = 3.14159265358979323846;
constexpr double kForever_s = std::numeric_limits<double>::infinity();
// Velocities nearer than this (m/s, and its square) are one: over a day it makes 9 micrometres.
constexpr double kSameSpeed_mps = 1e-10, kSameSpeed2 = kSameSpeed_mps * kSameSpeed_mps;

struct Times {
    double from_s, to_s;
};

// When |apart_m - closing_mps * t| is within a height; `none` if never.
bool near_in_height(double apart_m, double closing_mps, double within_m, bool touching, Times& times) {
    const bool now = touching ? std::fabs(apart_m) <= within_m : std::fabs(apart_m) < within_m;
    times = {-kForever_s, kForever_s};
    if (std::fabs(closing_mps) < kSameSpeed_mps) return now;
    const double a = (apart_m + within_m) / closing_mps, b = (apart_m - within_m) / closing_mps;
    times = {std::min(a, b), std::max(a, b)};
    if (now) times = {std::min(times.from_s, 0.0), std::max(times.to_s, 0.0)};
    return true;
}

bool near_sideways(double apart2, double closing, double speed2, double within_m, bool touching, Times& times) {
    const double within2 = within_m * within_m;
    const bool now = touching ? apart2 <= within2 : apart2 < within2;
    times = {-kForever_s, kForever_s};
    if (speed2 < kSameSpeed2) return now;
    const double nearest_s = closing / speed2, room = within2 - (apart2 - closing * nearest_s);
    if (room < 0.0) return false;
    const double half_s = std::sqrt(room / speed2);
    times = {nearest_s - half_s, nearest_s + half_s};
    if (now) times = {std::min(times.from_s, 0.0), std::max(times.to_s, 0.0)};
    return true;
}

bool meet(const Aircraft& a, uint32_t i, uint32_t j, bool touching, Predicted& found) {
    const double lookahead_s = std::max(a.lookahead_s[i], a.lookahead_s[j]);
    Times high, wide;
    if (!near_in_height(a.altitude_m[j] - a.altitude_m[i], a.up_mps[i] - a.up_mps[j],
                        std::max(a.vertical_m[i], a.vertical_m[j]), touching, high))
        return false;
    double turn = a.lon_rad[j] - a.lon_rad[i];
    if (turn > kHalfTurn) turn -= 2.0 * kHalfTurn;
    if (turn < -kHalfTurn) turn += 2.0 * kHalfTurn;
    const double cos_lat = a.cos_half_lat[i] * a.cos_half_lat[j] - a.sin_half_lat[i] * a.sin_half_lat[j];
    const double dx = kEarth_m * turn * cos_lat, dy = kEarth_m * (a.lat_rad[j] - a.lat_rad[i]);
    const double du = a.east_mps[i] - a.east_mps[j], dv = a.north_mps[i] - a.north_mps[j];
    const double apart2 = dx * dx + dy * dy, closing = du * dx + dv * dy, speed2 = du * du + dv * dv;
    if (!near_sideways(apart2, closing, speed2, std::max(a.lateral_m[i], a.lateral_m[j]), touching, wide)) return false;
    const double enter_s = std::max(std::max(high.from_s, wide.from_s), 0.0), leave_s = std::min(high.to_s, wide.to_s);
    if (enter_s > lookahead_s || (touching ? enter_s > leave_s : enter_s >= leave_s)) return false;
    const double nearest_s = speed2 < kSameSpeed2 ? 0.0 : std::min(std::max(closing / speed2, 0.0), lookahead_s);
    const double x = dx - du * nearest_s, y = dy - dv * nearest_s;
    found = {static_cast<int32_t>(i), static_cast<int32_t>(j), enter_s, leave_s, nearest_s, std::sqrt(x * x + y * y)};
    return true;
}

struct Most {
    double speed_mps = 0.0, lateral_m = 0.0, vertical_m = 0.0, lookahead_s = 0.0;
};

Most most_of(const Aircraft& a) {
    Most most;
    for (int64_t i = 0; i < a.count; ++i) {
        most.speed_mps = std::max(most.speed_mps, std::hypot(a.east_mps[i], a.north_mps[i]));
        most.lateral_m = std::max(most.lateral_m, a.lateral_m[i]);
        most.vertical_m = std::max(most.vertical_m, a.vertical_m[i]);
        most.lookahead_s = std::max(most.lookahead_s, a.lookahead_s[i]);
    }
    return most;
}

// What aircraft i may reach, grown by half of what counts as near: metres east on the flat Earth's equator, metres
// north, and height in the place of time. Everything rounds outward; a metre and a centimetre more cover arithmetic.
Box reach_of(const Aircraft& a, int64_t i, const Most& most) {
    constexpr double kWorld_m = kHalfTurn * kEarth_m;
    const double spread_m = 2.0 * most.speed_mps * most.lookahead_s + most.lateral_m;
    // A degree of longitude shrinks with the latitude between the two; the other is at most `spread_m` away.
    const double lat = std::fabs(a.lat_rad[i]) + spread_m / kEarth_m;
    const double shrink = lat < 1.55 ? std::cos(lat) : 0.0;
    const double east = a.east_mps[i] * most.lookahead_s, north = a.north_mps[i] * most.lookahead_s;
    const double up = a.up_mps[i] * most.lookahead_s, half = most.lateral_m / 2.0 + 1.0, half_up = most.vertical_m / 2.0 + 0.01;
    const double x = a.lon_rad[i] * kEarth_m, y = a.lat_rad[i] * kEarth_m, z = a.altitude_m[i];
    double west_m = -kWorld_m, east_m = kWorld_m;
    if (shrink > 0.0) {
        west_m = x + (std::min(0.0, east) - half) / shrink;
        east_m = x + (std::max(0.0, east) + half) / shrink;
        if (!(east_m - west_m < 2.0 * kWorld_m)) west_m = -kWorld_m, east_m = kWorld_m;
    }
    return {round_down(west_m), round_up(east_m), round_down(y + std::min(0.0, north) - half),
            round_up(y + std::max(0.0, north) + half), round_down(z + std::min(0.0, up) - half_up),
            round_up(z + std::max(0.0, up) + half_up), 0.0f, 0.0f};
}

// The boxes; one that reaches across the antimeridian is there twice, once for each side.
std::vector<Entry> boxes_of(const Aircraft& a) {
    constexpr float kWorld_m = static_cast<float>(kHalfTurn * kEarth_m), kOver_m = 8.0f;  // rounding, at this size 2 m
    const Most most = most_of(a);
    std::vector<Entry> entries;
    entries.reserve(a.count);
    for (int64_t i = 0; i < a.count; ++i) {
        Entry entry{reach_of(a, i, most), static_cast<uint32_t>(i)};
        entries.push_back(entry);
        const Box box = entry.box;
        for (const float side : {-1.0f, 1.0f}) {
            if (side < 0.0f ? box.x1 < kWorld_m - kOver_m : box.x0 > kOver_m - kWorld_m) continue;
            entry.box.x0 = box.x0 + side * 2.0f * kWorld_m - kOver_m;
            entry.box.x1 = box.x1 + side * 2.0f * kWorld_m + kOver_m;
            entries.push_back(entry);
        }
    }
    return entries;
}

float tile_for(const std::vector<Entry>& entries) {
    double sum = 0.0;
    for (const Entry& entry : entries) sum += std::min(entry.box.x1 - entry.box.x0, 1e6f) + entry.box.y1 - entry.box.y0;
    return std::min(std::max(static_cast<float>(0.75 * sum / static_cast<double>(entries.size())), 500.0f), 200'000.0f);
}

}  // namespace

std::vector<Predicted> predict(const Aircraft& aircraft, bool touching, int threads) {
    if (aircraft.count < 2) return {};
    threads = sensible_threads(threads);
    std::vector<std::vector<Predicted>> found(threads);
    const std::vector<Entry> entries = boxes_of(aircraft);
    touching_pairs(entries, tile_for(entries), threads, [&](int thread, const std::vector<RowPair>& pairs) {
        Predicted predicted;
        for (const RowPair& pair : pairs) {
            const uint32_t i = std::min(pair.first, pair.second), j = std::max(pair.first, pair.second);
            if (i != j && meet(aircraft, i, j, touching, predicted)) found[thread].push_back(predicted);
        }
    });
    std::vector<Predicted> all;
    for (const std::vector<Predicted>& some : found) all.insert(all.end(), some.begin(), some.end());
    std::sort(all.begin(), all.end(), [](const Predicted& a, const Predicted& b) {
        return a.first != b.first ? a.first < b.first : a.second < b.second;
    });
    const auto same = [](const Predicted& a, const Predicted& b) { return a.first == b.first && a.second == b.second; };
    all.erase(std::unique(all.begin(), all.end(), same), all.end());
    return all;
}

}  // namespace clearline
