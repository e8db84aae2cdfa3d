"""Single events out of the log by their sequences, however many: a timeline has thousands."""

import random
from typing import Any

import pytest
from nats.aio.client import Client

from services import node as node_module
from services.log import Log
from services.log.load import first_after
from tests.integration.conftest import MakeNode
from tests.integration.made import presence

pytestmark = [pytest.mark.nats, pytest.mark.timeout(60)]

MANY = 3000
AT_ONCE_MAX = 500
"""An answer is waited for two seconds, and a busy machine reads some two thousand in one."""


async def test_thousands_are_read_in_order_and_not_all_asked_for_at_once(
    make_node: MakeNode, log_nc: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = Log(log_nc)
    for first in range(0, MANY, 500):
        await log.append([presence(f"p-{n}") for n in range(first, first + 500)])
    node = await make_node()
    waiting = most = 0

    async def counted(*args: Any, **options: Any) -> Any:
        nonlocal waiting, most
        waiting += 1
        most = max(most, waiting)
        try:
            return await first_after(*args, **options)
        finally:
            waiting -= 1

    monkeypatch.setattr(node_module, "first_after", counted)
    wanted = random.Random(7).sample(range(1, MANY + 1), MANY)
    found = await node.events_at(wanted)
    assert [event.seq for event in found] == wanted
    assert found[0].key == f"p-{wanted[0] - 1}"
    assert 1 < most <= AT_ONCE_MAX
    assert await node.events_at([]) == []
