"""The gateway service: everything over HTTP."""

from typing import Any

import structlog
from fastapi import APIRouter, FastAPI

from services.gateway import (
    boards,
    bulletins,
    calendars,
    cap_feed,
    care,
    codes,
    day_people,
    days,
    details,
    documents_kept,
    errors,
    feeds,
    health,
    incidents,
    journeys,
    me,
    messages,
    observations,
    pages,
    people,
    phases,
    places,
    reach,
    reads,
    rollcall_people,
    rollcalls,
    roster,
    shifts,
    streams,
    swaps,
    tokens,
    volunteers,
    warnings,
    weather,
    weather_rules,
)
from services.gateway.door import Door
from services.gateway.quick import protocol
from services.gateway.rules import endpoints, require_rules, rule_of
from services.gateway.server import HttpServer
from services.gateway.streams import Streams
from services.gateway.turns import Turns
from services.node import Node, Service

_log = structlog.get_logger()

_DESCRIPTION = """
Reports in, alerts out, and the live picture between. Every write is an event in the log; accepted
means fsynced. Send `Authorization: Bearer <token>`.

上报、预警与实时态势。每次写入都是日志中的事件；“已接受”即已落盘。请携带 `Authorization: Bearer
<令牌>`。
"""


class Gateway:
    """One gateway: the application, and the server in front of it."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self.streams = Streams(node)
        self.app = application(node, self.streams)
        self.door = Door(self.app, node)
        settings = node.settings
        self.server = HttpServer(
            self.door,
            settings.host,
            settings.port,
            settings.limits.connections,
            self.streams.stop,
            protocol(Turns(self.door.reports), settings.limits.body_bytes),
        )

    @property
    def url(self) -> str:
        """Where it is served."""
        return self.server.url


def application(node: Node, live: Streams) -> FastAPI:
    """Return the application with every endpoint and its rule. Raises RuntimeError without one."""
    app = FastAPI(
        title="Muster",
        version="0.1.0",
        description=_DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
    )
    app.state.grants = node.grants
    app.state.cap_public = node.settings.cap_public
    errors.install(app)
    api = APIRouter(prefix="/api/v1")
    for part in (
        incidents.routes(node),
        journeys.routes(node),
        rollcalls.routes(node),
        rollcall_people.routes(node),
        codes.routes(node),
        volunteers.routes(node),
        shifts.routes(node),
        swaps.routes(node),
        boards.routes(node),
        phases.routes(node),
        calendars.routes(node),
        roster.routes(node),
        people.routes(node),
        days.routes(node),
        day_people.routes(node),
        care.routes(node),
        details.routes(node),
        places.routes(node),
        messages.routes(node),
        me.routes(node),
        reach.routes(node),
        tokens.routes(node),
        warnings.routes(node),
        documents_kept.routes(node),
        feeds.routes(node),
        observations.routes(node),
        bulletins.routes(node),
        cap_feed.routes(node),
        weather.routes(node),
        weather_rules.routes(node),
        streams.routes(live),
        reads.routes(node),
    ):
        api.include_router(part)
    app.include_router(api)
    app.include_router(health.routes(node))
    app.include_router(messages.links(node))
    app.include_router(pages.routes(node, app))
    require_rules(app)
    _show_rules(app)
    return app


def _show_rules(app: FastAPI) -> None:
    """Say in the documentation which role each endpoint needs."""
    for _, route in endpoints(app.routes):
        rule: Any = rule_of(route)
        if rule not in (None, "open") and hasattr(route, "openapi_extra"):
            extra = {"security": [{"bearer": []}], "x-muster-role": rule}
            route.openapi_extra = {**(route.openapi_extra or {}), **extra}


def build(node: Node) -> Service:
    """Serve HTTP from this process. The port is bound at once, and served once the log is
    folded.
    """
    gateway = Gateway(node)
    node.gateway_url = gateway.url

    async def start() -> None:
        gateway.streams.hub.begin_at(node.started_from)
        node.live.refresh(node.clock.now())  # counted once before anybody asks, then as it changes
        await gateway.server.start()
        _log.info("gateway serves", url=gateway.url)

    return Service("gateway", start=start, stop=gateway.server.stop)
