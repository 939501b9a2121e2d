// Whether two shapes on one face's plane share a place: straight lines and the even-odd rule, with room for doubt.
#pragma once

#include <vector>

#include "volume.hpp"

namespace clearline {

// A shape on the plane, corners counted from its row's middle.
struct Outline {
    const Corner* corners;
    const uint32_t* part_ends;  // `parts` of them
    uint32_t parts;
    bool closed;
    float half_x, half_y;
};

// Memory for the edges that matter, kept from pair to pair.
struct Scratch {
    std::vector<float> narrow;
    std::vector<double> wide;
};

// `shift` is where b's middle lies, seen from a's; `doubt_m` is how far from where it is drawn anything may lie, both
// shapes together. Meets and Apart are sure; Apart is of everything that is nearer than the tolerance, too.
State flat_state(const Outline& a, const Outline& b, PlanePoint shift, double doubt_m, Scratch& scratch);

// Whether a place (counted from the middle of `area`) lies inside, by the even-odd rule; near an edge it may go either
// way, as the place is rounded to 32 bits in the first.
bool roughly_inside(const Outline& area, float x_m, float y_m);
bool inside(const Outline& area, double x_m, double y_m);

}  // namespace clearline
