"""`muster weather observe`."""

from pathlib import Path
from typing import Any

import pytest

from tests.unit.cli.ended import Muster
from tests.unit.cli.fake import Fake, ok

OK: dict[str, Any] = {"id": "o1", "status": "accepted", "seq": 41, "venue": "alpine"}
NOTE = {"code": "unit-missing", "field": "wind", "reason": {"zh": "没有单位", "en": "has no unit"}}
NO = {"id": None, "status": "rejected", **NOTE}
METAR = "METAR ZBAA 180730Z 15002MPS CAVOK 02/M08 Q1026=\n"


def test_values_go_with_their_units(muster: Muster, fake: Fake) -> None:
    fake.on("POST /observations", ok(OK))
    ended = muster(
        "weather", "observe", "alpine", "--temperature", "-12", "--gust", "72km/h", "--wind", "9.5",
        "--snowfall", "4/6h", "--precipitation", "snow", "--visibility", "2 km", "--id", "o1",
    )  # fmt: skip
    assert ended.code == 0
    assert "accepted, sequence 41, alpine" in ended.out
    (asked,) = fake.asked
    assert asked.json == {
        "venue": "alpine",
        "temperature": "-12 C",
        "wind": "9.5 m/s",
        "gust": "72 km/h",
        "visibility": "2 km",
        "snowfall": {"value": 4, "unit": "mm", "hours": 6},
        "precipitation": "snow",
        "id": "o1",
    }


def test_a_refusal_names_the_field(muster: Muster, fake: Fake) -> None:
    fake.on("POST /observations", ok(NO, 422))
    ended = muster("weather", "observe", "alpine", "--wind", "9")
    assert ended.code == 1
    assert "rejected: wind: has no unit" in ended.out


def test_metar_is_sent_as_it_is_and_answered_report_by_report(
    muster: Muster, fake: Fake, tmp_path: Path
) -> None:
    file = tmp_path / "metar.txt"
    file.write_text(METAR)
    fake.on(
        "POST /observations",
        ok({"accepted": 1, "rejected": 1, "results": [{**OK, "notes": [NOTE]}, NO]}),
    )
    ended = muster("weather", "observe", "alpine", "--metar", str(file))
    assert ended.code == 1
    assert "of it wind was left out: has no unit" in ended.out
    (asked,) = fake.asked
    assert asked.content == METAR.encode()
    assert asked.headers["content-type"] == "text/plain"
    assert asked.query == {"venue": "alpine"}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("alpine", "--wind", "strong"), "is no measurement"),
        (("alpine", "--snowfall", "much"), "is no snowfall"),
        (("--wind", "9"), "say at which venue"),
        (("alpine", "--wind", "9", "--metar", "-"), "goes with the venue only"),
        (("alpine", "--metar", "nowhere.txt"), "nowhere.txt"),
    ],
)
def test_a_mistake_is_named_before_anything_is_sent(
    muster: Muster, fake: Fake, arguments: tuple[str, ...], said: str
) -> None:
    ended = muster("weather", "observe", *arguments)
    assert ended.code == 2
    assert said in " ".join(ended.err.split())
    assert fake.asked == []
