"""Tokens of a lane and of a person: who makes them, and what they say of themselves."""

from pathlib import Path

import pytest

from tests.integration.edge import edge, enrol, is_refusal

pytestmark = pytest.mark.nats


async def test_an_admin_gives_a_person_a_token_of_a_lane(tmp_path: Path) -> None:
    async with edge(tmp_path) as muster:
        await enrol(muster, [("v017", "yanqing", "support", ())])
        said = {"role": "reporter", "name": "李老师", "lanes": ["mental-health"], "person": "v017"}
        made = await muster.admin.post("/tokens", said)
        assert made.status_code == 200, made.text
        headers = {"Authorization": f"Bearer {made.json()['token']}"}
        known = (await muster.anonymous().get("/whoami", headers=headers)).json()
        assert (known["lanes"], known["person"]) == (["mental-health"], "v017")
        listed = (await muster.admin.get("/tokens")).json()["tokens"]
        assert [(t["lanes"], t["person"]) for t in listed if t["id"] == made.json()["id"]] == [
            (["mental-health"], "v017")
        ]
        admin = (await muster.admin.get("/whoami")).json()
        assert (admin["lanes"], admin["person"]) == ([], None)
        facts = (await muster.admin.get("/events?kind=token")).json()["events"]
        assert facts[-1]["data"]["lanes"] == ["mental-health"]
        for role in ("commander", "responder", "reporter", "monitor"):
            refused = await (await muster.caller(role)).post("/tokens", said)
            assert refused.status_code == 403


async def test_what_is_no_lane_and_who_is_nobody_is_refused_by_name(tmp_path: Path) -> None:
    async with edge(tmp_path) as muster:
        await enrol(muster, [("v017", "yanqing", "support", ())])
        for more, field in (({"lanes": ["gossip"]}, "lanes.0"), ({"person": "v999"}, "person")):
            refused = await muster.admin.post("/tokens", {"role": "reporter", "name": "x", **more})
            assert refused.status_code == 422
            assert is_refusal(refused.json())
            assert refused.json()["error"]["field"] == field
        beijing = await muster.caller("admin", "beijing")
        body = {"role": "reporter", "name": "x", "sites": ["beijing"], "person": "v017"}
        assert (await beijing.post("/tokens", body)).status_code == 403
