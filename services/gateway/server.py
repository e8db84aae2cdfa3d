"""The HTTP server: ends its streams first, so that it is gone within a second of SIGTERM."""

import asyncio
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp

_GRACE_S = 3


class _Uvicorn(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, on_shutdown: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_shutdown = on_shutdown

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        # Before uvicorn waits for open connections: streams end themselves when they are told.
        self._on_shutdown()
        await super().shutdown(sockets)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals to whoever runs the process."""
        yield


class HttpServer:
    """Serves an application on a host and a port, 0 for a free one."""

    def __init__(
        self,
        app: ASGIApp,
        host: str,
        port: int,
        connections: int,
        stop: Callable[[], None],
        protocol: type[asyncio.Protocol] | None = None,
    ) -> None:
        self._socket = _bind(host, port)
        self.host, self.port = self._socket.getsockname()[:2]
        config = uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            proxy_headers=False,
            lifespan="off",
            http=protocol or "httptools",
            ws="none",
            limit_concurrency=connections,
            timeout_graceful_shutdown=_GRACE_S,
            timeout_keep_alive=30,
            server_header=False,
            date_header=False,
        )
        self._server = _Uvicorn(config, stop)
        self._task: asyncio.Task[None] | None = None

    @property
    def url(self) -> str:
        """Where it is."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"

    async def start(self) -> None:
        """Return when it serves."""
        self._task = asyncio.create_task(self._server.serve(sockets=[self._socket]))
        while not self._server.started:
            if self._task.done():
                self._task.result()
                raise OSError(f"serve {self.url}: the server did not start")
            await asyncio.sleep(0.005)

    async def stop(self) -> None:
        """End streams, finish requests, close."""
        self._server.should_exit = True
        if self._task:
            await self._task
        else:
            # Whoever begins again in this process finds the port free.
            self._socket.close()


class PortTaken(OSError):
    """The port cannot be had. Names the host, the port and the reason."""


def _bind(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # With its protocol said: asyncio sends small packets at once on such sockets only. An answer
    # in two of them would otherwise wait 40 ms for the other side.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        raise PortTaken(f"listen on {host}:{port}: {error.strerror}") from error
    listening.listen(2048)
    listening.setblocking(False)  # noqa: FBT003 - the standard library's
    return listening
