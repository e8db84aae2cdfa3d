"""Who may do what: tokens, stored as hashes, for a role and a set of sites."""

from typing import Annotated, ClassVar, Literal, TypeAlias

from pydantic import Field, StringConstraints

from events.fact import Fact, Id, Line
from events.lane import Lane

AccessRole: TypeAlias = Literal["reporter", "responder", "commander", "monitor", "admin"]


class TokenCreated(Fact):
    """A token was handed out. Only its SHA-256 is kept; no sites means all of them.

    No lanes means none: what concerns health and mood is for those of a lane, whatever their role.
    """

    NOUN: ClassVar[str] = "token"
    TYPE: ClassVar[str] = "created"
    VERSION: ClassVar[int] = 2
    role: AccessRole
    name: Line
    sites: Annotated[tuple[Id, ...], Field(max_length=200)] = ()
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    lanes: Annotated[tuple[Lane, ...], Field(max_length=10)] = ()
    person: Id | None = None
    """The person of the roster whose own token it is."""


class TokenRevoked(Fact):
    """It opens nothing any more."""

    NOUN: ClassVar[str] = "token"
    TYPE: ClassVar[str] = "revoked"
    reason: Line


AccessFact = TokenCreated | TokenRevoked
FACTS: tuple[type[Fact], ...] = (TokenCreated, TokenRevoked)
