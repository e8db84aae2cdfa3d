"""`muster training` and `muster leave`: what people need before they may serve."""

from typing import Annotated
from urllib.parse import quote

import typer

from services.cli import shift_words as words
from services.cli.failure import Exit
from services.cli.language import both
from services.cli.session import Session, connected
from services.cli.shift import Person
from services.cli.times import moment

app = typer.Typer(no_args_is_help=True)


@connected
def training(
    session: Session,
    person: Person,
    course: Annotated[
        str, typer.Argument(metavar="COURSE", help=both("课程编号", "the course's id"))
    ],
    *,
    valid_until: Annotated[
        str | None,
        typer.Option(metavar="TIME", help=both("有效至；默认长期", "until when; for good")),
    ] = None,
) -> int:
    """Record that a person passed a course."""
    body = {"course": course}
    if (until := moment(valid_until, "--valid-until")) is not None:
        body["valid_until"] = until
    path = f"/volunteers/{quote(person, safe='')}/training"
    answer = session.client.post(path, body, repeatable=True).body
    session.answer(answer, words.PASSED.fill(person=person, course=course, seq=answer["seq"]))
    return Exit.OK


@app.command(help=both("批准离校", "approve that a person is off campus for a time"))
@connected
def approve(
    session: Session,
    person: Person,
    *,
    start: Annotated[
        str, typer.Option("--from", metavar="TIME", help=both("开始时间", "from when"))
    ],
    end: Annotated[str, typer.Option("--to", metavar="TIME", help=both("结束时间", "to when"))],
    id: Annotated[
        str | None, typer.Option(help=both("自定编号", "an id of yours for the approval"))
    ] = None,
) -> int:
    """Approve leave from campus."""
    from services.ids import new_id

    leave = id or new_id()
    body = {
        "leave": leave,
        "starts_at": moment(start, "--from"),
        "ends_at": moment(end, "--to"),
    }
    path = f"/volunteers/{quote(person, safe='')}/leave"
    answer = session.client.post(path, body, repeatable=True).body
    said = words.LEAVE_APPROVED.fill(person=person, leave=leave, seq=answer["seq"])
    session.answer({**answer, "leave": leave}, said)
    return Exit.OK


@app.command(help=both("撤销离校批准", "withdraw an approval"))
@connected
def withdraw(
    session: Session,
    person: Person,
    leave: Annotated[
        str, typer.Argument(metavar="LEAVE", help=both("批准编号", "the approval's id"))
    ],
    *,
    reason: Annotated[str, typer.Option(help=both("原因", "why"))],
) -> int:
    """Withdraw an approval."""
    path = f"/volunteers/{quote(person, safe='')}/leave/{quote(leave, safe='')}"
    answer = session.client.delete(f"{path}?reason={quote(reason, safe='')}")
    said = words.LEAVE_WITHDRAWN.fill(person=person, leave=leave, seq=answer["seq"])
    session.answer(answer, said)
    return Exit.OK
