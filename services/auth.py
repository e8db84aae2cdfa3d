"""Who somebody is, by their token. Every door asks here; what is not allowed is denied."""

import hashlib
import secrets
from typing import ClassVar, NamedTuple

from events.access import AccessRole, TokenCreated, TokenRevoked
from events.envelope import Event
from events.lane import Lane
from services.reporting.doubts import Reporter

_INCLUDED: dict[AccessRole, frozenset[AccessRole]] = {
    "reporter": frozenset({"reporter"}),
    "responder": frozenset({"reporter", "responder"}),
    "commander": frozenset({"reporter", "responder", "commander", "monitor"}),
    "monitor": frozenset({"monitor"}),
    "admin": frozenset({"reporter", "responder", "commander", "monitor", "admin"}),
}
"""What each role may act as."""


class Grant(NamedTuple):
    """What a token opens. `sites` None means all of them, no `lanes` means none."""

    id: str
    role: AccessRole
    name: str
    sites: frozenset[str] | None
    lanes: frozenset[Lane] = frozenset()
    person: str | None = None
    """The person of the roster whose own it is."""

    @property
    def actor(self) -> str:
        """Who the log says did it."""
        return f"{self.role}:{self.name}"

    @property
    def reporter(self) -> Reporter:
        """This grant as one who sends reports."""
        return Reporter(self.actor, self.sites, None if self.may("responder") else self.person)

    def may(self, role: AccessRole) -> bool:
        """Tell whether it may act as `role`."""
        return role in _INCLUDED[self.role]

    def sees(self, site: str) -> bool:
        """Tell whether a site is within it."""
        return self.sites is None or site in self.sites

    def takes_in(self, other: "Grant") -> bool:
        """Tell whether another grant reaches no site beyond it."""
        return self.sites is None or (other.sites is not None and other.sites <= self.sites)


class Grants:
    """A fold: the grant of every token that was created and not revoked, by its hash."""

    kinds: ClassVar[frozenset[str]] = frozenset({"token"})

    def __init__(self) -> None:
        self._by_hash: dict[str, Grant] = {}
        self._hash_of: dict[str, str] = {}
        self._revoked: set[str] = set()

    def apply(self, event: Event) -> None:
        """Fold one event."""
        match event.data:
            case TokenCreated() as said:
                self._by_hash[said.sha256] = Grant(
                    event.key,
                    said.role,
                    said.name,
                    frozenset(said.sites) if said.sites else None,
                    frozenset(said.lanes),
                    said.person,
                )
                self._hash_of[event.key] = said.sha256
            case TokenRevoked():
                sha256 = self._hash_of.get(event.key, "")
                self._by_hash.pop(sha256, None)
                self._revoked.add(sha256)
            case _:
                pass

    def find(self, token: str) -> Grant | None:
        """Return what a token opens, None if nothing."""
        return self._by_hash.get(hash_of(token))

    def holds(self, grant: Grant) -> bool:
        """Tell whether a grant that was found earlier still stands."""
        return self._hash_of.get(grant.id) in self._by_hash

    def was_revoked(self, token: str) -> bool:
        """Tell whether a token once opened something and was taken back."""
        return hash_of(token) in self._revoked

    def all(self) -> list[Grant]:
        """Return every grant, by name."""
        return sorted(self._by_hash.values(), key=lambda grant: (grant.name, grant.id))


def hash_of(token: str) -> str:
    """Return what is kept of a token: its SHA-256. Tokens are 256 random bits, so no salt."""
    return hashlib.sha256(token.encode()).hexdigest()


def new_token() -> str:
    """Return a new secret for a token, 256 bits."""
    return f"mst_{secrets.token_urlsafe(32)}"


def bearer(header: str | None) -> str | None:
    """Return the token of an `Authorization: Bearer` header."""
    scheme, _, token = (header or "").partition(" ")
    return token.strip() or None if scheme.lower() == "bearer" else None
