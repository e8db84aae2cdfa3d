"""Takes turns: of many requests for reports a share at a time, so that reads come in between."""

import asyncio
from collections import deque
from collections.abc import Callable

import structlog

from services.gateway.reports import Asked, Headers, Reply, Reports
from services.reporting.take import SHARE

_log = structlog.get_logger()


class Request:
    """One request for reports whose body is there, and whom to give the answer."""

    __slots__ = ("answer", "asked", "body", "headers")

    def __init__(
        self, headers: Headers, body: bytes, answer: Callable[[Reply | None], None]
    ) -> None:
        self.headers = headers
        self.body = body
        self.answer = answer
        """Called once with the answer, None where taking the reports failed unforeseen."""
        self.asked: Asked | None = None


class Turns:
    """Requests in line. At most `SHARE` reports are begun before the loop does other things."""

    def __init__(self, reports: Reports) -> None:
        self._reports = reports
        self._line: deque[Request] = deque()
        self._due = False
        self.under_way = 0
        """Requests without an answer."""

    def put(self, request: Request) -> None:
        """Put a request in line."""
        self.under_way += 1
        self._line.append(request)
        self._call_soon()

    def _call_soon(self) -> None:
        if not self._due:
            self._due = True
            asyncio.get_running_loop().call_soon(self._turn)

    def _turn(self) -> None:
        self._due = False
        room = SHARE
        while self._line and room > 0:
            request = self._line[0]
            try:
                room -= self._begin(request, room)
            except Exception:  # noqa: BLE001 - whoever waits is answered, whatever it is
                _log.exception("reports could not be taken")
                self._line.popleft()
                self._end(request, None)
        if self._line:
            self._call_soon()

    def _begin(self, request: Request, room: int) -> int:
        """Begin what there is room for; return how much of it was used."""
        asked = request.asked
        if asked is None:
            found = self._reports.ask(request.headers, request.body)
            if isinstance(found, Reply):
                self._line.popleft()
                self._end(request, found)
                return 1
            asked = request.asked = found
        begun = asked.taking.go_on(room)
        if asked.taking.all_begun:
            self._line.popleft()
            asked.taking.then(lambda: self._reply(request, asked))
        return max(begun, 1)

    def _reply(self, request: Request, asked: Asked) -> None:
        try:
            reply = asked.reply()
        except Exception:  # noqa: BLE001 - as above
            _log.exception("reports could not be answered")
            self._end(request, None)
        else:
            self._end(request, reply)

    def _end(self, request: Request, reply: Reply | None) -> None:
        self.under_way -= 1
        request.answer(reply)
