"""The roster as a spreadsheet that somebody keeps, in Chinese, with names for everything."""

import re
from functools import cache
from io import BytesIO
from random import Random
from typing import Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook

from events.lane import Lane
from projections.terms import LANE, ROLE
from services.scenario.people import HELPED_BY, Person
from services.scenario.phases import served_by
from services.scenario.stage import Stage

FILENAME: Final = "冬季运动会志愿者名册.xlsx"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_TITLE: Final = "冬季运动会志愿者名册（校团委汇总）"
_HELPER: Final[dict[Lane, str]] = {
    "mental-health": "心理老师", "epidemic-prevention": "防疫联系人", "transport": "交通联系人",
}  # fmt: skip
_HEADERS: Final = (
    "学号", "姓名", "拼音", "岗位", "赛区", "场馆", "负责", "领队", "语种", "手机", "渠道", "条线",
    *(_HELPER[lane] for lane in HELPED_BY), "阶段", "备注",
)  # fmt: skip
_LANGUAGES: Final = ("法语", "德语", "西班牙语", "俄语", "日语", "韩语", "意大利语", "手语")
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
_SAVED: Final = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")


def workbook(stage: Stage, *, mistaken: bool) -> bytes:
    """Return the roster as an .xlsx, the same bytes for the same people; `mistaken` has a venue
    that there is not, and a phone that is a digit short.
    """
    rows = [_row(stage, person) for person in (*stage.people.all, *stage.people.support)]
    if mistaken:
        rows[40][_HEADERS.index("场馆")] = "国家滑雪场"
        rows[61][_HEADERS.index("手机")] = "1990000006"
    return _saved(tuple(map(tuple, rows)))


@cache
def _saved(rows: tuple[tuple[str, ...], ...]) -> bytes:
    book = Workbook()
    page = book.active
    if page is None:
        raise ValueError("write the roster: the workbook has no sheet")
    page.title = "名册"
    page.append([_TITLE])
    for row in (_HEADERS, *rows):
        page.append(list(row))
    file = BytesIO()
    book.save(file)
    return _timeless(file.getvalue())


def _timeless(content: bytes) -> bytes:
    """Return a workbook without the moment it was saved at."""
    file = BytesIO()
    with ZipFile(BytesIO(content)) as old, ZipFile(file, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = _SAVED.sub(rb"\g<1>2022-01-01T00:00:00Z", old.read(name))
            new.writestr(ZipInfo(name, _EPOCH), part)
    return file.getvalue()


def _row(stage: Stage, person: Person) -> list[str]:
    chance = stage.day.chance("roster", person.id)
    lead = stage.people.lead_of(person)
    supports = bool(person.lanes)
    helpers = ["" if supports else stage.people.helper(person, lane).name for lane in HELPED_BY]
    phases = () if supports else (phase.name.zh for phase in served_by(stage, person))
    phone = "" if person in stage.casting.page_only else _phone(person)
    return [
        person.id,
        person.name,
        person.latin,
        ROLE[person.role].zh,
        stage.site_name(person.site).zh,
        stage.venue_name(person.venue).zh if person.venue else "",
        "、".join(stage.place_name(place).zh for place in person.leads),
        lead.name if lead and not supports else "",
        _languages(person, chance),
        phone,
        "page、sms" if phone else "page",
        "、".join(LANE[lane].zh for lane in person.lanes),
        *helpers,
        "、".join(phases),
        "",
    ]


def _languages(person: Person, chance: Random) -> str:
    more = 2 if person.role == "language" else int(chance.random() < 0.15)
    return "、".join(("中文", "英语", *chance.sample(_LANGUAGES, more)))


def _phone(person: Person) -> str:
    """Return a number that nobody has been given."""
    return f"1990000{int(person.id[1:]) + (9000 if person.lanes else 0):04}"
