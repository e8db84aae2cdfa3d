"""`muster cap`: sends warnings in the Common Alerting Protocol, as files."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from services.cli import words
from services.cli.client import Answer
from services.cli.failure import Exit, Failure
from services.cli.language import Said, both
from services.cli.report import rejection
from services.cli.session import Session, connected

_KIND = "application/cap+xml"


@connected
def cap(
    session: Session,
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE...",
            allow_dash=True,
            help=both("CAP 1.2 文件；- 为标准输入", "CAP 1.2 documents; - is stdin"),
        ),
    ],
) -> int:
    """Send each document; end with 1 if one of them was refused."""
    results: list[dict[str, Any]] = []
    lines: list[str] = []
    for file in files:
        answer = session.client.post_bytes("/cap", _read(file), _KIND, takes=(400, 413, 415, 422))
        results += [{"file": str(file), **result} for result in _results(answer)]
    for result in results:
        lines += _lines(result)
    session.answer({"results": results}, *lines)
    refused = any(result.get("status") != "accepted" for result in results)
    return Exit.REJECTED if refused else Exit.OK


def _read(file: Path) -> bytes:
    if str(file) == "-":
        return sys.stdin.buffer.read()
    try:
        return file.read_bytes()
    except OSError as error:
        reason = words.NO_FILE.fill(file=file, why=error.strerror)
        raise Failure(Exit.USAGE, "no-file", reason) from error


def _results(answer: Answer) -> list[dict[str, Any]]:
    if isinstance(answer.body, dict) and isinstance(answer.body.get("results"), list):
        return [dict(result) for result in answer.body["results"]]
    said = answer.body.get("error") if isinstance(answer.body, dict) else None
    return [{"status": "rejected", **(said or {"code": f"http-{answer.status}"})}]


def _lines(result: dict[str, Any]) -> list[str]:
    if result.get("status") != "accepted":
        return [str(rejection(result, words.CAP_REJECTED, file=result["file"]))]
    venues = ", ".join(result.get("venues") or ())
    accepted = words.CAP_ACCEPTED.fill(
        file=result["file"],
        identifier=result.get("identifier"),
        warning=result.get("warning"),
        venues=venues or words.NONE,
    )
    return [str(accepted), *(str(_odd(each)) for each in result.get("deviations") or ())]


def _odd(deviation: dict[str, Any]) -> Said:
    told = {name: deviation.get(name) or "-" for name in ("code", "element", "detail")}
    if isinstance(told["detail"], dict):
        told["detail"] = Said(told["detail"].get("zh", "-"), told["detail"].get("en", "-"))
    return words.CAP_ODD.fill(**told)
