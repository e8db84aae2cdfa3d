"""Finds the row that says what the columns are, in the words people use for them."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from events.lane import Lane
from services.roster.lanes import helper_words, lane_of
from services.roster.sheets import Value
from services.roster.spellings import in_both_languages, is_of_somebody_else, spellings
from services.roster.tidy import key, tidy, word_key

HEADER_ROWS = 30
"""The header is among the first so many rows that have something in them."""
REQUIRED = ("id", "name", "role")
"""Beside these, the site or the venue."""


class FieldWords(NamedTuple):
    """What a field is called, and what columns for it are called."""

    zh: str
    en: str
    synonyms: str


FIELDS: dict[str, FieldWords] = {
    "id": FieldWords(
        "编号",
        "id",
        "学号 工号 志愿者编号 人员编号 志愿者号 志愿者id 人员id 胸卡号 证件编号 注册号 证号 学工号 "
        "studentid studentno studentnumber volunteerid volunteerno volunteernumber personid "
        "staffid badge badgeno badgenumber accreditation accreditationnumber idnumber",
    ),
    "name": FieldWords(
        "姓名",
        "name",
        "名字 中文名 中文姓名 志愿者姓名 人员姓名 志愿者 fullname chinesename volunteername "
        "volunteer nameinchinese",
    ),
    "latin": FieldWords(
        "拼音",
        "latin",
        "姓名拼音 拼音姓名 姓名英文 nameenglish 英文名 英文姓名 外文名 外文姓名 拼音名 "
        "pinyin latinname romanised romanisedname romanizedname englishname "
        "nameinpinyin namepinyin nameinlatinletters",
    ),
    "role": FieldWords(
        "岗位",
        "role",
        "角色 岗位类别 岗位名称 岗位角色 职务 业务领域 服务岗位 服务类别 志愿岗位 position "
        "job function jobtitle functionalarea volunteerrole",
    ),
    "site": FieldWords(
        "赛区",
        "site",
        "站点 所属赛区 所在赛区 服务赛区 所属站点 区域 zone cluster homesite competitionzone",
    ),
    "venue": FieldWords(
        "场馆", "venue", "服务场馆 所属场馆 所在场馆 场馆名称 服务地点 场所 venuename workplace"
    ),
    "leads": FieldWords(
        "负责", "leads", "负责场馆 负责站点 负责区域 带领 leaderof leadsvenue responsiblefor"
    ),
    "languages": FieldWords(
        "语言", "languages", "语种 外语 语言能力 外语语种 掌握语言 language languagesspoken"
    ),
    "lead": FieldWords(
        "领队",
        "team lead",
        "队长 组长 小组长 小队长 带队老师 领队姓名 领队编号 领队学号 领队老师 负责人 直属领队 lead "
        "leader teamleader supervisor reportsto",
    ),
    "lanes": FieldWords(
        "条线", "lanes", "所属条线 保障条线 保障线 服务条线 保障工作 lane supportlane supportlanes"
    ),
    "phases": FieldWords(
        "阶段", "phases", "参与阶段 服务阶段 所属阶段 phase servesin operationphase"
    ),
    "phone": FieldWords(
        "手机",
        "phone",
        "手机号 手机号码 电话 电话号码 联系电话 联系手机 联系方式 移动电话 mobile mobilephone "
        "mobilenumber phonenumber phoneno tel telephone cell cellphone contact contactnumber",
    ),
    "channels": FieldWords(
        "渠道",
        "channels",
        "首选渠道 联系渠道 通知渠道 preferredchannels preferredchannel reachedby",
    ),
    "mail": FieldWords(
        "邮箱",
        "mail",
        "电子邮箱 电子邮件 电子信箱 信箱 邮件 邮箱地址 email emailaddress mailaddress",
    ),
    "born": FieldWords(
        "出生日期", "date of birth", "生日 出生年月 出生年月日 dob birthday birthdate"
    ),
    "starts": FieldWords(
        "到岗日期", "first day", "开始日期 上岗日期 入职日期 服务开始 报到日期 startdate start from"
    ),
    "ends": FieldWords(
        "离岗日期", "last day", "结束日期 离职日期 服务结束 返程日期 enddate end until"
    ),
}
"""What a person may have a column for. Every lane's helper and every channel may have one more."""

Field: TypeAlias = str
"""A key of FIELDS, `helper:<lane>`, or `address:<channel>`."""

CHECKED_ONLY = frozenset({"born", "starts", "ends"})
PERSONAL = frozenset({"name", "latin", "phone", "mail", "born"})
"""Fields whose values are not repeated in an answer; addresses are neither."""

_BY_HEADER = {
    word_key(name): field
    for field, words in FIELDS.items()
    for name in (words.zh, words.en, field, *words.synonyms.split())
}
_ADDRESS = re.compile(
    r"^(?:渠道地址|渠道|地址|channel|address)\s*[:：]\s*([A-Za-z0-9_-]{1,64})$", re.IGNORECASE
)
_CHANNELS = {
    "wechat": "微信 微信号 weixin wechatid",
    "wecom": "企业微信 企微 wework",
    "dingtalk": "钉钉 钉钉号 dingding",
    "feishu": "飞书 飞书号 lark",
    "qq": "qq qq号 qq号码",
    "sms": "短信 短信号码",
}
_BY_CHANNEL = {
    word_key(name): channel
    for channel, names in _CHANNELS.items()
    for name in (channel, *names.split())
}
_HELPER = re.compile(r"^helper[:：]\s*([a-z-]+)$", re.IGNORECASE)


class Header(NamedTuple):
    """The row of a table that names its columns."""

    row: int
    fields: dict[Field, int]
    """The column of each field."""
    names: dict[int, str]
    """What each column is called, those that are not read as well."""
    doubled: tuple[tuple[Field, int, int], ...] = ()
    """Columns that are for a field which an earlier column is for."""


def is_personal(field: Field) -> bool:
    """Tell whether what stands in a field is a personal detail."""
    return field in PERSONAL or field.startswith("address:")


def words_of(field: Field) -> tuple[str, str]:
    """Return what a field is called in both languages."""
    if field in FIELDS:
        return FIELDS[field].zh, FIELDS[field].en
    kind, _, of = field.partition(":")
    if kind == "address":
        return f"渠道 {of} 的地址", f"address of the channel {of}"
    return helper_words(of)


@lru_cache(maxsize=4096)
def field_of(header: str) -> Field | None:
    """Return what a column is for by its name, None where nobody would know."""
    text = header.strip()
    if found := _ADDRESS.match(text):
        return f"address:{found[1]}"
    if (found := _HELPER.match(text)) and (lane := lane_of(found[1])):
        return f"helper:{lane}"
    for name in spellings(text):
        if field := _field_called(name):
            return field
    if both := in_both_languages(text):
        one, other = (_field_called(name) for name in both)
        return one if one == other else None
    return None


def _field_called(name: str) -> Field | None:
    if name in _BY_HEADER:
        return _BY_HEADER[name]
    if name in _BY_CHANNEL:
        return f"address:{_BY_CHANNEL[name]}"
    if lane := _helper_lane(name):
        return f"helper:{lane}"
    return None


_ENDINGS = re.compile(
    r"(老师|联系人|联络人|联络员|负责人|保障人员|保障人|保障员|专员|对接人|辅导员|医生|咨询师|顾问|"
    r"helper|contact|contactperson|buddy|officer|support|person|counsellor|counselor|teacher)$"
)


def _helper_lane(name: str) -> Lane | None:
    """Return whose helper a column names: a lane, and a word for somebody of it."""
    rest = name
    for _ in range(2):  # "transport support contact"
        shorter = _ENDINGS.sub("", rest)
        if shorter == rest:
            return None
        if lane := lane_of(shorter):
            return lane
        rest = shorter
    return None


def find_header(
    rows: Sequence[tuple[int, dict[int, Value]]], mapping: Mapping[Field, str]
) -> Header | None:
    """Return the first row that names what a roster needs, or else the one that names most of it.

    `mapping` says which column, by its name, is for a field; it goes before what a name suggests.
    Where a name spans columns that the row below tells apart, both rows are the header.
    """
    best: Header | None = None
    after: tuple[int, dict[int, Value]] | None = None
    for at, (number, values) in enumerate(rows):
        header = _read_header(number, _names(values), mapping)
        if len(header.fields) >= 2 and (best is None or _worth(header) > _worth(best)):
            best = header
            after = rows[at + 1] if at + 1 < len(rows) else None
    if best is None or after is None or after[0] != best.row + 1:
        return best
    return _of_two_rows(best, after, mapping)


def _of_two_rows(
    header: Header, below: tuple[int, dict[int, Value]], mapping: Mapping[Field, str]
) -> Header:
    number, values = below
    names = _names(values)
    wanted = {key(name) for name in mapping.values()}
    told = all(field_of(name) or key(name) in wanted for name in names.values())
    people = any(header.fields.get(field, -1) in values for field in REQUIRED)
    if people or not told or len(names) < len(values):
        return header
    whole = {column: _under(header, column, name) for column, name in names.items()}
    return _read_header(number, {**header.names, **whole}, mapping)


def _under(header: Header, column: int, name: str) -> str:
    """Return what a column is called that stands under a name: whose it is, if somebody else's."""
    above = max((at for at in header.names if at <= column), default=-1)
    whose = header.names.get(above, "")
    return f"{whose} {name}" if is_of_somebody_else(whose) else name


def _worth(header: Header) -> tuple[int, int]:
    required = sum(field in header.fields for field in REQUIRED)
    return required, len(header.fields)


def _names(values: Mapping[int, Value]) -> dict[int, str]:
    return {column: tidy(value)[0] for column, value in values.items() if isinstance(value, str)}


def _read_header(number: int, names: dict[int, str], mapping: Mapping[Field, str]) -> Header:
    wanted = {key(name): field for field, name in mapping.items()}
    fields: dict[Field, int] = {}
    doubled: list[tuple[Field, int, int]] = []
    for column, name in sorted(names.items()):
        field = wanted.get(key(name)) if key(name) else None
        if field is None:
            field = field_of(name)
            if field is None or field in mapping:
                continue
        if field in fields:
            doubled.append((field, fields[field], column))
        else:
            fields[field] = column
    return Header(number, fields, names, tuple(doubled))
