"""Sending warnings to a Muster that runs, and what it says of them."""

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.integration.edge import Edge
from tests.unit.weather.documents import changed

XML = {"Content-Type": "application/cap+xml"}


async def send(muster: Edge, body: bytes, **options: Any) -> dict[str, Any]:
    answer = await muster.admin.post("/cap", body, headers=XML, **options)
    assert answer.status_code == 200, answer.text
    said: dict[str, Any] = answer.json()
    return said


async def one(muster: Edge, body: bytes) -> dict[str, Any]:
    [result] = (await send(muster, body))["results"]
    assert result["status"] == "accepted"
    return dict(result)


async def warning(muster: Edge, id: str) -> dict[str, Any]:
    answer = await muster.admin.get(f"/warnings/{id}")
    assert answer.status_code == 200, answer.text
    shown: dict[str, Any] = answer.json()
    return shown


class Sender:
    """Somebody who warns of a blizzard; its messages are its own."""

    def __init__(self, name: str) -> None:
        self.name = f"{name}@weather.example"
        self.began = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)

    def says(self, kind: str, name: str, minutes: int, *refers: str, **other: str) -> bytes:
        """A message sent so many minutes after the first; `other` replaces words of it."""
        references = " ".join(f"{self.name},{one},{self.began.isoformat()}" for one in refers)
        scope = "<scope>Public</scope>"
        return changed(
            ("A1", name),
            ("duty@weather.example", self.name),
            ("2022-02-13T08:00:00+08:00", (self.began + timedelta(minutes=minutes)).isoformat()),
            ("2022-02-13T20:00:00+08:00", (self.began + timedelta(hours=9)).isoformat()),
            ("<msgType>Alert", f"<msgType>{kind}"),
            (scope, f"{scope}<references>{references}</references>" if refers else scope),
            *other.items(),
        )
