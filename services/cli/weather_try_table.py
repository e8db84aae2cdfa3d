"""A judged file as a person reads it in a terminal."""

from datetime import UTC, datetime
from typing import Any, Final

from rich.text import Text

from services.cli import weather_try_words as said
from services.cli.language import Said, is_chinese
from services.cli.terminal import console, table
from services.cli.times import shown

_STYLE: Final = {"red": "bold red", "orange": "bold dark_orange", "yellow": "bold yellow",
                 "blue": "bold blue", "white": "bold"}  # fmt: skip
_DEVIATIONS_SHOWN: Final = 12
_ROWS_SHOWN: Final = 40


def show(judged: dict[str, Any]) -> None:
    """Print one judgement."""
    out = console()
    out.print(_heading(judged))
    if not judged["taken"]:
        reason = judged["reason"]
        out.print(Text(f"  {_both(reason)}", "red"))
        if reason["element"]:
            out.print(Text(f"  {said.ELEMENT.fill(element=reason['element'])}", "dim"))
        return
    warnings = judged.get("warnings") or ([judged["warning"]] if judged["warning"] else [])
    if len(warnings) == 1:
        _show_one(warnings[0])
    elif warnings:
        _show_many(warnings)
    if judged.get("entries"):
        _show_entries(judged["entries"])
    for refused in judged.get("refused", [])[:_DEVIATIONS_SHOWN]:
        out.print(Text(f"  ✘ {refused['element']} {_both(refused)}", "red"))
    _show_deviations(judged["deviations"])


def _heading(judged: dict[str, Any]) -> Text:
    taken = judged["taken"]
    text = Text(f"{'✔' if taken else '✘'} ", "bold green" if taken else "bold red")
    text.append(judged["file"], "bold")
    text.append(f"  {said.TAKEN if taken else said.REFUSED}")
    facts = [str(judged["format"])] if taken else []
    if warnings := judged.get("warnings"):
        facts.append(str(said.WARNINGS.fill(count=len(warnings))))
    if "entries" in judged:
        facts.append(str(said.ENTRIES.fill(count=len(judged["entries"]))))
    if refused := judged.get("refused"):
        facts.append(str(said.LEFT_OUT.fill(count=len(refused))))
    text.append(f"  {' · '.join(facts)}", "dim")
    return text


def _show_one(warning: dict[str, Any]) -> None:
    out = console()
    first = _text(warning)
    level = _level(warning)
    title = Text("  ")
    title.append(first.get("headline") or first.get("event") or "-", "bold")
    title.append(f"  {level}", _STYLE.get(warning["colour"] or "", "bold"))
    out.print(title)
    out.print(f"  {_what(warning)}")
    out.print(f"  {_when(warning)}")
    areas = warning["areas"]
    where = "、".join(areas["descriptions"][:3]) if is_chinese() else "; ".join(
        areas["descriptions"][:3])  # fmt: skip
    counted = said.AREAS.fill(count=areas["count"], shapes=areas["polygons"] + areas["circles"],
                              codes=len(areas["geocodes"]))  # fmt: skip
    out.print(f"  {where[:100]} ({counted})")
    if warning["signature"] != "none":
        out.print(f"  {said.SIGNATURE[warning['signature']].fill(signer=warning['signer'] or '?')}")
    if warning["references"]:
        names = ", ".join(each["identifier"] for each in warning["references"][:3])
        out.print(f"  {said.FOLLOWS.fill(identifiers=names)}")
    out.print(Text(f"  {warning['sender']}  {warning['identifier']}", "dim"))


def _what(warning: dict[str, Any]) -> str:
    live = said.LIVE if warning["live"] else said.NOT_LIVE
    return " · ".join(
        str(each) for each in (said.MOVE[warning["move"]], said.STATUS[warning["status"]], live)
    )


def _when(warning: dict[str, Any]) -> str:
    parts = [said.SENT.fill(at=shown(warning["sent"]))]
    if warning["onset"] or warning["effective"]:
        parts.append(said.FROM.fill(at=shown(warning["onset"] or warning["effective"])))
    expires = warning["expires"]
    if expires is None:
        parts.append(said.NO_END)
    else:
        over = datetime.fromisoformat(expires) <= datetime.now(UTC)
        parts.append((said.OVER if over else said.UNTIL).fill(at=shown(expires)))
    return " · ".join(map(str, parts))


def _show_many(warnings: list[dict[str, Any]]) -> None:
    columns = [str(said.COLUMNS[name]) for name in ("event", "level", "until", "where",
                                                    "identifier")]  # fmt: skip
    rows = [
        [
            (_text(each).get("headline") or _text(each).get("event") or "-")[:60],
            _level(each),
            shown(each["expires"]) if each["expires"] else "-",
            "; ".join(each["areas"]["descriptions"])[:40] or "-",
            each["identifier"][-40:],
        ]
        for each in warnings[:_ROWS_SHOWN]
    ]
    console().print(table("", columns, rows))
    _say_more(len(warnings) - _ROWS_SHOWN)


def _show_entries(entries: list[dict[str, Any]]) -> None:
    columns = [str(said.COLUMNS[name]) for name in ("title", "updated", "link")]
    rows = [
        [each["title"][:70] or "-", each["updated"] or "-", each["link"] or "-"]
        for each in entries[:_ROWS_SHOWN]
    ]
    console().print(table("", columns, rows))
    _say_more(len(entries) - _ROWS_SHOWN)


def _show_deviations(deviations: list[dict[str, str]]) -> None:
    """One line a kind, with where it was first seen and how often."""
    kinds: dict[str, list[dict[str, str]]] = {}
    for each in deviations:
        kinds.setdefault(each["code"], []).append(each)
    for found in list(kinds.values())[:_DEVIATIONS_SHOWN]:
        first = found[0]
        line = Text("  ! ", "yellow")
        line.append(_both(first))
        where = " ".join(part for part in (first["element"], first["detail"]) if part)
        times = f" ×{len(found)}" if len(found) > 1 else ""
        line.append(f"  {where}{times}", "dim")
        console().print(line)
    _say_more(len(kinds) - _DEVIATIONS_SHOWN)


def _say_more(count: int) -> None:
    if count > 0:
        console().print(Text(f"  {said.MORE.fill(count=count)}", "dim"))


def _level(warning: dict[str, Any]) -> str:
    level = str(said.SEVERITY[warning["severity"]])
    colour = warning["colour"]
    return f"{said.COLOUR[colour]} / {level}" if colour else level


def _text(warning: dict[str, Any]) -> dict[str, str]:
    wanted = "zh" if is_chinese() else "en"
    texts: list[dict[str, str]] = warning["texts"]
    matching = (text for text in texts if text["language"].casefold().startswith(wanted))
    return next(matching, texts[0] if texts else {})


def _both(told: dict[str, str]) -> str:
    return str(Said(told["zh"], told["en"]))
