"""Write vectors/record: `python -m tests.record.make_vectors`. The same files come out on every run and machine.

ML-DSA signatures hold chance, so those in the vectors are made once and kept in `randomised.json`; delete that file to
draw them again.
"""

import base64
import hashlib
import json
from pathlib import Path

from clearline.record.keys import Algorithm, PublicKey, SecretKey, Signer
from tests.record.cases import LOWER_CASES
from tests.record.cases_bundle import BUNDLE_CASES
from tests.record.cases_stamp import stamp_cases
from tests.record.cases_tree import TREE_CASES
from tests.record.cases_trust import TRUST_CASES

__all__ = ["FOLDER", "Kept", "vectors"]

FOLDER = Path(__file__).resolve().parents[2] / "vectors" / "record"
_CASES = {**LOWER_CASES, **TREE_CASES, **BUNDLE_CASES, **TRUST_CASES, "stamp": stamp_cases}


class Kept:
    """Signatures that hold chance, by what they cover; `used` are those asked for."""

    def __init__(self, known: dict[str, str]) -> None:
        self.known = known
        self.used: dict[str, str] = {}

    def make(self, algorithm: Algorithm, label: str) -> Signer:
        """A signer by a label; the same one on every run."""
        secret = SecretKey(algorithm, hashlib.sha256(label.encode()).digest())
        return secret if algorithm is Algorithm.ED25519 else _Keeping(secret, self)


class _Keeping:
    def __init__(self, secret: SecretKey, kept: Kept) -> None:
        self._secret = secret
        self._kept = kept

    @property
    def public(self) -> PublicKey:
        return self._secret.public

    def sign(self, message: bytes) -> bytes:
        name = hashlib.sha256(self.public.keyid.encode() + message).hexdigest()
        text = self._kept.known.get(name) or base64.b64encode(self._secret.sign(message)).decode()
        self._kept.known[name] = self._kept.used[name] = text
        return base64.b64decode(text)


def vectors(kept: Kept) -> dict[str, str]:
    """The text of every file of vectors, by name."""
    return {f"{name}.json": _text(make(kept.make)) for name, make in _CASES.items()}


def _text(value: object) -> str:
    return json.dumps(value, indent=1, ensure_ascii=True) + "\n"


def main() -> None:
    """Write the files."""
    store = FOLDER / "randomised.json"
    kept = Kept(json.loads(store.read_text("utf-8")) if store.exists() else {})
    for name, text in vectors(kept).items():
        (FOLDER / name).write_text(text, "utf-8")
    store.write_text(_text(dict(sorted(kept.used.items()))), "utf-8")


if __name__ == "__main__":
    main()
