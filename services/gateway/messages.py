"""What people are told: their own page, and the links in their messages."""

import asyncio
from typing import Annotated, Any

import structlog
from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse

from events.fact import Id
from events.ids import derive
from events.message import PAGE
from projections.letters import Sent, show_messages
from projections.moment import Moment
from projections.reach_view import show_channels
from services.ask import Ask
from services.auth import Grant
from services.decider import Rejected
from services.gateway.ask import found
from services.gateway.errors import Refused, unknown
from services.gateway.rules import Open, Reporting, must_see
from services.ids import new_id
from services.log import LogBroken, LogFull, LogUnavailable
from services.node import Node
from services.notifier.commands import ConfirmChannel
from services.problems import Problem

_log = structlog.get_logger()

_AWAY = (LogUnavailable, LogFull, LogBroken)
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}
_PAGE = """<!doctype html>
<html lang="zh">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Muster</title>
<style>
body {{ font: 18px/1.5 sans-serif; max-width: 28rem; margin: 4rem auto; padding: 0 1rem; }}
button {{ font: inherit; width: 100%; min-height: 4rem; }}
</style></head>
<body>{inside}</body>
</html>
"""
_ASK = """<p>收到这条通知了吗？<br><span lang="en">Did this message reach you?</span></p>
<form method="post"><button>已收到 · <span lang="en">Got it</span></button></form>"""
_THANKS = '<p role="status">谢谢，已记录。<br><span lang="en">Thank you, it is noted.</span></p>'
_GONE = """<p role="status">此链接无效或已过期。<br>
<span lang="en">This link is not valid, or no longer.</span></p>"""
_LATER = """<p role="status">暂时无法记录，请稍后再试。<br>
<span lang="en">It cannot be noted now. Please try again in a moment.</span></p>
<form method="post"><button>再试一次 · <span lang="en">Try again</span></button></form>"""


def routes(node: Node) -> APIRouter:
    """Return the endpoints under the API's prefix."""
    router = APIRouter(tags=["messages"])

    @router.get("/messages")
    async def messages(
        grant: Reporting, person: Annotated[Id | None, Query()] = None
    ) -> dict[str, Any]:
        """What a person was told lately, by which channels, and what is known of their channels.

        Read with the person's own token it is proof that their page reaches them.
        """
        who = person or grant.person
        if who is None:
            raise Refused(422, Problem("missing", "person", "缺少人员", "person is missing"))
        await may_ask_of(node, grant, who)
        events = [
            event
            for event in await node.events_at(node.letters.sequences(who))
            if grant.person == who or node.discreet.shows(event, grant.lanes)
        ]
        shown = show_messages(events)
        if grant.person == who:
            await _read_by_themselves(node, who, shown)
        moment = Moment(node.picture, node.clock.now())
        return {"person": who, "channels": show_channels(moment, who), "messages": shown}

    return router


def links(node: Node) -> APIRouter:
    """Return the endpoints that the links in messages lead to. The code is all that is needed."""
    router = APIRouter(include_in_schema=False)

    @router.api_route("/m/{code}/{channel}", methods=["GET", "HEAD"])
    async def ask(code: str, _: Open) -> HTMLResponse:
        # Chats fetch what a link leads to for a preview: that is nobody's answer.
        known = await _find(node, code)
        return _page(_ASK if known else _GONE, 200 if known else 404)

    @router.post("/m/{code}/{channel}")
    async def confirm(code: str, channel: str, _: Open) -> HTMLResponse:
        sent = await _find(node, code)
        if sent is None:
            return _page(_GONE, 404)
        try:
            await _confirm(node, sent, channel)
        except (Rejected, ValueError):
            return _page(_GONE, 404)
        except _AWAY:
            return _page(_LATER, 503)
        return _page(_THANKS, 200)

    return router


async def may_ask_of(node: Node, grant: Grant, person: str) -> str:
    """Return a person's home site. Raises Refused unless they are the asker, or the asker is a
    responder who sees that site.
    """
    volunteer = await found(node, node.picture.people.volunteers, person)
    if volunteer is None:
        raise unknown("志愿者", "volunteer", person)
    if grant.person != person and not grant.may("responder"):
        raise Refused(
            403,
            Problem(
                "not-your-own",
                "person",
                f"此令牌不是 {person} 本人的",
                f"this token is not {person}'s own",
            ),
        )
    if grant.person != person:
        must_see(grant, volunteer.site)
    return volunteer.site


async def _find(node: Node, code: str) -> Sent | None:
    """Return the message of a link; one that was stored a moment ago is waited for."""
    if (sent := node.letters.find(code)) is None:
        try:
            async with asyncio.timeout(2.0):
                await node.reader.catch_up()
        except Exception as error:  # noqa: BLE001 - then it is as unknown as before
            _log.info("a link was looked for while the log is away", error=type(error).__name__)
        sent = node.letters.find(code)
    return sent


async def _confirm(node: Node, sent: Sent, channel: str) -> None:
    command = ConfirmChannel(
        site=sent.site, id=sent.id, at=node.clock.now(), by=sent.person, channel=channel
    )
    await node.bus.send(Ask(command, derive(sent.id, channel, "confirmed"), new_id()))


async def _read_by_themselves(node: Node, person: str, shown: list[dict[str, Any]]) -> None:
    """Take it as proof that a person's page has fetched these messages."""
    unread = [
        Sent(message["site"], message["id"], person)
        for message in shown
        for channel in message["channels"]
        if channel["channel"] == PAGE and channel["confirmed_at"] is None
    ]
    results = await asyncio.gather(
        *(_confirm(node, sent, PAGE) for sent in unread), return_exceptions=True
    )
    for result in results:
        # What is read is read, whether or not that can be noted now.
        if isinstance(result, BaseException) and not isinstance(result, (*_AWAY, Rejected)):
            raise result


def _page(inside: str, status: int) -> HTMLResponse:
    return HTMLResponse(_PAGE.format(inside=inside), status, headers=_HEADERS)
