"""Plans that reach too far: to the ends of the calendar, and to the people of another site."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from tests.integration.edge import OVAL, SKI, Edge, edge, enrol, is_refusal

pytestmark = [pytest.mark.nats, pytest.mark.asyncio(loop_scope="module")]

ENDS = [
    ("0001-01-01T00:00:00Z", "0001-01-01T01:00:00Z"),
    ("1999-12-31T22:00:00Z", "1999-12-31T23:59:59Z"),
    ("3000-01-01T00:00:00Z", "3000-01-01T01:00:00Z"),
    ("9999-12-31T20:00:00Z", "9999-12-31T23:59:59Z"),
]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def muster(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Edge]:
    async with edge(tmp_path_factory.mktemp("far")) as running:
        await enrol(running, [("b1", "beijing", "media", []), ("b2", "beijing", "media", [OVAL])])
        yield running


@pytest.mark.parametrize(("starts", "ends"), ENDS)
async def test_no_plan_lies_at_the_ends_of_the_calendar(
    muster: Edge, starts: str, ends: str
) -> None:
    shift = {"shift": "s", "venue": OVAL, "starts_at": starts, "ends_at": ends}
    trip = {"origin": "x", "destination": OVAL, "departs_at": starts, "arrives_at": ends}
    answers = [
        await muster.admin.post("/volunteers/b1/shifts", shift),
        await muster.admin.post("/journeys", {**trip, "people": ["b1"], "margin_s": 86_400}),
        await muster.admin.get("/board", params={"venue": OVAL, "at": ends}),
        await muster.admin.get("/shifts", params={"person": "b1", "since": starts}),
    ]
    for answer in answers:
        assert answer.status_code == 422, answer.text
        assert is_refusal(answer.json())


def lead(id: str, *places: str) -> dict[str, Any]:
    said = {"id": id, "site": "beijing", "name": "周心", "latin": "Zhou Xin", "role": "media"}
    return {**said, "leads": list(places)}


@pytest.mark.parametrize("place", [SKI, "yanqing"])
async def test_nobody_is_made_a_lead_at_a_site_that_a_token_does_not_take_in(
    muster: Edge, place: str
) -> None:
    local = await muster.caller("commander", "beijing")
    answer = await local.post("/volunteers", lead("b1", place))
    assert answer.status_code == 403, answer.text
    header = "编号,姓名,拼音,岗位,站点,负责\n"
    sheet = f"{header}b1,周心,Zhou Xin,media,beijing,{place}\n".encode()
    headers = {"Content-Type": "text/csv", "X-Filename": "r.csv"}
    refused = await local.post("/roster/import", sheet, headers=headers)
    assert refused.status_code == 422, refused.text
    [why] = refused.json()["errors"]
    assert (why["code"], why["field"]) == ("site-not-allowed", "leads")
    assert (await local.post("/volunteers", lead("b1", OVAL))).is_success
    # Whom headquarters made a lead there stays one, whoever changes their name.
    assert (await muster.admin.post("/volunteers", lead("b2", OVAL, place))).is_success
    assert (await local.post("/volunteers", lead("b2", place))).is_success
