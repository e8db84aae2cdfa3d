"""Bulletins: what Muster tells the public is drafted here, approved, declined, taken back."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse
from pydantic import Field, StringConstraints

from events.bulletin import NOBODYS, BulletinMove, Content
from events.fact import Id, Words
from events.ids import derive
from projections.bulletin_drafts import (
    Fields,
    again,
    cancelling,
    merged,
    missing,
)
from projections.bulletin_view import show_bulletin, show_line
from projections.bulletins import Bulletin
from projections.moment import Moment, iso
from services.ask import Ask
from services.auth import Grant
from services.gateway.ask import Body, decided, found, key_of, send, who
from services.gateway.bulletin_drafting import Source, begin, content_of, incomplete, is_drill
from services.gateway.errors import Refused, unknown
from services.gateway.rules import Commanding, Responding, must_see
from services.ids import new_id
from services.node import Node
from services.problems import Problem
from services.reporting.draft import HEADQUARTERS
from services.weather.commands import (
    ApproveBulletin,
    DeclineBulletin,
    DraftBulletin,
    ShowBulletin,
)

PAGE_MAX = 1000
_FIELDS = "The fields of a content; those that are left out stay as they are"


class NewBulletin(Body):
    """What to tell: `content` whole, or `from` something, with what is said in its place."""

    source: Annotated[Source | None, Field(alias="from")] = None
    content: Annotated[dict[str, Any], Field(description=_FIELDS)] = Field(default_factory=dict)


class Redraft(Body):
    content: Annotated[dict[str, Any], Field(description=_FIELDS)] = Field(default_factory=dict)
    draft: Annotated[int, Field(ge=0)] | None = None
    """The draft its author has seen; if there is a newer one, this is refused."""


class Cancel(Redraft):
    reason: dict[str, str] | None = None
    """Why, in both languages: what the cancellation says in place of the description."""


class Approve(Body):
    draft: Annotated[int, Field(ge=1)]
    """The draft that was read."""
    comment: Words = ""


class Decline(Body):
    draft: Annotated[int, Field(ge=1)]
    reason: Annotated[str, StringConstraints(max_length=4000, pattern=r"\S")]


def routes(node: Node) -> APIRouter:
    """Return the endpoints."""
    router = APIRouter(tags=["bulletins"])
    _add_reads(router, node)
    _add_drafts(router, node)

    @router.post("/bulletins/{id}/approve")
    async def approve(request: Request, id: Id, body: Approve, grant: Commanding) -> dict[str, Any]:
        """Agree that exactly this draft goes out. Its author is another person, whatever the role,
        and the token is a person's own (`person`). Once two people stand for it, which its author
        is one of unless it was written with a token of nobody's, it is published at once;
        `needs_approval` tells whether it waits for another one.
        """
        row = await _row(node, grant, id, body)
        command = ApproveBulletin(
            **_who(node, grant, id, row),
            draft=body.draft,
            comment=body.comment,
            hand=hand_of(grant),
        )
        answer = _published(await send(node, request, grant, command, body), id)
        waits = _waits(node.bulletins.rows.get(id), body.draft)
        return {**answer, "draft": body.draft, "needs_approval": waits}

    @router.post("/bulletins/{id}/decline")
    async def decline(request: Request, id: Id, body: Decline, grant: Commanding) -> dict[str, Any]:
        """Do not agree to a draft, or take one's own back. It may be written anew."""
        row = await _row(node, grant, id, body)
        command = DeclineBulletin(
            **_who(node, grant, id, row), draft=body.draft, reason=body.reason, hand=hand_of(grant)
        )
        return decided(await send(node, request, grant, command, body), id=id)

    return router


def _add_reads(router: APIRouter, node: Node) -> None:
    @router.get("/bulletins")
    async def list_(
        grant: Responding, limit: Annotated[int, Query(ge=1, le=PAGE_MAX)] = 200
    ) -> dict[str, Any]:
        """The bulletins, the newest first, each with how what it was made from stands now."""
        must_see(grant, HEADQUARTERS)
        now = Moment(node.picture, node.clock.now())
        rows = list(node.bulletins.rows.items())[::-1]
        shown = [show_line(now, id, row) for id, row in rows[:limit]]
        return {"at": iso(now.at), "bulletins": shown, "total": len(rows)}

    @router.get("/bulletins/{id}")
    async def show(id: Id, grant: Responding) -> dict[str, Any]:
        """A bulletin: its drafts, who agreed, what went out, and in `cap` the message that the
        newest draft is or would be, without its signature.
        """
        row = await _row(node, grant, id)
        now = Moment(node.picture, node.clock.now())
        name = new_id()
        command = ShowBulletin(**_who(node, grant, id, row))
        preview = (await node.bus.send(Ask(command, name, name))).detail or {}
        return {"at": iso(now.at), **show_bulletin(now, id, row), **preview}


def _add_drafts(router: APIRouter, node: Node) -> None:
    @router.post("/bulletins", response_model=None)
    async def draft(
        request: Request, body: NewBulletin, grant: Commanding
    ) -> dict[str, Any] | JSONResponse:
        """Draft what the public is told. Minor and moderate goes out at once; what is severe,
        extreme or not ranked waits for another person.

        What it is made `from` is taken word for word. Where a text is there in one language only,
        the answer is 422 with the names of what is `missing` and the `content` so far: send it
        again with these.
        """
        must_see(grant, HEADQUARTERS)
        _must_be_now(body)
        fields, about, drill = await begin(node, grant, body.source)
        fields = merged(fields, body.content)
        if (gaps := missing(fields)) and body.source is not None:
            return incomplete(node, gaps, fields)
        key = key_of(request, body)
        id = derive("bulletin", grant.actor, key) if key else new_id()
        row = Bulletin(HEADQUARTERS, about=about)
        return await _send_draft(
            node, request, grant, body, (id, row, "issue", fields, 0), drill=drill
        )

    @router.post("/bulletins/{id}/update", response_model=None)
    async def update(request: Request, id: Id, body: Redraft, grant: Commanding) -> dict[str, Any]:
        """Say it anew: an update of what is published, or another draft of what is not."""
        row = await _row(node, grant, id, body)
        before = _standing(row)
        move: BulletinMove = "update" if row.messages else "issue"
        fields = merged(again(before), body.content)
        after = _after(row, body)
        return await _send_draft(node, request, grant, body, (id, row, move, fields, after))

    @router.post("/bulletins/{id}/cancel", response_model=None)
    async def cancel(
        request: Request, id: Id, grant: Commanding, body: Cancel | None = None
    ) -> dict[str, Any]:
        """Take back what is published. It needs a second person where what stands needed one."""
        said = body or Cancel()
        row = await _row(node, grant, id, said)
        last = row.last
        before = last.content if last else _standing(row)
        fields = merged(cancelling(before, node.clock.now(), said.reason), said.content)
        after = _after(row, said)
        return await _send_draft(node, request, grant, said, (id, row, "cancel", fields, after))


_Meant = tuple[str, Bulletin, BulletinMove, Fields, int]
"""Bulletin, as it stands, what is done to it, what it says, and the draft it follows."""


async def _send_draft(
    node: Node, request: Request, grant: Grant, body: Body, meant: _Meant, *, drill: bool = False
) -> dict[str, Any]:
    id, row, move, fields, after = meant
    content = content_of(node, fields)
    command = DraftBulletin(
        **_who(node, grant, id, row),
        move=move,
        content=content,
        hand=hand_of(grant),
        after=after,
        about=row.about,
        drill=drill or is_drill(node, row.about),
    )
    outcome = await send(node, request, grant, command, body)
    stands = node.bulletins.rows.get(id) or row
    pending, written = stands.pending, stands.written_by(outcome.event_ids)
    return {
        **_published(outcome, id),
        "draft": written.number if written else after + 1,
        "needs_approval": pending is not None and pending.ready_at is None,
    }


def hand_of(grant: Grant) -> str:
    """Return by what two people are told apart: the person, or the token where it is nobody's."""
    return grant.person or f"{NOBODYS}{grant.id}"


def _waits(row: Bulletin | None, draft: int) -> bool:
    """Tell whether a draft waits for a person's approval."""
    pending = row.pending if row else None
    return pending is not None and pending.number == draft and pending.ready_at is None


def _standing(row: Bulletin) -> Content:
    """Return what the next draft begins with: the draft that waits, else what is published, else
    what was written last.
    """
    pending, last, newest = row.pending, row.last, row.newest
    if pending is not None and pending.move != "cancel":
        return pending.content
    if last is not None:
        return last.content
    if newest is None:
        raise RuntimeError("a bulletin begins with a draft")
    return newest.content


def _after(row: Bulletin, body: Redraft) -> int:
    if body.draft is not None:
        return body.draft
    return row.newest.number if row.newest else 0


async def _row(node: Node, grant: Grant, id: str, body: Body | None = None) -> Bulletin:
    must_see(grant, HEADQUARTERS)
    if body is not None:
        _must_be_now(body)
    row = await found(node, node.bulletins.rows, id)
    if row is None:
        raise unknown("公告", "bulletin", id)
    return row


def _must_be_now(body: Body) -> None:
    """Raise Refused for a command that says it was given at another time: nobody drafts or approves
    in the past.
    """
    if body.at is not None:
        raise Refused(
            422,
            Problem("not-now", "at", "公告只能现在拟写或批准", "bulletins are dealt with now only"),
        )


def _who(node: Node, grant: Grant, id: str, row: Bulletin) -> dict[str, Any]:
    return {"site": row.site, "id": id, "at": node.clock.now(), "by": who(grant)}


def _published(outcome: Any, id: str) -> dict[str, Any]:
    return decided(outcome, id=id, published=(outcome.detail or {}).get("published"))
