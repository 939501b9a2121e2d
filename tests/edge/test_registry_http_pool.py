"""A registry says whether it is well, what it is, and who else is in its pool."""

import asyncio

from clearline import __version__
from clearline.edge.registry_http_pool import PoolFacts
from clearline.edge.registry_memory import MemoryStore
from tests.edge.registry_calls import Registry, ident
from tests.edge.registry_shapes import assert_shape

_READ = "interuss.pool_status.read"
_BEAT = "interuss.pool_status.heartbeat.write"


def test_health_is_of_the_process_and_readiness_of_the_store() -> None:
    well, store = Registry(), MemoryStore()
    lost = Registry(store=store)
    asyncio.run(store.close())
    for path in ("/healthy", "/healthz"):
        assert well.call("GET", path, authorization=None).status == 200
        assert lost.call("GET", path, authorization=None).status == 200
    assert well.call("GET", "/readyz", authorization=None).body == b"ready\n"
    not_ready = lost.call("GET", "/readyz", authorization=None)
    assert (not_ready.status, not_ready.body) == (503, b"the store does not answer: the store is closed\n")
    well.readiness.stopping = True
    assert well.call("GET", "/readyz", authorization=None).status == 503


def test_numbers_are_counted_by_call_and_status() -> None:
    registry = Registry()
    registry.call("GET", f"/dss/v1/subscriptions/{ident(1)}")
    registry.call("GET", f"/dss/v1/subscriptions/{ident(1)}", authorization=None)
    text = registry.call("GET", "/metrics", authorization=None).body.decode()
    for status in (404, 401):
        assert f'request_seconds_count{{call="getSubscription",status="{status}"}} 1.0' in text
    assert "uss1" not in text


def test_versions_are_told() -> None:
    registry = Registry()
    assert registry.call("GET", "/aux/v1/version", authorization=None).json == {"version": f"clearline/{__version__}"}
    scope = "interuss.versioning.read_system_versions"
    told = registry.call("GET", "/versions/dss", scope=scope)
    assert told.json == {"system_identity": "dss", "system_version": __version__}
    unknown = registry.call("GET", "/versions/elsewhere", scope=scope)
    assert unknown.status == 404
    assert_shape("message", unknown.json)
    assert registry.call("GET", "/versions/dss").status == 403


def test_a_token_is_valid_for_its_own_holder() -> None:
    registry = Registry()
    for scope in ("dss.read.identification_service_areas", "dss.write.identification_service_areas"):
        assert registry.call("GET", "/aux/v1/validate_oauth?owner=uss1", scope=scope).status == 200
        assert registry.call("GET", "/aux/v1/validate_oauth?owner=uss2", scope=scope).status == 403
    assert registry.call("GET", "/aux/v1/validate_oauth?owner=uss1", scope=_READ).status == 403
    assert registry.call("GET", "/aux/v1/validate_oauth?owner=uss1&owner=uss2", scope=scope).status == 400


def test_the_pool_and_its_instances_are_told() -> None:
    registry = Registry(facts=PoolFacts("one", "north", "https://one.example"))
    assert registry.call("GET", "/aux/v1/pool", scope=_READ).json == {"dar_id": "north"}
    path = "/aux/v1/pool/dss_instances"
    alone = {"id": "one", "public_endpoint": "https://one.example"}
    assert registry.call("GET", path, scope=_READ).json == {"dss_instances": [alone]}
    beat = f"{path}/heartbeat?source=two&timestamp=2027-01-15T07:59:00Z"
    for index in range(2):
        heard = registry.call("PUT", beat, scope=_BEAT, sub="operator")
        assert heard.status == 201
        two = {
            "id": "two",
            "most_recent_heartbeat": {
                "timestamp": "2027-01-15T07:59:00Z",
                "source": "two",
                "reporter": "operator",
                "index": index,
            },
        }
        assert heard.json == registry.call("GET", path, scope=_READ).json == {"dss_instances": [alone, two]}
    for bad in (
        f"{path}/heartbeat",
        f"{path}/heartbeat?source=x&timestamp=noon",
        f"{path}/heartbeat?source={'x' * 201}",
    ):
        assert registry.call("PUT", bad, scope=_BEAT).status == 400


def test_certificates_and_options_are_told() -> None:
    registry = Registry(facts=PoolFacts("one", "north", own_cas=("A",), accepted_cas=("A", "B")))
    configuration = "/aux/v1/configuration"
    assert registry.call("GET", f"{configuration}/ca_certs", authorization=None).json == {"CAs": ["A"]}
    assert registry.call("GET", f"{configuration}/accepted_ca_certs", authorization=None).json == {"CAs": ["A", "B"]}
    options = registry.call("GET", f"{configuration}/global_options", scope=_READ)
    assert options.json == dict.fromkeys(("scd_global_lock", "scd_hash_lock", "time_based_notification_index"), False)
