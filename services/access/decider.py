"""What may happen to a token: it is created once, revoked once, and never comes back."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import assert_never

from events.access import AccessFact, TokenCreated, TokenRevoked
from events.fact import Fact
from services.access.commands import CreateToken, RevokeToken, TokenCommand
from services.decider import Decider, Rejected


@dataclass(frozen=True, slots=True)
class Token:
    """A token as far as the log knows it."""

    created: TokenCreated | None = None
    revoked: bool = False


def decide(state: Token, command: TokenCommand) -> Sequence[Fact]:
    """Return what follows from a command, or raise Rejected."""
    match command:
        case CreateToken():
            return _create(state, command, _created(command))
        case RevokeToken(reason=reason):
            return _revoke(state, command, reason)
        case unhandled:
            assert_never(unhandled)


def evolve(state: Token, fact: Fact) -> Token:
    """Return the token after one fact."""
    if not isinstance(fact, AccessFact):
        return state
    match fact:
        case TokenCreated():
            return replace(state, created=fact)
        case TokenRevoked():
            return replace(state, revoked=True)
        case unhandled:
            assert_never(unhandled)


def _created(command: CreateToken) -> TokenCreated:
    return TokenCreated(
        role=command.role,
        name=command.name,
        sites=command.sites,
        sha256=command.sha256,
        lanes=command.lanes,
        person=command.person,
    )


def _create(state: Token, command: CreateToken, fact: TokenCreated) -> Sequence[Fact]:
    if state.revoked:
        raise Rejected(
            "token-revoked",
            zh=f"创建令牌 {command.id}：它已被吊销，不能恢复，请另建新令牌",
            en=f"create token {command.id}: it was revoked for good, create another one",
            field="id",
        )
    if state.created is None:
        return [fact]
    if state.created != fact:
        raise Rejected(
            "token-exists",
            zh=f"创建令牌 {command.id}：该编号已用于另一个令牌",
            en=f"create token {command.id}: the id is taken by another token",
            field="id",
        )
    return []


def _revoke(state: Token, command: RevokeToken, reason: str) -> Sequence[Fact]:
    if state.created is None:
        raise Rejected(
            "unknown-token",
            zh=f"吊销令牌 {command.id}：没有这个令牌",
            en=f"revoke token {command.id}: there is no such token",
            field="id",
        )
    return [] if state.revoked else [TokenRevoked(reason=reason)]


TOKEN: Decider[Token, TokenCommand] = Decider("token", Token(), decide, evolve)
