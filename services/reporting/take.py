"""Takes reports in: many at once, each one once, each with an answer of its own."""

import asyncio
from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple, TypeAlias

import orjson
import structlog
from prometheus_client import Counter
from pydantic import TypeAdapter, ValidationError

from services.ids import new_id
from services.keyring import Erased, NoKey
from services.log import LogBroken, LogFull, LogUnavailable
from services.log.wire import Unit
from services.metrics import METRICS
from services.node import Node
from services.problems import Problem, problem_of
from services.reporting.doubts import Bounds, Reporter, erased_person, nobody
from services.reporting.draft import Draft, Named, Refusal, draft, incident_id, name
from services.reporting.hearing import Heard, hear
from services.reporting.pieces import pieces
from services.reporting.private import details_of
from services.reporting.report import REPORT, Report

_log = structlog.get_logger()

Answer = dict[str, Any]
"""What a reporter is told of one report: accepted with its sequence, rejected with field and
reason, or unavailable, which means: send it again under the same id.
"""

_MANY: TypeAdapter[list[Any]] = TypeAdapter(list[Report])
_NO_LIST = Problem(
    "json-invalid",
    "",
    "不是有效的 JSON 列表：括号或引号不配对",
    "is not a valid JSON list: its brackets or quotes do not match",
)


class Unreadable(Exception):
    """A whole body that cannot be taken apart into reports."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.en)
        self.problem = problem


_Stored: TypeAlias = "asyncio.Future[list[int]]"


class _Sent(NamedTuple):
    """A report whose events are on their way to the log, or there already."""

    report_id: str
    event_id: str
    incident: str | None
    notes: tuple[Problem, ...]
    stored: _Stored


_Begun: TypeAlias = _Sent | Refusal | Answer


class Taker:
    """Turns bodies into stored events and answers."""

    def __init__(self, node: Node) -> None:
        self._node = node
        limits = node.settings.limits
        self._bounds = Bounds(limits.future, limits.past)
        self._most = limits.reports_per_request
        self._waiting_for_keys: set[asyncio.Task[_Begun]] = set()
        self._under_way: dict[str, tuple[str | None, asyncio.Future[list[int]]]] = {}

    async def take_one(
        self, body: bytes, reporter: Reporter, door: str, key: str | None = None
    ) -> Answer:
        """Take one report. `key` is its id where it carries none."""
        try:
            report = REPORT.validate_json(body, strict=True)
            if key is not None and report.id is None:
                report = report.model_validate({**report.__dict__, "id": key})
        except ValidationError as error:
            report = hear(body, key)
            if report is None:
                return _count(door, _rejected(_id_in(body), problem_of(error)))
        return _count(door, await self._answer(self._begin(report, reporter)))

    async def take_many(self, body: bytes, reporter: Reporter, door: str) -> list[Answer]:
        """Take a JSON list of reports; one answer for each, in order. Raises Unreadable."""
        try:
            reports: list[Any] = _MANY.validate_json(body, strict=True)
        except ValidationError:
            reports = self._one_by_one(body)
        if len(reports) > self._most:
            raise Unreadable(_too_many(len(reports), self._most))
        return await self._take_all(reports, reporter, door)

    async def take_lines(
        self, lines: Sequence[bytes], reporter: Reporter, door: str
    ) -> list[Answer]:
        """Take one report a line."""
        if len(lines) > self._most:
            raise Unreadable(_too_many(len(lines), self._most))
        return await self._take_all([_read(line) for line in lines], reporter, door)

    async def _take_all(self, reports: list[Any], reporter: Reporter, door: str) -> list[Answer]:
        # Whoever needs a key waits for it behind the others, and all of those together.
        sent = [
            report if isinstance(report, Refusal) else self._begin(report, reporter)
            for report in reports
        ]
        return [_count(door, await self._answer(one)) for one in sent]

    def _one_by_one(self, body: bytes) -> list[Any]:
        """Take a list apart of which something is wrong: what is right in it still counts."""
        found = pieces(body)
        if found is None:
            raise Unreadable(_NO_LIST)
        if len(found) > self._most:
            raise Unreadable(_too_many(len(found), self._most))
        return [_read(piece) for piece in found]

    def _begin(self, report: Any, reporter: Reporter) -> "_Sent | Refusal | asyncio.Task[_Begun]":
        """Put a report's events in line for the log, once there is a key for its details."""
        if isinstance(report, Heard):
            sent = self._begin(report.report, reporter)
            return (
                sent._replace(notes=(*report.notes, *sent.notes))
                if isinstance(sent, _Sent)
                else sent
            )
        report_id = report.id or new_id()
        details = details_of(report)
        if details is None:
            return self._send(report, report_id, reporter)
        person = details.person
        if (key := self._node.keys.find(person)) is not None:
            return self._send(report, report_id, reporter, key)
        volunteer = self._node.picture.people.volunteers.get(person)
        if volunteer is None or volunteer.erased:
            return Refusal(report_id, nobody(person, volunteer))
        task = asyncio.create_task(self._send_with_key(report, report_id, reporter))
        self._waiting_for_keys.add(task)
        task.add_done_callback(self._waiting_for_keys.discard)
        return task

    async def _send_with_key(self, report: Any, report_id: str, reporter: Reporter) -> "_Begun":
        try:
            key = await self._node.keys.make(report.person)
        except Erased:
            return Refusal(report_id, erased_person(report.person))
        except (LogUnavailable, LogFull, LogBroken) as error:
            return _unavailable(report_id, error)
        return self._send(report, report_id, reporter, key)

    def _send(
        self, report: Any, report_id: str, reporter: Reporter, key: bytes | None = None
    ) -> _Sent | Refusal:
        """Put a report's events in line for the log. A repeat gets what the first one got."""
        named = name(report, report_id, reporter, key)
        known = self._known(named)
        if isinstance(known, Refusal):
            return known
        if known is not None and key is not None:
            return _sent(report, named, (), known)
        drafted = self._draft(report, named, reporter)
        if known is not None:
            # What it refers to may have gone since; it was taken, so it stays taken.
            notes = drafted.notes if isinstance(drafted, Draft) else ()
            return _sent(report, named, notes, known)
        if isinstance(drafted, Refusal):
            return drafted
        first = drafted.events[0]
        stored = self._node.log.enqueue(Unit(drafted.events, drafted.expected))
        self._under_way[first.id] = (first.digest, stored)
        stored.add_done_callback(lambda done: self._settle(drafted, done))
        return _sent(report, named, drafted.notes, stored)

    def _draft(self, report: Any, named: Named, reporter: Reporter) -> Draft | Refusal:
        node = self._node
        now = node.clock.now()
        try:
            return draft(report, named, reporter, node.picture, now, self._bounds, node.keys.seal)
        except NoKey:
            # Destroyed since we looked: the log says so in a moment.
            return Refusal(named.report_id, erased_person(report.person))

    def _known(self, named: Named) -> "asyncio.Future[list[int]] | Refusal | None":
        if under_way := self._under_way.get(named.first_id):
            digest, stored = under_way
        elif sighting := self._node.seen.find(named.first_id):
            digest = sighting.digest
            stored = asyncio.get_running_loop().create_future()
            stored.set_result([sighting.seq])
        else:
            return None
        if digest != named.digest:
            return Refusal(named.report_id, _reused(named.report_id))
        return stored

    def _settle(self, drafted: Draft, stored: "asyncio.Future[list[int]]") -> None:
        self._under_way.pop(drafted.events[0].id, None)
        if not stored.cancelled() and stored.exception() is None:
            for event, seq in zip(drafted.events, stored.result(), strict=True):
                self._node.seen.note(event, seq)
            first = drafted.events[0]
            _log.debug("report stored", correlation_id=first.correlation_id, kind=first.kind)

    async def _answer(self, sent: "_Begun | asyncio.Task[_Begun]") -> Answer:
        if isinstance(sent, asyncio.Task):
            sent = await asyncio.shield(sent)
        if isinstance(sent, dict):
            return sent
        if isinstance(sent, Refusal):
            return _rejected(sent.report_id, sent.problem)
        stored = sent.stored
        try:
            # Shielded: whoever stops waiting for an answer does not take it from the others.
            sequences = stored.result() if stored.done() else await asyncio.shield(stored)
        except (LogUnavailable, LogFull, LogBroken) as error:
            return _unavailable(sent.report_id, error)
        answer: Answer = {
            "id": sent.report_id,
            "status": "accepted",
            "seq": sequences[0],
            "event": sent.event_id,
        }
        if sent.incident:
            answer["incident"] = sent.incident
        if sent.notes:
            answer["notes"] = [note.show() for note in sent.notes]
        return answer


def _sent(report: Any, named: Named, notes: tuple[Problem, ...], stored: _Stored) -> _Sent:
    incident = incident_id(report, named.first_id)
    return _Sent(named.report_id, named.first_id, incident, notes, stored)


def _read(line: bytes) -> Any:
    try:
        return REPORT.validate_json(line, strict=True)
    except ValidationError as error:
        return hear(line) or Refusal(_id_in(line), problem_of(error))


def _id_in(body: bytes) -> str | None:
    """Return the id a broken report came with, so that its sender finds it again."""
    try:
        found = orjson.loads(body).get("id")
    except (orjson.JSONDecodeError, AttributeError):
        return None
    return found if isinstance(found, str) and len(found) <= 64 else None


def _count(door: str, answer: Answer) -> Answer:
    _counter(door, answer["status"]).inc()
    return answer


@cache
def _counter(door: str, outcome: str) -> Counter:
    return METRICS.reports.labels(door, outcome)


def _rejected(report_id: str | None, problem: Problem) -> Answer:
    return {"id": report_id, "status": "rejected", **problem.show()}


def _unavailable(report_id: str | None, error: Exception) -> Answer:
    full = isinstance(error, LogFull)
    problem = Problem(
        "log-full" if full else "log-unavailable",
        "",
        "日志已满，无法写入" if full else "日志暂时无法写入，请用同一编号重发",
        "the log is full" if full else "the log cannot be reached, send it again under the same id",
    )
    return {"id": report_id, "status": "unavailable", **problem.show()}


def _reused(report_id: str) -> Problem:
    return Problem(
        "id-reused",
        "id",
        f"编号 {report_id} 已用于另一份内容不同的报告",
        f"{report_id} is the id of another report, which says something else",
    )


def _too_many(found: int, most: int) -> Problem:
    return Problem(
        "too-many-reports",
        "",
        f"一次最多 {most} 份报告，收到 {found} 份",
        f"at most {most} reports at once, {found} came",
    )
