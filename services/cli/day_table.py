"""A day of check-ins, and the requests for care, as a person reads them in a terminal."""

from collections.abc import Sequence
from typing import Any

from services.cli import day_words as words
from services.cli.language import Said
from services.cli.terminal import console, table
from services.cli.times import shown
from services.cli.words import word

_COUNTS = ("expected", "reported", "late", "missing")
_HEALTH = ("fine", "not_fine", "talk", "fever")
_MISSING = ("name", "site", "last_check_in_at", "last_evidence_at", "last_venue", "id")
_SAID = ("name", "site", "answer", "temperature_c", "text", "id")
_CARE = ("lane", "name", "why", "site", "asked_at", "taken_by", "id")


def show_day(day: dict[str, Any]) -> None:
    """Print a day as `GET /api/v1/days/{day}` answers it."""
    total = {**day["total"], "site": str(words.TOTAL), "phase": "", "level": ""}
    with_health = day["total"].get("health") is not None
    columns = ("site", "phase", *_COUNTS, "level", *(_HEALTH if with_health else ()))
    rows = [[_count(row, name) for name in columns] for row in (*day["sites"], total)]
    _print(words.TITLE.fill(day=day["day"]), columns, rows)
    missing = [
        {**person, "site": site["site"]}
        for site in day["sites"]
        for person in site["missing_people"]
    ]
    if missing:
        rows = [[_cell(person, name) for name in _MISSING] for person in missing]
        _print(words.MISSING, _MISSING, rows)


def show_people(people: list[dict[str, Any]]) -> None:
    """Print what people said."""
    rows = [
        [_cell({**(person["details"] or {"text": words.GONE}), **person}, name) for name in _SAID]
        for person in people
    ]
    _print(words.SAID, _SAID, rows)


def show_care(care: dict[str, Any]) -> None:
    """Print requests for care as `GET /api/v1/care` answers them."""
    rows = [[_cell(request, name) for name in _CARE] for request in care["requests"]]
    if rows:
        _print(words.REQUESTS, _CARE, rows)
    counts = [
        [lane, _ages(states.get("waiting", {})), _ages(states.get("taken", {}))]
        for lane, states in sorted((care["counts"] or {}).items())
    ]
    if counts:
        _print(words.WAITING, ("lane", "waiting", "taken"), counts)
    if not rows and not counts:
        console().print(str(words.NOTHING))


def _print(title: Said, columns: Sequence[str], rows: list[list[str]]) -> None:
    headers = [str(words.COLUMNS[name]) for name in columns]
    console().print(table(str(title), headers, rows))


def _count(row: dict[str, Any], name: str) -> str:
    found = row.get(name, (row.get("health") or {}).get(name))
    return "-" if found is None else str(found)


def _cell(row: dict[str, Any], name: str) -> str:
    value = row.get(name)
    if value in (None, ""):
        return "-"
    if name in ("answer", "why"):
        return word(words.ANSWER, value)
    return shown(value) if name.endswith("_at") else str(value)


def _ages(ages: dict[str, int]) -> str:
    found = [f"{word(words.AGE, age)} {ages[age]}" for age in words.AGE if age in ages]
    return ", ".join(found) or "-"
