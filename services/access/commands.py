"""What may be asked about tokens."""

from typing import Annotated, ClassVar, Literal, TypeAlias

from pydantic import Field, StringConstraints

from events.access import AccessRole
from events.fact import Id, Line
from events.lane import Lane
from services.decider import Command


class CreateToken(Command):
    """No sites means all of them, no lanes means none. `sha256` is the token's hash in lower-case
    hexadecimal.
    """

    KIND: ClassVar[str] = "token"
    type: Literal["create-token"] = "create-token"
    role: AccessRole
    name: Line
    sites: Annotated[tuple[Id, ...], Field(max_length=200)] = ()
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    lanes: Annotated[tuple[Lane, ...], Field(max_length=10)] = ()
    person: Id | None = None


class RevokeToken(Command):
    KIND: ClassVar[str] = "token"
    type: Literal["revoke-token"] = "revoke-token"
    reason: Line


TokenCommand: TypeAlias = Annotated[CreateToken | RevokeToken, Field(discriminator="type")]
