"""A party's secret keys in files that nobody else can read; and the one place where chance comes in.

The one idea: a node's keys lie beside its store and are needed every minute; root keys lie in a folder of their own,
are needed only to change the others, and belong on a medium that is locked away.
"""

import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

from clearline.record.keys import Algorithm, PublicKey, SecretKey, Signer

__all__ = [
    "CERTIFICATE_FILE",
    "TLS_KEY_FILE",
    "KeyFileError",
    "NodeKeys",
    "Signers",
    "draw",
    "draw_node_keys",
    "draw_roots",
    "forget_signing",
    "read_node_keys",
    "read_request_key",
    "read_roots",
    "write_node_keys",
    "write_roots",
    "write_secret",
]

TLS_KEY_FILE = "tls.pem"
CERTIFICATE_FILE = "certificate.pem"
_HEAD = "clearline-key-v1"
_MAX_BYTES = 1_000
_SECOND = {"records": Algorithm.ML_DSA_65, "checkpoints": Algorithm.ML_DSA_44, "cosigning": Algorithm.ML_DSA_44}


class KeyFileError(RuntimeError):
    """A key file that cannot be used: which, why, and how to mend it."""

    def __init__(self, path: Path, problem: str, mend: str) -> None:
        super().__init__(f"{path.name}: {problem}; {mend}")
        self.path = path


@dataclass(frozen=True, slots=True)
class Signers:
    """Whatever signs for a node: keys in memory, or devices that never show them.

    `records`, `checkpoints` and `cosigning` as in a key set: one, or two that both sign; `request` signs requests and
    packets.
    """

    records: Sequence[Signer]
    checkpoints: Sequence[Signer]
    cosigning: Sequence[Signer]
    request: Signer


@dataclass(frozen=True, slots=True)
class _Seed:
    """A secret key as it is written down: what it is for, its algorithm, and 32 bytes."""

    role: str
    algorithm: Algorithm
    seed: bytes

    def key(self) -> SecretKey:
        return SecretKey(self.algorithm, self.seed)


@dataclass(frozen=True, slots=True)
class NodeKeys:
    """The secret keys of a node, as drawn or read. Shown to nobody; `signers` is what the node works with."""

    seeds: tuple[_Seed, ...]
    tls: Ed25519PrivateKey

    @property
    def signers(self) -> Signers:
        """The keys that sign."""
        return Signers(self._of("records"), self._of("checkpoints"), self._of("cosigning"), self._of("request")[0])

    @property
    def transport(self) -> tuple[PublicKey, PublicKey]:
        """The public transport keys, in the order a card wants them: the certificate's, and that of requests."""
        tls = PublicKey(Algorithm.ED25519, self.tls.public_key().public_bytes_raw())
        return tls, self._of("request")[0].public

    def public(self, role: str) -> tuple[PublicKey, ...]:
        """The public keys of one role."""
        return tuple(key.public for key in self._of(role))

    def _of(self, role: str) -> tuple[SecretKey, ...]:
        return tuple(seed.key() for seed in self.seeds if seed.role == role)

    def __repr__(self) -> str:
        return f"NodeKeys({', '.join(key.keyid for key in self.public('records'))})"


def draw(count: int) -> bytes:
    """Bytes drawn by chance."""
    return secrets.token_bytes(count)


def draw_node_keys(*, hybrid: bool = False) -> NodeKeys:
    """New keys for a node; `hybrid` adds post-quantum ones beside those that sign the record."""
    seeds = [_Seed(role, Algorithm.ED25519, draw(32)) for role in ("records", "checkpoints", "cosigning", "request")]
    if hybrid:
        seeds += [_Seed(role, algorithm, draw(32)) for role, algorithm in _SECOND.items()]
    return NodeKeys(tuple(seeds), Ed25519PrivateKey.from_private_bytes(draw(32)))


def draw_roots(count: int) -> tuple[bytes, ...]:
    """Seeds of new root keys (Ed25519)."""
    return tuple(draw(32) for _ in range(count))


def write_node_keys(folder: Path, keys: NodeKeys) -> None:
    """Write a node's keys into a folder, one file each. Raises FileExistsError rather than replace one."""
    for seed in keys.seeds:
        write_secret(folder / f"{seed.role}-{seed.algorithm}.key", _text(seed))
    pem = keys.tls.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    write_secret(folder / TLS_KEY_FILE, pem)


def read_node_keys(folder: Path) -> NodeKeys:
    """The keys in a node's folder. Raises KeyFileError for one that is missing, malformed or open to others."""
    seeds: list[_Seed] = []
    for role in ("records", "checkpoints", "cosigning", "request"):
        names = [folder / f"{role}-{Algorithm.ED25519}.key"]
        second = folder / f"{role}-{_SECOND[role]}.key" if role in _SECOND else None
        if second is not None and second.exists():
            names.append(second)
        seeds.extend(_read_seed(name, role) for name in names)
    path = folder / TLS_KEY_FILE
    try:
        tls = load_pem_private_key(_read_secret(path), None)
    except ValueError as error:
        raise KeyFileError(path, "it is not a private key in PEM", _AGAIN) from error
    if not isinstance(tls, Ed25519PrivateKey):
        raise KeyFileError(path, "it is not an Ed25519 key", _AGAIN)
    return NodeKeys(tuple(seeds), tls)


def read_request_key(folder: Path) -> SecretKey:
    """The key that signed requests, in a folder of keys that gave way to others. Raises KeyFileError."""
    return _read_seed(folder / f"request-{Algorithm.ED25519}.key", "request").key()


def forget_signing(folder: Path) -> None:
    """Remove from a folder of keys that gave way to others all that sign the record; connection keys stay."""
    for role in ("records", "checkpoints", "cosigning"):
        for path in folder.glob(f"{role}-*.key"):
            path.unlink()


def write_roots(folder: Path, seeds: Sequence[bytes]) -> None:
    """Write root keys into a folder. Raises FileExistsError rather than replace one."""
    for number, seed in enumerate(seeds, 1):
        write_secret(folder / f"root-{number}.key", _text(_Seed("root", Algorithm.ED25519, seed)))


def read_roots(folder: Path) -> tuple[SecretKey, ...]:
    """The root keys in a folder. Raises KeyFileError if there is none, or one cannot be used."""
    paths = sorted(folder.glob("root-*.key"))
    if not paths:
        raise KeyFileError(folder, "it holds no root keys", "insert the medium they are on, and name its folder")
    return tuple(_read_seed(path, "root").key() for path in paths)


def write_secret(path: Path, data: bytes) -> None:
    """Write a new file that its owner alone can read, on disk before this returns. Raises FileExistsError."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(handle, "wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())


_AGAIN = "copy it again from where the party's keys are kept"


def _text(seed: _Seed) -> bytes:
    return f"{_HEAD}\n{seed.role} {seed.algorithm}\n{seed.seed.hex()}\n".encode("ascii")


def _read_secret(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            mode = os.fstat(stream.fileno()).st_mode
            data = stream.read(_MAX_BYTES + 1)
    except FileNotFoundError as error:
        raise KeyFileError(path, "it is missing", _AGAIN) from error
    except OSError as error:
        raise KeyFileError(path, error.strerror or "it cannot be read", "give its owner alone the right to") from error
    if mode & 0o077:
        raise KeyFileError(path, "others on this machine can read it", "chmod 600, and think of changing the keys")
    return data


def _read_seed(path: Path, role: str) -> _Seed:
    lines = _read_secret(path).decode("ascii", "replace").split("\n")
    words = lines[1].split(" ") if len(lines) == 4 else []
    if len(words) != 2 or lines[0] != _HEAD or lines[3] or words[1] not in set(Algorithm):
        raise KeyFileError(path, "it is not a key file", _AGAIN)
    if words[0] != role:
        raise KeyFileError(path, f"it is a key for {words[0]}, not for {role}", _AGAIN)
    try:
        seed = bytes.fromhex(lines[2])
    except ValueError as error:
        raise KeyFileError(path, "its seed is not hexadecimal", _AGAIN) from error
    if len(seed) != 32 or (path.name.startswith(role) and not path.name.startswith((f"{role}-{words[1]}.", "root-"))):
        raise KeyFileError(path, "its seed is not 32 bytes, or its name says another algorithm", _AGAIN)
    return _Seed(role, Algorithm(words[1]), seed)
