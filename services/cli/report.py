"""`muster report`: one report in a line, or a file of them."""

from pathlib import Path
from typing import Annotated, Any

import typer

from services.cli import words
from services.cli.answered import note_text, rejection
from services.cli.choices import Category, Method, Severity, Whereabouts
from services.cli.failure import Exit
from services.cli.language import both
from services.cli.session import Session, connected
from services.cli.times import moment

_ABOUT = both("报告什么（任选其一）", "What is reported (one of these)")


@connected
def report(  # noqa: PLR0913  # one parameter an option
    session: Session,
    *,
    text: Annotated[
        str | None,
        typer.Argument(
            help=both(
                "发生了什么；与 --need-help 同用时为求助内容",
                "what happened, or what help is needed",
            )
        ),
    ] = None,
    present: Annotated[
        str | None,
        typer.Option(
            metavar="PERSON",
            help=both(
                "此人在岗（或 --whereabouts 所说的状态）",
                "this person is there (see --whereabouts)",
            ),
            rich_help_panel=_ABOUT,
        ),
    ] = None,
    safe: Annotated[
        str | None,
        typer.Option(
            metavar="PERSON", help=both("此人平安", "this person is safe"), rich_help_panel=_ABOUT
        ),
    ] = None,
    need_help: Annotated[
        bool,
        typer.Option(
            "--need-help",
            help=both(
                "有人需要帮助（--person 指明是谁）", "somebody needs help (--person says who)"
            ),
            rich_help_panel=_ABOUT,
        ),
    ] = False,
    file: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            allow_dash=True,
            help=both(
                "报告文件：NDJSON 每行一个，或 JSON 列表；- 为标准输入",
                "a file of reports: NDJSON, one a line, or a JSON list; - is stdin",
            ),
            rich_help_panel=_ABOUT,
        ),
    ] = None,
    venue: Annotated[str | None, typer.Option(help=both("场馆编号", "the venue's id"))] = None,
    severity: Annotated[Severity, typer.Option(help=both("等级", "how bad it is"))] = "unknown",
    category: Annotated[
        Category, typer.Option(help=both("类别", "what kind of thing it is"))
    ] = "other",
    person: Annotated[str | None, typer.Option(help=both("涉及的人", "whom it is about"))] = None,
    whereabouts: Annotated[
        Whereabouts,
        typer.Option(
            help=both("与 --present 同用：人员状态", "with --present: the person's state")
        ),
    ] = "present",
    method: Annotated[
        Method, typer.Option(help=both("消息来自谁", "who says so of a person"))
    ] = "self",
    place: Annotated[
        str | None,
        typer.Option(metavar="LAT,LON", help=both("位置（WGS-84，度）", "where (WGS-84, degrees)")),
    ] = None,
    at: Annotated[
        str | None,
        typer.Option(
            metavar="TIME", help=both("何时发生；默认现在", "when it happened; now if left out")
        ),
    ] = None,
    id: Annotated[
        str | None,
        typer.Option(
            help=both("自定编号；同一编号只记录一次", "an id of yours; one id is recorded once")
        ),
    ] = None,
    patience: Annotated[
        float,
        typer.Option(
            min=0,
            metavar="SECONDS",
            help=both(
                "与 --file 同用：断线后重试多久", "with --file: how long to try again when cut off"
            ),
        ),
    ] = 60.0,
) -> int:
    """Send a report, or a file of them."""
    given = {
        "TEXT": text if not need_help else None,
        "--present": present,
        "--safe": safe,
        "--need-help": need_help,
        "--file": file,
    }
    named = [name for name, value in given.items() if value not in (None, False)]
    if len(named) != 1:
        raise typer.BadParameter(str(words.ONE_OF_THEM.fill(names=", ".join(given))))
    if file is not None:
        from services.cli.report_file import send_file

        session.client.patience_s = patience
        return send_file(session, file)
    about: dict[str, Any]
    if present is not None:
        about = {
            "kind": "presence",
            "person": present,
            "whereabouts": whereabouts,
            "method": method,
        }
    elif safe is not None:
        about = {"kind": "safety", "person": safe, "answer": "safe", "method": method}
    elif need_help:
        about = {"kind": "need-help", "person": person, "text": text}
    else:
        about = {
            "kind": "incident",
            "text": text,
            "severity": severity,
            "category": category,
            "person": person,
        }
    about |= {"id": id, "venue": venue, "place": place_of(place), "at": moment(at, "--at")}
    return _send(session, {name: value for name, value in about.items() if value is not None})


def _send(session: Session, report: dict[str, Any]) -> int:
    from services.ids import new_id

    report.setdefault("id", new_id())
    answer = session.client.post("/reports", report, repeatable=True, takes=(422,))
    body = answer.body
    if body.get("status") == "accepted":
        said = words.ACCEPTED_INCIDENT if body.get("incident") else words.ACCEPTED
        notes = [f"  {note_text(note)}" for note in body.get("notes") or ()]
        session.answer(body, said.fill(seq=body.get("seq"), incident=body.get("incident")), *notes)
        return Exit.OK
    session.answer(body, rejection(body))
    return Exit.REJECTED


def place_of(value: str | None) -> dict[str, float] | None:
    """Return `LAT,LON` as a report has it. Raises BadParameter."""
    if value is None:
        return None
    try:
        lat, lon = (float(part) for part in value.split(","))
    except ValueError:
        reason = words.NOT_A_PLACE.fill(value=repr(value))
        raise typer.BadParameter(str(reason), param_hint="--place") from None
    return {"lat": lat, "lon": lon}
