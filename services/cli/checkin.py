"""`muster check-in`: how somebody is today, in one line."""

from typing import Annotated

import typer

from services.cli import day_words as words
from services.cli.answered import note_text, rejection
from services.cli.choices import CheckIn
from services.cli.failure import Exit, Failure
from services.cli.language import both
from services.cli.session import Session, connected
from services.cli.times import moment


@connected
def check_in(
    session: Session,
    *,
    answer: Annotated[CheckIn, typer.Argument(help=both("今天怎么样", "how you are today"))],
    text: Annotated[
        str,
        typer.Argument(
            help=both("想说的话；只有心理专班能看到", "a word, for the mental-health lane alone")
        ),
    ] = "",
    person: Annotated[
        str | None,
        typer.Option(help=both("谁；默认为令牌本人", "who; by default whose token it is")),
    ] = None,
    temperature: Annotated[
        float | None,
        typer.Option(
            min=30, max=45, metavar="CELSIUS", help=both("体温（℃）", "body temperature (°C)")
        ),
    ] = None,
    day: Annotated[
        str | None,
        typer.Option(metavar="DATE", help=both("哪一天，如 2022-02-04", "for which day")),
    ] = None,
    at: Annotated[
        str | None,
        typer.Option(metavar="TIME", help=both("何时；默认现在", "when; now if left out")),
    ] = None,
) -> int:
    """Check in."""
    from services.ids import new_id

    said = {
        "id": new_id(),
        "person": person or _own(session),
        "answer": answer,
        "temperature_c": temperature,
        "text": text or None,
        "day": day,
        "at": moment(at, "--at"),
    }
    report = {name: value for name, value in said.items() if value is not None}
    report["kind"] = "check-in"
    body = session.client.post("/reports", report, repeatable=True, takes=(422,)).body
    if body.get("status") != "accepted":
        session.answer(body, rejection(body))
        return Exit.REJECTED
    notes = [f"  {note_text(note)}" for note in body.get("notes") or ()]
    session.answer(body, words.CHECKED_IN.fill(person=report["person"], seq=body["seq"]), *notes)
    return Exit.OK


def _own(session: Session) -> str:
    person = session.client.get("/whoami").get("person")
    if not person:
        raise Failure(Exit.USAGE, "usage", words.WHO)
    return str(person)
