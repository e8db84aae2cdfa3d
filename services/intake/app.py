"""The intake service: takes reports over NATS request and reply, as the gateway does over HTTP.

A sender who cannot be answered and whose report cannot be taken is not forgotten: what they sent is
set aside where a person sees it.
"""

from typing import Annotated, Any

import structlog
from pydantic import TypeAdapter, WithJsonSchema

from events.envelope import Event
from events.report import ReportSetAside
from services.auth import Grant, bearer
from services.ids import new_id
from services.messages import whole
from services.node import Node, Service
from services.problems import Problem
from services.reporting.draft import HEADQUARTERS
from services.reporting.report import Report
from services.reporting.take import Answer, Taker, Unreadable
from services.schemas import self_contained

_log = structlog.get_logger()

ReportMessage = Annotated[Any, WithJsonSchema(self_contained(TypeAdapter(Report | list[Report])))]

_NO_RIGHTS = Problem(
    "no-rights",
    "Authorization",
    "缺少有效的上报令牌（请求头 Authorization: Bearer …）",
    "a reporter's token is missing or not valid (header Authorization: Bearer …)",
)


class Intake:
    """Takes what comes on `report.<site>`."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._taker = Taker(node)

    async def on_report(self, message: ReportMessage) -> Any:
        """Take one report or a list, and answer, or set aside what cannot be answered."""
        raw = message.raw_message
        headers = raw.headers or {}
        site = raw.subject.split(".")[1]
        token = bearer(headers.get("Authorization") or headers.get("authorization"))
        grant = self._node.grants.find(token) if token else None
        if grant is None or not grant.may("reporter") or not grant.sees(site):
            answers: list[Answer] = [{"id": None, "status": "rejected", **_NO_RIGHTS.show()}]
            many = False
        else:
            answers, many = await self._take(raw.data, grant)
        if not raw.reply:
            await self._set_aside(site, raw.data, answers)
        return answers if many else answers[0]

    async def _take(self, body: bytes, grant: Grant) -> tuple[list[Answer], bool]:
        try:
            if body.lstrip()[:1] == b"[":
                return await self._taker.take_many(body, grant.reporter, "nats"), True
            return [await self._taker.take_one(body, grant.reporter, "nats")], False
        except Unreadable as error:
            return [{"id": None, "status": "rejected", **error.problem.show()}], False

    async def _set_aside(self, site: str, body: bytes, answers: list[Answer]) -> None:
        """Write down what was not taken of a report that nobody waits for an answer to."""
        now = self._node.clock.now()
        if site not in self._node.picture.places.sites:
            # Anybody may publish under any name: the event must lie where somebody looks.
            site = HEADQUARTERS
        for answer in answers:
            if answer["status"] == "accepted":
                continue
            id = new_id()
            fact = ReportSetAside(
                field=answer["field"] or "-",
                reason=f"{answer['reason']['zh']} / {answer['reason']['en']}",
                body=body[:2000].decode("utf-8", "replace"),
            )
            event = Event(id, site, "report", id, fact, now, now, "service:intake", id, id)
            await self._node.log.append([event])
            _log.warning("a report was set aside", code=answer["code"], site=site)


def build(node: Node) -> Service:
    """Take reports over NATS in this process."""
    intake = Intake(node)
    node.broker.subscriber(
        "report.*",
        queue="intake",
        max_workers=64,
        decoder=whole,
        title="reports",
        description=(
            "One report or a list, as `POST /api/v1/reports` takes them, with the header"
            " `Authorization: Bearer <token>`; the answers come on the reply subject."
        ),
    )(intake.on_report)
    return Service("intake")
