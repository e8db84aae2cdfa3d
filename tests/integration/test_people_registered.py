"""People registered over HTTP, with everything that may be said of them."""

from pathlib import Path
from typing import Any

import pytest

from tests.integration.edge import SKI, edge, is_refusal

pytestmark = pytest.mark.nats

WHOLE: dict[str, Any] = {
    "id": "v9",
    "site": "yanqing",
    "name": "王子涵",
    "latin": "Wang Zihan",
    "role": "medical",
    "leads": [SKI],
    "languages": ["zh", "en", "zh-yue"],
    "lead": "y1",
    "helpers": [{"lane": "mental-health", "person": "h1"}],
    "lanes": ["transport"],
    "phases": ["games"],
    "channels": ["sms", "ding"],
}


async def test_all_that_is_said_of_a_person_is_kept_and_said_again_is_no_event(
    tmp_path: Path,
) -> None:
    async with edge(tmp_path) as muster:
        first = (await muster.admin.post("/volunteers", WHOLE)).json()
        assert len(first["events"]) == 1, first
        row = muster.node.picture.people.volunteers["v9"]
        assert row.languages == ("zh", "en", "zh-yue")
        assert (row.lead, row.lanes, row.phases) == ("y1", ("transport",), ("games",))
        assert row.channels == ("sms", "ding")
        assert muster.node.roster.helpers_of("v9") == (("mental-health", "h1"),)
        assert (await muster.admin.post("/volunteers", WHOLE)).json()["events"] == []
        changed = await muster.admin.post("/volunteers", {**WHOLE, "languages": ["zh"]})
        assert len(changed.json()["events"]) == 1
        for field, wrong in (
            ("languages", ["Chinese!"]),
            ("lead", "y 1"),
            ("helpers", [{"lane": "weather", "person": "h1"}]),
            ("lanes", ["weather"]),
            ("phases", ["a b"]),
            ("channels", ["x"] * 11),
        ):
            refused = await muster.admin.post("/volunteers", {**WHOLE, field: wrong})
            assert refused.status_code == 422, field
            assert is_refusal(refused.json())
            assert refused.json()["error"]["field"].startswith(field), refused.text


REACHED = {"phone": "13800000009", "addresses": {"sms": "https://127.0.0.1/sms/9"}}


async def test_how_a_person_is_reached_is_sealed_once(tmp_path: Path) -> None:
    async with edge(tmp_path) as muster:
        said = {**{key: WHOLE[key] for key in ("id", "site", "name", "latin", "role")}}
        first = await muster.admin.post("/volunteers", {**said, "contact": REACHED})
        assert len(first.json()["events"]) == 1, first.text
        rows = muster.node.picture.people.volunteers
        box = rows["v9"].contact
        assert box is not None
        assert (rows["v9"].channels, muster.node.keys.open(box)) == (("sms",), REACHED)
        again = await muster.admin.post("/volunteers", {**said, "contact": REACHED})
        assert again.json()["events"] == []
        log = (await muster.admin.get("/events?kind=volunteer&limit=10")).text
        assert "13800000009" not in log
        moved = {**REACHED, "phone": "13900000009"}
        await muster.admin.post("/volunteers", {**said, "contact": moved})
        assert rows["v9"].contact not in (None, box)
        kept = {**said, "channels": ["sms"], "languages": ["zh"]}
        await muster.admin.post("/volunteers", kept)
        sealed = rows["v9"].contact
        assert sealed is not None
        assert muster.node.keys.open(sealed) == moved
        await muster.admin.post("/volunteers", {**said, "contact": None})
        gone = rows["v9"]._asdict()
        assert (gone["contact"], gone["channels"]) == (None, ())
        for wrong in ({"phone": ""}, {"mail": "x"}, {"addresses": {"a b": "x"}}):
            refused = await muster.admin.post("/volunteers", {**said, "contact": wrong})
            assert (refused.status_code, is_refusal(refused.json())) == (422, True)


async def test_nobody_erased_is_registered_again(tmp_path: Path) -> None:
    async with edge(tmp_path) as muster:
        said = {**WHOLE, "contact": REACHED}
        await muster.admin.post("/volunteers", said)
        await muster.admin.post("/people/v9/erase", {"reason": "asked for it"})
        refused = await muster.admin.post("/volunteers", said)
        assert (refused.status_code, refused.json()["error"]["code"]) == (409, "erased")
