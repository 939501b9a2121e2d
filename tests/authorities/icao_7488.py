"""Pressure by altitude in the standard atmosphere: ICAO Doc 7488/3, third edition 1993, table 1 (and ISO 2533)."""

__all__ = ["PRESSURE_HPA_BY_ALTITUDE_M", "PRESSURE_TOLERANCE_M"]

# Geopotential altitude in metres, pressure in hectopascals as printed.
PRESSURE_HPA_BY_ALTITUDE_M = {
    0.0: 1013.25,
    500.0: 954.608,
    1_000.0: 898.746,
    2_000.0: 794.952,
    3_000.0: 701.085,
    5_000.0: 540.199,
    10_000.0: 264.363,
    11_000.0: 226.321,
}
# The pressures are printed to 0.001 hPa: half of that is 0.01 m at 11 km, and the formula's own constants 0.05 m.
PRESSURE_TOLERANCE_M = 0.1
