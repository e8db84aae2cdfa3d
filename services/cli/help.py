"""`muster help` and `muster take`: a call for help in one line, and who takes it."""

from typing import Annotated, Any
from urllib.parse import quote

import typer

from services.cli import journey_words as words
from services.cli.answered import note_text, rejection
from services.cli.failure import Exit
from services.cli.language import both
from services.cli.report import place_of
from services.cli.session import Session, connected
from services.cli.words import REPEATED


@connected
def call(
    session: Session,
    *,
    text: Annotated[
        str, typer.Argument(help=both("需要什么帮助", "what help is needed, if you can say"))
    ] = "",
    person: Annotated[str | None, typer.Option(help=both("谁需要帮助", "who needs help"))] = None,
    venue: Annotated[str | None, typer.Option(help=both("场馆编号", "the venue's id"))] = None,
    place: Annotated[
        str | None,
        typer.Option(metavar="LAT,LON", help=both("位置（WGS-84，度）", "where (WGS-84, degrees)")),
    ] = None,
) -> int:
    """Call for help: everyone who stands behind the person, and the leads there, are told."""
    from services.ids import new_id

    said: dict[str, Any] = {"id": new_id(), "person": person, "venue": venue, "text": text}
    said |= {"place": place_of(place)}
    report = {name: value for name, value in said.items() if value is not None}
    report["kind"] = "need-help"
    body = session.client.post("/reports", report, repeatable=True, takes=(422,)).body
    if body.get("status") != "accepted":
        session.answer(body, rejection(body))
        return Exit.REJECTED
    notes = [f"  {note_text(note)}" for note in body.get("notes") or ()]
    told = words.CALLED.fill(incident=body.get("incident"), seq=body.get("seq"))
    session.answer(body, told, *notes)
    return Exit.OK


@connected
def take(
    session: Session,
    incident: Annotated[
        str, typer.Argument(metavar="INCIDENT", help=both("事件单编号", "the incident's id"))
    ],
    *,
    comment: Annotated[str, typer.Option(help=both("说明", "what you will do"))] = "",
) -> int:
    """Take an incident: it is yours, and nobody else is told of it any more."""
    path = f"/incidents/{quote(incident, safe='')}/take"
    answer = session.client.post(path, {"comment": comment}, repeatable=True).body
    taken = words.TAKEN.fill(incident=answer["incident"], owner=answer["owner"])
    again = [] if answer.get("events") else [REPEATED.fill(seq=answer.get("seq"))]
    session.answer(answer, taken, *again)
    return Exit.OK
