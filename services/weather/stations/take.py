"""Takes observations into the log: many at once, each once, each with an answer of its own."""

import asyncio
import base64
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

from events.envelope import Event
from services.ask import Ask, Outcome
from services.decider import Rejected
from services.ids import new_id
from services.log import LogBroken, LogFull, LogUnavailable
from services.log.wire import Unit
from services.metrics import METRICS
from services.node import Node
from services.problems import Problem
from services.reporting.doubts import Bounds
from services.weather.commands import TakeObservations
from services.weather.observing.measured import Measured
from services.weather.observing.placed import Came, Default, Drafted, Sender, draft, venue_of
from services.weather.observing.read import Door, Read, Refusal, read_body
from services.weather.observing.refusal import Unreadable

Answer: TypeAlias = dict[str, Any]
"""What a sender is told of one observation: accepted, rejected with field and reason, or
unavailable, which means: send it again.
"""
_Stored: TypeAlias = "asyncio.Future[list[int]]"


_NO_DEFAULT = Default()
_SMALL_BYTES = 4096
"""Read in less time than it takes to hand it to a thread."""


class _Sent(NamedTuple):
    drafted: Drafted
    measured: Measured
    stored: _Stored


class Taker:
    """Turns what was measured into stored events and answers."""

    def __init__(self, node: Node, stations: Mapping[str, str]) -> None:
        self._node = node
        self._stations = stations
        limits = node.settings.limits
        self._bounds = Bounds(limits.future, limits.past)
        self._most = limits.reports_per_request
        self._reading = asyncio.Lock()
        self._under_way: dict[str, tuple[str | None, _Stored]] = {}

    async def handle(self, ask: Ask) -> Outcome:
        """Take a body of observations that came over HTTP. Raises Rejected for one that is none."""
        command = ask.command
        if not isinstance(command, TakeObservations):
            raise TypeError(f"take observations: {type(command).__name__} is none")
        sites = None if command.sites is None else frozenset(command.sites)
        try:
            read = await self.read(base64.b64decode(command.body), "http", command.media_type)
        except Unreadable as error:
            why = error.problem
            raise Rejected(why.code, zh=why.zh, en=why.en, field=why.field) from error
        key = command.key

        def name(place: int) -> str:
            return new_id() if key is None else f"{key}/{place}" if place else key

        answers = await self.take(
            read.found,
            Sender(command.actor, sites),
            "http",
            name=name,
            default=Default(command.venue),
        )
        return Outcome(
            tuple(answer["event"] for answer in answers if "event" in answer),
            max((answer.get("seq", 0) for answer in answers), default=0),
            {"results": answers, "one": read.is_one},
        )

    async def read(self, body: bytes, door: Door, media_type: str = "") -> Read:
        """Tell a body apart into its observations. Raises Unreadable."""
        now = self._node.clock.now()
        # A thousand reports take a quarter of a second of CPU: not in the event loop. And one body
        # after the other, for METAR's reader silences Python's warnings meanwhile, which threads
        # share.
        async with self._reading:
            if len(body) <= _SMALL_BYTES:
                read = read_body(body, now, door, media_type=media_type)
            else:
                read = await asyncio.to_thread(read_body, body, now, door, media_type=media_type)
        if len(read.found) > self._most:
            raise Unreadable(_too_many(len(read.found), self._most))
        return read

    async def take(
        self,
        found: Sequence[Measured | Refusal],
        sender: Sender,
        door: Door,
        *,
        name: Callable[[int], str],
        default: Default = _NO_DEFAULT,
    ) -> list[Answer]:
        """Store what can be taken; one answer for each, in order. `name` gives an id to what has
        none by itself, by its place.
        """
        sent = [
            one if isinstance(one, Refusal) else self._send(one, sender, default, name(place))
            for place, one in enumerate(found)
        ]
        answers = [await self._answer(one) for one in sent]
        for answer in answers:
            METRICS.reports.labels(door, answer["status"]).inc()
        return answers

    def _send(
        self,
        measured: Measured,
        sender: Sender,
        default: Default,
        fallback_id: str,
    ) -> _Sent | Refusal:
        """Put an observation in line for the log. A repeat gets what the first one got."""
        node = self._node
        places = node.picture.places
        venue = venue_of(measured, self._stations, places, default)
        if isinstance(venue, Problem):
            return _refusal(measured, venue)
        came = Came(node.clock.now(), self._bounds, fallback_id, default.arrived)
        drafted = draft(measured, venue, sender, places, came)
        if isinstance(drafted, Problem):
            return _refusal(measured, drafted)
        event = drafted.event
        known = self._known(event.id)
        if known is not None:
            digest, stored = known
            if digest != event.digest and measured.id is not None:
                return _refusal(measured, _reused(measured.id))
            return _Sent(drafted, measured, stored)
        stored = node.log.enqueue(Unit((event,), None))
        self._under_way[event.id] = (event.digest, stored)
        stored.add_done_callback(lambda done: self._settle(event, done))
        return _Sent(drafted, measured, stored)

    def _known(self, event_id: str) -> tuple[str | None, _Stored] | None:
        if under_way := self._under_way.get(event_id):
            return under_way
        sighting = self._node.seen.find(event_id)
        if sighting is None:
            return None
        stored: _Stored = asyncio.get_running_loop().create_future()
        stored.set_result([sighting.seq])
        return sighting.digest, stored

    def _settle(self, event: Event, stored: _Stored) -> None:
        self._under_way.pop(event.id, None)
        if not stored.cancelled() and stored.exception() is None:
            self._node.seen.note(event, stored.result()[0])

    async def _answer(self, sent: _Sent | Refusal) -> Answer:
        if isinstance(sent, Refusal):
            return _rejected(sent)
        measured, drafted = sent.measured, sent.drafted
        try:
            # Shielded: whoever stops waiting for an answer does not take it from the others.
            (seq,) = await asyncio.shield(sent.stored)
        except (LogUnavailable, LogFull, LogBroken) as error:
            return _unavailable(drafted.report_id, error)
        answer: Answer = {
            "id": drafted.report_id,
            "status": "accepted",
            "seq": seq,
            "event": drafted.event.id,
            "venue": drafted.venue,
        }
        if measured.station:
            answer["station"] = measured.station
        if measured.problems:
            answer["notes"] = [problem.show() for problem in measured.problems]
        return answer


def _refusal(measured: Measured, problem: Problem) -> Refusal:
    return Refusal(problem, measured.original, measured.id, measured.station)


def _rejected(refusal: Refusal) -> Answer:
    answer: Answer = {"id": refusal.id, "status": "rejected", **refusal.problem.show()}
    if refusal.station:
        answer["station"] = refusal.station
    if len(refusal.problems) > 1:
        answer["problems"] = [problem.show() for problem in refusal.problems]
    return answer


def _unavailable(report_id: str, error: Exception) -> Answer:
    full = isinstance(error, LogFull)
    problem = Problem(
        "log-full" if full else "log-unavailable",
        "",
        "日志已满，无法写入" if full else "日志暂时无法写入，请重发",
        "the log is full" if full else "the log cannot be reached, send it again",
    )
    return {"id": report_id, "status": "unavailable", **problem.show()}


def _reused(report_id: str) -> Problem:
    return Problem(
        "id-reused",
        "id",
        f"编号 {report_id} 已用于另一份内容不同的观测",
        f"{report_id} is the id of another observation, which says something else",
    )


def _too_many(found: int, most: int) -> Problem:
    return Problem(
        "too-many-reports",
        "",
        f"一次最多 {most} 份观测，收到 {found} 份",
        f"at most {most} observations at once, {found} came",
    )
