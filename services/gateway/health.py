"""Whether the process lives, whether it should get work, and what monitoring scrapes."""

from datetime import timedelta
from typing import Any

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

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
        """The log can be reached and everything in it is folded; 503 with the reason otherwise."""
        why = node.unready()
        body: dict[str, Any] = {
            "status": "ready" if why is None else "not ready",
            "checkpoint": node.reader.checkpoint,
            "last": node.reader.stream_last,
        }
        if why is not None:
            body["why"] = why
        return JSONResponse(body, 200 if why is None else 503)

    @router.get("/metrics")
    async def metrics(_: Open) -> Response:
        """Prometheus metrics. Open to all, so what only a lane may know of is not counted."""
        raised = [
            row.raised_at
            for row in node.picture.alerts.rows.values()
            if row.status == "raised" and row.about.kind != "care"
        ]
        METRICS.unanswered.set(len(raised))
        oldest = node.clock.now() - min(raised) if raised else timedelta(0)
        METRICS.oldest_unanswered.set(max(0.0, oldest.total_seconds()))
        METRICS.ready.set(node.unready() is None)
        incidents = node.picture.incidents.rows.values()
        METRICS.open_incidents.set(sum(row.ended_at is None for row in incidents))
        waiting = node.picture.messages
        oldest_message = waiting.oldest()
        METRICS.messages_waiting.set(len(waiting.open))
        METRICS.messages_oldest.set(
            max(0.0, (node.clock.now() - oldest_message).total_seconds()) if oldest_message else 0.0
        )
        METRICS.checkpoint.set(node.reader.checkpoint)
        return Response(generate_latest(METRICS.registry), media_type=CONTENT_TYPE_LATEST)

    return router
