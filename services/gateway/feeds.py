"""Feeds: where warnings come from by themselves, and whether anything still comes."""

from typing import Annotated, Any

from fastapi import APIRouter, Request
from pydantic import Field

from events.fact import Id, Line, Text, Words
from events.feed import PUSHERS_MAX, Adapter
from projections.feeds import Feed as Row
from projections.feeds_view import show_feed, show_feeds
from projections.moment import Moment
from services.auth import Grant
from services.gateway.ask import Body, decided, found, moment, send
from services.gateway.errors import Refused, unknown
from services.gateway.rules import Commanding, Watching, must_see
from services.node import Node
from services.problems import Problem
from services.weather.commands import AskFeed, RegisterFeed, RemoveFeed

_SITE = "hq"


class _Name(Text):
    zh: Line
    en: Line


class Feed(Body):
    id: Id
    name: _Name
    adapter: Adapter
    url: Annotated[str, Field(max_length=2000)] = ""
    interval_s: Annotated[int, Field(ge=5, le=86_400, strict=True)] = 60
    may_be_empty: Annotated[bool, Field(strict=True)] = False
    private: Annotated[bool, Field(strict=True)] = False
    pushers: Annotated[tuple[Line, ...], Field(max_length=PUSHERS_MAX)] = ()
    """The names of the tokens that may hand in for it, besides those of commanders."""


class Removal(Body):
    reason: Words = ""


def routes(node: Node) -> APIRouter:
    """Return the endpoints."""
    router = APIRouter(tags=["feeds"])

    @router.get("/feeds")
    async def feeds(grant: Watching) -> dict[str, Any]:
        """The feeds that are followed, those in trouble first: when each was last heard, what it
        brought, and its last trouble. Its address is for those who may change it.
        """
        must_see(grant, _SITE)
        now = Moment(node.picture, node.clock.now())
        rows = node.picture.feeds.rows
        shown = [{**row, **_said(rows[row["id"]], grant)} for row in show_feeds(now)]
        return {"at": now.at, "failed": sum(row["state"] == "failed" for row in shown)} | {
            "feeds": shown
        }

    @router.post("/feeds")
    async def register(request: Request, body: Feed, grant: Commanding) -> dict[str, Any]:
        """Follow a feed, or say anew how it is to be followed.

        What is on one's own network, and folders of this machine, are an admin's to name.
        """
        must_see(grant, _SITE)
        _may_name(grant, body)
        _room_for(node, body.id)
        command = RegisterFeed(
            site=_SITE,
            id=body.id,
            at=moment(node, body),
            by=grant.name,
            name=Text(zh=body.name.zh, en=body.name.en),
            adapter=body.adapter,
            url=body.url,
            interval_s=body.interval_s,
            may_be_empty=body.may_be_empty,
            private=body.private,
            pushers=body.pushers,
        )
        return decided(await send(node, request, grant, command, body), id=body.id)

    @router.delete("/feeds/{id}")
    async def remove(
        request: Request, id: Id, grant: Commanding, body: Removal | None = None
    ) -> dict[str, Any]:
        """Follow a feed no longer. What it brought stays."""
        must_see(grant, _SITE)
        row = await _known(node, id)
        _may_change(grant, row)
        said = body or Removal()
        command = RemoveFeed(
            site=_SITE, id=id, at=moment(node, said), by=grant.name, reason=said.reason
        )
        return decided(await send(node, request, grant, command, said), id=id)

    @router.post("/feeds/{id}/ask")
    async def ask(
        request: Request, id: Id, grant: Commanding, body: Body | None = None
    ) -> dict[str, Any]:
        """Ask a feed now. Answered with what came of it, if that does not take long."""
        must_see(grant, _SITE)
        await _known(node, id)
        command = AskFeed(site=_SITE, id=id, at=node.clock.now(), by=grant.name)
        outcome = await send(node, request, grant, command, body)
        row = node.picture.feeds.rows.get(id)
        now = Moment(node.picture, node.clock.now())
        shown = show_feed(now, id, row) if row else None
        return decided(outcome, id=id, **(outcome.detail or {}), feed=shown)

    return router


def _said(row: Row, grant: Grant) -> dict[str, Any]:
    said: dict[str, Any] = {"may_be_empty": row.may_be_empty, "private": row.private}
    secret = {"url": row.url, "pushers": list(row.pushers)}
    return {**said, **secret} if grant.may("commander") else said


async def _known(node: Node, id: str) -> Row:
    row = await found(node, node.picture.feeds.rows, id)
    if row is None:
        raise unknown("数据源", "feed", id)
    return row


def _may_name(grant: Grant, body: Feed) -> None:
    if (body.private or body.adapter == "folder") and not grant.may("admin"):
        raise _only_admins("private" if body.private else "adapter")


def _may_change(grant: Grant, row: Row) -> None:
    if (row.private or row.adapter == "folder") and not grant.may("admin"):
        raise _only_admins("id")


def _only_admins(field: str) -> Refused:
    return Refused(
        403,
        Problem(
            "role-not-allowed",
            field,
            "内部网络的数据源与本机文件夹只能由管理员登记或停用",
            "feeds on one's own network, and folders of this machine, are an admin's",
        ),
    )


def _room_for(node: Node, id: str) -> None:
    rows, limit = node.picture.feeds.rows, node.settings.limits.feeds
    if id not in rows and len(rows) >= limit:
        raise Refused(
            409,
            Problem(
                "too-many-feeds",
                "id",
                f"数据源已达上限 {limit} 个",
                f"there are {limit} feeds, and no more are followed",
            ),
        )
