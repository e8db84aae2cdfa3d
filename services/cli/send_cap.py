"""`muster cap`: sends warnings in the Common Alerting Protocol, as files."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from services.cli import send_cap_words as said
from services.cli import words
from services.cli.answered import rejection
from services.cli.client import Answer
from services.cli.failure import Exit, Failure
from services.cli.language import Said, both
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
    feed: Annotated[
        str | None,
        typer.Option(
            metavar="ID",
            help=both("以此推送数据源的名义发送", "send them as what this feed brings"),
        ),
    ] = None,
) -> int:
    """Send each document; end with 1 if one of them was refused."""
    results: list[dict[str, Any]] = []
    lines: list[str] = []
    query = {"feed": feed} if feed is not None else None
    for file in files:
        answer = session.client.post_bytes(
            "/cap", _read(file), _KIND, takes=(400, 413, 415, 422), query=query
        )
        taken = [{"file": str(file), **result} for result in _results(answer)]
        results += taken
        lines += [line for result in taken for line in _lines(result)]
        if isinstance(answer.body, dict) and (document := answer.body.get("document")):
            lines.append(str(said.KEPT.fill(file=file, document=document)))
            for result in taken:
                result["document"] = document
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
    error = answer.body.get("error") if isinstance(answer.body, dict) else None
    return [{"status": "rejected", **(error or {"code": f"http-{answer.status}"})}]


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
    more = [_level(result)] if "severity" in result else []
    more += map(_venue, result.get("affected") or ())
    if superseded := result.get("superseded"):
        more.append(said.SUPERSEDED.fill(warnings=", ".join(superseded)))
    more += [_odd(each) for each in result.get("deviations") or ()]
    return [str(accepted), *map(str, more)]


def _level(result: dict[str, Any]) -> Said:
    severity, signer = result.get("severity") or "unknown", result.get("signer")
    signature = said.SIGNATURES.get(result.get("signature") or "none", said.SIGNATURES["none"])
    if signer:
        signature = said.SIGNED_BY.fill(signature=signature, signer=signer)
    return said.LEVEL.fill(
        colour=said.COLOURS.get(result.get("colour") or "", ""),
        severity=words.SEVERITY.get(severity, severity),
        signature=signature,
    )


def _venue(affected: dict[str, Any]) -> Said:
    cause = said.CAUSES.get(affected["cause"], Said(affected["cause"], affected["cause"]))
    if affected["distance_m"] > 0:
        cause = said.AWAY.fill(cause=cause, metres=round(affected["distance_m"]))
    return said.VENUE.fill(venue=affected["venue"], people=affected["people"], cause=cause)


def _odd(deviation: dict[str, Any]) -> Said:
    told = {name: deviation.get(name) or "-" for name in ("code", "element", "detail")}
    if isinstance(told["detail"], dict):
        told["detail"] = Said(told["detail"].get("zh", "-"), told["detail"].get("en", "-"))
    return words.CAP_ODD.fill(**told)
