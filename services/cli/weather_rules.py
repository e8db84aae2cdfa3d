"""`muster weather rules`: what measurements are held against, and where it stands."""

from collections.abc import Iterator
from typing import Annotated, Any

import typer

from services.cli import weather_rules_words as words
from services.cli.failure import Exit
from services.cli.language import both, read
from services.cli.session import Session, connected
from services.cli.times import shown


@connected
def rules(
    session: Session,
    *,
    venue: Annotated[
        str | None,
        typer.Option(
            help=both(
                "场馆编号：显示该场馆的每条规则", "a venue's id: what each rule makes of that venue"
            )
        ),
    ] = None,
) -> int:
    """Show the rules with their thresholds, and what they warn of now."""
    found = session.client.get("/weather/rules", venue=venue)
    lines = [] if venue is not None else [*_rules(found["rules"])]
    names = {rule["id"]: read(rule["name"]) for rule in found["rules"]}
    session.answer(found, *lines, *_standings(found["standing"], names))
    return Exit.OK


def _rules(found: list[dict[str, Any]]) -> Iterator[str]:
    for scale in dict.fromkeys(read(rule["scale"]) for rule in found):
        yield scale
        for rule in found:
            if read(rule["scale"]) == scale:
                yield from _rule(rule)
        yield ""


def _rule(rule: dict[str, Any]) -> Iterator[str]:
    lowered = words.LOWERED.fill(minutes=rule["hold_for_min"], hours=f"{rule['holds_h']:g}")
    yield f"  {read(rule['name'])} ({rule['id']}){words.COLON}{lowered}"
    for level in rule["levels"]:
        joint = str(words.OR if level["when"] == "any" else words.AND)
        limits = (f"{read(one['name'])} {read(one['limit'])}" for one in level["thresholds"])
        yield f"    {words.COLOUR[level['colour']]}{words.COLON}{joint.join(limits)}"


def _standings(rows: list[dict[str, Any]], names: dict[str, str]) -> Iterator[str]:
    if not rows:
        yield str(words.NOTHING)
        return
    yield str(words.STANDING)
    for row in rows:
        level = words.COLOUR[row["colour"] or "none"]
        until = f"{words.UNTIL.fill(at=shown(row['expires']))}" if row["expires"] else ""
        yield f"  {row['venue']}  {names.get(row['rule'], row['rule'])}{words.COLON}{level}{until}"
        for one in row["values"]:
            where = f"{one['station']} {shown(one['at'])}".strip()
            yield f"    {read(one['name'])} {_value(one)} ({read(one['limit'])})  {where}"
        if row["warning"]:
            yield f"    {words.WARNING} {row['warning']}"


def _value(one: dict[str, Any]) -> str:
    if isinstance(one["value"], str):
        return str(words.PRECIPITATION[one["value"]])
    return f"{round(one['value'], 1):g} {read(one['unit'])}".strip()
