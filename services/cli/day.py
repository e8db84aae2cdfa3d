"""`muster day`: who has checked in, who is missing, and what the day came to."""

from typing import Annotated, Any
from urllib.parse import quote

import typer
from typer.core import TyperGroup

from services.cli import day_words as words
from services.cli.choices import Lane
from services.cli.failure import Exit, Failure
from services.cli.language import both
from services.cli.session import Session, connected


class DayGroup(TyperGroup):
    """`muster day 2022-02-04` is short for `muster day show 2022-02-04`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put in `show` where no command is named."""
        if not args or (args[0] not in self.commands and args[0] != "--help"):
            args = ["show", *args]
        return super().parse_args(ctx, args)


app = typer.Typer(cls=DayGroup, no_args_is_help=False)

Day = Annotated[
    str | None,
    typer.Argument(
        metavar="DAY",
        help=both("日期，如 2022-02-04；默认最近一天", "a date; by default the newest"),
    ),
]
Site = Annotated[str | None, typer.Option(help=both("只看此站点", "of this site only"))]


@app.command(help=both("各站点的打卡情况，谁还没有", "who has checked in, and who is missing"))
@connected
def show(session: Session, day: Day = None, *, site: Site = None) -> int:
    """Show a day."""
    shown = session.client.get(f"/days/{_day(session, day)}", site=site)
    if session.as_json:
        session.answer(shown)
        return Exit.OK
    from services.cli.day_table import show_day

    show_day(shown)
    return Exit.OK


@app.command(help=both("当日日报", "the report of a day"))
@connected
def report(
    session: Session,
    day: Day = None,
    *,
    site: Site = None,
    md: Annotated[
        bool, typer.Option("--md", help=both("输出 Markdown 原文", "as Markdown; also the default"))
    ] = False,
) -> int:
    """Print a day's report: a page of Markdown, or with --json its data."""
    path = f"/days/{_day(session, day)}/report"
    if session.as_json and not md:
        session.answer(session.client.get(path, site=site))
        return Exit.OK
    page = session.client.download(path, site=site, format="md").decode()
    session.answer({"report": page}, page.rstrip("\n"))
    return Exit.OK


@app.command(
    help=both(
        "各人所说；限本专班，读取会记录在案",
        "what everyone said, for a lane; that you read it is written down",
    )
)
@connected
def people(
    session: Session,
    day: Day = None,
    *,
    lane: Annotated[Lane, typer.Option(help=both("哪个专班", "for which lane"))],
    site: Site = None,
) -> int:
    """Print what people said, page by page."""
    path = f"/days/{_day(session, day)}/people"
    found: list[dict[str, Any]] = []
    after: str | None = None
    while True:
        page = session.client.get(path, lane=lane, site=site, after=after)
        found += page["people"]
        after = page["next"]
        if after is None:
            break
    if session.as_json:
        session.answer(found)
        return Exit.OK
    from services.cli.day_table import show_people

    show_people(found)
    return Exit.OK


def _day(session: Session, day: str | None) -> str:
    """Return the day that is asked for, the newest one where none is named."""
    if day is not None:
        return quote(day, safe="")
    days = [row["day"] for row in session.client.get("/picture").get("days", ())]
    if not days:
        raise Failure(Exit.REJECTED, "no-day", words.NO_DAY)
    return str(max(days))
