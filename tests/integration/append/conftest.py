"""One server and a cluster of three, each with an empty log for every test."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator

import pytest
from nats.aio.client import Client

from services.connection import connect as connect_for_ever
from services.log import Log
from services.provision import EVENTS, provision
from tests.integration.append.place import Place
from tests.servers import SIZES, Cluster, cluster, running


@pytest.fixture(scope="module")
def loop_of_servers() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as runner:
        yield runner


@pytest.fixture(scope="module", params=["one", "three"])
def place(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    loop_of_servers: asyncio.Runner,
) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("log")
    stack = contextlib.AsyncExitStack()

    async def start() -> Place:
        if request.param == "one":
            server = await stack.enter_async_context(running(folder))
            return Place(server.endpoint.url, 1)
        made: Cluster = await stack.enter_async_context(cluster(folder))
        return Place(made.url, 3)

    yield loop_of_servers.run(start())
    loop_of_servers.run(stack.aclose())


@pytest.fixture
async def nc(place: Place) -> AsyncIterator[Client]:
    """A connection to an empty log."""
    nc = await connect_for_ever(place.url, "test", wait=10)
    with contextlib.suppress(Exception):
        await nc.jetstream().delete_stream(EVENTS)
    await provision(nc, replicas=place.replicas, **SIZES)
    yield nc
    await nc.close()


@pytest.fixture
async def log(nc: Client) -> AsyncIterator[Log]:
    log = Log(nc)
    yield log
    await log.close()
