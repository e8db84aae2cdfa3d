"""How an answer says no: always the same shape, with a code, a field and a reason in both
languages.
"""

from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import ValidationError
from starlette.exceptions import HTTPException

from services.decider import Rejected
from services.kept import DocumentsFull
from services.log import LogBroken, LogFull, LogUnavailable
from services.problems import Problem, problem_of

_RETRY_AFTER_S = "1"

_BY_STATUS = {
    400: ("unreadable", "请求无法读取", "the request cannot be read"),
    404: ("not-found", "没有这个地址", "there is nothing here"),
    405: ("method-not-allowed", "此地址不支持该方法", "this address does not take that method"),
}

UNAVAILABLE = Problem(
    "log-unavailable",
    "",
    "日志暂时无法写入，请用同一编号重发",
    "the log cannot be reached, send it again under the same id",
)
FULL = Problem("log-full", "", "日志已满，无法写入", "the log is full")
DOCUMENTS_FULL = Problem(
    "documents-full",
    "",
    "保存原始文件的空间已满，请管理员提高 MUSTER_DOCUMENTS_MAX_BYTES 后重新启动",
    "there is no room for further documents: raise MUSTER_DOCUMENTS_MAX_BYTES and start again",
)
BROKEN = Problem(
    "log-broken",
    "",
    "日志不完整，系统已停止写入，请立即联系管理员",
    "the log is damaged and nothing is written any more: call whoever runs this system",
)


class Refused(Exception):
    """A request that is answered with a problem and a status."""

    def __init__(self, status: int, problem: Problem) -> None:
        super().__init__(problem.en)
        self.status = status
        self.problem = problem


def answer(status: int, problem: Problem) -> JSONResponse:
    """Return a refusal as JSON; a 503 says when to try again."""
    headers = {"Retry-After": _RETRY_AFTER_S} if status == 503 else {}
    if status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return JSONResponse({"error": problem.show()}, status, headers=headers)


def unknown(what_zh: str, what_en: str, id: str) -> Refused:
    """Return the refusal for an id that is not there."""
    problem = Problem("not-found", "id", f"没有{what_zh} {id}", f"there is no {what_en} {id}")
    return Refused(404, problem)


def install(app: FastAPI) -> None:
    """Make every refusal of `app` have this shape."""

    async def refused(_: Request, error: Any) -> JSONResponse:
        return answer(error.status, error.problem)

    async def rejected(_: Request, error: Any) -> JSONResponse:
        problem = Problem(error.code, error.field, error.reason.zh, error.reason.en)
        return answer(409, problem)

    async def invalid(_: Request, error: Any) -> JSONResponse:
        details = problem_of(error) if isinstance(error, ValidationError) else _first(error)
        return answer(422, details)

    async def http(_: Request, error: Any) -> JSONResponse:
        code, zh, en = _BY_STATUS.get(error.status_code, ("refused", str(error), str(error)))
        return answer(error.status_code, Problem(code, "", zh, en))

    app.add_exception_handler(Refused, refused)
    app.add_exception_handler(Rejected, rejected)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(ValidationError, invalid)
    app.add_exception_handler(HTTPException, http)
    for kind, problem in (
        (LogUnavailable, UNAVAILABLE),
        (LogFull, FULL),
        (DocumentsFull, DOCUMENTS_FULL),
        (LogBroken, BROKEN),
    ):
        app.add_exception_handler(kind, _always(503, problem))


def _always(status: int, problem: Problem) -> Any:
    async def handler(_: Request, __: Exception) -> JSONResponse:
        return answer(status, problem)

    return handler


def _first(error: RequestValidationError) -> Problem:
    wrapped = ValidationError.from_exception_data(
        "request", [_plain(details) for details in error.errors()[:1]]
    )
    problem = problem_of(wrapped)
    if problem.code == "json-invalid":
        # Its place is a position in the text, which the reason tells.
        return problem._replace(field="body")
    field = problem.field.partition(".")[2] if problem.field.startswith("body") else problem.field
    return problem._replace(field=field.removeprefix("query.").removeprefix("path."))


def _plain(details: Any) -> Any:
    kept = {key: details[key] for key in ("type", "loc", "input", "ctx") if key in details}
    if details["type"] == "value_error" and "ctx" in kept:
        kept["ctx"] = {"error": ValueError(str(kept["ctx"].get("error", details["msg"])))}
    return kept
