// What two rows are to each other: time, height, and then the cheapest test of the shapes that is sure.
#pragma once

#include "flat.hpp"
#include "round.hpp"
#include "volume.hpp"

namespace clearline {

struct Shelved {  // a row with what it points to
    const Row& row;
    const Span& span;
    const Shelf& shelf;
};

State pair_state(const Shelved& a, const Shelved& b, const Reach& reach, Scratch& scratch);

}  // namespace clearline
