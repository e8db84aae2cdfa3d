"""`muster incident`: what responders do about an incident, one command a move of its life."""

from typing import Annotated, Any
from urllib.parse import quote

import typer

from services.cli import words
from services.cli.choices import Category, Severity
from services.cli.failure import Exit
from services.cli.language import both
from services.cli.session import Session, connected

app = typer.Typer(no_args_is_help=True)

Id = Annotated[str, typer.Argument(metavar="ID", help=both("事件单编号", "the incident's id"))]
Note = Annotated[str, typer.Option(help=both("说明", "what was done, or seen"))]


@app.command(help=both("研判：等级与类别", "judge how bad it is and what it is"))
@connected
def triage(
    session: Session,
    id: Id,
    *,
    severity: Annotated[Severity, typer.Option(help=both("等级", "how bad it is"))],
    category: Annotated[Category, typer.Option(help=both("类别", "what kind of thing it is"))],
) -> int:
    """Judge an incident."""
    return _move(session, id, "triage", {"severity": severity, "category": category})


@app.command(help=both("指派给人或队伍", "give it to a person or a team"))
@connected
def assign(
    session: Session,
    id: Id,
    *,
    to: Annotated[str, typer.Option(help=both("人员或队伍", "the person or team"))],
) -> int:
    """Assign an incident."""
    return _move(session, id, "assign", {"to": to})


@app.command(help=both("受理：由您负责", "accept it: it is yours now"))
@connected
def accept(session: Session, id: Id) -> int:
    """Accept an incident."""
    return _move(session, id, "accept", {})


@app.command(help=both("已控制：不再扩大", "it no longer grows"))
@connected
def contain(session: Session, id: Id, *, note: Note = "") -> int:
    """Say that an incident is contained."""
    return _move(session, id, "contain", {"note": note})


@app.command(help=both("已解决：该做的已做完", "what had to be done is done"))
@connected
def resolve(session: Session, id: Id, *, note: Note = "") -> int:
    """Say that an incident is resolved."""
    return _move(session, id, "resolve", {"note": note})


@app.command(
    help=both("关闭；未解决的须写明原因", "end it; one that was not resolved needs a note")
)
@connected
def close(session: Session, id: Id, *, note: Note = "") -> int:
    """Close an incident."""
    return _move(session, id, "close", {"note": note})


@app.command(help=both("重开：事情还没完", "it was not over"))
@connected
def reopen(
    session: Session,
    id: Id,
    *,
    reason: Annotated[str, typer.Option(help=both("原因", "why"))],
) -> int:
    """Reopen an incident."""
    return _move(session, id, "reopen", {"reason": reason})


@app.command(help=both("并入另一事件单", "it is the same as another one, where it goes on"))
@connected
def merge(
    session: Session,
    id: Id,
    *,
    into: Annotated[str, typer.Option(metavar="ID", help=both("另一事件单", "the other incident"))],
) -> int:
    """Merge an incident into another."""
    return _move(session, id, "merge", {"into": into})


@app.command(help=both("补充信息", "add what you know"))
@connected
def note(
    session: Session,
    id: Id,
    text: Annotated[str, typer.Argument(metavar="TEXT", help=both("内容", "what you know"))],
) -> int:
    """Add a note to an incident."""
    return _move(session, id, "note", {"text": text})


def _move(session: Session, id: str, verb: str, body: dict[str, Any]) -> int:
    path = f"/incidents/{quote(id, safe='')}/{verb}"
    answer = session.client.post(path, body, repeatable=True).body
    said = words.INCIDENT_DONE if answer.get("events") else words.REPEATED
    session.answer(answer, said.fill(id=id, verb=words.VERB[verb], seq=answer.get("seq")))
    return Exit.OK
