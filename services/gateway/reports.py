"""`POST /api/v1/reports`: from the headers and the body to the answer, whichever way they came.

Reports are what comes in thousands a second when it matters. They pass neither the router nor the
dependency machinery, which would cost more than everything else that is done for a report.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import orjson

from services.auth import Grant
from services.gateway.errors import BROKEN, UNAVAILABLE, Refused
from services.gateway.rules import grant_of
from services.node import Node
from services.problems import Problem
from services.reporting.reading import Unreadable
from services.reporting.take import Taker, Taking
from services.reporting.told import Answer

REPORTS = "/api/v1/reports"
JSON = b"application/json"
NDJSON = b"application/x-ndjson"

Headers = list[tuple[bytes, bytes]]


class Reply(NamedTuple):
    """A whole answer."""

    status: int
    body: bytes
    kind: bytes = JSON

    def headers(self) -> Headers:
        """Return its headers, in the order they are sent."""
        found = [(b"content-type", self.kind), (b"content-length", b"%d" % len(self.body))]
        if self.status == 503:
            found.append((b"retry-after", b"1"))
        if self.status == 401:
            found.append((b"www-authenticate", b"Bearer"))
        return found


class Asked(NamedTuple):
    """A request whose reports are being taken."""

    taking: Taking
    show: Callable[[list[Answer]], Reply]

    def reply(self) -> Reply:
        """Return the answer, once every report has one."""
        return self.show(self.taking.answers("http"))


class Reports:
    """Takes the bodies of requests for reports."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._taker = Taker(node)

    def ask(self, headers: Headers, body: bytes) -> Asked | Reply:
        """Return what is to be taken of a request, or why nothing is."""
        # The first of a name counts.
        said = dict(reversed(headers))
        try:
            reporter = self._grant(said.get(b"authorization")).reporter
            if why := self._unready():
                raise Refused(503, why)
            return self._ask(said, body, reporter)
        except Refused as refused:
            return refusal(refused.status, refused.problem)
        except Unreadable as unreadable:
            return refusal(422, unreadable.problem)

    async def take(self, headers: Headers, body: bytes) -> Reply:
        """Return the answer to a request."""
        asked = self.ask(headers, body)
        if isinstance(asked, Reply):
            return asked
        await asked.taking.answered()
        return asked.reply()

    def _ask(self, said: dict[bytes, bytes], body: bytes, reporter: Any) -> Asked:
        if said.get(b"content-type", b"").lower().startswith(NDJSON):
            lines = [line for line in body.splitlines() if line.strip()]
            return Asked(self._taker.lines(lines, reporter), _show_lines)
        if body.lstrip()[:1] == b"[":
            return Asked(self._taker.many(body, reporter), _show_list)
        key = said.get(b"idempotency-key")
        name = key.decode("latin-1") if key else None
        return Asked(self._taker.one(body, reporter, name), _show_one)

    def _grant(self, authorization: bytes | None) -> Grant:
        text = authorization.decode("latin-1") if authorization else None
        return grant_of(self._node.grants, text, None, "reporter")

    def _unready(self) -> Problem | None:
        if self._node.reader.broken:
            return BROKEN
        return None if self._node.nc.is_connected else UNAVAILABLE


def refusal(status: int, problem: Problem) -> Reply:
    """Return an answer that says no."""
    return Reply(status, orjson.dumps({"error": problem.show()}))


def _show_one(answers: list[Answer]) -> Reply:
    (answer,) = answers
    status = {"accepted": 200, "rejected": 422, "unavailable": 503}[answer["status"]]
    return Reply(status, orjson.dumps(answer))


def _show_list(answers: list[Answer]) -> Reply:
    accepted = sum(answer["status"] == "accepted" for answer in answers)
    rejected = sum(answer["status"] == "rejected" for answer in answers)
    summary = {"accepted": accepted, "rejected": rejected, "results": answers}
    return Reply(_status_of(answers), orjson.dumps(summary))


def _show_lines(answers: list[Answer]) -> Reply:
    shown = b"".join(orjson.dumps(one) + b"\n" for one in answers)
    return Reply(_status_of(answers), shown, NDJSON)


def _status_of(answers: list[Answer]) -> int:
    """503 as soon as one report may have been lost: send the list again, under the same ids."""
    return 503 if any(answer["status"] == "unavailable" for answer in answers) else 200
