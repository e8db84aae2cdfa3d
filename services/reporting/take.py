"""Takes reports in: many at once, each one once, each with an answer of its own."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeAlias

import structlog

from services.ids import new_id
from services.keyring import Erased, NoKey
from services.log import LogBroken, LogFull, LogUnavailable
from services.log.wire import Unit
from services.node import Node
from services.reporting.doubts import Bounds, Reporter, erased_person, nobody
from services.reporting.draft import Draft, Named, Refusal, draft, incident_id, name
from services.reporting.hearing import Heard
from services.reporting.private import details_of
from services.reporting.reading import read_lines, read_many, read_one
from services.reporting.told import Accepted, Answer, count, rejected, reused, unavailable

_log = structlog.get_logger()

SHARE = 32
"""Reports that are taken before others have their turn: about 3 ms of work."""

_Stored: TypeAlias = "asyncio.Future[list[int]]"


class _Sent(NamedTuple):
    """A report whose events are on their way to the log, or there already."""

    told: Accepted
    stored: _Stored


_Begun: TypeAlias = _Sent | Refusal | Answer
Begun: TypeAlias = "_Begun | asyncio.Task[_Begun]"
"""A report that is taken or not, as far as that is known: what it says is not read outside."""


class Taking:
    """The reports of one body, begun a share at a time; then it is waited for their answers."""

    def __init__(self, taker: "Taker", reports: Sequence[Any], reporter: Reporter) -> None:
        self._taker = taker
        self._reports = reports
        self._reporter = reporter
        self._begun: list[Begun] = []
        self._answered = 0
        self._call: Callable[[], None] = _nothing

    def go_on(self, most: int) -> int:
        """Begin at most so many more reports, and return how many were begun."""
        begun = self._begun
        some = self._reports[len(begun) : len(begun) + most]
        # Whoever needs a key waits for it behind the others, and all of those together.
        begun.extend([self._taker.begin(report, self._reporter) for report in some])
        return len(some)

    @property
    def all_begun(self) -> bool:
        """Whether every report is on its way."""
        return len(self._begun) == len(self._reports)

    def then(self, call: Callable[[], None]) -> None:
        """Call when every report has its answer, at once if they have."""
        self._call = call
        self._look()

    def _look(self, _: Any = None) -> None:
        begun = self._begun
        while self._answered < len(begun):
            pending = _pending(begun[self._answered])
            if pending is not None:
                pending.add_done_callback(self._look)
                return
            self._answered += 1
        # Let go of first: what refers to itself waits for the collector, thousands a second.
        call, self._call = self._call, _nothing
        call()

    async def answered(self) -> None:
        """Begin what is left, and return when every report has its answer.

        Whoever stops waiting takes the answers from nobody: what is begun goes on.
        """
        self.go_on(SHARE)
        while not self.all_begun:
            await asyncio.sleep(0)
            self.go_on(SHARE)
        done = asyncio.Event()
        self.then(done.set)
        await done.wait()

    def answers(self, door: str) -> list[Answer]:
        """Return the answers, in order, once they are there."""
        return [count(door, _answer(one)) for one in self._begun]


class Taker:
    """Turns bodies into stored events and answers."""

    def __init__(self, node: Node) -> None:
        self._node = node
        limits = node.settings.limits
        self._bounds = Bounds(limits.future, limits.past)
        self._most = limits.reports_per_request
        self._waiting_for_keys: set[asyncio.Task[_Begun]] = set()
        self._under_way: dict[str, tuple[str | None, _Stored]] = {}

    def one(self, body: bytes, reporter: Reporter, key: str | None = None) -> Taking:
        """Return the taking of one report. `key` is its id where it carries none."""
        return Taking(self, [read_one(body, key)], reporter)

    def many(self, body: bytes, reporter: Reporter) -> Taking:
        """Return the taking of a JSON list of reports. Raises Unreadable."""
        return Taking(self, read_many(body, self._most), reporter)

    def lines(self, lines: Sequence[bytes], reporter: Reporter) -> Taking:
        """Return the taking of one report a line. Raises Unreadable."""
        return Taking(self, read_lines(lines, self._most), reporter)

    async def take_one(self, body: bytes, reporter: Reporter, door: str) -> Answer:
        """Take one report."""
        taking = self.one(body, reporter)
        await taking.answered()
        return taking.answers(door)[0]

    async def take_many(self, body: bytes, reporter: Reporter, door: str) -> list[Answer]:
        """Take a JSON list of reports; one answer for each, in order. Raises Unreadable."""
        taking = self.many(body, reporter)
        await taking.answered()
        return taking.answers(door)

    def begin(self, report: Any, reporter: Reporter) -> Begun:
        """Put a report's events in line for the log, once there is a key for its details."""
        if isinstance(report, Refusal):
            return report
        if isinstance(report, Heard):
            sent = self.begin(report.report, reporter)
            return _with_notes(sent, report) if isinstance(sent, _Sent) else sent
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

    async def _send_with_key(self, report: Any, report_id: str, reporter: Reporter) -> _Begun:
        try:
            key = await self._node.keys.make(report.person)
        except Erased:
            return Refusal(report_id, erased_person(report.person))
        except (LogUnavailable, LogFull, LogBroken) as error:
            return unavailable(report_id, error)
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

    def _known(self, named: Named) -> "_Stored | Refusal | None":
        if under_way := self._under_way.get(named.first_id):
            digest, stored = under_way
        elif sighting := self._node.seen.find(named.first_id):
            digest = sighting.digest
            stored = asyncio.get_running_loop().create_future()
            stored.set_result([sighting.seq])
        else:
            return None
        if digest != named.digest:
            return Refusal(named.report_id, reused(named.report_id))
        return stored

    def _settle(self, drafted: Draft, stored: _Stored) -> None:
        self._under_way.pop(drafted.events[0].id, None)
        if not stored.cancelled() and stored.exception() is None:
            for event, seq in zip(drafted.events, stored.result(), strict=True):
                self._node.seen.note(event, seq)
            first = drafted.events[0]
            _log.debug("report stored", correlation_id=first.correlation_id, kind=first.kind)


def _nothing() -> None:
    """What is called when nobody waits."""


def _pending(one: Begun) -> "asyncio.Future[Any] | None":
    """Return what the answer to a report waits for, None where there is one."""
    if isinstance(one, asyncio.Task):
        if not one.done():
            return one
        if one.cancelled() or one.exception() is not None:
            return None  # its answer raises it
        one = one.result()
    return one.stored if isinstance(one, _Sent) and not one.stored.done() else None


def _answer(one: Begun) -> Answer:
    if isinstance(one, asyncio.Task):
        one = one.result()
    if isinstance(one, dict):
        return one
    if isinstance(one, Refusal):
        return rejected(one.report_id, one.problem)
    try:
        return one.told.at(one.stored.result()[0])
    except (LogUnavailable, LogFull, LogBroken) as error:
        return unavailable(one.told.report_id, error)


def _sent(report: Any, named: Named, notes: tuple[Any, ...], stored: _Stored) -> _Sent:
    incident = incident_id(report, named.first_id)
    return _Sent(Accepted(named.report_id, named.first_id, incident, notes), stored)


def _with_notes(sent: _Sent, heard: Heard) -> _Sent:
    told = sent.told
    return sent._replace(told=told._replace(notes=(*heard.notes, *told.notes)))
