"""Writes the catalogue of events and the AsyncAPI document from the code: `make docs`."""

import inspect
import json
from itertools import groupby
from pathlib import Path
from typing import Any

import orjson
from nats.aio.client import Client

from events.catalogue import FACTS
from events.fact import Fact
from services.clock import SystemClock
from services.gateway.pages import asyncapi_of
from services.node import Node
from services.runner import SERVICES, build_service
from services.settings import Settings

DOCS = Path(__file__).resolve().parent.parent / "docs"

_HEAD = """# Events

Everything Muster knows is in these events. Each is a [CloudEvents 1.0](https://cloudevents.io)
message in structured JSON (`application/cloudevents+json`) on the subject
`ev.<site>.<kind>.<id>.<type>` of the stream `EV`. Beside the standard attributes it carries
`recordedat` (when the log took it; `time` is when it happened), `site`, `actor`, `causationid`,
`correlationid`, and where they are known `device`, `clockoffsetms`, `drill`, `reportdigest`.

This page is written by `make docs`; a test keeps it true. What goes over NATS beside the events
(reports, commands, alerts for responders) is in [asyncapi.json](asyncapi.json).

"""


def event_table() -> str:
    """Return the catalogue of events as Markdown."""
    parts = [_HEAD]
    for noun, facts in groupby(FACTS, key=lambda fact: fact.NOUN):
        parts.append(f"## {noun}\n\n| type | what happened | fields |\n|---|---|---|\n")
        parts.extend(_row(fact) for fact in facts)
        parts.append("\n")
    return "".join(parts)


def _row(fact: type[Fact]) -> str:
    said = (inspect.getdoc(fact) or "").replace("\n", " ").replace("|", "\\|")
    schema = fact.model_json_schema()
    required = set(schema.get("required", ()))
    fields = ", ".join(
        f"`{name}`" if name in required else f"`{name}`?" for name in schema.get("properties", {})
    )
    return f"| `{fact.wire_type()}`<br>…`.{fact.token()}` | {said} | {fields or '-'} |\n"


def asyncapi() -> dict[str, Any]:
    """Return the AsyncAPI document of every service that speaks NATS."""
    node = Node(Settings(), SystemClock(), Client(), "nats://nats:4222")
    for name in SERVICES:
        if name != "gateway":
            build_service(name, node)
    return asyncapi_of(node)


def written() -> dict[Path, str]:
    """Return each document with what must stand in it."""
    document = orjson.loads(orjson.dumps(asyncapi()))
    return {
        DOCS / "events.md": event_table(),
        DOCS / "asyncapi.json": json.dumps(document, indent=1, ensure_ascii=False, sort_keys=True)
        + "\n",
    }


def main() -> None:
    """Write the documents."""
    for path, text in written().items():
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
