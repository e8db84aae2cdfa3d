"""What is published, asked for over HTTP and judged by others' tools."""

from dataclasses import dataclass
from typing import Any

import feedparser  # type: ignore[import-untyped]  # it has no types
import pytest
from signxml.verifier import XMLVerifier

from services.weather.cap import CapMessage, read_cap
from tests.integration.edge import SKI, Caller, Edge, enrol, soon
from tests.unit.corpus import folder

FEED = "/cap/feed.atom"
CAP_TYPE = "application/cap+xml"
STORM: dict[str, Any] = {
    "event": {"zh": "暴雪", "en": "blizzard"},
    "headline": {"zh": "延庆赛区暴雪橙色预警", "en": "Orange blizzard warning in Yanqing"},
    "description": {"zh": "未来六小时降雪十毫米以上。", "en": "10 mm or more within 6 h."},
    "instruction": {"zh": "请转入室内。", "en": "Go indoors."},
    "category": "Met",
    "severity": "severe",
    "colour": "orange",
    "response": "Shelter",
    "area": {"zh": "国家高山滑雪中心", "en": "National Alpine Skiing Centre"},
    "venues": [SKI],
}


def storm(**more: Any) -> dict[str, Any]:
    return {**STORM, "expires": soon(hours=6), **more}


def slippery(**more: Any) -> dict[str, Any]:
    return storm(severity="minor", colour="blue", response="Prepare", **more)


PEOPLE = ("first", "second")


async def person(muster: Edge, id: str, role: str = "commander", name: str = "") -> Caller:
    """Return somebody with a token that is their own."""
    said = {"role": role, "name": name or id, "person": id}
    answer = await muster.admin.post("/tokens", said)
    assert answer.status_code == 200, answer.text
    return Caller(muster.url, answer.json()["token"], muster.http)


async def desk_of(muster: Edge) -> "Desk":
    """Return a desk with two commanders who are people of the roster."""
    known = muster.node.picture.people.volunteers
    await enrol(muster, [(id, "hq", "team-leader", []) for id in PEOPLE if id not in known])
    return Desk(muster, *[await person(muster, id) for id in PEOPLE])


@dataclass
class Desk:
    """Two commanders and what they do."""

    edge: Edge
    first: Caller
    second: Caller

    async def draft(self, content: dict[str, Any], caller: Caller | None = None) -> dict[str, Any]:
        answer = await (caller or self.first).post("/bulletins", {"content": content})
        assert answer.status_code == 200, answer.text
        said: dict[str, Any] = answer.json()
        return said

    async def approve(self, id: str, draft: int = 1, caller: Caller | None = None) -> Any:
        answer = await (caller or self.second).post(f"/bulletins/{id}/approve", {"draft": draft})
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def out(self, content: dict[str, Any]) -> tuple[str, str]:
        """Publish something; return the bulletin's id and the message's identifier."""
        said = await self.draft(content)
        if said["needs_approval"]:
            said = await self.approve(said["id"])
        return said["id"], said["published"]["identifier"]

    async def shown(self, id: str) -> Any:
        answer = await self.first.get(f"/bulletins/{id}")
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def document(self, identifier: str) -> bytes:
        answer = await self.first.get(f"/cap/{identifier}.xml")
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"].startswith("application/cap+xml")
        return answer.content

    async def entries(self) -> list[Any]:
        """Return the entries of the feed, each with the address of its document as `link`."""
        answer = await self.first.get(FEED)
        assert answer.status_code == 200
        feed = feedparser.parse(answer.content)
        assert not feed.bozo, feed.get("bozo_exception")
        found: list[Any] = feed.entries
        for entry in found:
            [entry["link"]] = [each.href for each in entry.links if each.type == CAP_TYPE]
        return found

    async def judged(self, document: bytes) -> CapMessage:
        """Return a document's message, once the schema, its signature and our reader took it."""
        if (place := folder()) is not None:
            xmlschema = pytest.importorskip("xmlschema")
            schema = xmlschema.XMLSchema(str(place / "schema" / "CAP-v1.2-oasis.xsd"))
            schema.validate(document.decode())
        certificate = await self.edge.anonymous().get("/cap/certificate.pem")
        XMLVerifier().verify(document, x509_cert=certificate.text)
        [message] = read_cap(document)
        assert [d.code for d in message.deviations if d.code != "signature-untrusted"] == []
        assert message.signature == "untrusted"
        return message
