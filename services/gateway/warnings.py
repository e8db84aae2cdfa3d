"""Warnings over HTTP: documents in, and each warning with its whole chain."""

import asyncio
import base64
import hashlib
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse

from events.fact import Id
from events.ids import derive
from projections.chain_view import list_warnings, show_chain
from projections.moment import Moment
from projections.still import still
from services.ask import Ask
from services.auth import Grant
from services.decider import Rejected
from services.gateway.ask import When, folded, found
from services.gateway.errors import Refused, unknown
from services.gateway.rules import Known, Reporting, must_see
from services.gateway.unpacking import unpacked
from services.node import Node
from services.problems import Problem
from services.weather.commands import TakeDocument

_TAKEN = frozenset(
    {
        "", "application/cap+xml", "application/xml", "text/xml", "application/octet-stream",
        "application/json", "application/geo+json", "application/ld+json", "application/atom+xml",
        "application/rss+xml", "application/zip", "application/gzip",
    }
)  # fmt: skip
"""What the body is, is told by the body itself; this keeps forms and plain text out."""

_NOT_TAKEN = Problem(
    "media-type",
    "Content-Type",
    "只接受 CAP（XML 或 JSON）预警文件，可为 zip 或 gzip 打包",
    "takes warnings as CAP in XML or JSON, or these in a zip or gzip file",
)
_ONES_OWN = Problem(
    "not-yours",
    "Authorization",
    "本人令牌只能代表本人，不能递交预警",
    "a volunteer's own token speaks for that volunteer only, and hands in no warnings",
)
_NOT_KEPT = frozenset({"too-large", "not-a-push-feed"})


def routes(node: Node) -> APIRouter:
    """Return the endpoints."""
    router = APIRouter(tags=["warnings"])

    @router.post(
        "/cap",
        openapi_extra={
            "requestBody": {
                "required": True,
                "content": {"application/cap+xml": {"schema": {"type": "string"}}},
            }
        },
    )
    async def take(
        request: Request, grant: Reporting, feed: Annotated[Id | None, Query()] = None
    ) -> Response:
        """Take a document of CAP 1.0 to 1.2, or of another known format, also with
        `Content-Encoding: gzip`. It is kept as it was sent, refused or not, under the digest that
        the answer names. What deviates from the standard is named; what lacks what a warning needs
        is refused with the element and the reason. `feed` is the feed that it is handed in for,
        which has thereby been heard: with a commander's token, or one that the feed names. A
        warning concerns every site, so a token that is limited to some must take in headquarters,
        and a volunteer's own hands in none. Below a commander nobody speaks for a sender whose
        warnings another feed brings.
        """
        must_see(grant, "hq")
        if grant.reporter.person is not None:
            raise Refused(403, _ONES_OWN)
        await _must_push(node, grant, feed)
        media_type = request.headers.get("content-type", "")
        if media_type.partition(";")[0].strip().lower() not in _TAKEN:
            raise Refused(415, _NOT_TAKEN)
        limit = node.settings.limits.body_bytes
        encoding = request.headers.get("content-encoding", "")
        body = unpacked(await request.body(), encoding, limit)
        command = TakeDocument(
            site="hq",
            id="cap",
            at=node.clock.now(),
            by=grant.name,
            body=base64.b64encode(body).decode("ascii"),
            feed=feed,
            media_type=media_type,
            vouched=grant.may("commander"),
        )
        id = derive("cap-document", grant.actor, feed or "", command.body)
        try:
            outcome = await node.bus.send(Ask(command, id, id))
        except Rejected as error:
            return _refused(error, body)
        await folded(node, outcome.seq)
        return _json(outcome.detail or {"results": []})

    @router.get("/warnings")
    async def listed(
        grant: Known,
        venue: Annotated[Id | None, Query()] = None,
        at: Annotated[When | None, Query()] = None,
        live: Annotated[bool, Query()] = True,  # noqa: FBT002 - a query parameter
    ) -> Response:
        """The warnings that are meant and not over, the newest first, 500 at most; `live=false`
        lists those that are over and exercises too. `venue` leaves those that take in a venue. `at`
        in the past is what was true then, as we know it now; in the future, what will hold if
        nobody sends another word.
        """
        if venue is not None:
            place = await found(node, node.picture.places.venues, venue)
            if place is None:
                raise unknown("场馆", "venue", venue)
            must_see(grant, place.site)
        now = node.clock.now()
        past = await node.travel(as_of=at) if at is not None and at < now else node.picture
        picture = still(past) if past is node.picture else past
        moment = Moment(picture, at or now, grant.sites)
        rows, total = await asyncio.to_thread(list_warnings, moment, venue=venue, live=live)
        return _json({"at": moment.at, "total": total, "warnings": rows})

    @router.get("/warnings/{id}")
    async def one(id: Id, grant: Known) -> Response:
        """A warning as its last message has it, and its whole chain: each message with what it
        changed, its signature, and the digest of the document that it came in.
        """
        if await found(node, node.picture.warnings.rows, id) is None:
            raise unknown("预警", "warning", id)
        moment = Moment(node.picture, node.clock.now(), grant.sites)
        return _json(show_chain(moment, id, names_people=grant.may("responder")))

    return router


async def _must_push(node: Node, grant: Grant, feed: str | None) -> None:
    """Raise Refused for a token that may not hand in for a feed: whoever does speaks for its
    senders, and keeps it from being seen as silent.
    """
    if feed is None or grant.may("commander"):
        return
    row = await found(node, node.picture.feeds.rows, feed)
    if row is None or row.adapter != "push" or grant.name in row.pushers:
        return
    raise Refused(
        403,
        Problem(
            "not-a-pusher",
            "feed",
            f"令牌“{grant.name}”不能为数据源 {feed} 递交，请指挥员在登记时写明（pushers）",
            f"the token {grant.name!r} does not hand in for the feed {feed}: a commander names it "
            "when the feed is registered (pushers)",
        ),
    )


def _refused(error: Rejected, body: bytes) -> Response:
    problem = Problem(error.code, error.field or "document", error.reason.zh, error.reason.en)
    said: dict[str, Any] = {"error": problem.show()}
    if error.code not in _NOT_KEPT:
        said["document"] = hashlib.sha256(body).hexdigest()
    return JSONResponse(said, 422)


def _json(body: dict[str, Any]) -> Response:
    return Response(orjson.dumps(body), media_type="application/json")
