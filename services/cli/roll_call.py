"""`muster roll-call`: is everybody accounted for?"""

from typing import Annotated, Any
from urllib.parse import quote

import typer

from services.cli import roll_call_words as words
from services.cli.choices import Excuse, Standing
from services.cli.client import error_of
from services.cli.failure import Exit
from services.cli.language import both
from services.cli.session import Session, connected

app = typer.Typer(no_args_is_help=True)

_PAGE = 1000
_DAY_S = 86_400

Id = Annotated[str, typer.Argument(metavar="ID", help=both("点名编号", "the roll call's id"))]


@app.command(
    "open",
    help=both(
        "开始点名：场馆、站点、岗位、保障线，或全体",
        "open one: of a venue, a site, a role, a lane, or of everyone",
    ),
)
@connected
def open_(  # noqa: PLR0913 - each narrows whom it asks for
    session: Session,
    *,
    venue: Annotated[str | None, typer.Option(help=both("场馆编号", "the venue's id"))] = None,
    site: Annotated[str | None, typer.Option(help=both("站点编号", "the site's id"))] = None,
    role: Annotated[
        str | None, typer.Option(help=both("岗位，如 medical", "a role, such as medical"))
    ] = None,
    lane: Annotated[
        str | None,
        typer.Option(help=both("保障线，如 transport", "who serves a lane, such as transport")),
    ] = None,
    everyone: Annotated[bool, typer.Option("--everyone", help=both("全体", "everyone"))] = False,
    title: Annotated[str | None, typer.Option(help=both("标题", "what it is called"))] = None,
    remind_after: Annotated[
        int | None,
        typer.Option(
            metavar="SECONDS",
            min=0,
            max=_DAY_S,
            help=both(
                "多少秒后催答，0 为不催，默认 300",
                "ask those missing again after so many seconds; 0 never, 300 if left out",
            ),
        ),
    ] = None,
) -> int:
    """Open a roll call."""
    scope = {"venue": venue, "site": site, "role": role, "lane": lane}
    if everyone == any(scope.values()):
        raise typer.BadParameter(str(words.ONE_SCOPE))
    from services.ids import new_id

    asked: dict[str, Any] = {
        "command_id": new_id(),
        **scope,
        "everyone": everyone or None,
        "title": {"zh": title, "en": title} if title else None,
        "remind_after_s": remind_after,
    }
    body = {name: value for name, value in asked.items() if value is not None}
    answer = session.client.post("/roll-calls", body, repeatable=True).body
    session.answer(answer, words.OPENED.fill(id=answer["id"], expected=answer["expected"]))
    return Exit.OK


@app.command(help=both("查看点名与名单", "show one, and its people"))
@connected
def show(
    session: Session,
    id: Id,
    *,
    standing: Annotated[
        Standing | None, typer.Option(help=both("只列这一状态的人", "only people who stand so"))
    ] = None,
) -> int:
    """Show a roll call with all its people, page by page."""
    from services.cli.roll_call_table import show_people

    document = session.client.get(_path(id), standing=standing, limit=_PAGE)
    people, after = document["people"], document["next"]
    while after:
        page = session.client.get(_path(id), standing=standing, limit=_PAGE, after=after)
        people, after = people + page["people"], page["next"]
    if session.as_json:
        session.answer({**document, "people": people, "next": None})
    else:
        show_people(document, people)
    return Exit.OK


@app.command(help=both("补入现场到来的人", "add somebody who is there and was not expected"))
@connected
def add(
    session: Session,
    id: Id,
    person: Annotated[str | None, typer.Argument(help=both("人员编号", "the person's id"))] = None,
    *,
    name: Annotated[
        str | None,
        typer.Option(help=both("未登记者的姓名", "the name of somebody nobody registered")),
    ] = None,
    need_help: Annotated[
        bool, typer.Option("--need-help", help=both("此人需要帮助", "they need help"))
    ] = False,
) -> int:
    """Add a walk-up, safe unless said otherwise."""
    if (person is None) == (name is None):
        raise typer.BadParameter(str(words.ONE_PERSON))
    body = {"person": person, "name": name, "answer": "need-help" if need_help else "safe"}
    answer = session.client.post(_path(id, "walk-ups"), body, repeatable=True).body
    session.answer(answer, words.ADDED.fill(who=name or person, person=answer["person"]))
    return Exit.OK


@app.command(help=both("免答：此人不必回应", "excuse somebody who need not answer"))
@connected
def excuse(
    session: Session,
    id: Id,
    person: Annotated[str, typer.Argument(help=both("人员编号", "the person's id"))],
    *,
    reason: Annotated[Excuse, typer.Option(help=both("原因", "why"))],
) -> int:
    """Excuse a person."""
    body = {"person": person, "reason": reason}
    answer = session.client.post(_path(id, "excuse"), body, repeatable=True).body
    session.answer(answer, words.EXCUSED.fill(person=person))
    return Exit.OK


@app.command(help=both("代他人回答：平安，或需要帮助", "answer for others: safe, or need help"))
@connected
def answer(
    session: Session,
    id: Id,
    people: Annotated[list[str], typer.Argument(help=both("人员编号", "the people's ids"))],
    *,
    need_help: Annotated[
        bool, typer.Option("--need-help", help=both("这些人需要帮助", "they need help"))
    ] = False,
    venue: Annotated[
        str | None, typer.Option(help=both("他们在此场馆", "the venue they are at"))
    ] = None,
) -> int:
    """Answer for people; those who are not taken are named, and the exit status says so."""
    said = {"answer": "need-help" if need_help else "safe", **({"venue": venue} if venue else {})}
    body = {"answers": [{"person": person, **said} for person in people]}
    document = session.client.post(_path(id, "answers"), body, repeatable=True).body
    session.answer(document, *(_told(result, said["answer"]) for result in document["results"]))
    return Exit.REJECTED if document["rejected"] else Exit.OK


@app.command(help=both("立即催答", "ask those who are missing again, now"))
@connected
def remind(session: Session, id: Id) -> int:
    """Remind at once."""
    answer = session.client.post(_path(id, "remind"), repeatable=True).body
    asked = words.REMINDED.fill(round=answer["round"])
    session.answer(answer, asked if answer["events"] else words.NOBODY_MISSING)
    return Exit.OK


@app.command(help=both("结束点名", "end one; who is unaccounted for is recorded"))
@connected
def close(
    session: Session,
    id: Id,
    *,
    note: Annotated[str, typer.Option(help=both("说明", "what is to be said of it"))] = "",
) -> int:
    """Close a roll call."""
    answer = session.client.post(_path(id, "close"), {"note": note}, repeatable=True).body
    session.answer(answer, words.CLOSED.fill(id=id))
    return Exit.OK


@app.command(help=both("重新打开已结束的点名", "let answers count again"))
@connected
def reopen(
    session: Session,
    id: Id,
    *,
    reason: Annotated[str, typer.Option(help=both("原因", "why"))],
) -> int:
    """Reopen a roll call."""
    answer = session.client.post(_path(id, "reopen"), {"reason": reason}, repeatable=True).body
    session.answer(answer, words.REOPENED.fill(id=id))
    return Exit.OK


def _path(id: str, *verb: str) -> str:
    return "/".join(("/roll-calls", quote(id, safe=""), *verb))


def _told(result: dict[str, Any], answer: str) -> object:
    if result["status"] == "accepted":
        return words.ANSWERED.fill(person=result["person"], answer=words.STANDING[answer])
    why = error_of(result).reason or "-"
    return words.NOT_TAKEN.fill(person=result["person"], why=why)
