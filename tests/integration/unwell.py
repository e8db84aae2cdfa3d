"""A morning on which some are not well, for the tests of who learns of it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from events.envelope import Event, decode
from projections.rounds import PATIENCE, ROUND
from services.clock import ManualClock
from tests.integration.edge import Caller, Edge, edge
from tests.integration.mornings import begin, check_in, enrol
from tests.servers import messages

DAY = datetime.now(ZoneInfo("Asia/Shanghai")).date().isoformat()
YANQING = f"games-{DAY}-yanqing"
WORDS = "夜里睡不着XYZZY"
FEVER = 38.73
SAID = {
    "calm": ("fine", 36.5),
    "tired": ("not-fine", 36.6),
    "lonely": ("talk", 36.4),
    "hot": ("fine", FEVER),
}
"""What people of Yanqing say. `far` in Beijing wants to talk, `silent` says nothing."""


@asynccontextmanager
async def unwell(data: Path) -> AsyncIterator[Edge]:
    """Run a Muster on such a morning, until everybody was looked at."""
    async with edge(data, clock=ManualClock(datetime.now(UTC))) as running:
        node = running.node
        await enrol(node, "zhang", "zhao", role="support", lanes=("mental-health",))
        await enrol(node, "doctor", role="support", lanes=("epidemic-prevention",))
        await enrol(node, *SAID, "silent", helpers=[("mental-health", "zhang")])
        await enrol(node, "far", site="beijing")
        await begin(node, DAY, node.clock.now())
        for person, (answer, temperature) in SAID.items():
            await check_in(node, person, answer, temperature_c=temperature, text=WORDS, day=DAY)
        await check_in(node, "far", "talk", day=DAY, site="beijing")
        await look(running)
        yield running


async def look(muster: Edge, after: timedelta = PATIENCE + ROUND) -> None:
    """Turn the clock on, and let everybody be looked at whose turn it is then."""
    clock = muster.node.clock
    assert isinstance(clock, ManualClock)
    clock.turn_by(after)
    await muster.settle()


async def of_lane(muster: Edge, lane: str, *sites: str, role: str = "reporter") -> Caller:
    said = {"role": role, "name": f"{lane}-{role}", "lanes": [lane], "sites": sites}
    answer = await muster.admin.post("/tokens", said)
    assert answer.status_code == 200, answer.text
    return Caller(muster.url, answer.json()["token"], muster.http)


async def the_log(muster: Edge) -> list[Event]:
    return [
        decode(message.data or b"", message.seq or 0) for message in await messages(muster.node.nc)
    ]
