// Which of many aircraft, each flying on as it does now, will come too near another.
#pragma once

#include <cstdint>
#include <vector>

namespace clearline {

// Columns, one number for each aircraft. Directions of flight and half latitudes come as sines and cosines, so that
// no machine's sine decides anything here.
struct Aircraft {
    const double *lat_rad, *lon_rad;                    // longitude within half a turn
    const double *cos_half_lat, *sin_half_lat;          // of half the latitude
    const double *east_mps, *north_mps, *up_mps;
    const double *altitude_m;
    const double *lateral_m, *vertical_m, *lookahead_s; // of a pair, the larger counts
    int64_t count;
};

struct Predicted {
    int32_t first, second;  // first < second
    double enter_s, leave_s, nearest_s, nearest_m;
};

// All pairs that will be within both distances at one time within the look-ahead, sorted. `touching`: whether at the
// distance, or for an instant, counts.
std::vector<Predicted> predict(const Aircraft& aircraft, bool touching, int threads);

}  // namespace clearline
