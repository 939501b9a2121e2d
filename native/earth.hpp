// The WGS84 ellipsoid seen from its centre: six planes, one over each side of a cube round the Earth.
//
// The one idea: a plane through the Earth's centre cuts the ellipsoid in a great ellipse, and a great ellipse is a
// straight line on any plane it is projected on from that centre. So all sideways questions become questions about
// straight lines, with no poles and no antimeridian. A geodesic strays from the great ellipse between its ends by a
// bow that has a bound; the bound travels with every shape as part of its doubt.
#pragma once

#include <cmath>

namespace clearline {

// NIMA TR8350.2, third edition, table 3.1.
constexpr double kEquatorialRadius_m = 6378137.0;
constexpr double kFlattening = 1.0 / 298.257223563;
constexpr double kEccentricitySquared = kFlattening * (2.0 - kFlattening);
constexpr double kPolarRadius_m = kEquatorialRadius_m * (1.0 - kFlattening);

// Least and greatest radius of curvature of the ellipsoid in any direction: the meridian's at the equator and at the
// poles. Bounds on how much longer a geodesic is than the chord between its ends (Schur's comparison theorem).
constexpr double kLeastCurvatureRadius_m = 6335439.0;
constexpr double kGreatestCurvatureRadius_m = 6399594.0;

// Bow of a geodesic off the great ellipse through its ends, metres per square kilometre: e^2 L^2 / (16 R_min), leading
// order (space/wgs84.py), times 1.2 for the orders left out.
constexpr double kBow_m_per_km2 = 6.604e-5 * 1.2;

// Shapes count as meeting up to a gap of 5 mm (conflict/exact.py); the exact engine is itself good to 1 mm.
constexpr double kTolerance_m = 0.006;

struct Vec3 {
    double x, y, z;
};

inline Vec3 operator+(const Vec3& a, const Vec3& b) { return {a.x + b.x, a.y + b.y, a.z + b.z}; }
inline Vec3 operator-(const Vec3& a, const Vec3& b) { return {a.x - b.x, a.y - b.y, a.z - b.z}; }
inline Vec3 operator*(double s, const Vec3& a) { return {s * a.x, s * a.y, s * a.z}; }
inline double dot(const Vec3& a, const Vec3& b) { return a.x * b.x + a.y * b.y + a.z * b.z; }
inline double length(const Vec3& a) { return std::sqrt(dot(a, a)); }

struct PlanePoint {
    double x_m, y_m;
};

// Faces 0, 1, 2 look along +x, +y, +z and faces 3, 4, 5 along -x, -y, -z.
constexpr int kFaces = 6;

inline double component(const Vec3& d, int axis) { return axis == 0 ? d.x : axis == 1 ? d.y : d.z; }

// How far a direction looks along a face's axis; only directions with a positive value project on the face.
inline double along(const Vec3& d, int face) {
    const double value = component(d, face % 3);
    return face < 3 ? value : -value;
}

inline int face_of(const Vec3& d) {
    int best = 0;
    for (int face = 1; face < kFaces; ++face)
        if (along(d, face) > along(d, best)) best = face;
    return best;
}

// The central projection, scaled so that lengths on the plane are never below those on the ground.
inline PlanePoint project(const Vec3& d, int face) {
    const double scale = kEquatorialRadius_m / along(d, face);
    return {component(d, (face + 1) % 3) * scale, component(d, (face + 2) % 3) * scale};
}

// The place on the ellipsoid under a point of a face's plane, Earth-centred metres.
inline Vec3 place(PlanePoint p, int face) {
    const double u = p.x_m / kEquatorialRadius_m, v = p.y_m / kEquatorialRadius_m, w = face < 3 ? 1.0 : -1.0;
    const Vec3 d = face % 3 == 0 ? Vec3{w, u, v} : face % 3 == 1 ? Vec3{v, w, u} : Vec3{u, v, w};
    constexpr double a2 = kEquatorialRadius_m * kEquatorialRadius_m, b2 = kPolarRadius_m * kPolarRadius_m;
    return 1.0 / std::sqrt((d.x * d.x + d.y * d.y) / a2 + d.z * d.z / b2) * d;
}

// By how much more than on the ground a small length at distance `from_middle_m` from the middle of a plane may
// measure there: 1/cos^2 of the angle, times the ellipsoid's greatest over least distance from its centre.
inline double greatest_scale(double from_middle_m) {
    const double t = from_middle_m / kEquatorialRadius_m;
    return (1.0 + t * t) * 1.00337;
}

}  // namespace clearline
