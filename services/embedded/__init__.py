"""The nats-server that Muster brings along: one data folder, one server, watched and restarted."""

from services.embedded.errors import DataFolderBusy, ServerFailed, ServerNotFound
from services.embedded.server import EmbeddedServer, Endpoint

__all__ = ["DataFolderBusy", "EmbeddedServer", "Endpoint", "ServerFailed", "ServerNotFound"]
