"""`muster board`: who is on at a venue, who comes and goes, and who is missing."""

from typing import Annotated, Any

import typer

from services.cli import shift_words as words
from services.cli.failure import Exit
from services.cli.language import both, read
from services.cli.session import Session, connected
from services.cli.times import moment, shown, span
from services.cli.words import ONE_OF_THEM


@connected
def board(
    session: Session,
    venue: Annotated[
        str | None, typer.Argument(metavar="VENUE", help=both("场馆编号", "the venue's id"))
    ] = None,
    *,
    site: Annotated[
        str | None, typer.Option(help=both("站点的全部场馆", "all venues of a site"))
    ] = None,
    at: Annotated[
        str | None, typer.Option(metavar="TIME", help=both("何时；默认现在", "when; now"))
    ] = None,
    soon: Annotated[
        int, typer.Option(metavar="MINUTES", help=both("“即将”是多少分钟", "what is soon"))
    ] = 120,
) -> int:
    """Show the board of a venue."""
    if (venue is None) == (site is None):
        raise typer.BadParameter(str(ONE_OF_THEM.fill(names="VENUE, --site")))
    answer = session.client.get(
        "/board", venue=venue, site=site, at=moment(at, "--at"), soon_s=soon * 60
    )
    if session.as_json:
        session.answer(answer)
        return Exit.OK
    if not answer["boards"]:
        print(words.NO_BOARD)
    for each in answer["boards"]:
        _draw(each, answer["at"])
    return Exit.OK


def _draw(board: dict[str, Any], at: str) -> None:
    from services.cli.terminal import console, table

    screen = console()
    title = words.BOARD.fill(name=read(board["name"]), venue=board["venue"], at=shown(at))
    counts = ", ".join(f"{words.LISTS[name]} {board['counts'][name]}" for name in words.LISTS)
    screen.print(str(title), style="bold")
    screen.print(counts)
    columns = ("list", "id", "name", "role", "from", "to", "evidence")
    rows = [
        _row(str(words.LISTS[name]), row)
        for name in ("missing", "overdue", "gone", "leaving", "arriving", "on")
        for row in board[name]
        if name != "on" or row not in board["leaving"]
    ]
    if rows:
        headers = [str(words.COLUMNS[name]) for name in columns]
        screen.print(table("", headers, rows))
    for later in board["later"]:
        start, end = shown(later["starts_at"]), shown(later["ends_at"])
        screen.print(str(words.LATER.fill(start=start, end=end, people=later["people"])))


def _row(name: str, row: dict[str, Any]) -> list[str]:
    shift = row["shift"] if isinstance(row.get("shift"), dict) else {}
    age = row.get("evidence_age_s", row.get("last_evidence_age_s"))
    return [
        name,
        row["id"],
        row["name"],
        row.get("role") or "-",
        shown(shift.get("starts_at")),
        shown(shift.get("ends_at") or row.get("ended_at")),
        span(age),
    ]
