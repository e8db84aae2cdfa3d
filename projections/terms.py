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
    off_duty=("不在岗", "off duty"),
)

HEALTH = _terms(sick=("生病", "sick"), isolated=("隔离", "isolated"))

METHOD = _terms(
    self=("本人报告", "own report"),
    lead=("负责人代报", "reported by a lead"),
    badge=("刷证", "badge"),
    device=("设备", "device"),
    post_code=("扫岗位码", "code of the post"),
    person_code=("扫个人码", "code of the person"),
    trip=("行程", "their journey"),
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
    support=("保障人员", "support"),
)

LANE = _terms(
    training=("培训", "training"),
    publicity=("宣传与舆情", "publicity and public opinion"),
    teaching=("本科教学", "undergraduate teaching"),
    graduate=("研究生事务", "graduate affairs"),
    funding=("经费", "funding"),
    epidemic_prevention=("防疫", "epidemic prevention"),
    catering_lodging=("餐饮住宿", "catering and lodging"),
    transport=("交通", "transport"),
    fitness=("文体", "fitness and recreation"),
    mental_health=("心理", "mental health"),
)

GUARD = _terms(
    training=("培训", "training"),
    leave=("离校审批", "approval to leave campus"),
    work_hours=("工时", "hours of work"),
    rest=("休息", "rest"),
    cold=("低温时长", "hours in the cold"),
    phase=("阶段名单", "roster of the phase"),
)

SWAP_STEP = _terms(
    held=("让出班次，时段保留", "shift given up, its time kept free"),
    done=("已执行", "carried out"),
    refused=("不可行", "refused"),
    taken_back=("班次已归还", "shift given back"),
)

EXCUSE = _terms(
    leave=("请假", "on leave"),
    off_shift=("不当班", "off shift"),
    other_duty=("另有任务", "on other duty"),
    gone_home=("已返回", "gone home"),
    other=("其他", "other"),
)

PURPOSE = _terms(
    alert=("警报", "alert"),
    roll_call=("点名", "roll call"),
    check_in=("每日打卡", "daily check-in"),
    check_out=("签退", "check-out"),
    channel_test=("渠道测试", "channel test"),
    need_help=("求助", "need help"),
    swap=("换班", "swap"),
    care=("关怀", "care"),
)

TOPIC = _terms(
    contact=("联系方式", "contact details"),
    check_in=("打卡内容", "what they said at check-in"),
    presence=("健康状态", "state of health"),
    care=("关怀请求", "request for care"),
    set_aside=("搁置的报告", "report that was set aside"),
)

CHASED: Terms = {
    "1": Text(zh="催促本人", en="asked again"),
    "2": Text(zh="再次催促本人", en="asked a second time"),
    "3": Text(zh="通知负责人", en="their leads are told"),
    "4": Text(zh="通知总部", en="headquarters is told"),
}

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
    remind=("催答时间", "time to ask again"),
    chase=("催报时间", "time to chase"),
    close=("截止时间", "end of the day"),
    day=("打卡时间", "time of the check-in"),
    arrive=("抵达期限", "time to arrive"),
    prove=("确认期限", "time to prove the channels"),
    heard_by=("数据源静默期限", "time to hear the feed"),
    begin=("预案启动时间", "time the playbook waits for"),
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
    journey=("行程", "journey"),
    swap=("换班", "swap"),
    phase=("阶段", "phase"),
    day=("每日打卡", "daily check-in"),
    reach=("渠道测试", "channel test"),
    care=("关怀请求", "request for care"),
    message=("通知", "message"),
    feed=("数据源", "feed"),
    bulletin=("对外公告", "bulletin"),
    observation=("天气实况", "observation"),
)

TROUBLE = _terms(
    silent=("没有回应", "silent"),
    empty=("内容为空", "empty"),
    broken=("无法读取", "broken"),
)

ADAPTER = _terms(
    atom=("Atom 订阅源", "Atom feed"),
    rss=("RSS 订阅源", "RSS feed"),
    index=("索引网页", "index page"),
    folder=("文件夹", "folder"),
    push=("推送", "pushed"),
    cap=("单个 CAP 文件", "one CAP document"),
    nws=("NWS GeoJSON", "NWS GeoJSON"),
    cma=("中国气象局列表", "CMA list"),
)

CHANGED = _terms(
    area=("区域", "area"),
    venues=("场馆", "venues"),
    level=("级别", "level"),
    times=("时间", "times"),
    words=("文字", "words"),
)

SIGNATURE = _terms(
    none=("没有签名", "not signed"),
    good=("签名有效", "signature good"),
    untrusted=("签名有效，签发者未受信任", "signature fits, signer not trusted here"),
    weak=("签名算法过时", "signed with an outdated algorithm"),
    bad=("签名不符", "signature does not fit"),
    malformed=("签名损坏", "signature malformed"),
)

BULLETIN_MOVE = _terms(
    issue=("发布", "issue"), update=("更新", "update"), cancel=("解除", "cancel")
)


def term(terms: Terms, key: str) -> Text:
    """Return a term, or the key itself where it is a name that was given by a person."""
    return terms.get(key) or Text(zh=key, en=key)
