"""What the OpenAPI document says of `POST /api/v1/reports`, which does not pass the router."""

from typing import Any

from pydantic import TypeAdapter

from services.reporting.report import Report
from services.schemas import self_contained

_ONE = self_contained(TypeAdapter(Report))
_MANY = {"type": "array", "items": _ONE}

REPORTS_PATH: dict[str, Any] = {
    "post": {
        "tags": ["reports"],
        "summary": "Send one report, or a list of them",
        "description": (
            "Accepted means stored and fsynced. A report sent again under its own id is the same "
            "report and gets the same answer. In a list each report has its own answer."
        ),
        "security": [{"bearer": []}],
        "x-muster-role": "reporter",
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {"schema": {"anyOf": [_ONE, _MANY]}},
                "application/x-ndjson": {"schema": {"type": "string"}},
            },
        },
        "responses": {
            "200": {"description": "accepted, or a list with an answer for each"},
            "401": {"description": "no valid token"},
            "403": {"description": "the token's role may not report"},
            "413": {"description": "the body is too large"},
            "422": {"description": "rejected: code, field and reason say why"},
            "503": {"description": "the log cannot be reached: send it again under the same id"},
        },
    }
}
