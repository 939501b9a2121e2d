"""A token counts only if a trusted key signed it, for this registry, for now; and each fault alone makes it nothing."""

import hashlib
import hmac
import json
from base64 import urlsafe_b64encode

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, OKPKey, RSAKey

from clearline.edge.bearer import MAX_TOKEN, Caller, NotBelieved, TokenVerifier
from clearline.edge.bearer_keys import Algorithm, TrustedKey, keys_of_set, pem_key
from tests.edge.tokens import AUDIENCE, NOW_S, claims, ec_key, ed_key, rsa_key, token

_RS = frozenset({Algorithm.RS256, Algorithm.RS384, Algorithm.RS512})


def _rsa(kid: str | None = None, algorithms: frozenset[Algorithm] = _RS, number: int = 0) -> TrustedKey:
    return TrustedKey(kid, algorithms, rsa_key(number).public_key())


def _verifier(*keys: TrustedKey) -> TokenVerifier:
    return TokenVerifier(keys or (_rsa(),), frozenset({AUDIENCE, "other.example"}))


def _why(text: str, *, verifier: TokenVerifier | None = None, now_s: float = NOW_S) -> str:
    found = (verifier or _verifier()).verify(text, now_s)
    assert isinstance(found, NotBelieved)
    assert found.mend
    return found.why


def test_a_good_token_names_its_holder_and_scopes() -> None:
    found = _verifier().verify(token(claims(scope="a b  c", nbf=NOW_S - 1)), NOW_S)
    assert found == Caller(
        "uss1", "https://authority.example", frozenset({"a", "b", "c"}), NOW_S - 1.0, NOW_S + 3_000.0
    )


@pytest.mark.parametrize("alg", ["RS256", "RS384", "RS512", "PS256", "ES256", "EdDSA"])
def test_each_algorithm_counts_under_a_key_that_is_pinned_to_it(alg: str) -> None:
    public = {"ES256": ec_key().public_key(), "EdDSA": ed_key().public_key()}.get(alg, rsa_key().public_key())
    key = TrustedKey(None, frozenset({Algorithm(alg)}), public)
    assert isinstance(_verifier(key).verify(token(claims(), alg=alg), NOW_S), Caller)


@pytest.mark.parametrize(("alg", "pinned"), [("PS256", "RS256"), ("RS256", "PS256"), ("RS512", "RS256")])
def test_the_token_does_not_choose_the_algorithm(alg: str, pinned: str) -> None:
    key = _rsa(algorithms=frozenset({Algorithm(pinned)}))
    assert "no trusted key signs" in _why(token(claims(), alg=alg), verifier=_verifier(key))


def test_a_signature_by_another_algorithm_than_the_one_named_is_none() -> None:
    assert "signature" in _why(token(claims(), alg="RS256", sign="RS512"))


def test_no_signature_and_a_shared_secret_count_for_nothing() -> None:
    head = urlsafe_b64encode(b'{"alg":"none"}').rstrip(b"=")
    body = urlsafe_b64encode(json.dumps(claims()).encode()).rstrip(b"=")
    assert "no trusted key signs 'none'" in _why(f"{head.decode()}.{body.decode()}.")
    # The classic: the public key's text as the secret of an HMAC.
    secret = rsa_key().public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    head = urlsafe_b64encode(b'{"alg":"HS256"}').rstrip(b"=")
    mac = urlsafe_b64encode(hmac.digest(secret, head + b"." + body, hashlib.sha256)).rstrip(b"=")
    assert "no trusted key signs 'HS256'" in _why((head + b"." + body + b"." + mac).decode())


def test_another_key_of_the_same_kind_is_a_stranger() -> None:
    found = _verifier(_rsa(number=1)).verify(token(claims()), NOW_S)
    assert isinstance(found, NotBelieved) and found.stranger


def test_a_key_that_is_named_is_the_one_that_counts() -> None:
    named = token(claims(), header={"kid": "one"})
    assert isinstance(_verifier(_rsa("one"), _rsa("two", number=1)).verify(named, NOW_S), Caller)
    assert "signature" in _why(named, verifier=_verifier(_rsa("two"), _rsa("one", number=1)))
    # A name that nobody has may be that of a key without a name, and is not that of another's.
    assert isinstance(_verifier(_rsa(None)).verify(named, NOW_S), Caller)
    assert "key name" in _why(named, verifier=_verifier(_rsa("two")))


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ({"sub": None}, "sub"),
        ({"sub": ""}, "sub"),
        ({"iss": None}, "iss"),
        ({"iss": ""}, "iss"),
        ({"exp": None}, "exp"),
        ({"exp": NOW_S}, "run out"),
        ({"exp": NOW_S - 1}, "run out"),
        ({"exp": NOW_S + 3_606}, "more than an hour"),
        ({"nbf": NOW_S + 6}, "nbf"),
        ({"aud": None}, "aud"),
        ({"aud": "registry.example.evil"}, "aud"),
        ({"aud": []}, "aud"),
        ({"aud": 7}, "form"),
        ({"sub": 7}, "form"),
        ({"exp": "soon"}, "form"),
        ({"scope": ["a"]}, "form"),
    ],
)
def test_each_fault_of_the_claims_alone_makes_the_token_nothing(fault: dict[str, object], told: str) -> None:
    assert told in _why(token(claims(**fault)))


@pytest.mark.parametrize(
    "fine",
    [
        {"exp": NOW_S + 3_605},
        {"exp": NOW_S + 1},
        {"exp": NOW_S + 0.5},
        {"nbf": NOW_S + 5},
        {"aud": ["elsewhere.example", "other.example"]},
        {"scope": None},
        {"jti": "x", "client_id": "y", "azp": {"z": 1}},
    ],
)
def test_what_is_just_within_counts(fine: dict[str, object]) -> None:
    assert isinstance(_verifier().verify(token(claims(**fine)), NOW_S), Caller)


def test_extensions_that_must_be_understood_are_not() -> None:
    assert "crit" in _why(token(claims(), header={"crit": ["b64"], "b64": False}))


def test_a_token_is_remembered_until_it_runs_out_and_no_longer() -> None:
    verifier, text = _verifier(), token(claims(exp=NOW_S + 10))
    assert isinstance(verifier.verify(text, NOW_S), Caller)
    assert isinstance(verifier.verify(text, NOW_S + 9.9), Caller)
    assert "run out" in _why(text, verifier=verifier, now_s=NOW_S + 10)
    assert "run out" in _why(text, verifier=verifier, now_s=NOW_S + 10)


def test_a_remembered_token_is_forgotten_when_its_key_is_taken_back() -> None:
    verifier, text = _verifier(), token(claims())
    assert isinstance(verifier.verify(text, NOW_S), Caller)
    verifier.replace_keys([_rsa(number=1)])
    assert "signature" in _why(text, verifier=verifier)


def test_the_memory_of_tokens_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clearline.edge.bearer._MOST_CACHED", 3)
    verifier = _verifier()
    for number in range(5):
        assert isinstance(verifier.verify(token(claims(jti=str(number))), NOW_S), Caller)
    assert len(verifier._believed) == 3


_GOOD = token(claims())


@given(
    place=st.integers(0, len(_GOOD) - 1),
    letter=st.sampled_from("ABab01-_.+/= \u00e9"),
)
def test_a_token_with_one_letter_changed_is_nothing(place: int, letter: str) -> None:
    changed = _GOOD[:place] + letter + _GOOD[place + 1 :]
    found = _verifier().verify(changed, NOW_S)
    # The last letter of base64 has bits that are not part of any byte.
    last = place in (_GOOD.index(".") - 1, _GOOD.rindex(".") - 1, len(_GOOD) - 1)
    assert changed == _GOOD or last or isinstance(found, NotBelieved)


@given(text=st.one_of(st.text(max_size=200), st.binary(max_size=200).map(lambda data: data.decode("latin-1"))))
def test_whatever_the_text_the_answer_is_a_reason(text: str) -> None:
    assert _why(text)
    assert _why(f"{text}.{text}.{text}")


def test_a_token_of_any_size_is_refused_before_it_is_read() -> None:
    assert "no signed" in _why(token(claims(scope="a" * MAX_TOKEN)))
    deep = urlsafe_b64encode(b'{"alg":' + b"[" * 3_000).rstrip(b"=").decode()
    assert "no signed" in _why(f"{deep}.{deep}.{deep}")


def test_an_authority_of_another_make_is_understood() -> None:
    # joserfc signs; the verifier is held to what it makes.
    for key, alg in ((RSAKey.generate_key(2_048), "RS256"), (ECKey.generate_key("P-256"), "ES256")):
        text = jwt.encode({"alg": alg, "kid": "k"}, claims(), key)
        trusted = keys_of_set(json.dumps({"keys": [{**key.as_dict(private=False), "kid": "k"}]}).encode())
        assert isinstance(_verifier(*trusted).verify(text, NOW_S), Caller)


def test_a_key_set_gives_the_keys_that_can_sign_here() -> None:
    kept = KeySet(
        [
            RSAKey.generate_key(2_048, {"kid": "r", "use": "sig", "alg": "RS384"}),
            ECKey.generate_key("P-256", {"kid": "e"}),
            OKPKey.generate_key("Ed25519", {"kid": "o"}),
        ]
    )
    passed_over = KeySet(
        [
            ECKey.generate_key("P-384", {"kid": "curve"}),
            RSAKey.generate_key(2_048, {"kid": "enc", "use": "enc"}),
            RSAKey.generate_key(2_048, {"kid": "oaep", "alg": "RSA-OAEP"}),
            OKPKey.generate_key("X25519", {"kid": "x"}),
        ]
    )
    both = [*kept.as_dict(private=False)["keys"], *passed_over.as_dict(private=False)["keys"], {"kty": "new"}]
    found = keys_of_set(json.dumps({"keys": both}).encode())
    assert [(key.kid, sorted(key.algorithms)) for key in found] == [
        ("r", ["RS384"]),
        ("e", ["ES256"]),
        ("o", ["EdDSA"]),
    ]


@pytest.mark.parametrize(
    "data", [b"", b"{}", b"[]", b'{"keys":[]}', b'{"keys":[7]}', b'{"keys":[{"kty":"oct"}]}', b"\xff"]
)
def test_a_set_without_any_key_of_use_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="JWK set"):
        keys_of_set(data)


def test_a_secret_that_is_shown_is_refused() -> None:
    shown = KeySet([RSAKey.generate_key(2_048, {"kid": "s"})]).as_dict(private=True)
    with pytest.raises(ValueError, match="private"):
        keys_of_set(json.dumps(shown).encode())
    with pytest.raises(ValueError, match="private key"):
        pem_key(rsa_key().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))


def test_a_pem_file_gives_a_key_of_its_kind() -> None:
    def pem(key: rsa.RSAPublicKey | ec.EllipticCurvePublicKey) -> bytes:
        return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    assert pem_key(pem(rsa_key().public_key())).algorithms == _RS
    assert pem_key(pem(rsa_key().public_key()), Algorithm.PS256).algorithms == {Algorithm.PS256}
    assert pem_key(pem(ec_key().public_key())).algorithms == {Algorithm.ES256}
    with pytest.raises(ValueError, match="signs"):
        pem_key(pem(ec_key().public_key()), Algorithm.RS256)
    with pytest.raises(ValueError, match="P-256"):
        pem_key(pem(ec.generate_private_key(ec.SECP384R1()).public_key()))
    with pytest.raises(ValueError, match="1024 bits"):
        pem_key(pem(rsa.generate_private_key(65_537, 1_024).public_key()))
    with pytest.raises(ValueError):  # noqa: PT011 # cryptography's own words
        pem_key(b"no key")


@pytest.mark.parametrize("audiences", [frozenset[str](), frozenset({""})])
def test_a_registry_without_a_name_believes_nobody(audiences: frozenset[str]) -> None:
    with pytest.raises(ValueError, match="aud"):
        TokenVerifier([_rsa()], audiences)
