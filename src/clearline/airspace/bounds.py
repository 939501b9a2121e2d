"""Every bound that F3548 and F3411 put on what a registry keeps, and those of our own, in one table.

The one idea: a bound is a number with its source, said once; rules and readers import it and never write it again.
Bounds are closed: exactly at the bound is allowed.
"""

from typing import Final

__all__ = [
    "AREA_MAX_KM2",
    "AREA_READABLE_US",
    "AREA_SUBSCRIPTIONS_MAX",
    "CLOCK_SLACK_US",
    "CSTR_MAX_AREA_KM2",
    "CSTR_MAX_DURATION_US",
    "CSTR_MAX_PLANNING_HORIZON_US",
    "CSTR_MAX_VERTICES",
    "DAY_US",
    "EARLIEST_US",
    "HIGHEST_M",
    "LATEST_US",
    "LOWEST_M",
    "MINUTE_US",
    "OI_MAX_DURATION_US",
    "OI_MAX_KEYS",
    "OI_MAX_PLAN_HORIZON_US",
    "OI_MAX_VERTICES",
    "OVN_SUFFIX_SLACK_US",
    "PAST_OVNS_KEPT",
    "SUBSCRIPTION_MAX_DURATION_US",
    "SUBSCRIPTION_START_SLACK_US",
    "USS_MAX_SUBSCRIPTIONS_IN_AREA",
]

MINUTE_US: Final = 60_000_000
DAY_US: Final = 24 * 60 * MINUTE_US

# F3548 TimeSyncMaxDifferential: the clocks of two systems may differ by 5 s, so a bound on the future may too.
CLOCK_SLACK_US: Final = 5_000_000

# F3548 OiMaxVertices: over all volumes of one operational intent.
OI_MAX_VERTICES: Final = 10_000
# F3548 OiMaxPlanHorizon: an operational intent ends at most this far ahead (OPIN0030).
OI_MAX_PLAN_HORIZON_US: Final = 30 * DAY_US
# Our own: nothing is planned for longer than it may be planned ahead.
OI_MAX_DURATION_US: Final = OI_MAX_PLAN_HORIZON_US
# Our own: OVNs in one key; more entities than this cannot touch one intent and still be read one by one.
OI_MAX_KEYS: Final = 100_000
# Our own: requested OVNs remembered for one intent, so that none comes back while its UUIDv7 time would still pass.
PAST_OVNS_KEPT: Final = 1_000

# F3548 CstrMaxVertices, CstrMaxArea, CstrMaxDuration, CstrMaxPlanningHorizon.
CSTR_MAX_VERTICES: Final = 1_000
CSTR_MAX_AREA_KM2: Final = 10_000.0
CSTR_MAX_DURATION_US: Final = DAY_US
CSTR_MAX_PLANNING_HORIZON_US: Final = 56 * DAY_US

# The reference implementation's bound on intents, subscriptions and searches, which its public suite expects.
AREA_MAX_KM2: Final = 2_500.0

# F3548 DSSMaxSubscriptionDuration (DSS0015).
SUBSCRIPTION_MAX_DURATION_US: Final = DAY_US
# A subscription that began a while ago is a request that waited; the reference allows 5 minutes.
SUBSCRIPTION_START_SLACK_US: Final = 5 * MINUTE_US
# Our own: explicit subscriptions of one USS that touch one area. Each is a line in every answer about that area.
USS_MAX_SUBSCRIPTIONS_IN_AREA: Final = 1_000

# The interface's sanity bounds on an altitude, metres above the WGS84 ellipsoid.
LOWEST_M: Final = -8_000.0
HIGHEST_M: Final = 100_000.0

# A requested OVN carries a UUIDv7 of the present: within 5 minutes of the registry's clock (the reference's rule).
OVN_SUFFIX_SLACK_US: Final = 5 * MINUTE_US

# F3411 NetDSSMaxSubscriptionPerArea (DSS0050): subscriptions of one USS over any one place.
AREA_SUBSCRIPTIONS_MAX: Final = 10
# How long an identification service area can still be read after its end. The public suite asks for it after seconds;
# F3411's near-real-time data are a minute old, so ten minutes serve whoever looks up a flight that has just ended.
AREA_READABLE_US: Final = 10 * MINUTE_US

# The earliest and latest times that a store keeps, about the years -1199 and 5138: it counts microseconds in 64 bits.
EARLIEST_US: Final = -100_000_000_000_000_000
LATEST_US: Final = 100_000_000_000_000_000
