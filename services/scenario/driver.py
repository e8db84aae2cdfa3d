"""Plays a story on a running Muster, through the doors that are open to everyone."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from time import monotonic
from typing import Any, Final

import httpx

from events.fact import Text
from services.clock import Clock, ManualClock
from services.scenario.beat import Beat, Story
from services.scenario.cast import Cast, hand_out
from services.scenario.exchange import Answer, Exchange
from services.scenario.lookup import Lookup
from services.scenario.phones import Phones
from services.scenario.references import Reference, Unresolved, references, resolved
from services.scenario.stage import WALL
from services.scenario.verdict import disappointment, opened, uneven

PATIENCE_S: Final = 300.0
"""How long a gateway may be away before the story is given up."""
FIND_S: Final = 10.0
"""How long to look for what follows from a beat, in seconds of the machine's clock."""
_LOOK_AGAIN_S: Final = 0.1
_SHOWN_CHARS: Final = 400


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the story is. `at` is its own time."""

    played: int
    total: int
    at: datetime
    note: Text
    surprises: int
    text: str = ""
    """What was answered, where that is a text to be shown."""


@dataclass(frozen=True, slots=True)
class Surprise:
    """An answer that was not expected. `said` is the beginning of it; status 0 means none came."""

    beat: str
    at: datetime
    note: Text
    problem: str
    status: int
    said: str


@dataclass(slots=True)
class Report:
    """How the story went. Sends count every repeat, the rest counts beats."""

    played: int = 0
    sends: int = 0
    accepted: int = 0
    rejected: int = 0
    conflicts: int = 0
    skipped: int = 0
    retries: int = 0
    behind_s: float = 0.0
    """How far the story fell behind its clock at worst, in seconds of that clock."""
    surprises: list[Surprise] = field(default_factory=list)


Settle = Callable[[], Awaitable[None]]
OnProgress = Callable[[Progress], None]


async def play(  # noqa: PLR0913 - what a test or a demonstration chooses, by name
    story: Story,
    base_url: str,
    admin_token: str,
    clock: Clock,
    *,
    on_progress: OnProgress | None = None,
    settle: Settle | None = None,
    patience_s: float = PATIENCE_S,
    transport: httpx.AsyncBaseTransport | None = None,
    phones: Phones | None = None,
) -> Report:
    """Play every beat at its time, and return how it went.

    `phones` are where the people of the story get their messages; without them they get none.

    A clock that stands still is turned from sleeper to sleeper; `settle` is awaited after each turn
    and each beat, and returns when everything that follows has happened, so that one story makes
    one log. Any other clock is waited for.

    Raises:
        GatewayGone: no answer for `patience_s`.
        PermissionError: the admin's token makes no tokens.
    """
    async with Exchange(base_url, patience_s=patience_s, transport=transport) as exchange:
        cast = await hand_out(exchange, story, admin_token)
        player = _Player(exchange, cast, _Stand(clock, settle), phones)
        for number, beat in enumerate(story.beats, 1):
            text = await player.play(beat)
            if on_progress:
                surprises = len(player.report.surprises)
                on_progress(Progress(number, len(story.beats), beat.at, beat.note, surprises, text))
        await player.stand.reach(story.ends_at)
        player.report.retries = exchange.retries
        return player.report


class _Stand:
    """Where the story's time comes from."""

    def __init__(self, clock: Clock, settle: Settle | None) -> None:
        self.clock = clock
        self._settle = settle

    async def reach(self, moment: datetime) -> None:
        """Return when the clock shows `moment`, and all that was due before it has happened."""
        if not isinstance(self.clock, ManualClock):
            await self.clock.sleep_until(moment)
            return
        while (wake := self.clock.next_wake()) is not None and wake <= moment:
            self.clock.turn_to(wake)
            await self.settle()
        self.clock.turn_to(moment)
        await self.settle()

    async def settle(self) -> None:
        """Return when everything that follows from what happened has happened, if that is known."""
        await (self._settle() if self._settle else asyncio.sleep(0))


class _Player:
    def __init__(
        self, exchange: Exchange, cast: Cast, stand: _Stand, phones: Phones | None
    ) -> None:
        self.report = Report()
        self.stand = stand
        self._exchange = exchange
        self._cast = cast
        self._phones = phones
        self._opened: dict[str, str] = {}
        self._found: dict[Reference, str] = {}
        self._counts: set[str] = set()
        """The roll calls that the story knows by their ids."""

    async def play(self, beat: Beat) -> str:
        """Play one beat; return what is to be shown of it."""
        await self.stand.reach(beat.at)
        behind_s = (self.stand.clock.now() - beat.at).total_seconds()
        self.report.behind_s = max(self.report.behind_s, behind_s)
        try:
            path, body = await self._resolved(beat)
        except Unresolved as error:
            self.report.skipped += 1
            if not beat.optional:
                self._surprise(beat, str(error), Answer(0, None, ""))
            return ""
        answer = await self._send(beat, path, body)
        await self.stand.settle()
        await self._count_up(beat)
        return answer.text if beat.prints else ""

    async def _send(self, beat: Beat, path: str, body: Any) -> Answer:
        token = await self._cast.token(beat.who)
        first = await self._exchange.send(beat, path, body, token)
        self.report.played += 1
        self.report.sends += beat.times
        if problem := disappointment(beat, first):
            self._surprise(beat, problem, first)
        else:
            self._count(beat)
        if beat.opens and (told := opened(beat, first)) is not None:
            self._opened[beat.opens] = told
            if beat.door == "rollcall":
                self._counts.add(told)
        for _ in range(beat.times - 1):
            again = await self._exchange.send(beat, path, body, token)
            if (again.status, again.body) != (first.status, first.body):
                self._surprise(beat, f"sent again, it is answered otherwise than {first}", again)
                break
        return first

    async def _count_up(self, beat: Beat) -> None:
        """Look whether every roll call counts everyone, after whatever may have moved somebody."""
        moves = beat.door == "rollcall" or any(
            report.get("kind") in ("safety", "need-help") for report in beat.reports()
        )
        for id in sorted(self._counts) if moves else ():
            answer = await self._exchange.get(
                f"/roll-calls/{id}?limit=1", await self._cast.token(WALL)
            )
            if problem := uneven(answer.body):
                self._surprise(beat, problem, answer)

    def _count(self, beat: Beat) -> None:
        match beat.expect:
            case "accepted":
                self.report.accepted += 1
            case "rejected":
                self.report.rejected += 1
            case "conflict":
                self.report.conflicts += 1

    def _surprise(self, beat: Beat, problem: str, answer: Answer) -> None:
        said = answer.text[:_SHOWN_CHARS]
        self.report.surprises.append(
            Surprise(beat.id, beat.at, beat.note, problem, answer.status, said)
        )

    async def _resolved(self, beat: Beat) -> tuple[str, Any]:
        """Return path and body; look a while for what others must first make of earlier beats."""
        wanted = {*references(beat.path), *references(beat.body)}
        until = monotonic() + (0 if beat.optional else FIND_S)
        shown: dict[str, Any] | None = None
        while True:
            try:
                lookup = Lookup(self._opened, self._found, shown, self._phones)
                path, body = resolved(beat.path, lookup), resolved(beat.body, lookup)
            except Unresolved as error:
                if not error.may_come or (shown is not None and monotonic() >= until):
                    raise
                if shown is not None:
                    await asyncio.sleep(_LOOK_AGAIN_S)
            else:
                self._counts.update(
                    self._found[one]
                    for one in wanted & self._found.keys()
                    if one.kind == "rollcall"
                )
                return path, body
            shown = await self._look_for(wanted)

    async def _look_for(self, wanted: set[Reference]) -> dict[str, Any]:
        """Return what is shown where the references are to be found."""
        asks = next((one.venue for one in wanted if one.kind == "care"), None)
        where, who = ("/picture", WALL) if asks is None else ("/care", asks)
        answer = await self._exchange.get(where, await self._cast.token(who))
        return answer.body if isinstance(answer.body, dict) else {}
