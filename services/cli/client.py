"""Asks Muster over HTTP, and says in the person's language what came of it."""

import json
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import ModuleType
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

from services.cli import words
from services.cli.connection import Connection
from services.cli.failure import Exit, Failure
from services.cli.language import Said

if TYPE_CHECKING:
    import httpx

API = "/api/v1"
CONNECT_S = 5.0
ANSWER_S = 60.0
"""Longer than the longest wait of the server, which is that for new events."""

AWAY = frozenset({429, 500, 502, 503, 504})
"""What is answered by a Muster that cannot now, is going down, or is not there behind its proxy."""

_WAIT_FIRST_S = 0.1
_WAIT_MAX_S = 5.0
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class Answer(NamedTuple):
    """A status and the JSON that came with it: a list of documents where it was NDJSON."""

    status: int
    body: Any


class Client:
    """A connection to Muster. `patience_s` is how long a lost answer is asked for again."""

    def __init__(self, connection: Connection, *, patience_s: float = 3.0) -> None:
        self.connection = connection
        self.patience_s = patience_s
        self._http: httpx.Client | None = None
        self._reached = False

    def get(self, path: str, **query: object) -> Any:
        """Return what Muster answers. Values of None and "" are left out of the query."""
        asked = {name: value for name, value in query.items() if value not in (None, "")}
        return self._ask("GET", path, repeatable=True, params=asked).body

    def post(
        self, path: str, body: object = None, *, repeatable: bool, takes: tuple[int, ...] = ()
    ) -> Answer:
        """Send JSON. `takes` are the refusals that the caller reads itself.

        `repeatable` says that Muster knows a repeat, by an id in the body, the key sent with it or
        the content, so that it may be sent again when the answer was lost.
        """
        from services.ids import new_id

        headers = {"content-type": "application/json", "idempotency-key": new_id()}
        content = json.dumps({} if body is None else body).encode()
        return self._ask(
            "POST", path, repeatable=repeatable, takes=takes, content=content, headers=headers
        )

    def post_bytes(
        self,
        path: str,
        content: bytes,
        kind: str,
        *,
        takes: tuple[int, ...] = (),
        query: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        answer_s: float = ANSWER_S,
    ) -> Answer:
        """Send a document of another kind, which Muster knows again by what is in it."""
        return self._ask(
            "POST",
            path,
            repeatable=True,
            takes=takes,
            content=content,
            params=query,
            headers={"content-type": kind, **(headers or {})},
            timeout=_timeout(answer_s),
        )

    def download(self, path: str, *, answer_s: float = ANSWER_S, **query: str | None) -> bytes:
        """Return a file that Muster hands out. Values of None are left out of the query."""
        asked = {name: value for name, value in query.items() if value is not None}
        httpx = import_httpx()
        try:
            response = self.http().get(API + path, params=asked, timeout=_timeout(answer_s))
        except httpx.TransportError as error:
            raise self.unreachable("GET", path, error) from error
        if response.is_success:
            content: bytes = response.content
            return content
        raise refusal("GET", path, self.understand("GET", path, response))

    def delete(self, path: str) -> Any:
        """Ask for the end of something."""
        return self._ask("DELETE", path, repeatable=True).body

    def http(self) -> "httpx.Client":
        """Return the connection itself, for a stream."""
        if self._http is None:
            self._http = _connect(self.connection)
        return self._http

    def close(self) -> None:
        """Let go of the connection."""
        if self._http is not None:
            self._http.close()

    def _ask(
        self,
        method: str,
        path: str,
        *,
        repeatable: bool,
        takes: tuple[int, ...] = (),
        **request: Any,
    ) -> Answer:
        until = time.monotonic() + self.patience_s
        wait_s = _WAIT_FIRST_S
        while True:
            try:
                return self._ask_once(method, path, takes, request)
            except _Again as again:
                # A server that was never there is told of at once, one that went is waited for.
                missing = again.refused and not self._reached
                if missing or not repeatable or time.monotonic() + wait_s > until:
                    raise again.failure from again.__cause__
                time.sleep(max(wait_s, min(again.after_s, until - time.monotonic())))
                wait_s = min(2 * wait_s, _WAIT_MAX_S)

    def _ask_once(
        self,
        method: str,
        path: str,
        takes: tuple[int, ...],
        request: dict[str, Any],
    ) -> Answer:
        httpx = import_httpx()
        try:
            response = self.http().request(method, API + path, **request)
        except httpx.TransportError as error:
            refused = isinstance(error, httpx.ConnectError | httpx.ConnectTimeout)
            failure = self.unreachable(method, path, error, certain=refused or method == "GET")
            raise _Again(failure, refused) from error
        self._reached = True
        answer = self.understand(method, path, response)
        if response.is_success or response.status_code in takes:
            return answer
        failure = refusal(method, path, answer)
        if answer.status in AWAY:
            raise _Again(failure, refused=False, after_s=_retry_after_s(response))
        raise failure

    def understand(self, method: str, path: str, response: "httpx.Response") -> Answer:
        """Read an answer; raise Failure if it is not one of Muster's."""
        kind = response.headers.get("content-type", "").partition(";")[0]
        try:
            if response.status_code == 204 or (response.is_success and not response.content):
                return Answer(response.status_code, {})
            if kind == "application/x-ndjson":
                lines = response.text.splitlines()
                return Answer(response.status_code, [json.loads(line) for line in lines if line])
            return Answer(response.status_code, json.loads(response.content))
        except ValueError:
            if response.status_code in AWAY:
                return Answer(
                    response.status_code, {}
                )  # the words of a server that goes down, or of a proxy
            raise self.not_muster(method, path, response) from None

    def not_muster(self, method: str, path: str, response: "httpx.Response") -> Failure:
        """Return the failure that the answer of some other server is."""
        reason = words.NOT_MUSTER.fill(
            url=self.connection.url,
            method=method,
            path=API + path,
            status=response.status_code,
            begin=response.text[:80].strip() or "-",
        )
        return Failure(Exit.UNREACHABLE, "not-muster", reason, hint=words.UNREACHABLE_HINT)

    def unreachable(
        self, method: str, path: str, error: Exception, *, certain: bool = True
    ) -> Failure:
        """Return the failure that no answer is; `certain` that nothing came of what was asked."""
        why = str(error) or type(error).__name__
        reason = words.UNREACHABLE.fill(
            url=self.connection.url, method=method, path=API + path, why=why
        )
        hint = words.UNREACHABLE_HINT if certain else words.UNCERTAIN_HINT
        return Failure(Exit.UNREACHABLE, "unreachable", reason, hint=hint)


class _Again(Exception):
    """It may go well the next time. `after_s` is what the server asked to be waited, in seconds."""

    def __init__(self, failure: Failure, refused: bool, after_s: float = 0.0) -> None:
        super().__init__(str(failure))
        self.failure = failure
        self.refused = refused
        self.after_s = after_s


def refusal(method: str, path: str, answer: Answer) -> Failure:
    """Return the failure that Muster's "no" is, by its status."""
    said = error_of(answer.body)
    status = answer.status
    reasons = {
        401: (Exit.NO_RIGHTS, words.NO_TOKEN, words.NO_TOKEN_HINT),
        403: (Exit.NO_RIGHTS, words.FORBIDDEN, words.FORBIDDEN_HINT),
    }
    known: tuple[Exit, Said, Said | None] = reasons.get(
        status, (Exit.REJECTED, words.REFUSED, None)
    )
    if status == 429 or status >= 500:
        known = (Exit.UNREACHABLE, words.UNAVAILABLE, words.UNAVAILABLE_HINT)
    ends, reason, hint = known
    why = said.reason or Said(f"HTTP {status}", f"HTTP {status}")
    if said.field:
        why = Said(f"{said.field}：{why.zh}", f"{said.field}: {why.en}")
    text = reason.fill(method=method, path=API + path, status=status, why=why)
    return Failure(ends, said.code or f"http-{status}", text, hint=hint, field=said.field)


class SaidError(NamedTuple):
    """What Muster says is wrong."""

    code: str | None
    field: str | None
    reason: Said | None


def error_of(body: Any) -> SaidError:
    """Read an error, as Muster's answers have it or as a rejected report has it."""
    said = body.get("error", body) if isinstance(body, dict) else {}
    if not isinstance(said, dict):
        return SaidError(None, None, Said(str(said), str(said)))
    reason = said.get("reason")
    text = None
    if isinstance(reason, dict):
        fallback = next(iter(reason.values()), "")
        text = Said(str(reason.get("zh", fallback)), str(reason.get("en", fallback)))
    elif reason or said.get("detail"):
        plain = str(reason or said["detail"])
        text = Said(plain, plain)
    code, field = said.get("code"), said.get("field")
    return SaidError(code and str(code), field and str(field), text)


def import_httpx() -> ModuleType:
    """Import httpx without its own command line, which takes as long as all the rest of it."""
    if "httpx" not in sys.modules:
        with _absent("httpx._main"):
            import httpx
    import httpx

    return httpx


@contextmanager
def _absent(name: str) -> Iterator[None]:
    sys.modules[name] = None  # type: ignore[assignment]  # the import system's mark for "not here"
    try:
        yield
    finally:
        del sys.modules[name]


def _connect(connection: Connection) -> "httpx.Client":
    module = import_httpx()
    parts = urlsplit(connection.url)
    verify: object = True
    if parts.scheme == "http":
        import ssl

        # Reading the machine's certificates takes 50 ms and is not needed: this trusts none.
        verify = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    headers = {"accept": "application/json"}
    if connection.token:
        headers["authorization"] = f"Bearer {connection.token}"
    client: httpx.Client = module.Client(
        base_url=connection.url,
        headers=headers,
        timeout=_timeout(ANSWER_S),
        trust_env=parts.hostname not in _LOOPBACK,
        verify=verify,
    )
    return client


def _timeout(answer_s: float) -> Any:
    return import_httpx().Timeout(answer_s, connect=CONNECT_S)


def _retry_after_s(response: "httpx.Response") -> float:
    value = response.headers.get("retry-after", "")
    return float(value) if value.isdigit() else 0.0
