"""Can the event store still write? Asked of the server's own health check.

After one failed write, as on a full disk, nats-server 2.15 answers no publish to that stream any
more, also when there is room again. Only a restart heals it.
"""

import shutil
from pathlib import Path

import httpx
import structlog

log = structlog.get_logger(__name__)

TIMEOUT_S = 2.0
WRITE_ERROR = "write error"
ROOM_BYTES = 64 << 20
"""Below this a restarted server would fill the disk again at once."""


def client() -> httpx.AsyncClient:
    """Return what the health check is asked with; proxies are for the outside world."""
    return httpx.AsyncClient(timeout=TIMEOUT_S, trust_env=False)


async def write_error(http: httpx.AsyncClient, monitor_url: str) -> str | None:
    """Return the write that failed, in the server's words; None when there is none to be known of.

    A server that does not answer is not judged here: its process is watched, and its clients see.
    """
    try:
        said = (await http.get(f"{monitor_url}/healthz")).json()
    except (httpx.HTTPError, ValueError):
        return None
    error = str(said.get("error", ""))
    return error if WRITE_ERROR in error else None


async def mqtt_port(http: httpx.AsyncClient, monitor_port: int) -> int | None:
    """Return where a server listens for MQTT, None as long as it does not say."""
    try:
        said = (await http.get(f"http://127.0.0.1:{monitor_port}/varz")).json()
        return int(said["mqtt"]["port"]) or None
    except (httpx.HTTPError, ValueError, KeyError, TypeError):
        return None


def free_bytes(folder: Path) -> int:
    """Return the room on the folder's disk, in bytes; 0 when it cannot be told."""
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return 0
