"""The words people use for roles, languages, phases, sites and venues, and what they stand for."""

import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from functools import lru_cache
from typing import Generic, NamedTuple, TypeVar

from events.fact import Text
from events.volunteer import Role
from projections.terms import ROLE
from services.roster.tidy import word_key

T = TypeVar("T", bound=str)
_FOUND_MAX = 10_000


class Vocabulary(Generic[T]):
    """Names and what they stand for. A name that two of them have stands for neither."""

    def __init__(self, names: Iterable[tuple[str, T]]) -> None:
        self._meant: dict[str, T | None] = {}
        self._shown: dict[str, str] = {}
        self._found: dict[str, T | None] = {}
        """By the text as it was written: a column has the same few over and over."""
        for name, meant in names:
            self.add(name, meant)

    def add(self, name: str, meant: T) -> None:
        """Let a name stand for something."""
        short = word_key(name)
        if short:
            taken = self._meant.get(short, meant)
            self._meant[short] = meant if taken == meant else None
            self._shown.setdefault(short, name)
            self._found.clear()

    def find(self, text: str) -> T | None:
        """Return what a name stands for, None where that is not known."""
        try:
            return self._found[text]
        except KeyError:
            found = self._meant.get(word_key(text))
            if len(self._found) < _FOUND_MAX:
                self._found[text] = found
            return found

    def like(self, text: str) -> tuple[str, str]:
        """Return a question, in both languages, whether a similar name was meant; or nothing."""
        close = get_close_matches(word_key(text)[:64], self._shown, n=1, cutoff=0.6)
        if not close:
            return "", ""
        name = self._shown[close[0]]
        return f"，是否想写“{name}”？", f"; is it {name}?"


_ROLES: dict[Role, str] = {
    "spectator-guidance": "观众服务 观众 引导 观众引导员 看台引导 spectators usher",
    "media": "媒体 媒体服务 新闻 press mediaoperations",
    "language": "语言 翻译 口译 语言翻译 interpreter translation interpreting languages",
    "protocol": "礼仪 颁奖礼仪 礼宾服务 贵宾服务 ceremony",
    "transport": "交通服务 车辆 交通引导 transportation traffic driver",
    "medical": "医疗服务 医疗卫生 医务 急救 doctor firstaid medicalservices nurse",
    "information": "信息服务 信息技术 技术 咨询 it technology informationdesk",
    "accommodation": "住宿服务 酒店 hotel lodging",
    "catering": "餐饮服务 food foodandbeverage",
    "competition": "竞赛组织 竞赛服务 赛事 体育竞赛 体育 sport competitionservices fieldofplay",
    "team-leader": "队长 组长 场馆领队 志愿者领队 领队志愿者 teamlead lead leader venueteamleader",
    "duty-officer": "值班 值班长 值班员 值班干部 总值班 dutymanager duty",
    "support": "保障 保障老师 保障 支持 后勤 带队老师 supportstaff staff",
}

ROLES: Vocabulary[Role] = Vocabulary(
    (name, role)
    for role, synonyms in _ROLES.items()
    for name in (role, ROLE[role].zh, ROLE[role].en, *synonyms.split())
)

_LANGUAGES = {
    "zh": "中文 汉语 普通话 国语 华语 chinese mandarin putonghua zh-cn cn",
    "en": "英语 英文 english eng",
    "fr": "法语 法文 french",
    "de": "德语 德文 german deutsch",
    "es": "西班牙语 西语 spanish",
    "ru": "俄语 俄文 russian",
    "ja": "日语 日文 japanese jp",
    "ko": "韩语 朝鲜语 韩文 korean kr",
    "it": "意大利语 意语 italian",
    "ar": "阿拉伯语 阿语 arabic",
    "pt": "葡萄牙语 葡语 portuguese",
    "nl": "荷兰语 dutch",
    "sv": "瑞典语 swedish",
    "no": "挪威语 norwegian",
    "fi": "芬兰语 finnish",
    "pl": "波兰语 polish",
    "cs": "捷克语 czech",
    "uk": "乌克兰语 ukrainian",
    "th": "泰语 thai",
    "vi": "越南语 vietnamese",
    "mn": "蒙古语 mongolian",
    "bo": "藏语 tibetan",
    "ug": "维吾尔语 维语 uyghur",
    "zh-yue": "粤语 广东话 cantonese",
    "csl": "手语 中国手语 signlanguage chinesesignlanguage",
}
_LANGUAGE: Vocabulary[str] = Vocabulary(
    (name, tag) for tag, names in _LANGUAGES.items() for name in (tag, *names.split())
)
_TAG = re.compile(r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")
_LEVEL = re.compile(r"[（(\[【].*?[)）\]】]|[:：].*$")


@lru_cache(maxsize=4096)
def language_of(text: str) -> str | None:
    """Return the tag of a language that somebody wrote, with or without how well they know it."""
    bare = _LEVEL.sub("", text).strip()
    found = _LANGUAGE.find(bare)
    if found is None and _TAG.match(bare.lower()[:3] + bare[3:]):
        return bare[:3].lower() + bare[3:] if len(bare) <= 3 or "-" in bare else None
    return found


_PHASES = {
    "recruitment": "招募 招募阶段 招募培训 recruiting",
    "test-events": "测试赛 测试活动 测试赛阶段 testevent",
    "games": "赛时 冬奥 冬奥会 正赛 赛会 奥运会 gametime olympics",
    "para-games": "残奥 冬残奥 冬残奥会 残奥会 paralympics",
    "return": "返校 返程 返回 返校阶段 returning",
}


class Place(NamedTuple):
    """A site or a venue by its names. A venue's `site` is where it lies."""

    name: Text
    site: str


def sites_named(places: Mapping[str, Text]) -> Vocabulary[str]:
    """Return the sites by id and names, with and without the word for a site in them."""
    names = [(id, id) for id in places]
    for id, name in places.items():
        names += [(name.zh, id), (name.en, id)]
    words = Vocabulary(names)
    for id, name in places.items():
        for short in (
            re.sub(r"(赛区|站点|站|区域)$", "", name.zh),
            re.sub(r"\s*(zone|site|cluster)$", "", name.en, flags=re.IGNORECASE),
        ):
            if words.find(short) is None:
                words.add(short, id)
    return words


def venues_named(places: Mapping[str, Place]) -> Vocabulary[str]:
    """Return the venues by id and names."""
    return Vocabulary(
        (name, id) for id, place in places.items() for name in (id, place.name.zh, place.name.en)
    )


def phases_named(phases: Mapping[str, Text]) -> Vocabulary[str]:
    """Return the phases by id and names; where none is planned, by the usual words for them."""
    words = Vocabulary((name, id) for id, text in phases.items() for name in (id, text.zh, text.en))
    for id, synonyms in _PHASES.items():
        if not phases or id in phases:
            for name in (id, *synonyms.split()):
                words.add(name, id)
    return words
