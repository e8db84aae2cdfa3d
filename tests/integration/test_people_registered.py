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
