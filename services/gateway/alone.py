"""Health and metrics of a service that runs without a gateway in its process."""

from fastapi import FastAPI

from services.gateway import errors, health
from services.gateway.rules import require_rules
from services.gateway.server import HttpServer
from services.node import Node, Service


def build(node: Node) -> Service:
    """Serve `/healthz`, `/readyz` and `/metrics` only."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    errors.install(app)
    app.include_router(health.routes(node))
    require_rules(app)
    settings = node.settings
    server = HttpServer(
        app, settings.host, settings.port, settings.limits.connections, lambda: None
    )
    node.gateway_url = server.url
    return Service("health", start=server.start, stop=server.stop)
