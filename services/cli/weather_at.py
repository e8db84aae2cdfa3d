"""`muster weather at`: what a venue faces, now or at any time."""

from typing import Annotated, Any
from urllib.parse import quote

import typer

from services.cli import weather_at_words as said
from services.cli import words
from services.cli.failure import Exit
from services.cli.language import read
from services.cli.session import Session, connected
from services.cli.times import moment, shown, span
from services.cli.words import word


@connected
def at(
    session: Session,
    venue: Annotated[str, typer.Argument(metavar="VENUE", help=str(said.VENUE))],
    *,
    at: Annotated[str | None, typer.Option(metavar="TIME", help=str(said.AT))] = None,
) -> int:
    """Show what a venue faces."""
    path = f"/venues/{quote(venue, safe='')}/weather"
    answer = session.client.get(path, at=moment(at, "--at"))
    if session.as_json:
        session.answer(answer)
    else:
        _draw(answer)
    return Exit.OK


def _draw(weather: dict[str, Any]) -> None:
    from services.cli.terminal import console, table

    screen = console()
    screen.print(str(_title(weather)), style="bold")
    screen.print(_measured(weather["observation"]))
    for heading, rows in ((said.IN_FORCE, weather["in_force"]), (said.COMING, weather["coming"])):
        if rows:
            columns = [str(said.COLUMNS[name]) for name in _WARNING]
            screen.print()
            screen.print(
                table(f"{heading} ({len(rows)})", columns, [_warning(row) for row in rows])
            )
    screen.print()
    if any(row["warnings"] for row in weather["ahead"]):
        columns = [str(said.COLUMNS[name]) for name in _HOURS]
        rows = [_hours(row) for row in weather["ahead"]]
        screen.print(table(str(said.AHEAD), columns, rows))
    else:
        screen.print(str(said.CALM))
    for feed in weather["feeds"]:
        line = said.FEED.fill(
            name=read(feed["name"]),
            state=said.STATE.get(feed["state"], feed["state"]),
            age=span(feed["age_s"]),
        )
        screen.print(str(line))


_WARNING = ("level", "severity", "what", "from", "until", "sender")
_HOURS = ("from", "until", "level", "severity", "n")


def _title(weather: dict[str, Any]) -> object:
    title = said.FUTURE if weather["future"] else said.TITLE
    return title.fill(name=read(weather["name"]), venue=weather["venue"], at=shown(weather["at"]))


def _warning(row: dict[str, Any]) -> list[str]:
    """Return a row of the table: the colour as it was sent beside CAP's severity."""
    texts = row["headline"] if any(row["headline"].values()) else row["event"]
    by_language = {tag.partition("-")[0].lower(): text for tag, text in texts.items()}
    return [
        _colour(row["colour"]),
        word(words.SEVERITY, row["severity"]),
        read(by_language) or row["id"],
        shown(row["effective"]),
        shown(row["expires"]),
        str(said.MEASURED.fill(rule=row["rule"])) if row["rule"] else row["sender"],
    ]


def _hours(row: dict[str, Any]) -> list[str]:
    if not row["warnings"]:
        return [shown(row["from"]), shown(row["to"]), "-", "-", "0"]
    severity = word(words.SEVERITY, row["severity"])
    return [
        shown(row["from"]),
        shown(row["to"]),
        _colour(row["colour"]),
        severity if row["begun"] else str(said.NOT_BEGUN.fill(severity=severity)),
        str(len(row["warnings"])),
    ]


def _colour(colour: str | None) -> str:
    return word(said.COLOUR, colour) if colour else "-"


def _measured(seen: dict[str, Any] | None) -> str:
    if seen is None:
        return str(said.NOT_MEASURED)
    parts = [
        f"{label} {seen[name]:g} {unit}"
        for name, (label, unit) in said.MEASURES.items()
        if seen.get(name) is not None
    ]
    line = said.MEASURES_LINE.fill(parts=", ".join(parts) or "-", age=span(seen["age_s"]))
    return str(line)
