"""Which scopes a token must carry for each call of a registry.

The one idea: one table, read off the interface files of F3548-21, F3411-19, F3411-22a and the pool's auxiliary calls;
a call needs every scope of one of its alternatives. A call without alternatives is open to all. What depends on the
content of a call (an off-nominal state needs conformance monitoring, SCD0100) is the rule's to say.
"""

from collections.abc import Set as AbstractSet
from enum import StrEnum

__all__ = ["CALL_SCOPES", "CMSA", "Call", "Scope", "missing_scopes"]


class Scope(StrEnum):
    """The scopes by which an authority grants a role."""

    STRATEGIC_COORDINATION = "utm.strategic_coordination"
    CONSTRAINT_MANAGEMENT = "utm.constraint_management"
    CONSTRAINT_PROCESSING = "utm.constraint_processing"
    CONFORMANCE_MONITORING = "utm.conformance_monitoring_sa"
    AVAILABILITY_ARBITRATION = "utm.availability_arbitration"
    DISPLAY_PROVIDER = "rid.display_provider"
    SERVICE_PROVIDER = "rid.service_provider"
    READ_AREAS = "dss.read.identification_service_areas"
    WRITE_AREAS = "dss.write.identification_service_areas"
    POOL_READ = "interuss.pool_status.read"
    HEARTBEAT = "interuss.pool_status.heartbeat.write"
    VERSIONS = "interuss.versioning.read_system_versions"


class Call(StrEnum):
    """The calls a registry answers, by their names in the interface files; F3411's end in its year."""

    QUERY_INTENTS = "queryOperationalIntentReferences"
    GET_INTENT = "getOperationalIntentReference"
    CREATE_INTENT = "createOperationalIntentReference"
    UPDATE_INTENT = "updateOperationalIntentReference"
    DELETE_INTENT = "deleteOperationalIntentReference"
    QUERY_CONSTRAINTS = "queryConstraintReferences"
    GET_CONSTRAINT = "getConstraintReference"
    CREATE_CONSTRAINT = "createConstraintReference"
    UPDATE_CONSTRAINT = "updateConstraintReference"
    DELETE_CONSTRAINT = "deleteConstraintReference"
    QUERY_SUBSCRIPTIONS = "querySubscriptions"
    GET_SUBSCRIPTION = "getSubscription"
    CREATE_SUBSCRIPTION = "createSubscription"
    UPDATE_SUBSCRIPTION = "updateSubscription"
    DELETE_SUBSCRIPTION = "deleteSubscription"
    MAKE_REPORT = "makeDssReport"
    SET_AVAILABILITY = "setUssAvailability"
    GET_AVAILABILITY = "getUssAvailability"
    SEARCH_AREAS_19 = "searchIdentificationServiceAreas-19"
    GET_AREA_19 = "getIdentificationServiceArea-19"
    CREATE_AREA_19 = "createIdentificationServiceArea-19"
    UPDATE_AREA_19 = "updateIdentificationServiceArea-19"
    DELETE_AREA_19 = "deleteIdentificationServiceArea-19"
    SEARCH_AREA_SUBSCRIPTIONS_19 = "searchSubscriptions-19"
    GET_AREA_SUBSCRIPTION_19 = "getSubscription-19"
    CREATE_AREA_SUBSCRIPTION_19 = "createSubscription-19"
    UPDATE_AREA_SUBSCRIPTION_19 = "updateSubscription-19"
    DELETE_AREA_SUBSCRIPTION_19 = "deleteSubscription-19"
    SEARCH_AREAS_22A = "searchIdentificationServiceAreas-22a"
    GET_AREA_22A = "getIdentificationServiceArea-22a"
    CREATE_AREA_22A = "createIdentificationServiceArea-22a"
    UPDATE_AREA_22A = "updateIdentificationServiceArea-22a"
    DELETE_AREA_22A = "deleteIdentificationServiceArea-22a"
    SEARCH_AREA_SUBSCRIPTIONS_22A = "searchSubscriptions-22a"
    GET_AREA_SUBSCRIPTION_22A = "getSubscription-22a"
    CREATE_AREA_SUBSCRIPTION_22A = "createSubscription-22a"
    UPDATE_AREA_SUBSCRIPTION_22A = "updateSubscription-22a"
    DELETE_AREA_SUBSCRIPTION_22A = "deleteSubscription-22a"
    GET_VERSION = "getVersion"
    VALIDATE_OAUTH = "validateOauth"
    GET_POOL = "getPool"
    GET_INSTANCES = "getDSSInstances"
    PUT_HEARTBEAT = "putDSSInstancesHeartbeat"
    GET_ACCEPTED_CAS = "getAcceptedCAs"
    GET_OWN_CAS = "getInstanceCAs"
    GET_OPTIONS = "getGlobalOptions"
    GET_SYSTEM_VERSION = "GetVersion"


def _any(*scopes: Scope) -> tuple[frozenset[Scope], ...]:
    return tuple(frozenset({scope}) for scope in scopes)


CMSA = Scope.CONFORMANCE_MONITORING
_INTENT = _any(Scope.STRATEGIC_COORDINATION, CMSA)
_READ_CONSTRAINT = _any(Scope.CONSTRAINT_MANAGEMENT, Scope.CONSTRAINT_PROCESSING)
_WRITE_CONSTRAINT = _any(Scope.CONSTRAINT_MANAGEMENT)
_SUBSCRIPTION = _any(Scope.CONSTRAINT_PROCESSING, Scope.STRATEGIC_COORDINATION)
_READ_19, _WRITE_19 = _any(Scope.READ_AREAS), _any(Scope.WRITE_AREAS)
_DISPLAY, _SERVICE = _any(Scope.DISPLAY_PROVIDER), _any(Scope.SERVICE_PROVIDER)
_EITHER = _any(Scope.DISPLAY_PROVIDER, Scope.SERVICE_PROVIDER)
_POOL = _any(Scope.POOL_READ)

CALL_SCOPES: dict[Call, tuple[frozenset[Scope], ...]] = {
    Call.QUERY_INTENTS: _INTENT,
    Call.GET_INTENT: _INTENT,
    Call.CREATE_INTENT: _INTENT,
    Call.UPDATE_INTENT: _INTENT,
    Call.DELETE_INTENT: _INTENT,
    Call.QUERY_CONSTRAINTS: _READ_CONSTRAINT,
    Call.GET_CONSTRAINT: _READ_CONSTRAINT,
    Call.CREATE_CONSTRAINT: _WRITE_CONSTRAINT,
    Call.UPDATE_CONSTRAINT: _WRITE_CONSTRAINT,
    Call.DELETE_CONSTRAINT: _WRITE_CONSTRAINT,
    Call.QUERY_SUBSCRIPTIONS: _SUBSCRIPTION,
    Call.GET_SUBSCRIPTION: _SUBSCRIPTION,
    Call.CREATE_SUBSCRIPTION: _SUBSCRIPTION,
    Call.UPDATE_SUBSCRIPTION: _SUBSCRIPTION,
    Call.DELETE_SUBSCRIPTION: _SUBSCRIPTION,
    Call.MAKE_REPORT: _any(
        Scope.CONSTRAINT_MANAGEMENT,
        Scope.CONSTRAINT_PROCESSING,
        Scope.STRATEGIC_COORDINATION,
        CMSA,
        Scope.AVAILABILITY_ARBITRATION,
    ),
    Call.SET_AVAILABILITY: _any(Scope.AVAILABILITY_ARBITRATION),
    Call.GET_AVAILABILITY: _any(Scope.AVAILABILITY_ARBITRATION, Scope.STRATEGIC_COORDINATION, CMSA),
    Call.SEARCH_AREAS_19: _READ_19,
    Call.GET_AREA_19: _READ_19,
    Call.CREATE_AREA_19: _WRITE_19,
    Call.UPDATE_AREA_19: _WRITE_19,
    Call.DELETE_AREA_19: _WRITE_19,
    Call.SEARCH_AREA_SUBSCRIPTIONS_19: _READ_19,
    Call.GET_AREA_SUBSCRIPTION_19: (*_READ_19, *_WRITE_19),
    Call.CREATE_AREA_SUBSCRIPTION_19: _READ_19,
    Call.UPDATE_AREA_SUBSCRIPTION_19: _READ_19,
    Call.DELETE_AREA_SUBSCRIPTION_19: _READ_19,
    Call.SEARCH_AREAS_22A: _DISPLAY,
    Call.GET_AREA_22A: _EITHER,
    Call.CREATE_AREA_22A: _SERVICE,
    Call.UPDATE_AREA_22A: _SERVICE,
    Call.DELETE_AREA_22A: _SERVICE,
    Call.SEARCH_AREA_SUBSCRIPTIONS_22A: _DISPLAY,
    Call.GET_AREA_SUBSCRIPTION_22A: _EITHER,
    Call.CREATE_AREA_SUBSCRIPTION_22A: _DISPLAY,
    Call.UPDATE_AREA_SUBSCRIPTION_22A: _DISPLAY,
    Call.DELETE_AREA_SUBSCRIPTION_22A: _DISPLAY,
    Call.GET_VERSION: (),
    Call.VALIDATE_OAUTH: (*_READ_19, *_WRITE_19),
    Call.GET_POOL: _POOL,
    Call.GET_INSTANCES: _POOL,
    Call.PUT_HEARTBEAT: _any(Scope.HEARTBEAT),
    Call.GET_ACCEPTED_CAS: (),
    Call.GET_OWN_CAS: (),
    Call.GET_OPTIONS: _POOL,
    Call.GET_SYSTEM_VERSION: _any(Scope.VERSIONS),
}


def missing_scopes(call: Call, held: AbstractSet[str]) -> str:
    """Return what the caller's token lacks for the call, as a sentence; empty where it lacks nothing.

    >>> missing_scopes(Call.SET_AVAILABILITY, {"utm.availability_arbitration"})
    ''
    >>> missing_scopes(Call.GET_CONSTRAINT, set())
    'utm.constraint_management or utm.constraint_processing'
    """
    alternatives = CALL_SCOPES[call]
    if not alternatives or any(one <= held for one in alternatives):
        return ""
    return " or ".join(" and ".join(sorted(one)) for one in alternatives)
