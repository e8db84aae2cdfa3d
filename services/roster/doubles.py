"""Finds who stands in a file twice, or on the roster already under an id written otherwise."""

from collections.abc import Mapping

from projections.people import Volunteer
from services.roster.entries import Entry
from services.roster.problems import Problems
from services.roster.texts import shown_value
from services.roster.tidy import key


def find_doubles(entries: list[Entry], people: Mapping[str, Volunteer], problems: Problems) -> None:
    """Add the ids and the people that stand twice. `people` are those of the roster, by id."""
    ids: dict[str, Entry] = {}
    called: dict[tuple[str, str], Entry] = {}
    alike = {_bare(id): id for id in people}
    written: dict[str, Entry] = {}
    for entry in entries:
        if entry.id:
            first = ids.setdefault(entry.id, entry)
            if first is not entry:
                value = shown_value("id", entry.id)
                problems.error("duplicate-id", entry.spot("id"), value, **_place(entry, first))
                continue
            other = alike.setdefault(_bare(entry.id), entry.id)
            if other != entry.id and entry.id not in people:
                _tell_of_alike(entry, other, written.get(other), problems)
            written[entry.id] = entry
        if entry.name and entry.phone:
            first = called.setdefault((key(entry.name), entry.phone), entry)
            if first is not entry:
                problems.error("duplicate-person", entry.spot("name"), **_place(entry, first))


def _bare(id: str) -> str:
    """Return an id without what a spreadsheet takes off, or a person writes as they like."""
    return id.casefold().lstrip("0")


def _tell_of_alike(entry: Entry, other: str, first: Entry | None, problems: Problems) -> None:
    place = {"place": "名册", "place_en": "the roster"} if first is None else _place(entry, first)
    shown = shown_value("id", other) or "…"
    value = shown_value("id", entry.id or "")
    problems.error("alike-id", entry.spot("id"), value, other=shown, **place)


def _place(entry: Entry, first: Entry) -> dict[str, str]:
    if entry.sheet == first.sheet:
        return {"place": f"第 {first.row} 行", "place_en": f"row {first.row}"}
    return {
        "place": f"工作表“{first.sheet}”第 {first.row} 行",
        "place_en": f"row {first.row} of the sheet {first.sheet}",
    }
