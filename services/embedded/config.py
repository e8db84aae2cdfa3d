"""The configuration of the embedded nats-server, as a value. Pure: nothing is read or written.

nats-server reads JSON, so the file is this value as JSON, and no quoting of our own is needed.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from events import subjects

ADMIN = "muster"
SYSTEM = "sys"

MAX_PAYLOAD_BYTES = 8 << 20
MAX_MEMORY_STORE_BYTES = 64 << 20
MAX_CONNECTIONS = 4096
LOG_SIZE_LIMIT_BYTES = 8 << 20
LOG_FILES_MAX = 4
ANY_PORT = -1


@dataclass(frozen=True)
class Folder:
    """Where in the data folder the server's files lie."""

    root: Path

    @property
    def lock(self) -> Path:
        return self.root / "lock"

    @property
    def config(self) -> Path:
        return self.root / "nats.conf"

    @property
    def pid(self) -> Path:
        return self.root / "nats.pid"

    @property
    def log(self) -> Path:
        return self.root / "nats.log"

    @property
    def stderr(self) -> Path:
        return self.root / "nats.stderr"

    @property
    def passwords(self) -> Path:
        return self.root / "nats-passwords.json"

    def ports(self, pid: int) -> Path:
        """Return the file in which a nats-server process names the ports it got."""
        return self.root / f"nats-server_{pid}.ports"


@dataclass(frozen=True)
class Listen:
    """Where to listen; a port of 0 lets the system choose a free one."""

    host: str
    port: int
    monitor_port: int
    mqtt_port: int | None = None
    """None listens for no MQTT at all."""
    mqtt_host: str = "127.0.0.1"

    @property
    def address(self) -> str:
        return join(self.host, self.port)


def field_user(site: str) -> str:
    """Return the user name that a site's reporters and responders share."""
    return f"field-{site}"


def field_inbox(site: str) -> str:
    """Return the inbox prefix that a field user must connect with to hear answers."""
    return f"_INBOX_field_{site}"


def users(sites: Sequence[str]) -> list[str]:
    """Return every user that needs a password, the administrators first."""
    return [ADMIN, SYSTEM, *(field_user(site) for site in sites)]


def join(host: str, port: int) -> str:
    """Return `host:port`, with the brackets that an IPv6 address needs."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def reachable(host: str) -> str:
    """Return the host a client on this machine connects to for a server that listens on `host`."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - compared, not bound


def server_config(
    folder: Folder,
    listen: Listen,
    sites: Sequence[str],
    passwords: Mapping[str, str],
    max_file_bytes: int,
) -> dict[str, Any]:
    """Return the server's whole configuration.

    MQTT clients are the same users with the same rights: `obs/<site>/<station>` is their subject
    `obs.<site>.<station>`. Every write is fsynced before its ack (`sync_interval: always`), for the
    default of two minutes loses acknowledged events with the power. Raises KeyError when a user has
    no password and ValueError when a site cannot stand in a subject.
    """
    root = str(folder.root)
    return {
        "listen": join(listen.host, listen.port or ANY_PORT),
        "http": join("127.0.0.1", listen.monitor_port or ANY_PORT),
        "server_name": f"muster-{hashlib.sha256(root.encode()).hexdigest()[:8]}",
        "ports_file_dir": root,
        "log_file": str(folder.log),
        "log_size_limit": LOG_SIZE_LIMIT_BYTES,
        "log_max_num": LOG_FILES_MAX,
        "logtime_utc": True,
        "max_payload": MAX_PAYLOAD_BYTES,
        "max_connections": MAX_CONNECTIONS,
        # A reader that takes no bytes for this long is cut off, so that it cannot fill the memory.
        "write_deadline": "10s",
        # A phone that left the network is noticed within a minute, not within the default six.
        "ping_interval": "20s",
        "ping_max": 2,
        "jetstream": {
            "store_dir": root,
            "sync_interval": "always",
            "max_memory_store": MAX_MEMORY_STORE_BYTES,
            "max_file_store": max_file_bytes,
        },
        "accounts": {
            "APP": {
                "jetstream": "enabled",
                "users": [
                    {"user": ADMIN, "password": passwords[ADMIN]},
                    *(_field_user(site, passwords) for site in sites),
                ],
            },
            "SYS": {"users": [{"user": SYSTEM, "password": passwords[SYSTEM]}]},
        },
        "system_account": "SYS",
        **_mqtt(listen),
    }


def _mqtt(listen: Listen) -> dict[str, Any]:
    if listen.mqtt_port is None:
        return {}
    return {"mqtt": {"listen": join(listen.mqtt_host, listen.mqtt_port or ANY_PORT)}}


def _field_user(site: str, passwords: Mapping[str, str]) -> dict[str, Any]:
    # Publishing to the inbox stays forbidden: the user is shared, and whoever could write there
    # could tell another reporter "accepted".
    return {
        "user": field_user(site),
        "password": passwords[field_user(site)],
        "permissions": {
            "publish": {"allow": [subjects.report(site), subjects.observations(site)]},
            "subscribe": {"allow": [f"{field_inbox(site)}.>", f"alert.{site}.>"]},
        },
    }
