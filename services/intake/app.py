"""The intake service: takes reports over NATS request and reply, as the gateway does over HTTP.

A sender who cannot be answered and whose report cannot be taken is not forgotten: what they sent is
set aside where a person sees it.
"""

from typing import Annotated, Any

import structlog
from pydantic import TypeAdapter, WithJsonSchema

from events.envelope import Event
from events.report import ReportSetAside
from events.sealed import Sealed
from services.auth import Grant, bearer
from services.ids import new_id
from services.intake.clear import is_clear, person_in
from services.keyring import Erased, NoKey
from services.log import LogFull
from services.messages import whole
from services.node import Node, Service
from services.problems import Problem
from services.reporting.draft import HEADQUARTERS
from services.reporting.reading import Unreadable
from services.reporting.report import KINDS, Report
from services.reporting.take import Taker
from services.reporting.told import Answer
from services.schemas import self_contained

_log = structlog.get_logger()

ReportMessage = Annotated[Any, WithJsonSchema(self_contained(TypeAdapter(Report | list[Report])))]

_NO_RIGHTS = Problem(
    "no-rights",
    "Authorization",
    "缺少有效的上报令牌（请求头 Authorization: Bearer …）",
    "a reporter's token is missing or not valid (header Authorization: Bearer …)",
)


_KEPT_BYTES = 2000
_FIELDS = frozenset({"Authorization", *(name for kind in KINDS for name in kind.model_fields)})
"""What may be named as a field at fault: nobody made these up."""


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
        refused = [answer for answer in answers if answer["status"] != "accepted"]
        if not refused:
            return
        if site not in self._node.picture.places.sites:
            # Anybody may publish under any name: the event must lie where somebody looks.
            site = HEADQUARTERS
        first = new_id()
        said = body[:_KEPT_BYTES].decode("utf-8", "replace")
        is_open = is_clear(body)
        sealed = None if is_open else await self._seal(first, said, person_in(body))
        for place, answer in enumerate(refused):
            fact = _open_fact(answer, said) if is_open else _sealed_fact(answer, sealed)
            await self._write(site, new_id() if place else first, fact)
            _log.warning("a report was set aside", code=answer["code"], site=site)

    async def _seal(self, owner: str, said: str, person: str | None) -> Sealed | None:
        """Return what was sent, sealed with a key of its own. It goes with the person's, if they
        are known: None where they are erased.
        """
        node = self._node
        known = person if person in node.picture.people.volunteers else None
        try:
            await node.keys.make(owner, of=known)
            return node.keys.seal(owner, "set-aside", {"body": said})
        except (Erased, NoKey):
            return None
        except LogFull:
            _log.error("there is no room for a key, what was set aside is not kept")
            return None

    async def _write(self, site: str, id: str, fact: ReportSetAside) -> None:
        now = self._node.clock.now()
        event = Event(id, site, "report", id, fact, now, now, "service:intake", id, id)
        await self._node.log.append([event])


def _open_fact(answer: Answer, said: str) -> ReportSetAside:
    reason = answer["reason"]
    return ReportSetAside(
        field=answer["field"] or "-", reason=f"{reason['zh']} / {reason['en']}", body=said
    )


def _sealed_fact(answer: Answer, sealed: Sealed | None) -> ReportSetAside:
    """Say of a report only what kind of mistake was in it: a reason repeats what was sent, and a
    field may be a sentence.
    """
    field, code = answer["field"].partition(".")[0], answer["code"]
    return ReportSetAside(
        field=field if field in _FIELDS else "-",
        reason=f"未能接受（{code}），原文已封存 / not taken ({code}), what was sent is sealed",
        body="",
        sealed=sealed,
    )


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
