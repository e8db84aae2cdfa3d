"""What the commands about messages and reachability say, in both languages."""

from services.cli.language import Said

REACHED = Said(
    "所有当班和将当班人员都有至少两个可用渠道",
    "everyone on shift, or about to be, has two channels proven",
)
UNPROVEN = Said(
    "可用渠道不足两个：{total} 人，其中 {unreachable} 人完全无法联系",
    "fewer than two channels proven: {total} people, of whom {unreachable} have none",
)
MORE = Said("另有 {more} 人未列出", "and {more} more who are not listed")
TESTED = Said(
    "{site}：{day} 测试 {tested} 人，不足两个 {unproven}，无法联系 {unreachable}，"
    "受影响班次 {shifts}",
    "{site}: {tested} tested on {day}, {unproven} with fewer than two, {unreachable} out of reach,"
    " {shifts} shifts at risk",
)
TESTING = Said(
    "{site}：{day} 测试 {tested} 人，截止 {prove_by}",
    "{site}: {tested} being tested on {day}, until {prove_by}",
)
TEST_BEGUN = Said("{site}：已开始测试 {people} 人", "{site}: testing {people} people")
TEST_GOES_ON = Said("{site}：测试正在进行", "{site}: a test is going on")
TEST_SENT = Said(
    "已向 {person} 发送测试（{id}），渠道：{channels}",
    "test sent to {person} ({id}), by {channels}",
)
CHANNELS = Said("{person} 的联系渠道", "channels of {person}")
NO_CHANNELS = Said("{person} 没有联系渠道", "{person} has no channels")
PROVEN = Said("{age} 前确认", "proven {age} ago")
STALE = Said("{age} 前确认，已过期", "proven {age} ago, too long")
NEVER = Said("从未确认", "never proven")
NO_MESSAGES = Said("最近没有通知", "no messages lately")
STAGE = {
    "waiting": Said("待发", "waiting"),
    "begun": Said("发送中", "being sent"),
    "delivered": Said("已发出", "sent"),
    "failed": Said("未发出", "not sent"),
    "unknown": Said("不明", "unknown"),
}
CONFIRMED = Said("已确认收到", "confirmed")
PURPOSE = {
    "alert": Said("警报", "alert"),
    "roll-call": Said("点名", "roll call"),
    "check-in": Said("每日打卡", "daily check-in"),
    "check-out": Said("签退", "check-out"),
    "channel-test": Said("渠道测试", "channel test"),
    "need-help": Said("求助", "need help"),
    "swap": Said("换班", "swap"),
    "care": Said("关怀", "care"),
}
"""As the events' terms have it; a test holds them together."""
COLUMNS = {
    "starts": Said("班次开始", "shift starts"),
    "venue": Said("场馆", "venue"),
    "name": Said("姓名", "name"),
    "channels": Said("渠道", "channels"),
    "id": Said("编号", "id"),
}
