"""A server that answers as a test tells it to, and remembers what it was asked."""

import json
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit

Said = Callable[["Asked"], "Reply"]


class Asked(NamedTuple):
    """One request."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    content: bytes
    pairs: tuple[tuple[str, str], ...] = ()
    """The query again, with every value of a name that stands there more than once."""

    @property
    def json(self) -> Any:
        return json.loads(self.content)

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.content.splitlines()]


class Reply(NamedTuple):
    """One answer. `content` of None cuts the connection without one."""

    status: int = 200
    content: bytes | None = b"{}"
    kind: str = "application/json"
    headers: tuple[tuple[str, str], ...] = ()


CUT = Reply(content=None)


def ok(body: Any, status: int = 200) -> Reply:
    return Reply(status, json.dumps(body).encode())


def ndjson(rows: list[Any]) -> Reply:
    return Reply(200, "\n".join(map(json.dumps, rows)).encode(), "application/x-ndjson")


def no(status: int, code: str, zh: str, en: str, field: str | None = None) -> Reply:
    return ok({"error": {"code": code, "field": field, "reason": {"zh": zh, "en": en}}}, status)


def sse(*events: tuple[int, dict[str, Any]], bye: bool = False) -> Reply:
    told = [f"id: {seq}\nevent: alert\ndata: {json.dumps(data)}\n\n" for seq, data in events]
    end = "event: bye\ndata: {}\n\n" if bye else ""
    return Reply(200, (": ping\n\n" + "".join(told) + end).encode(), "text/event-stream")


class Fake:
    """Answers each path with its replies in turn, the last one for ever; 404 where it has none."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self._replies: dict[str, list[Reply | Said]] = {}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def on(self, call: str, *replies: Reply | Said) -> None:
        """Answer `call`, for example "POST /reports", with these in turn."""
        method, _, path = call.partition(" ")
        self._replies[f"{method} /api/v1{path}"] = list(replies)

    def answer(self, asked: Asked) -> Reply:
        self.asked.append(asked)
        replies = self._replies.get(f"{asked.method} {asked.path}")
        if not replies:
            return no(404, "not-found", "没有", "there is no such thing")
        reply = replies.pop(0) if len(replies) > 1 else replies[0]
        return reply(asked) if callable(reply) else reply

    def serve(self) -> None:
        self._server.serve_forever(poll_interval=0.01)

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def _handler(fake: Fake) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def _do(self) -> None:
            content = self.rfile.read(int(self.headers.get("content-length", 0)))
            parts = urlsplit(self.path)
            headers = {name.lower(): value for name, value in self.headers.items()}
            pairs = tuple(parse_qsl(parts.query))
            asked = Asked(self.command, parts.path, dict(pairs), headers, content, pairs)
            reply = fake.answer(asked)
            self.close_connection = True
            if reply.content is None:
                return
            self.send_response(reply.status)
            self.send_header("content-type", reply.kind)
            self.send_header("content-length", str(len(reply.content)))
            for name, value in reply.headers:
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(reply.content)

        do_GET = do_POST = do_DELETE = _do  # noqa: N815  # the names http.server looks for

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing: the tests' output is theirs."""

    return Handler
