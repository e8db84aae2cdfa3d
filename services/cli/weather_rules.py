"""`muster weather rules`: what measurements are held against, and where it stands."""

from typing import Annotated, Any

import typer

from services.cli import weather_rules_words as words
from services.cli.failure import Exit
from services.cli.language import both, read
from services.cli.session import Session, connected


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
    if session.as_json:
        session.answer(found)
        return Exit.OK
    from services.cli.terminal import console, table

    screen = console()
    names = {rule["id"]: read(rule["name"]) for rule in found["rules"]}
    if venue is None:
        for scale in dict.fromkeys(read(rule["scale"]) for rule in found["rules"]):
            rows = [_rule(rule) for rule in found["rules"] if read(rule["scale"]) == scale]
            screen.print(table(scale, [str(name) for name in words.RULE_COLUMNS], rows))
            screen.print()
    rows = [_standing(row, names) for row in found["standing"]]
    if rows:
        columns = [str(name) for name in words.STANDING_COLUMNS]
        screen.print(table(str(words.STANDING), columns, rows))
    else:
        screen.print(str(words.NOTHING))
    return Exit.OK


def _rule(rule: dict[str, Any]) -> list[str]:
    levels = {level["colour"]: level for level in rule["levels"]}
    return [
        f"{read(rule['name'])} ({rule['id']})",
        *(_level(levels.get(colour)) for colour in ("blue", "yellow", "orange", "red")),
        str(words.LOWERED.fill(minutes=rule["hold_for_min"], hours=f"{rule['holds_h']:g}")),
    ]


def _level(level: dict[str, Any] | None) -> str:
    if level is None:
        return "-"
    joint = str(words.OR if level["when"] == "any" else words.AND)
    return joint.join(f"{read(one['name'])} {read(one['limit'])}" for one in level["thresholds"])


def _standing(row: dict[str, Any], names: dict[str, str]) -> list[str]:
    from services.cli.times import shown

    values = [f"{read(one['name'])} {_value(one)} ({read(one['limit'])})" for one in row["values"]]
    return [
        row["venue"],
        names.get(row["rule"], row["rule"]),
        str(words.COLOUR[row["colour"] or "none"]),
        "; ".join(values) or "-",
        shown(row["measured_at"]),
        shown(row["expires"]),
        row["warning"] or "-",
    ]


def _value(one: dict[str, Any]) -> str:
    if isinstance(one["value"], str):
        return str(words.PRECIPITATION[one["value"]])
    return f"{round(one['value'], 1):g} {read(one['unit'])}".strip()
