"""The words of the domain in both languages."""

from collections.abc import Mapping
from typing import TypeAlias

from events.fact import Text

Terms: TypeAlias = Mapping[str, Text]


def _terms(**words: tuple[str, str]) -> Terms:
    return {key.replace("_", "-"): Text(zh=zh, en=en) for key, (zh, en) in words.items()}


SEVERITY = _terms(
    extreme=("特别严重", "extreme"),
    severe=("严重", "severe"),
    moderate=("较重", "moderate"),
    minor=("一般", "minor"),
    unknown=("程度未知", "severity unknown"),
)

CATEGORY = _terms(
    need_help=("求助", "need help"),
    medical=("医疗", "medical"),
    fire=("火情", "fire"),
    security=("安保", "security"),
    transport=("交通", "transport"),
    weather=("天气", "weather"),
    crowd=("人群聚集", "crowd"),
    equipment=("设备", "equipment"),
    accommodation=("住宿", "accommodation"),
    catering=("餐饮", "catering"),
    missing_person=("人员失联", "missing person"),
    other=("其他", "other"),
)

WHEREABOUTS = _terms(
    on_the_way=("在途", "on the way"),
    present=("在岗", "present"),
    resting=("休息", "resting"),
    left=("已离开", "left"),
)

METHOD = _terms(
    self=("本人报告", "own report"),
    lead=("负责人代报", "reported by a lead"),
    badge=("刷证", "badge"),
    device=("设备", "device"),
)

ROLE = _terms(
    spectator_guidance=("观众引导", "spectator guidance"),
    media=("媒体运行", "media"),
    language=("语言服务", "language services"),
    protocol=("礼宾", "protocol"),
    transport=("交通", "transport"),
    medical=("医疗", "medical"),
    information=("信息", "information"),
    accommodation=("住宿", "accommodation"),
    catering=("餐饮", "catering"),
    competition=("竞赛", "competition"),
    team_leader=("领队", "team leader"),
    duty_officer=("值班负责人", "duty officer"),
)

COLOUR = _terms(
    white=("白色", "white"),
    blue=("蓝色", "blue"),
    yellow=("黄色", "yellow"),
    orange=("橙色", "orange"),
    red=("红色", "red"),
)

OUTCOME = _terms(done=("已完成", "done"), refused=("被拒绝", "refused"))

DEADLINE = _terms(
    answer=("应答期限", "time to answer"),
    expires=("失效时间", "time of expiry"),
)

NOUN = _terms(
    incident=("事件", "incident"),
    warning=("预警", "warning"),
    alert=("警报", "alert"),
    rollcall=("点名", "roll call"),
    run=("预案", "playbook run"),
    volunteer=("志愿者", "volunteer"),
    venue=("场馆", "venue"),
    site=("站点", "site"),
)


def term(terms: Terms, key: str) -> Text:
    """Return a term, or the key itself where it is a name that was given by a person."""
    return terms.get(key) or Text(zh=key, en=key)
