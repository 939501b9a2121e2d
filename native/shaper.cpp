// From places in degrees to rows on the faces of the cube: see volume.hpp.
#include <algorithm>
#include <stdexcept>
#include <string>

#include "volume.hpp"

namespace clearline {
namespace {

constexpr double kRadian = 3.14159265358979323846 / 180.0;
// Half a unit in the last place of a 32-bit number, in both coordinates at once, with room to spare.
constexpr double kRounding = 1.0e-7;
// Edges beyond this must be cut along the geodesic first: the bow's bound is a leading order term.
constexpr double kLongestEdge_m = 600'000.0;
// A shape whose reach spans more than this from its middle is compared in space instead of on planes; so is one that
// reaches further than this from the middle of a face, where the plane's scale runs away: 5 radii out, 32,000 km.
constexpr double kWidest = 15.0 * kRadian;
constexpr double kFarthest = 1.375;
// Times are compared as doubles in boxes; these are exact, halves included. 71,000 years either way.
constexpr int64_t kLatest_ms = int64_t{1} << 51;

[[noreturn]] void refuse(int64_t i, const std::string& why) {
    throw std::invalid_argument("volume " + std::to_string(i) + ": " + why);
}

// Directions of places from the Earth's centre. Most shapes are small, and then sine and cosine follow from those of
// the first place by the addition theorems; the series are exact to a double within 0.03 rad.
class Directions {
public:
    explicit Directions(double lat_deg, double lon_deg)
        : lat_deg_(lat_deg), lon_deg_(lon_deg), sin_lat_(std::sin(lat_deg * kRadian)),
          cos_lat_(std::cos(lat_deg * kRadian)), sin_lon_(std::sin(lon_deg * kRadian)),
          cos_lon_(std::cos(lon_deg * kRadian)) {}

    Vec3 operator()(double lat_deg, double lon_deg) const {
        const double a = (lat_deg - lat_deg_) * kRadian, b = (lon_deg - lon_deg_) * kRadian;
        double sin_lat, cos_lat, sin_lon, cos_lon;
        if (std::fabs(a) < 0.03 && std::fabs(b) < 0.03) {
            const double sa = sine(a), ca = cosine(a), sb = sine(b), cb = cosine(b);
            sin_lat = sin_lat_ * ca + cos_lat_ * sa;
            cos_lat = cos_lat_ * ca - sin_lat_ * sa;
            sin_lon = sin_lon_ * cb + cos_lon_ * sb;
            cos_lon = cos_lon_ * cb - sin_lon_ * sb;
        } else {
            sin_lat = std::sin(lat_deg * kRadian);
            cos_lat = std::cos(lat_deg * kRadian);
            sin_lon = std::sin(lon_deg * kRadian);
            cos_lon = std::cos(lon_deg * kRadian);
        }
        return {cos_lat * cos_lon, cos_lat * sin_lon, (1.0 - kEccentricitySquared) * sin_lat};
    }

private:
    static double sine(double v) {
        const double q = v * v;
        return v * (1.0 - q / 6.0 * (1.0 - q / 20.0 * (1.0 - q / 42.0)));
    }
    static double cosine(double v) {
        const double q = v * v;
        return 1.0 - q / 2.0 * (1.0 - q / 12.0 * (1.0 - q / 30.0));
    }
    double lat_deg_, lon_deg_, sin_lat_, cos_lat_, sin_lon_, cos_lon_;
};

// A whole even number of metres near `value`, exact in 32 bits out to 33,000 km.
float even_metres(double value) { return static_cast<float>(2.0 * std::nearbyint(value / 2.0)); }

}  // namespace

Box make_box(const Row& row, const Span& span, const Reach& reach, int64_t epoch_ms) {
    Box box;
    if (row.flags & kBoundless) {
        box.x0 = box.y0 = -INFINITY;
        box.x1 = box.y1 = INFINITY;
    } else {
        const double x = row.middle_x, y = row.middle_y;
        const double grow_x = static_cast<double>(row.half_x) + row.growth + row.doubt;
        const double grow_y = static_cast<double>(row.half_y) + row.growth + row.doubt;
        box.x0 = round_down(x - grow_x);
        box.x1 = round_up(x + grow_x);
        box.y0 = round_down(y - grow_y);
        box.y1 = round_up(y + grow_y);
    }
    // Half the reach on either side; a double holds any count of milliseconds in years 1 to 9999 exactly.
    const double half_ms = static_cast<double>(reach.time_ms) / 2.0, epoch = static_cast<double>(epoch_ms);
    box.t0 = round_down(static_cast<double>(span.start_ms) - epoch - half_ms);
    box.t1 = span.end_ms == kForever_ms ? INFINITY : round_up(static_cast<double>(span.end_ms) - epoch + half_ms);
    box.h0 = round_down(span.low_m - reach.vertical_m / 2.0 - 1e-6);
    box.h1 = round_up(span.high_m + reach.vertical_m / 2.0 + 1e-6);
    return box;
}

void Shaper::read_places(const Volumes& volumes, int64_t i) {
    directions_.clear();
    ends_.clear();
    const int64_t first_part = volumes.volume_parts[i], last_part = volumes.volume_parts[i + 1];
    if (last_part <= first_part) refuse(i, "has no part; give it at least one place");
    const int64_t first = volumes.part_offsets[first_part];
    for (int64_t part = first_part; part < last_part; ++part) {
        if (volumes.part_offsets[part + 1] <= volumes.part_offsets[part]) refuse(i, "has an empty part; leave it out");
        ends_.push_back(static_cast<uint32_t>(volumes.part_offsets[part + 1] - first));
    }
    const Directions direction(volumes.lat_deg[first], volumes.lon_deg[first]);
    const int64_t end = volumes.part_offsets[last_part];
    for (int64_t k = first; k < end; ++k) {
        const double lat = volumes.lat_deg[k], lon = volumes.lon_deg[k];
        if (!(std::fabs(lat) <= 90.0 && std::fabs(lon) <= 360.0)) refuse(i, "has a place that is not on the Earth");
        directions_.push_back(direction(lat, lon));
    }
    radius_m_ = volumes.radius_m[i];
    if (!(radius_m_ >= 0.0 && radius_m_ <= 1.0e7)) refuse(i, "has a radius that is not 0 to 10,000 km");
}

// False if a direction lies too near the plane of the horizon of this face.
bool Shaper::project_all(int face) {
    points_.clear();
    for (const Vec3& d : directions_) {
        if (along(d, face) < 0.05) return false;
        points_.push_back(project(d, face));
    }
    return true;
}

// Which faces the reach touches, by the cone round all places and what they may stray by; sets `boundless_` where planes
// will not do.
void Shaper::find_faces(int home, double doubt_m) {
    Vec3 sum{0.0, 0.0, 0.0};
    for (const Vec3& d : directions_) sum = sum + 1.0 / length(d) * d;
    const Vec3 middle = 1.0 / std::max(1e-300, length(sum)) * sum;
    double widest = 0.0;
    for (const Vec3& d : directions_) {
        // The angle by its chord: exact where arc cosine is not, at small angles.
        const double chord = length(1.0 / length(d) * d - middle);
        widest = std::max(widest, 2.0 * std::asin(std::min(1.0, chord / 2.0)));
    }
    widest += reach_angle() + doubt_m / 6.33e6 + 1e-6;
    boundless_ = boundless_ || !(widest < kWidest);
    faces_ = 1 << home;
    if (boundless_) return;
    for (int face = 0; face < kFaces; ++face) {
        const double w = along(middle, face);
        const double u = std::fabs(component(middle, (face + 1) % 3)), v = std::fabs(component(middle, (face + 2) % 3));
        // The cone reaches over the edge planes w = |u| and w = |v| if the middle is within its width of them.
        if (w - std::max(u, v) >= -1.4142136 * std::sin(widest)) faces_ |= 1 << face;
    }
}

// A square surely inside: round the mean of the corners of an area, or round a corner of what has a radius.
void Shaper::find_heart(Row& row, bool closed) const {
    row.heart_x = row.heart_y = 0.0f;
    row.heart_half = -1.0f;
    double x = 0.0, y = 0.0, half = 0.0;
    if (closed) {
        for (const PlanePoint& p : points_) {
            x += p.x_m;
            y += p.y_m;
        }
        x /= static_cast<double>(points_.size());
        y /= static_cast<double>(points_.size());
        half = 1e30;
        bool inside = false;
        uint32_t start = 0;
        for (const uint32_t end : ends_) {
            PlanePoint a = points_[end - 1];
            for (uint32_t k = start; k < end; ++k) {
                const PlanePoint b = points_[k];
                const double dx = b.x_m - a.x_m, dy = b.y_m - a.y_m;
                const double turn = dx * (y - a.y_m) - dy * (x - a.x_m), width = std::fabs(dx) + std::fabs(dy);
                inside ^= ((a.y_m > y) != (b.y_m > y)) & ((b.y_m > a.y_m) == (turn > 0.0));
                // Half the side of the largest square that stays on this side of the edge's line.
                if (std::fabs(turn) < half * width) half = std::fabs(turn) / width;
                a = b;
            }
            start = end;
        }
        if (!inside) return;
    } else {
        const PlanePoint& p = points_[points_.size() / 2];
        x = p.x_m;
        y = p.y_m;
        half = radius_m_ * 0.7071067;  // lengths on the plane are never below those on the ground
    }
    half = half * (1.0 - 1e-6) - 2.0 * row.doubt;
    if (!(half > 0.0)) return;
    row.heart_x = static_cast<float>(x - row.middle_x);
    row.heart_y = static_cast<float>(y - row.middle_y);
    const double moved = std::max(std::fabs(x - row.middle_x - row.heart_x), std::fabs(y - row.middle_y - row.heart_y));
    row.heart_half = round_down(half - moved);
}

void Shaper::add_row(const Volumes& volumes, int64_t i, int face, Shelf& shelf) {
    const bool closed = volumes.closed[i] != 0;
    double x0 = points_[0].x_m, x1 = x0, y0 = points_[0].y_m, y1 = y0;
    for (const PlanePoint& p : points_) {
        x0 = std::min(x0, p.x_m);
        x1 = std::max(x1, p.x_m);
        y0 = std::min(y0, p.y_m);
        y1 = std::max(y1, p.y_m);
    }
    double longest2 = 0.0;
    uint32_t start = 0;
    for (const uint32_t end : ends_) {
        PlanePoint a = points_[closed ? end - 1 : start];
        for (uint32_t k = start; k < end; ++k) {
            const double dx = points_[k].x_m - a.x_m, dy = points_[k].y_m - a.y_m;
            longest2 = std::max(longest2, dx * dx + dy * dy);
            a = points_[k];
        }
        start = end;
    }
    const double far_x = std::max(std::fabs(x0), std::fabs(x1)), far_y = std::max(std::fabs(y0), std::fabs(y1));
    const double distance = std::hypot(far_x, far_y), scale = greatest_scale(distance);
    if (longest2 > kLongestEdge_m * kLongestEdge_m * scale * scale)
        refuse(i, "has an edge of more than 600 km; cut it along the geodesic first");

    Row row{};
    row.middle_x = even_metres((x0 + x1) / 2.0);
    row.middle_y = even_metres((y0 + y1) / 2.0);
    row.sum_low = row.difference_low = INFINITY;
    row.sum_high = row.difference_high = -INFINITY;
    row.first_corner = static_cast<uint32_t>(shelf.corners.size());
    row.corners = static_cast<uint32_t>(points_.size());
    for (const PlanePoint& p : points_) {
        const Corner c{static_cast<float>(p.x_m - row.middle_x), static_cast<float>(p.y_m - row.middle_y)};
        shelf.corners.push_back(c);
        row.half_x = std::max(row.half_x, std::fabs(c.x_m));
        row.half_y = std::max(row.half_y, std::fabs(c.y_m));
        row.sum_low = std::min(row.sum_low, c.x_m + c.y_m);
        row.sum_high = std::max(row.sum_high, c.x_m + c.y_m);
        row.difference_low = std::min(row.difference_low, c.x_m - c.y_m);
        row.difference_high = std::max(row.difference_high, c.x_m - c.y_m);
    }
    const double half = std::max(row.half_x, row.half_y);
    const double bow_m = kBow_m_per_km2 * longest2 * 1e-6;
    row.doubt = round_up((kTolerance_m / 2.0 + bow_m) * scale + kRounding * (half + radius_m_) + 1e-5);
    row.radius_m = static_cast<float>(radius_m_);
    const double farthest = std::atan(distance / kEquatorialRadius_m) + reach_angle();
    if (farthest > kFarthest) boundless_ = true;
    if (radius_m_ + half_lateral_m_ > 0.0) {
        const double tangent = std::tan(std::min(kFarthest, farthest));
        row.growth = round_up(reach_angle() * kEquatorialRadius_m * (1.0 + tangent * tangent));
    }
    row.first_part = kSinglePart;
    if (ends_.size() > 1) {
        row.first_part = static_cast<uint32_t>(shelf.part_ends.size());
        shelf.part_ends.insert(shelf.part_ends.end(), ends_.begin(), ends_.end());
    }
    row.face = static_cast<uint8_t>(face);
    row.flags = static_cast<uint8_t>((closed ? kClosed : 0) | (ends_.size() > 1 ? kManyParts : 0));
    row.party = volumes.party[i];
    find_heart(row, closed);
    shelf.rows.push_back(row);
    shelf.spans.push_back({volumes.start_ms[i], volumes.end_ms[i], volumes.low_m[i], volumes.high_m[i]});
}

void Shaper::shape(const Volumes& volumes, int64_t i, Shelf& shelf) {
    const int64_t start_ms = volumes.start_ms[i], end_ms = volumes.end_ms[i];
    if (end_ms < start_ms) refuse(i, "ends before it starts");
    if (start_ms < -kLatest_ms || start_ms > kLatest_ms || (end_ms > kLatest_ms && end_ms != kForever_ms))
        refuse(i, "has a time more than 71,000 years from 1970");
    if (std::isnan(volumes.low_m[i]) || std::isnan(volumes.high_m[i])) refuse(i, "has a height that is not a number");
    read_places(volumes, i);
    const int home = face_of(directions_[0]);
    if (!project_all(home)) refuse(i, "reaches round more than a quarter of the Earth; split it");
    const size_t first = shelf.rows.size();
    boundless_ = false;
    add_row(volumes, i, home, shelf);
    {
        Row& row = shelf.rows.back();
        const double reach = static_cast<double>(row.growth) + row.doubt;
        row.faces = static_cast<uint8_t>(1 << home);
        if (std::fabs(row.middle_x) + row.half_x + reach < kEquatorialRadius_m &&
            std::fabs(row.middle_y) + row.half_y + reach < kEquatorialRadius_m)
            return;  // wholly over one face, as nearly all are
    }
    find_faces(home, shelf.rows[first].doubt);
    for (int face = 0; face < kFaces && !boundless_; ++face) {
        if (face == home || !(faces_ >> face & 1)) continue;
        if (!project_all(face)) {
            boundless_ = true;
            break;
        }
        add_row(volumes, i, face, shelf);
    }
    if (boundless_) {
        shelf.rows.resize(first + 1);
        shelf.spans.resize(first + 1);
        shelf.corners.resize(shelf.rows[first].first_corner + shelf.rows[first].corners);
        if (ends_.size() > 1) shelf.part_ends.resize(shelf.rows[first].first_part + ends_.size());
        shelf.rows[first].flags |= kBoundless;
        faces_ = 1 << home;
    }
    for (size_t k = first; k < shelf.rows.size(); ++k) shelf.rows[k].faces = static_cast<uint8_t>(faces_);
}

}  // namespace clearline
