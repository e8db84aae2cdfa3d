"""The live page and the documentation of the interfaces, all from this machine."""

from pathlib import Path
from typing import Any

import orjson
from asyncapi_viewer.assets import STATIC_DIR
from fastapi import APIRouter, FastAPI, Response
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.responses import FileResponse, HTMLResponse
from faststream.specification import AsyncAPI

from services.gateway.errors import Refused
from services.gateway.reports import REPORTS
from services.gateway.reports_doc import REPORTS_PATH
from services.gateway.rules import Open
from services.node import Node
from services.problems import Problem

STATIC = Path(__file__).parent / "static"

_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
}

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
        "script-src 'self' 'unsafe-inline'; object-src 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


def routes(node: Node, app: FastAPI) -> APIRouter:
    """Return the endpoints. The page itself holds nothing: what it shows needs a token."""
    router = APIRouter(include_in_schema=False)

    @router.get("/")
    async def page(_: Open) -> Response:
        return _file(STATIC, "index.html")

    @router.get("/me")
    async def own_page(_: Open) -> Response:
        return _file(STATIC, "me.html")

    @router.get("/static/{path:path}")
    async def static(path: str, _: Open) -> Response:
        return _file(STATIC, path)

    @router.get("/asyncapi-viewer/{path:path}")
    async def viewer(path: str, _: Open) -> Response:
        return _file(Path(STATIC_DIR), path)

    @router.get("/docs")
    async def docs(_: Open) -> HTMLResponse:
        return get_swagger_ui_html(
            openapi_url="/openapi.json",
            title="Muster API",
            swagger_js_url="/static/vendor/swagger-ui/swagger-ui-bundle.js",
            swagger_css_url="/static/vendor/swagger-ui/swagger-ui.css",
            swagger_favicon_url="/static/favicon.svg",
        )

    @router.get("/openapi.json")
    async def openapi(_: Open) -> Response:
        return Response(orjson.dumps(document(app)), media_type="application/json")

    @router.get("/asyncapi.json")
    async def asyncapi(_: Open) -> Response:
        return Response(orjson.dumps(asyncapi_of(node)), media_type="application/json")

    return router


def document(app: FastAPI) -> dict[str, Any]:
    """Return the OpenAPI document, with the endpoint that does not pass the router."""
    if not app.openapi_schema:
        described = app.openapi()
        described["paths"][REPORTS] = REPORTS_PATH
        schemes = described.setdefault("components", {}).setdefault("securitySchemes", {})
        schemes["bearer"] = {"type": "http", "scheme": "bearer"}
    return app.openapi()


def asyncapi_of(node: Node) -> dict[str, Any]:
    """Return the AsyncAPI document of what this process takes and sends over NATS."""
    spec = AsyncAPI(node.broker, title="Muster", version="0.1.0").to_specification()
    found: dict[str, Any] = spec.to_jsonable()
    return found


def _file(root: Path, name: str) -> Response:
    path = _path(root, name)
    if path is None:
        raise Refused(404, Problem("not-found", "", "没有这个文件", "there is no such file"))
    media_type = _TYPES.get(path.suffix, "application/octet-stream")
    return FileResponse(path, media_type=media_type, headers=_HEADERS)


def _path(root: Path, name: str) -> Path | None:
    try:
        path = (root / name).resolve()
        return path if path.is_relative_to(root.resolve()) and path.is_file() else None
    except (OSError, ValueError):  # a name that no file can have
        return None
