"""Who an officer is: local accounts with a password and a one-time code, and the sessions they open.

The one idea: a session is a random number whose digest alone is kept; what its holder may do is read from the account
each time, so a role taken away is gone at the next request.
"""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from clearline.edge.keys_file import draw
from clearline.edge.party_store import PartyStore
from clearline.edge.party_tables import PartyTables, Session
from clearline.edge.peer_port import Ticking
from clearline.edge.totp import spent_step
from clearline.line.statement import Actor, Refused
from clearline.line.terms import Role
from clearline.record.canonical import Value, canonical, from_canonical
from clearline.record.members import Members

__all__ = ["SESSION_MS", "Account", "Doorkeeper"]

SESSION_MS = 12 * 3_600_000  # a watch is eight hours, and somebody stays on
_LOCK_AFTER, _LOCK_MS = 5, 60_000
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,62}", re.ASCII)
_MEMBERS = (
    "name", "post", "person", "roles", "password", "totp_secret", "totp_step", "failures", "locked_until_ms", "subject",
)  # fmt: skip

# Memory-hard enough that a stolen store is not read in an afternoon (RFC 9106, second recommended option).
_HASHER = PasswordHasher(time_cost=3, memory_cost=65_536, parallelism=4)
# Verified where there is no such account, so that the time taken does not say so.
_NOBODY = _HASHER.hash("nobody")


@dataclass(frozen=True, slots=True)
class Account:
    """An officer's account: a post, a pseudonym, roles; a password's hash and the secret of the one-time codes.

    `subject` is who the officer is to the party's own identity provider, empty where that is not used; `password` and
    `totp_secret` are empty for an officer who signs in there alone.
    """

    name: str
    post: str
    person: str
    roles: tuple[Role, ...]
    password: str = ""
    totp_secret: str = ""
    totp_step: int = 0
    failures: int = 0
    locked_until_ms: int = 0
    subject: str = ""

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name) or not self.post or not self.person:
            raise ValueError("an account has a name (a-z, 0-9, dot, dash), a post and a pseudonym")

    @property
    def actor(self) -> Actor:
        """What the line knows of the officer."""
        return Actor(self.post, self.person, frozenset(self.roles))

    def written(self) -> bytes:
        """The account as it is kept."""
        roles: list[Value] = [role.value for role in self.roles]
        members: dict[str, Value] = {name: getattr(self, name) for name in _MEMBERS if name != "roles"}
        return canonical({**members, "roles": roles}, where="account")

    @classmethod
    def read(cls, data: bytes) -> "Account":
        """The account that was kept. Raises RecordError for anything else."""
        members = Members(from_canonical(data, where="account"), _MEMBERS, "account")
        return cls(
            members.text("name"),
            members.text("post"),
            members.text("person"),
            tuple(Role(role) for role in members.texts("roles")),
            members.text("password"),
            members.text("totp_secret"),
            members.whole("totp_step"),
            members.whole("failures"),
            members.whole("locked_until_ms"),
            members.text("subject"),
        )


class Doorkeeper:
    """Opens and ends sessions, and says who is behind one. Safe to use from several threads."""

    def __init__(self, store: PartyStore, clock: Ticking) -> None:
        self._store = store
        self._clock = clock

    def accounts(self) -> tuple[Account, ...]:
        """All accounts by name."""
        with self._store.reading() as tables:
            return tuple(Account.read(body) for body in tables.accounts().values())

    def put(self, account: Account, *, password: str | None = None) -> None:
        """Keep an account, with a new password if one is given; its sessions end, as its holder may be another."""
        kept = account if password is None else replace(account, password=_HASHER.hash(password))

        def act(tables: PartyTables) -> None:
            tables.put_account(kept.name, kept.written())
            tables.drop_sessions(account=kept.name)

        self._store.transact(act)

    def sign_in(self, name: str, password: str, code: str) -> tuple[str, Account] | Refused:
        """Open a session by password and one-time code; its token, told once. Which of the two is wrong is not said."""
        account = self._account(lambda one: one.name == name)
        no = Refused("SIGN_IN", "name, password and code do not belong together")
        if account is None or not account.password:
            _verified(_NOBODY, password)
            return no
        now_ms = self._clock.now_ms()
        if now_ms < account.locked_until_ms:
            return Refused("LOCKED", f"too many wrong tries: wait {(account.locked_until_ms - now_ms) // 1000 + 1} s")
        secret = bytes.fromhex(account.totp_secret)
        right = _verified(account.password, password)
        step = spent_step(secret, code, now_s=now_ms // 1000, last_step=account.totp_step) if right and secret else None
        if step is None:
            self._failed(account, now_ms)
            return no
        return self._open(replace(account, totp_step=step, failures=0, locked_until_ms=0))

    def sign_in_as(self, subject: str) -> tuple[str, Account] | Refused:
        """Open a session for whom the party's own identity provider vouched."""
        account = self._account(lambda one: one.subject == subject != "")
        if account is None:
            return Refused("SIGN_IN", "the identity provider knows this officer, and no account here names that person")
        return self._open(account)

    def who(self, token: str) -> Account | None:
        """Whose session a token is; None for none, or one that has run out."""
        with self._store.reading() as tables:
            session = tables.session(_digest(token))
        if session is None or session.ends_ms <= self._clock.now_ms():
            return None
        return self._account(lambda one: one.name == session.account)

    def sign_out(self, token: str) -> None:
        """End a session."""
        self._store.transact(lambda tables: tables.drop_session(_digest(token)))

    def _account(self, wanted: Callable[[Account], bool]) -> Account | None:
        return next((one for one in self.accounts() if wanted(one)), None)

    def _open(self, account: Account) -> tuple[str, Account]:
        token, now_ms = draw(32).hex(), self._clock.now_ms()

        def act(tables: PartyTables) -> None:
            tables.put_account(account.name, account.written())
            tables.drop_sessions(ended_before_ms=now_ms)
            tables.put_session(_digest(token), Session(account.name, now_ms + SESSION_MS, b"{}"))

        self._store.transact(act)
        return token, account

    def _failed(self, account: Account, now_ms: int) -> None:
        failures = account.failures + 1
        locked_ms = now_ms + _LOCK_MS if failures % _LOCK_AFTER == 0 else account.locked_until_ms
        kept = replace(account, failures=failures, locked_until_ms=locked_ms)
        self._store.transact(lambda tables: tables.put_account(kept.name, kept.written()))


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def _verified(kept: str, password: str) -> bool:
    try:
        return _HASHER.verify(kept, password)
    except (VerificationError, InvalidHashError):
        return False
