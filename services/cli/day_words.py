"""What `muster check-in`, `muster day` and `muster care` say."""

from services.cli.language import Said

CHECKED_IN = Said("{person} 已打卡，序号 {seq}", "{person} has checked in, sequence {seq}")
WHO = Said(
    "此令牌不属于个人，请用 --person 指明是谁",
    "check in: the token is nobody's own, say who with --person",
)
NO_DAY = Said("还没有打卡日", "no day of check-ins has begun yet")
TITLE = Said("{day} 每日打卡", "daily check-in of {day}")
MISSING = Said("未打卡", "missing")
SAID = Said("各人所说", "what people said")
REQUESTS = Said("关怀请求", "requests for care")
WAITING = Said("关怀请求（总部）", "requests for care, for headquarters")
NOTHING = Said("没有关怀请求", "there are no requests for care")
GONE = Said("无法打开", "cannot be opened")
CARE_TAKEN = Said("已接手关怀请求 {id}", "you look after request {id}")
CARE_ENDED = Said("关怀请求 {id} 已办结", "request {id} is ended")
TOTAL = Said("合计", "in all")
COLUMNS = {
    "id": Said("编号", "id"),
    "name": Said("姓名", "name"),
    "site": Said("站点", "site"),
    "phase": Said("阶段", "phase"),
    "expected": Said("应报", "expected"),
    "reported": Said("已报", "reported"),
    "late": Said("迟报", "late"),
    "missing": Said("未报", "missing"),
    "level": Said("催报级", "chased"),
    "fine": Said("良好", "fine"),
    "not_fine": Said("不适", "not fine"),
    "talk": Said("想谈谈", "want to talk"),
    "fever": Said("发热", "fever"),
    "last_check_in_at": Said("上次打卡", "last check-in"),
    "last_evidence_at": Said("最近踪迹", "last evidence"),
    "last_venue": Said("最近场馆", "last venue"),
    "answer": Said("回答", "answer"),
    "temperature_c": Said("体温（℃）", "temperature (°C)"),
    "text": Said("留言", "words"),
    "lane": Said("专班", "lane"),
    "why": Said("原因", "why"),
    "asked_at": Said("提出", "asked"),
    "taken_by": Said("接手", "taken by"),
    "waiting": Said("待接手", "waiting"),
    "taken": Said("已接手", "taken"),
}
ANSWER = {
    "fine": Said("良好", "fine"),
    "not-fine": Said("不适", "not fine"),
    "talk": Said("想谈谈", "wants to talk"),
    "fever": Said("发热", "fever"),
}
AGE = {
    "1h": Said("1 小时内", "within 1 h"),
    "4h": Said("4 小时内", "within 4 h"),
    "1d": Said("1 天内", "within a day"),
    "older": Said("更久", "longer"),
}
