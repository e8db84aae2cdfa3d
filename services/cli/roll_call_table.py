"""A roll call as a person reads it in a terminal."""

from typing import Any

from services.cli import roll_call_words as words
from services.cli.language import read
from services.cli.terminal import console, table
from services.cli.times import shown, span
from services.cli.words import word


def show_people(call: dict[str, Any], people: list[dict[str, Any]]) -> None:
    """Print a roll call as `GET /api/v1/roll-calls/{id}` answers it, with all these people: those
    of whom nothing was heard for longest come first.
    """
    screen = console()
    screen.print(f"{read(call['title'])} ({shown(call['opened_at'])})", style="bold")
    screen.print(str(words.COUNTS.fill(**call)))
    if closing := call["at_closing"]:
        screen.print(str(words.AT_CLOSING.fill(**closing, found=call["found_since_count"])))
    if people:
        screen.print()
        headers = [str(words.COLUMNS[name]) for name in _COLUMNS]
        rows = [_row(person) for person in sorted(people, key=_order)]
        screen.print(table(f"{words.PEOPLE} ({len(rows)})", headers, rows))


_COLUMNS = ("standing", "name", "heard", "venue", "how", "id")
_FIRST = ("need-help", "unaccounted", "safe", "excused")


def _order(person: dict[str, Any]) -> tuple[int, float, str]:
    age = person["last_evidence_age_s"]
    return _FIRST.index(person["standing"]), float("-inf") if age is None else -age, person["id"]


def _row(person: dict[str, Any]) -> list[str]:
    return [
        word(words.STANDING, person["standing"]),
        person["name"],
        span(person["last_evidence_age_s"]),
        person["last_venue"] or "-",
        person["last_method"] or "-",
        person["id"],
    ]
