"""Servers that the integration tests share. `tests.servers` has them as context managers."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
import structlog
from nats.aio.client import Client

from services.embedded import EmbeddedServer
from services.node import Node
from tests.servers import Cluster, Muster, cluster, muster, node, provisioned, running

MakeNode = Callable[..., Awaitable[Node]]


@pytest.fixture
async def nats_server(tmp_path: Path) -> AsyncIterator[EmbeddedServer]:
    """A nats-server of this test's own: it takes a tenth of a second to start."""
    async with running(tmp_path / "nats") as server:
        yield server


@pytest.fixture
async def log_nc(nats_server: EmbeddedServer) -> AsyncIterator[Client]:
    """A connection to a server that has the log's stream."""
    async with provisioned(nats_server.endpoint.url) as nc:
        yield nc


@pytest.fixture
async def make_node(nats_server: EmbeddedServer, tmp_path: Path) -> AsyncIterator[MakeNode]:
    """Start nodes on the test's server: `await make_node("alerts", clock=clock)`."""
    async with AsyncExitStack() as stack:

        async def make(*services: str, **options: Any) -> Node:
            url = options.pop("url", nats_server.endpoint.url)
            return await stack.enter_async_context(node(url, tmp_path, services, **options))

        yield make


@pytest.fixture
async def three(tmp_path: Path) -> AsyncIterator[Cluster]:
    """A cluster of three servers."""
    async with cluster(tmp_path) as made:
        yield made


@pytest.fixture
def muster_up(tmp_path: Path) -> Iterator[Muster]:
    """A `muster up` in a process of its own, with the sites and venues of the built-in plan."""
    with muster(tmp_path / "data") as process:
        yield process


@pytest.fixture(autouse=True)
def _logs_go_nowhere_else() -> Iterator[None]:
    """Undo what a test, or what it started in this process, made of the logging."""
    yield
    structlog.reset_defaults()
