"""What Muster published, for whoever follows it: an Atom feed (RFC 4287) and the CAP documents."""

import hashlib
from datetime import datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import Annotated, Any, Final
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request, Response
from lxml import etree

from events.ids import derive
from projections.bulletins import Message
from projections.moment import iso
from services.ask import Ask
from services.gateway.errors import unknown
from services.gateway.rules import Open, grant_of
from services.ids import new_id
from services.log import LogUnavailable
from services.node import Node
from services.weather.commands import ShowCertificate

ATOM: Final = "http://www.w3.org/2005/Atom"
ATOM_TYPE: Final = "application/atom+xml"
CAP_TYPE: Final = "application/cap+xml"
_CACHE: Final = "no-cache"
_MARKS: Final = {
    "Exercise": "[演练 Exercise] ",
    "Test": "[测试 Test] ",
    "System": "[系统 System] ",
    "Draft": "[草稿 Draft] ",
}


def following(request: Request) -> None:
    """The rule of what is published: any token, in the header or as `?token=`; none where
    everybody may read it. Raises Refused.
    """
    if not request.app.state.cap_public:
        query = request.query_params.get("token")
        grant_of(request.app.state.grants, request.headers.get("authorization"), query, None)


following.rule = "any"  # type: ignore[attr-defined]  # read by rule_of

Following = Annotated[None, Depends(following)]


def routes(node: Node) -> APIRouter:
    """Return the endpoints."""
    router = APIRouter(tags=["bulletins"])

    @router.get("/cap/feed.atom", response_class=Response)
    async def feed(request: Request, _: Following) -> Response:
        """What is published, newest first: the messages in force, and the last 50. Send the ETag
        back as `If-None-Match`, and the answer is 304 as long as nothing changed.
        """
        messages = node.bulletins.feed(node.clock.now())
        body = feed_of(messages, _address(node, request), request.query_params.get("token"))
        tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
        newest = max((message.recorded_at for message in messages), default=None)
        changed_at = settled(newest, node.clock.now())
        headers = {"ETag": tag, "Cache-Control": _CACHE}
        if changed_at is not None:
            headers["Last-Modified"] = format_datetime(changed_at, usegmt=True)
        if _is_known(request, tag, changed_at):
            return Response(status_code=304, headers=headers)
        return Response(body, media_type=ATOM_TYPE, headers=headers)

    @router.get("/cap/certificate.pem", response_class=Response)
    async def certificate(_: Open) -> Response:
        """The certificate that the signatures are checked with. It is no secret."""
        name, now = new_id(), node.clock.now()
        command = ShowCertificate(site="hq", id="certificate", at=now, by="service:gateway")
        shown = (await node.bus.send(Ask(command, name, name))).detail or {}
        return Response(shown["certificate"], media_type="application/x-pem-file")

    @router.get("/cap/{identifier}.xml", response_class=Response)
    async def document(identifier: str, request: Request, _: Following) -> Response:
        """A message as it was published, byte for byte."""
        message = node.bulletins.message(identifier)
        if message is None:
            raise unknown("已发布的消息", "published message", identifier[:100])
        headers = {"ETag": f'"{message.document}"', "Cache-Control": _CACHE}
        if _is_known(request, headers["ETag"], None):
            return Response(status_code=304, headers=headers)
        kept = await node.kept.read(message.document)
        if kept is None:
            raise LogUnavailable(f"read {identifier}: its document is not there yet")
        return Response(kept.body, media_type=CAP_TYPE, headers=headers)

    return router


def feed_of(messages: list[Message], address: str, token: str | None) -> bytes:
    """Return the feed. Where the token stood in its address, it stands in those of the documents,
    too: whoever can send no header can follow them.
    """
    secret = f"?token={quote(token, safe='')}" if token else ""
    feed: Any = etree.fromstring(f'<feed xmlns="{ATOM}"/>')
    url = f"{address}/feed.atom"
    _add(feed, "id", url)
    _add(feed, "title", "Muster 对外公告 / bulletins")
    newest = messages[0] if messages else None
    _add(feed, "updated", iso(newest.recorded_at if newest else _EPOCH))
    _add(_add(feed, "author"), "name", newest.sender if newest else "Muster")
    _add(feed, "link", rel="self", type=ATOM_TYPE, href=url)
    for message in messages:
        _add_entry(feed, message, address, secret)
    return etree.tostring(feed, encoding="UTF-8", xml_declaration=True)


_EPOCH: Final = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


def _add_entry(feed: Any, message: Message, address: str, secret: str) -> None:
    content = message.content
    entry = _add(feed, "entry")
    _add(entry, "id", f"urn:uuid:{derive('cap', message.sender, message.identifier)}")
    mark = _MARKS.get(content.status, "")
    _add(entry, "title", f"{mark}{content.headline.zh} / {content.headline.en}")
    _add(entry, "updated", iso(message.recorded_at))
    _add(entry, "published", iso(message.sent))
    _add(_add(entry, "author"), "name", message.sender)
    for term in (content.status, message.move, content.category, content.severity):
        _add(entry, "category", term=term)
    href = f"{address}/{message.identifier}.xml{secret}"
    _add(entry, "link", rel="alternate", type=CAP_TYPE, href=href)
    _add(entry, "summary", f"{content.description.zh}\n\n{content.description.en}")


def _add(parent: Any, name: str, text: str | None = None, **attributes: str) -> Any:
    element = etree.SubElement(parent, f"{{{ATOM}}}{name}", attributes)
    element.text = text
    return element


def _address(node: Node, request: Request) -> str:
    base = (node.settings.public_url or str(request.base_url)).rstrip("/")
    return f"{base}/api/v1/cap"


def settled(changed_at: datetime | None, now: datetime) -> datetime | None:
    """Return when it changed last, once that second is over: HTTP's dates have no fraction, and by
    the same date another message of that second would be taken for known (RFC 9110, 8.8.2.2).
    """
    if changed_at is None or now.replace(microsecond=0) <= changed_at:
        return None
    return changed_at


def _is_known(request: Request, tag: str, changed_at: datetime | None) -> bool:
    """Tell whether who asks has it already (RFC 9110, 13.1.2 and 13.1.3)."""
    named = request.headers.get("if-none-match")
    if named is not None:
        tags = {one.strip().removeprefix("W/") for one in named.split(",")}
        return tag in tags or "*" in tags
    since = request.headers.get("if-modified-since")
    if since is None or changed_at is None:
        return False
    try:
        return changed_at.replace(microsecond=0) <= parsedate_to_datetime(since)
    except (ValueError, TypeError):
        return False
