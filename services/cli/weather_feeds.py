"""`muster weather feeds`: where warnings come from by themselves, and whether anything comes."""

from typing import Annotated, Any, Literal, TypeAlias
from urllib.parse import quote

import typer

from services.cli import weather_feeds_words as words
from services.cli.failure import Exit
from services.cli.language import Said, both, read
from services.cli.session import Session, connected
from services.cli.times import shown, span
from services.cli.words import word

Adapter: TypeAlias = Literal["atom", "rss", "index", "folder", "push", "cap", "nws", "cma"]

app = typer.Typer(invoke_without_command=True)

Id = Annotated[str, typer.Argument(metavar="ID", help=both("数据源编号", "the feed's id"))]


@app.callback()
@connected
def feeds(session: Session, *, ctx: typer.Context) -> int:
    """Show each feed's health; end with 1 if one has failed."""
    if ctx.invoked_subcommand is not None:
        return Exit.OK
    found = session.client.get("/feeds")
    if session.as_json:
        session.answer(found)
    else:
        _draw(found["feeds"])
    return Exit.REJECTED if found["failed"] else Exit.OK


@app.command(help=both("登记数据源", "follow a feed, or follow it otherwise"))
@connected
def add(  # noqa: PLR0913 - one parameter an option
    session: Session,
    *,
    id: Id,
    address: Annotated[
        str,
        typer.Argument(
            metavar="URL",
            help=both(
                "地址；文件夹则为其名称；推送则不写", "where it is; a folder's name; none for push"
            ),
        ),
    ] = "",
    adapter: Annotated[
        Adapter, typer.Option("--as", help=both("如何读取", "how it is read"))
    ] = "atom",
    every: Annotated[
        int,
        typer.Option(
            min=5,
            max=86_400,
            metavar="SECONDS",
            help=both("周期（秒）", "its interval, in seconds"),
        ),
    ] = 60,
    zh: Annotated[str | None, typer.Option(help=both("中文名称", "its Chinese name"))] = None,
    en: Annotated[str | None, typer.Option(help=both("英文名称", "its English name"))] = None,
    may_be_empty: Annotated[
        bool,
        typer.Option(
            "--may-be-empty",
            help=both("允许没有条目", "it lists nothing while nothing is in force"),
        ),
    ] = False,
    private: Annotated[
        bool,
        typer.Option(
            "--private", help=both("位于内部网络（管理员）", "it is on one's own network (admins)")
        ),
    ] = False,
    pusher: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help=both(
                "可为其递交的令牌名称，可重复；默认仅指挥员",
                "the name of a token that may push for it; may be repeated; else commanders only",
            ),
        ),
    ] = None,
) -> int:
    """Follow a feed."""
    body: dict[str, Any] = {
        "id": id,
        "name": {"zh": zh or en or id, "en": en or zh or id},
        "adapter": adapter,
        "url": address,
        "interval_s": every,
        "may_be_empty": may_be_empty,
        "private": private,
    }
    if pusher:
        body["pushers"] = pusher
    answer = session.client.post("/feeds", body, repeatable=True).body
    session.answer(answer, words.ADDED.fill(id=id, seq=answer["seq"]))
    return Exit.OK


@app.command(help=both("停用数据源", "follow a feed no longer"))
@connected
def remove(session: Session, id: Id) -> int:
    """Follow a feed no longer."""
    answer = session.client.delete(f"/feeds/{quote(id, safe='')}")
    session.answer(answer, words.REMOVED.fill(id=id))
    return Exit.OK


@app.command(help=both("立即询问", "ask a feed now"))
@connected
def ask(session: Session, id: Id) -> int:
    """Ask a feed now; end with 1 if nothing could be had from it."""
    answer = session.client.post(f"/feeds/{quote(id, safe='')}/ask", {}, repeatable=True).body
    if answer["answered"]:
        told = words.ANSWERED.fill(
            id=id, **{name: answer[name] for name in ("entries", "taken", "refused")}
        )
    elif "trouble" in answer:
        told = _said(words.NOT_ANSWERED, answer, id=id)
    else:
        told = words.ASKED.fill(id=id)
    session.answer(answer, told)
    return Exit.OK if answer["answered"] else Exit.REJECTED


def _draw(rows: list[dict[str, Any]]) -> None:
    from services.cli.terminal import console, table

    screen = console()
    if not rows:
        screen.print(str(words.NONE))
        return
    headers = [str(name) for name in words.COLUMNS.values()]
    screen.print(table("", headers, [_row(row) for row in rows]))
    for row in rows:
        if last := row["last_trouble"]:
            over = last["recovered_at"]
            form = words.OVER if over else words.TROUBLE
            when = {"since": shown(last["since"]), "until": shown(over)}
            screen.print(str(_said(form, last, id=row["id"], **when)))


def _row(row: dict[str, Any]) -> list[str]:
    return [
        row["id"],
        read(row["name"]),
        word(words.STATE, row["state"]),
        word(words.ADAPTER, row["adapter"]),
        span(row["interval_s"]),
        span(row["age_s"]),
        str(row["entries"]),
        str(row["taken"]),
        str(row["refused"]),
    ]


def _said(form: Said, trouble: dict[str, Any], **more: object) -> Said:
    """Fill a sentence about trouble, whose reason is Muster's own in both languages."""
    reason = trouble["reason"]
    return form.fill(
        trouble=words.TROUBLES.get(trouble["trouble"], trouble["trouble"]),
        reason=Said(reason["zh"], reason["en"]),
        **more,
    )
