"""The report of a day as a page of Markdown, in Chinese and English side by side."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from projections.terms import CATEGORY, GUARD, SEVERITY, Terms, term

_NONE = "无 / none"
_SPECIAL = re.compile(r"[\\|<\[`*]")
"""What would be more than text in a cell."""
_SITE = "站点 / site"


def markdown(report: Mapping[str, Any]) -> str:
    """Return a report as Markdown."""
    return "\n".join([*_lines(report), ""])


def _lines(report: Mapping[str, Any]) -> Iterator[str]:
    yield f"# {report['day']} 日报 / report of the day"
    yield ""
    yield f"{report['from']} – {report['to']}"
    total = {**report["total"], "site": "合计 / in all", "events": ()}
    sites = [*report["sites"], total]
    yield from _section("每日打卡 / daily check-in", _CHECK_INS, sites)
    yield from _section("健康情况 / how people are", _HEALTH, map(_of_health, sites))
    yield from _section("未打卡 / missing", _MISSING, report["missing"])
    yield from _section("事件 / incidents", _INCIDENTS, report["incidents"])
    yield from _section("点名 / roll calls", _ROLL_CALLS, report["roll_calls"])
    yield from _section("行程 / journeys", _JOURNEYS, report["journeys"])
    yield from _section(
        "破例安排的班次 / shifts planned against the guards", _OVERRIDES, report["overrides"]
    )


Row = Mapping[str, Any]
Column = tuple[str, Callable[[Row], object]]


def _field(heading: str, name: str) -> Column:
    return heading, lambda row: row.get(name)


def _section(heading: str, columns: Sequence[Column], rows: Iterable[Row]) -> Iterator[str]:
    yield ""
    yield f"## {heading}"
    yield ""
    found = [[_cell(of(row)) for _, of in columns] for row in rows]
    if not found:
        yield _NONE
        return
    yield f"| {' | '.join(name for name, _ in columns)} |"
    yield f"|{'---|' * len(columns)}"
    for cells in found:
        yield f"| {' | '.join(cells)} |"


def _cell(value: object) -> str:
    """Return a value in one cell: what a person wrote may hold anything."""
    if value is None or value == "":
        return "–"
    if isinstance(value, list | tuple):
        return ", ".join(map(_cell, value)) or "–"
    return _SPECIAL.sub(r"\\\g<0>", " ".join(str(value).split()))


def _named(heading: str, name: str, terms: Terms) -> Column:
    def both(row: Row) -> object:
        values = row[name] if isinstance(row[name], list) else [row[name]]
        return [f"{term(terms, value).zh} {term(terms, value).en}" for value in values]

    return heading, both


def _of_health(row: Row) -> Row:
    return {**(row.get("health") or {}), "site": row["site"], "phase": row.get("phase")}


_CHECK_INS: Sequence[Column] = (
    _field(_SITE, "site"),
    _field("阶段 / phase", "phase"),
    _field("应报 / expected", "expected"),
    _field("已报 / reported", "reported"),
    _field("迟报 / late", "late"),
    _field("未报 / missing", "missing"),
    (
        "催报 / chased",
        lambda row: [
            f"{one['level']}: {one['missing']} ({one['event']})" for one in row.get("chases", ())
        ],
    ),
    _field("依据 / events", "events"),
)
_HEALTH: Sequence[Column] = (
    _field(_SITE, "site"),
    _field("阶段 / phase", "phase"),
    _field("良好 / fine", "fine"),
    _field("不适 / not fine", "not_fine"),
    _field("想谈谈 / want to talk", "talk"),
    _field("发热 / fever", "fever"),
    _field("无法读取 / unreadable", "unreadable"),
    _field("未计入 / left out", "withheld"),
)
_MISSING: Sequence[Column] = (
    _field(_SITE, "site"),
    _field("姓名 / name", "name"),
    _field("编号 / id", "id"),
    _field("上次打卡 / last check-in", "last_check_in_at"),
    _field("最近踪迹 / last evidence", "last_evidence_at"),
)
_INCIDENTS: Sequence[Column] = (
    _field(_SITE, "site"),
    _field("场馆 / venue", "venue"),
    _named("类别 / category", "category", CATEGORY),
    _named("等级 / severity", "severity", SEVERITY),
    _field("报告 / reported", "reported_at"),
    _field("结束 / ended", "ended_at"),
    _field("编号 / id", "id"),
)
_ROLL_CALLS: Sequence[Column] = (
    _field(_SITE, "site"),
    ("标题 / title", lambda row: " ".join(dict.fromkeys(row["title"].values()))),
    _field("开始 / opened", "opened_at"),
    _field("结束 / closed", "closed_at"),
    _field("应到 / counted", "counted"),
    _field("平安 / safe", "safe"),
    _field("求助 / need help", "need_help"),
    _field("免答 / excused", "excused"),
    _field("未确认 / unaccounted", "unaccounted"),
    _field("编号 / id", "id"),
)
_JOURNEYS: Sequence[Column] = (
    ("行程 / journey", lambda row: f"{row['origin']} → {row['destination']}"),
    _field("计划出发 / planned departure", "departs_at"),
    _field("出发 / departed", "departed_at"),
    _field("计划抵达 / planned arrival", "arrives_at"),
    _field("结束 / ended", "ended_at"),
    _field("人数 / people", "people"),
    _field("未到 / missing", "missing"),
    _field("编号 / id", "id"),
)
_OVERRIDES: Sequence[Column] = (
    _field("班次 / shift", "shift"),
    _field("人员 / person", "person"),
    _named("规则 / guards", "guards", GUARD),
    _field("原因 / reason", "reason"),
    _field("批准 / by", "by"),
    _field("时间 / at", "at"),
)
