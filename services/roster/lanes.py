"""The words people use for the lanes of support."""

from functools import lru_cache

from events.lane import Lane
from projections.terms import LANE
from services.roster.tidy import word_key

_SYNONYMS: dict[Lane, str] = {
    "training": "培训 培训保障 教育培训",
    "publicity": "宣传 舆情 宣传舆情 媒体宣传 publicopinion",
    "teaching": "教学 本科教学 课业 教务 本科生教学 学业 undergraduateteaching undergraduate",
    "graduate": "研究生 研究生事务 研究生工作 graduateaffairs",
    "funding": "经费 财务 资金 finance budget",
    "epidemic-prevention": "防疫 疫情防控 防控 卫生防疫 epidemic covid health",
    "catering-lodging": "餐饮住宿 食宿 餐饮 住宿 生活 catering lodging accommodation",
    "transport": "交通 出行 车辆 运输 transportation traffic",
    "fitness": "文体 体育 文体活动 健身 recreation sports",
    "mental-health": "心理 心理健康 心理咨询 心理支持 心理辅导 mentalhealth psychology "
    "psychological wellbeing counselling counseling",
}
_BY_NAME: dict[str, Lane] = {
    word_key(name): lane
    for lane, synonyms in _SYNONYMS.items()
    for name in (lane, LANE[lane].zh, LANE[lane].en, *synonyms.split())
}


@lru_cache(maxsize=4096)
def lane_of(text: str) -> Lane | None:
    """Return the lane that somebody means, None where nobody would know."""
    name = word_key(text)
    return _BY_NAME.get(name) or _BY_NAME.get(name.removesuffix("保障").removesuffix("条线"))


def helper_words(lane: str) -> tuple[str, str]:
    """Return what a lane's helper is called in both languages."""
    return f"{LANE[lane].zh}联系人", f"{lane} helper"
