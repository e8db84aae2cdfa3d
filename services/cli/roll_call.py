"""`muster roll-call`: is everybody accounted for?"""

from typing import Annotated
from urllib.parse import quote

import typer

from services.cli import words
from services.cli.failure import Exit
from services.cli.language import both
from services.cli.session import Session, connected

app = typer.Typer(no_args_is_help=True)


@app.command("open", help=both("在场馆或站点开始点名", "open one at a venue or a site"))
@connected
def open_(
    session: Session,
    *,
    venue: Annotated[str | None, typer.Option(help=both("场馆编号", "the venue's id"))] = None,
    site: Annotated[str | None, typer.Option(help=both("站点编号", "the site's id"))] = None,
    title: Annotated[str | None, typer.Option(help=both("标题", "what it is called"))] = None,
) -> int:
    """Open a roll call of everyone who is there or on shift."""
    if (venue is None) == (site is None):
        raise typer.BadParameter(str(words.ONE_OF_THEM.fill(names="--venue, --site")))
    from services.ids import new_id

    asked = {
        "command_id": new_id(),
        "venue": venue,
        "site": site,
        "title": {"zh": title, "en": title} if title else None,
    }
    body = {name: value for name, value in asked.items() if value is not None}
    answer = session.client.post("/roll-calls", body, repeatable=True).body
    session.answer(
        answer, words.ROLL_CALL_OPENED.fill(id=answer["id"], expected=answer["expected"])
    )
    return Exit.OK


@app.command(help=both("结束点名", "end one; who is unaccounted for is recorded"))
@connected
def close(
    session: Session,
    id: Annotated[str, typer.Argument(metavar="ID", help=both("点名编号", "the roll call's id"))],
    *,
    note: Annotated[str, typer.Option(help=both("说明", "what is to be said of it"))] = "",
) -> int:
    """Close a roll call."""
    path = f"/roll-calls/{quote(id, safe='')}/close"
    answer = session.client.post(path, {"note": note}, repeatable=True).body
    session.answer(answer, words.ROLL_CALL_CLOSED.fill(id=id))
    return Exit.OK
