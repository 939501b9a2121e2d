// A volume as the core keeps it: one row for each face of the cube that its reach touches, and its time and height.
//
// The one idea: a row holds the shape in a few dozen numbers that settle most questions (a middle, half widths, an
// octagon round it, a square inside it) and its corners as offsets from the middle, so that 32-bit numbers do; what
// that rounds off is counted in the row's `doubt`.
#pragma once

#include <cstdint>
#include <cstring>
#include <limits>
#include <vector>

#include "earth.hpp"

namespace clearline {

enum class State : uint8_t { Apart = 0, Meets = 1, Unsure = 2 };

constexpr int64_t kForever_ms = std::numeric_limits<int64_t>::max();

struct Corner {
    float x_m, y_m;
};

enum RowFlag : uint8_t {
    kClosed = 1,    // the parts are rings with an inside (even-odd), not lines
    kManyParts = 2, // `first_part` leads to where each part ends
    kBoundless = 4, // reaches too far for one plane: compared with every other volume, in space
    kDead = 8,      // removed; the row waits to be used again
};

constexpr uint32_t kSinglePart = 0xffffffffu;

// Lengths in metres on the plane of the row's face; the octagon, the heart and the corners count from the middle.
struct Row {
    float middle_x, middle_y;  // even whole metres, so that differences between rows are exact
    float half_x, half_y;      // how far the corners reach from the middle
    float growth;              // what radius and half the lateral minimum may measure on the plane here
    float doubt;               // half the tolerance, the bow of the edges, and everything rounded off
    float sum_low, sum_high, difference_low, difference_high;  // octagon: bounds of x + y and of x - y
    float heart_x, heart_y, heart_half;  // a square that surely lies inside; none if heart_half < 0
    float radius_m;            // on the ground, not on the plane
    uint32_t first_corner, corners;
    uint32_t first_part;       // into part_ends, or kSinglePart
    int32_t party;
    int32_t id;
    uint8_t face, faces, flags, spare;  // `faces`: bit set of all faces the volume has a row on
};
static_assert(sizeof(Row) == 80, "a million rows should stay small");

// Closed on all sides. An open end is kForever_ms.
struct Span {
    int64_t start_ms, end_ms;
    double low_m, high_m;
};

// How near is near: further apart than any one of the three is of no interest.
struct Reach {
    double lateral_m, vertical_m;
    int64_t time_ms;
};

// What a caller hands in: many volumes as flat arrays. Volume i has parts volume_parts[i] .. volume_parts[i + 1], part
// k has places part_offsets[k] .. part_offsets[k + 1].
struct Volumes {
    const double *lat_deg, *lon_deg;
    const int64_t *part_offsets, *volume_parts;
    const uint8_t* closed;
    const double* radius_m;
    const int64_t *start_ms, *end_ms;
    const double *low_m, *high_m;
    const int32_t* party;
    int64_t count, parts, places;
};

// Rows and what they point to. Rows of one volume are chained by `next_row`.
struct Shelf {
    std::vector<Row> rows;
    std::vector<Span> spans;
    std::vector<Corner> corners;
    std::vector<uint32_t> part_ends;
};

// A box in one face's plane, in time and in height, rounded outward to 32 bits.
struct Box {
    float x0, x1, y0, y1, t0, t1, h0, h1;
};

// The next 32-bit number in either direction, infinities aside; by the bits, as this is asked a lot.
inline float next_up(float value) {
    int32_t bits;
    std::memcpy(&bits, &value, 4);
    bits = value == 0.0f ? 1 : bits + (bits < 0 ? -1 : 1);
    std::memcpy(&value, &bits, 4);
    return value;
}
inline float next_down(float value) { return -next_up(-value); }

inline float round_down(double value) {
    const float f = static_cast<float>(value);
    return static_cast<double>(f) > value ? next_down(f) : f;
}
inline float round_up(double value) {
    const float f = static_cast<float>(value);
    return static_cast<double>(f) < value ? next_up(f) : f;
}

// The box of a row, grown by half the reach on every side; times count from `epoch_ms`.
Box make_box(const Row& row, const Span& span, const Reach& reach, int64_t epoch_ms);

// Turns volumes into rows. Keeps its scratch space from call to call.
class Shaper {
public:
    explicit Shaper(double lateral_m) : half_lateral_m_(lateral_m / 2.0) {}
    // Appends the rows of volume i, without ids. Throws std::invalid_argument for what cannot be a volume.
    void shape(const Volumes& volumes, int64_t i, Shelf& shelf);

private:
    void read_places(const Volumes& volumes, int64_t i);
    void add_row(const Volumes& volumes, int64_t i, int face, Shelf& shelf);
    bool project_all(int face);
    double reach_angle() const { return (radius_m_ + half_lateral_m_) / 6.33e6; }
    void find_heart(Row& row, bool closed) const;
    void find_faces(int home, double doubt_m);

    double half_lateral_m_, radius_m_ = 0.0;
    int faces_ = 0;
    bool boundless_ = false;
    std::vector<Vec3> directions_;
    std::vector<PlanePoint> points_;
    std::vector<uint32_t> ends_;
};

}  // namespace clearline
