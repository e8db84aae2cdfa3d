"""The tokens of a story: everyone acts with one of their own."""

from typing import Any, Final

from services.scenario.beat import Part, Story
from services.scenario.exchange import Exchange

_SHOWN_CHARS: Final = 400


class Cast:
    """The tokens, those that are somebody's own made when they are needed."""

    def __init__(self, exchange: Exchange, story: Story, admin_token: str) -> None:
        self._exchange = exchange
        self._story = story
        self._admin_token = admin_token
        self._tokens: dict[str, str] = {}
        self._parts = {part.name: part for part in story.cast}

    async def token(self, name: str) -> str:
        """Return somebody's token. Raises GatewayGone, PermissionError."""
        if name not in self._tokens:
            part = self._parts[name]
            key = _key(self._story, part)
            self._tokens[name] = await _token(self._exchange, part, self._admin_token, key)
        return self._tokens[name]


async def hand_out(exchange: Exchange, story: Story, admin_token: str) -> Cast:
    """Return the tokens of the cast, those that are nobody's own made already.

    Raises:
        GatewayGone: no answer.
        PermissionError: the gateway refuses.
    """
    cast = Cast(exchange, story, admin_token)
    for part in story.cast:
        if part.person is None:
            await cast.token(part.name)
    return cast


def _key(story: Story, part: Part) -> str:
    return f"wg{story.seed}-token-{part.name}"


async def _token(exchange: Exchange, part: Part, admin_token: str, id: str) -> str:
    said: dict[str, Any] = {"role": part.role, "name": part.name, "sites": list(part.sites)}
    if part.person is not None:
        said |= {"lanes": list(part.lanes), "person": part.person}
    answer = await exchange.post("/tokens", said, admin_token, id)
    token = answer.body.get("token") if isinstance(answer.body, dict) else None
    if not isinstance(token, str):
        raise PermissionError(
            f"make a token for {part.name}: {answer.status} {answer.text[:_SHOWN_CHARS]}"
        )
    return token
