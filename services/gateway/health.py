"""Whether the process lives, whether it should get work, and what monitoring scrapes."""

from typing import Any

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from services.gateway.gauges import measure
from services.gateway.rules import Open
from services.metrics import METRICS
from services.node import Node


def routes(node: Node) -> APIRouter:
    """Return the endpoints. They need no token: a probe has none, and they hold no names."""
    router = APIRouter(tags=["health"])

    @router.get("/healthz")
    async def healthz(_: Open) -> dict[str, str]:
        """The process runs."""
        return {"status": "ok"}

    @router.get("/readyz")
    async def readyz(_: Open) -> JSONResponse:
        """The log can be reached and everything in it is folded; 503 with the reason otherwise.
        `filling` names the stores that are nearly full, with the share of their limit they hold.
        """
        why = node.unready()
        body: dict[str, Any] = {
            "status": "ready" if why is None else "not ready",
            "checkpoint": node.reader.checkpoint,
            "last": node.reader.stream_last,
        }
        if filling := node.fullness.filling:
            body["filling"] = {name: round(share, 2) for name, share in filling.items()}
        if why is not None:
            body["why"] = why
        return JSONResponse(body, 200 if why is None else 503)

    @router.get("/metrics")
    async def metrics(_: Open) -> Response:
        """Prometheus metrics."""
        measure(node)
        return Response(generate_latest(METRICS.registry), media_type=CONTENT_TYPE_LATEST)

    return router
