"""`muster journey`: who travels where, and whether they arrive."""

from typing import Annotated, Any
from urllib.parse import quote

import typer

from services.cli import journey_words as words
from services.cli.choices import JourneyStatus
from services.cli.failure import Exit
from services.cli.language import both, read
from services.cli.session import Session, connected
from services.cli.times import moment, shown, span
from services.cli.words import REPEATED, word

app = typer.Typer(no_args_is_help=True)

Id = Annotated[str, typer.Argument(metavar="ID", help=both("行程编号", "the journey's id"))]
Note = Annotated[str, typer.Option(help=both("说明", "what is to be said of it"))]
Reason = Annotated[str, typer.Option(help=both("原因", "why"))]
When = Annotated[
    str | None,
    typer.Option(metavar="TIME", help=both("何时发生；默认现在", "when; now if left out")),
]
Departs = Annotated[
    str | None, typer.Option(metavar="TIME", help=both("计划出发时间", "when it departs"))
]
Arrives = Annotated[
    str | None, typer.Option(metavar="TIME", help=both("计划抵达时间", "when it arrives"))
]
Margin = Annotated[
    int | None,
    typer.Option(min=0, metavar="SECONDS", help=both("晚多少秒算逾期", "overdue so long after")),
]
Vehicle = Annotated[str | None, typer.Option(help=both("车辆", "the vehicle"))]
Driver = Annotated[str | None, typer.Option(help=both("司机", "the driver"))]
People = Annotated[
    list[str] | None,
    typer.Option(
        "--person", metavar="PERSON", help=both("乘员，可重复", "who travels, repeatable")
    ),
]


@app.command(help=both("计划行程", "plan a journey"))
@connected
def plan(  # noqa: PLR0913  # one parameter an option
    session: Session,
    people: Annotated[
        list[str], typer.Argument(metavar="PERSON...", help=both("乘员编号", "who travels"))
    ],
    *,
    origin: Annotated[
        str, typer.Option("--from", metavar="PLACE", help=both("出发地", "where it starts"))
    ],
    to: Annotated[str, typer.Option(metavar="VENUE", help=both("目的地场馆", "where it goes"))],
    departs: Annotated[
        str, typer.Option(metavar="TIME", help=both("计划出发时间", "when it departs"))
    ],
    arrives: Annotated[
        str, typer.Option(metavar="TIME", help=both("计划抵达时间", "when it arrives"))
    ],
    margin: Margin = None,
    vehicle: Vehicle = None,
    driver: Driver = None,
    id: Annotated[
        str | None, typer.Option(help=both("自定编号", "an id of yours for the journey"))
    ] = None,
) -> int:
    """Plan a journey."""
    from services.ids import new_id

    body = {
        "command_id": new_id(),
        "id": id,
        "origin": origin,
        "destination": to,
        "departs_at": moment(departs, "--departs"),
        "arrives_at": moment(arrives, "--arrives"),
        "margin_s": margin,
        "vehicle": vehicle,
        "driver": driver,
        "people": people,
    }
    answer = session.client.post("/journeys", _given(body), repeatable=True).body
    session.answer(answer, words.PLANNED.fill(id=answer["id"], seq=answer["seq"]))
    return Exit.OK


@app.command(help=both("更改行程；未写的不变", "change the plan; what is left out stays"))
@connected
def replan(  # noqa: PLR0913  # one parameter an option
    session: Session,
    id: Id,
    *,
    reason: Reason,
    origin: Annotated[
        str | None, typer.Option("--from", metavar="PLACE", help=both("出发地", "where it starts"))
    ] = None,
    to: Annotated[
        str | None, typer.Option(metavar="VENUE", help=both("目的地场馆", "where it goes"))
    ] = None,
    departs: Departs = None,
    arrives: Arrives = None,
    margin: Margin = None,
    vehicle: Vehicle = None,
    driver: Driver = None,
    person: People = None,
) -> int:
    """Change a journey's plan."""
    body = {
        "reason": reason,
        "origin": origin,
        "destination": to,
        "departs_at": moment(departs, "--departs"),
        "arrives_at": moment(arrives, "--arrives"),
        "margin_s": margin,
        "vehicle": vehicle,
        "driver": driver,
        "people": person or None,
    }
    return _move(session, id, "replan", body)


@app.command(help=both("报告出发", "it has left"))
@connected
def depart(session: Session, id: Id, *, note: Note = "", at: When = None) -> int:
    """Say that a journey departed."""
    return _move(session, id, "depart", {"note": note, "at": moment(at, "--at")})


@app.command(help=both("报告抵达；不写人员即全部", "it has arrived: everyone, or those named"))
@connected
def arrive(
    session: Session,
    id: Id,
    people: Annotated[
        list[str] | None, typer.Argument(metavar="[PERSON...]", help=both("已到的人", "who came"))
    ] = None,
    *,
    venue: Annotated[
        str | None, typer.Option(help=both("到了别处", "where, if not where it was to go"))
    ] = None,
    note: Note = "",
    at: When = None,
) -> int:
    """Say that a journey arrived."""
    body = {"people": people or None, "venue": venue, "note": note, "at": moment(at, "--at")}
    return _move(session, id, "arrive", body)


@app.command(help=both("取消行程，仅限出发前", "call it off, before it departs"))
@connected
def cancel(session: Session, id: Id, *, reason: Reason) -> int:
    """Cancel a journey."""
    return _move(session, id, "cancel", {"reason": reason})


@app.command("list", help=both("在途、计划与近期的行程", "journeys that go on or ended lately"))
@connected
def list_(
    session: Session,
    *,
    venue: Annotated[str | None, typer.Option(help=both("目的地", "of this destination"))] = None,
    status: Annotated[
        JourneyStatus | None, typer.Option(help=both("状态", "of this status"))
    ] = None,
) -> int:
    """List the journeys, the overdue ones first."""
    found = session.client.get("/journeys", venue=venue, status=status)
    rows = found["journeys"]
    session.answer(found, *([] if rows else [words.NONE]))
    if rows and not session.as_json:
        from services.cli.terminal import console, table

        screen = console()
        headers = [str(said) for said in words.COLUMNS.values()]
        screen.print(table(str(words.TITLE), headers, [_row(row) for row in rows]))
        for row in rows:
            if row["last_known"]:
                screen.print(f"{row['id']}{words.LAST_KNOWN.fill(said=read(row['last_known']))}")
    return Exit.OK


def _row(row: dict[str, Any]) -> list[str]:
    plan = row["plan"]
    return [
        word(words.STATUS, row["status"]),
        plan["origin"],
        plan["destination"],
        shown(plan["arrives_at"]),
        span(row["late_by_s"]) if row["late_by_s"] else "",
        str(row["people"]),
        ", ".join(row["missing"][:5]) + (" …" if len(row["missing"]) > 5 else ""),
        plan["vehicle"],
        plan["driver"],
        str(row["former_plans"] or ""),
        row["id"],
    ]


def _given(body: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in body.items() if value is not None}


def _move(session: Session, id: str, verb: str, body: dict[str, Any]) -> int:
    path = f"/journeys/{quote(id, safe='')}/{verb}"
    answer = session.client.post(path, _given(body), repeatable=True).body
    said = words.DONE[verb] if answer.get("events") else REPEATED
    session.answer(answer, said.fill(id=id, seq=answer.get("seq")))
    return Exit.OK
