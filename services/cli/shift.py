"""`muster shift`: who serves where and when, and who takes whose place."""

from typing import Annotated, Any
from urllib.parse import quote

import typer

from services.cli import shift_words as words
from services.cli.failure import Exit
from services.cli.language import both
from services.cli.session import Session, connected
from services.cli.times import moment, shown
from services.cli.words import ONE_OF_THEM, REPEATED

app = typer.Typer(no_args_is_help=True)

Person = Annotated[str, typer.Argument(metavar="PERSON", help=both("人员编号", "the person's id"))]
Shift = Annotated[str, typer.Argument(metavar="SHIFT", help=both("班次编号", "the shift's id"))]
Swap = Annotated[str, typer.Argument(metavar="SWAP", help=both("换班编号", "the swap's id"))]
Giver = Annotated[
    str, typer.Argument(metavar="GIVER", help=both("让出班次的人", "who gives the shift"))
]
Taker = Annotated[
    str, typer.Argument(metavar="TAKER", help=both("接替的人", "who takes their place"))
]
Whose = Annotated[
    str | None,
    typer.Option(
        "--person",
        metavar="PERSON",
        help=both("替谁答复；默认令牌本人", "for whom; whose token it is, if left out"),
    ),
]


@app.command(help=both("安排班次", "plan a shift for a person"))
@connected
def assign(  # noqa: PLR0913  # one parameter an option
    session: Session,
    person: Person,
    *,
    venue: Annotated[str, typer.Option(help=both("场馆编号", "the venue's id"))],
    start: Annotated[
        str, typer.Option("--from", metavar="TIME", help=both("开始时间", "when it begins"))
    ],
    end: Annotated[
        str, typer.Option("--to", metavar="TIME", help=both("结束时间", "when it ends"))
    ],
    id: Annotated[
        str | None, typer.Option(help=both("自定编号", "an id of yours for the shift"))
    ] = None,
    role: Annotated[
        str | None, typer.Option(help=both("岗位；默认本人岗位", "if it is not their own role"))
    ] = None,
    instead_of: Annotated[
        str | None, typer.Option(metavar="PERSON", help=both("代替谁", "in whose place"))
    ] = None,
    override: Annotated[
        str | None,
        typer.Option(
            metavar="REASON",
            help=both("破例安排的原因，将被记录", "why, against the guards; it is on record"),
        ),
    ] = None,
) -> int:
    """Plan a shift; what stands against it is told all at once."""
    from services.ids import new_id

    body = {
        "shift": id or new_id(),
        "venue": venue,
        "starts_at": moment(start, "--from"),
        "ends_at": moment(end, "--to"),
        "role": role,
        "instead_of": instead_of,
        "override": override,
    }
    path = f"/volunteers/{quote(person, safe='')}/shifts"
    answer = session.client.post(path, _given(body), repeatable=True).body
    said = words.ASSIGNED if answer.get("events") else REPEATED
    session.answer(
        {**answer, "shift": body["shift"]},
        said.fill(shift=body["shift"], person=person, seq=answer["seq"]),
    )
    return Exit.OK


@app.command(help=both("取消班次", "take a plan back"))
@connected
def cancel(
    session: Session,
    person: Person,
    shift: Shift,
    *,
    reason: Annotated[str, typer.Option(help=both("原因", "why"))],
) -> int:
    """Cancel a shift."""
    path = f"/volunteers/{quote(person, safe='')}/shifts/{quote(shift, safe='')}"
    answer = session.client.delete(f"{path}?reason={quote(reason, safe='')}")
    session.answer(answer, words.CANCELLED.fill(shift=shift, person=person, seq=answer["seq"]))
    return Exit.OK


@app.command("list", help=both("列出班次", "list the shifts of a person or a venue"))
@connected
def list_(
    session: Session,
    *,
    person: Annotated[str | None, typer.Option(help=both("人员编号", "the person's id"))] = None,
    venue: Annotated[str | None, typer.Option(help=both("场馆编号", "the venue's id"))] = None,
    start: Annotated[
        str | None,
        typer.Option("--from", metavar="TIME", help=both("从何时；默认现在", "from when; now")),
    ] = None,
    end: Annotated[
        str | None,
        typer.Option("--to", metavar="TIME", help=both("到何时；默认一周后", "to when; a week")),
    ] = None,
) -> int:
    """List shifts, by default of the next seven days."""
    if (person is None) == (venue is None):
        raise typer.BadParameter(str(ONE_OF_THEM.fill(names="--person, --venue")))
    answer = session.client.get(
        "/shifts",
        person=person,
        venue=venue,
        since=moment(start, "--from"),
        until=moment(end, "--to"),
    )
    if session.as_json:
        session.answer(answer)
        return Exit.OK
    _draw(
        ("id", "person", "name", "venue", "role", "from", "to", "against"),
        [_row(row) for row in answer["shifts"]],
        words.NO_SHIFTS,
    )
    if answer["more"]:
        session.note(words.MORE.fill(n=len(answer["shifts"])))
    return Exit.OK


@app.command(help=both("提议换班", "propose that two people exchange shifts"))
@connected
def swap(
    session: Session,
    giver: Giver,
    shift: Shift,
    taker: Taker,
    in_return: Annotated[
        str, typer.Argument(metavar="SHIFT", help=both("换得的班次", "the shift in return"))
    ],
    *,
    proposer: Annotated[
        str | None,
        typer.Option(
            metavar="PERSON", help=both("由谁提议（即同意）", "which of the two proposes it")
        ),
    ] = None,
) -> int:
    """Propose a swap. Who proposes it agrees; it is carried out once both did."""
    return _propose(session, giver, shift, taker, in_return, proposer)


@app.command("stand-in", help=both("提议代班", "propose that somebody takes a shift over"))
@connected
def stand_in(
    session: Session,
    giver: Giver,
    shift: Shift,
    taker: Taker,
    *,
    proposer: Annotated[
        str | None,
        typer.Option(
            metavar="PERSON", help=both("由谁提议（即同意）", "which of the two proposes it")
        ),
    ] = None,
) -> int:
    """Propose a stand-in: a swap for nothing in return."""
    return _propose(session, giver, shift, taker, None, proposer)


@app.command(help=both("同意换班", "agree to a swap"))
@connected
def agree(session: Session, swap: Swap, *, person: Whose = None) -> int:
    """Agree to a swap."""
    return _say(session, swap, "agree", {"person": person}, words.AGREED)


@app.command(help=both("拒绝换班", "decline a swap"))
@connected
def decline(
    session: Session,
    swap: Swap,
    *,
    person: Whose = None,
    reason: Annotated[str, typer.Option(help=both("原因", "why"))] = "-",
) -> int:
    """Decline a swap."""
    return _say(session, swap, "decline", {"person": person, "reason": reason}, words.DECLINED)


@app.command(help=both("列出换班", "list the swaps"))
@connected
def swaps(
    session: Session,
    *,
    person: Annotated[str | None, typer.Option(help=both("人员编号", "the person's id"))] = None,
    ended: Annotated[
        bool, typer.Option("--ended", help=both("含已结束的", "those that ended, too"))
    ] = False,
) -> int:
    """List the open swaps."""
    query = {"person": person, "ended": "true" if ended else None}
    answer = session.client.get("/swaps", **query)
    if session.as_json:
        session.answer(answer["swaps"])
        return Exit.OK
    _draw(
        ("id", "giver", "taker", "in_return", "agreed", "status"),
        [_swap_row(row) for row in answer["swaps"]],
        words.NO_SWAPS,
    )
    return Exit.OK


def _propose(
    session: Session,
    giver: str,
    shift: str,
    taker: str,
    in_return: str | None,
    proposer: str | None,
) -> int:
    body = {
        "giver": giver,
        "shift": shift,
        "taker": taker,
        "in_return": in_return,
        "proposer": proposer,
    }
    answer = session.client.post("/swaps", _given(body), repeatable=True).body
    agreed = ", ".join(answer["agreed"]) or words.NOBODY
    session.answer(answer, words.PROPOSED.fill(id=answer["id"], agreed=agreed))
    return Exit.OK


def _say(session: Session, swap: str, verb: str, body: dict[str, Any], said: Any) -> int:
    path = f"/swaps/{quote(swap, safe='')}/{verb}"
    answer = session.client.post(path, _given(body), repeatable=True).body
    session.answer(answer, said.fill(id=swap, person=body["person"] or words.YOU))
    return Exit.OK


def _given(body: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in body.items() if value is not None}


def _draw(columns: tuple[str, ...], rows: list[list[str]], none: object) -> None:
    if not rows:
        print(none)
        return
    from services.cli.terminal import console, table

    console().print(table("", [str(words.COLUMNS[name]) for name in columns], rows))


def _row(row: dict[str, Any]) -> list[str]:
    return [
        row["id"],
        row["person"],
        row["name"],
        row["venue"],
        row["role"] or "-",
        shown(row["starts_at"]),
        shown(row["ends_at"]),
        ", ".join(row["against"]) or "-",
    ]


def _swap_row(row: dict[str, Any]) -> list[str]:
    return [
        row["id"],
        f"{row['giver']} {row['shift']}",
        row["taker"],
        row["in_return"] or "-",
        ", ".join(row["agreed"]) or "-",
        str(words.SWAP_STATUS.get(row["status"], row["status"])),
    ]
