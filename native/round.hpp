// Whether two shapes come within a distance of each other along the ellipsoid.
#pragma once

#include <vector>

#include "flat.hpp"

namespace clearline {

// The chords that decide: a way along the ellipsoid of at most `within_m` has a chord of at most `longest_m`; a chord
// of at most `surely_m` has a way of at most `within_m`.
struct Chords {
    double longest_m, surely_m;
};
Chords chords_within(double within_m);

struct Placed {
    Outline outline;
    PlanePoint middle;
    int face;
};

// Compares the edges of two shapes, which need not be on one face. `plane_m` is what the distance may measure on the
// plane, if both are on the same face (else negative). Apart says nothing about one holding the other.
State edges_within(const Placed& a, const Placed& b, double within_m, double plane_m, double doubt_m);

}  // namespace clearline
