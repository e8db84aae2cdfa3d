"""People on shift, for the tests over HTTP of what happens to shifts."""

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.integration.edge import SKI, Caller, Edge, enrol

NOON = datetime(2022, 2, 4, 4, 0, tzinfo=UTC)
"""In Beijing."""

_numbers = iter(range(1000))


async def people(muster: Edge, count: int, site: str = "yanqing", role: str = "media") -> list[str]:
    """Register people nobody planned for yet; return their ids."""
    ids = [f"p{next(_numbers)}" for _ in range(count)]
    await enrol(muster, [(id, site, role, []) for id in ids])
    return ids


def at(hours: float) -> str:
    return (NOON + timedelta(hours=hours)).isoformat()


def shift(id: str, start: float, end: float, venue: str = SKI, **more: Any) -> dict[str, Any]:
    return {"shift": id, "venue": venue, "starts_at": at(start), "ends_at": at(end), **more}


async def plan(caller: Caller, person: str, *shifts: dict[str, Any]) -> None:
    for one in shifts:
        answer = await caller.post(f"/volunteers/{person}/shifts", one)
        assert answer.status_code == 200, answer.text


async def planned(caller: Caller, person: str) -> list[dict[str, Any]]:
    query = {"person": person, "since": at(-240), "until": at(240)}
    answer = await caller.get("/shifts", params=query)
    assert answer.status_code == 200, answer.text
    rows: list[dict[str, Any]] = answer.json()["shifts"]
    return rows


async def own(muster: Edge, person: str, role: str = "reporter") -> Caller:
    """Return the person with a token of their own."""
    said = {"role": role, "name": person, "person": person}
    answer = await muster.admin.post("/tokens", said)
    assert answer.status_code == 200, answer.text
    return Caller(muster.url, answer.json()["token"], muster.http)
