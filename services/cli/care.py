"""`muster care`: the requests of one's lane, taking one, and ending it."""

from typing import Annotated, Any
from urllib.parse import quote

import typer

from services.cli import day_words as words
from services.cli.failure import Exit
from services.cli.language import Said, both
from services.cli.session import Session, connected

app = typer.Typer(no_args_is_help=True)

Id = Annotated[str, typer.Argument(metavar="ID", help=both("请求编号", "the request's id"))]


@app.command(
    "list",
    help=both("本专班的关怀请求；总部只见数字", "your lane's requests; headquarters sees numbers"),
)
@connected
def list_(session: Session) -> int:
    """List the requests, the untaken ones first."""
    shown = session.client.get("/care")
    if session.as_json:
        session.answer(shown)
        return Exit.OK
    from services.cli.day_table import show_care

    show_care(shown)
    return Exit.OK


@app.command(help=both("接手：由您联系此人", "take one: you look after them"))
@connected
def take(session: Session, id: Id) -> int:
    """Take a request."""
    return _act(session, id, "take", words.CARE_TAKEN)


@app.command(help=both("办结", "end one: it is done"))
@connected
def end(session: Session, id: Id) -> int:
    """End a request."""
    return _act(session, id, "end", words.CARE_ENDED)


def _act(session: Session, id: str, verb: str, said: Said) -> int:
    path = f"/care/{quote(id, safe='')}/{verb}"
    answer: Any = session.client.post(path, {}, repeatable=True).body
    session.answer(answer, said.fill(id=id))
    return Exit.OK
