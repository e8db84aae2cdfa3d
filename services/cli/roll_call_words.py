"""What the commands about roll calls and codes say, in both languages."""

from services.cli.language import Said

OPENED = Said(
    "点名 {id} 已开始，应到 {expected} 人", "roll call {id} is open for {expected} people"
)
CLOSED = Said("点名 {id} 已结束", "roll call {id} is closed")
REOPENED = Said("点名 {id} 已重新打开", "roll call {id} is open again")
ADDED = Said("已补入 {who}（编号 {person}）", "added {who} (id {person})")
EXCUSED = Said("{person} 已免答", "{person} is excused")
REMINDED = Said("第 {round} 次催答已发出", "asked again, round {round}")
NOBODY_MISSING = Said("没有未确认的人，无需催答", "nobody is missing, nobody is asked")
ANSWERED = Said("{person} 已记为{answer}", "{person}: {answer}")
NOT_TAKEN = Said("{person} 未被接受：{why}", "{person} was not taken: {why}")
ONE_SCOPE = Said(
    "请写明范围：--venue、--site、--role、--lane（可合用），或单独写 --everyone",
    "say whom it asks for: --venue, --site, --role, --lane, together or not, or --everyone alone",
)
ONE_PERSON = Said("请写人员编号，或用 --name 写姓名", "name a person's id, or a name with --name")
COUNTS = Said(
    "应到 {expected}，补入 {walk_ups}：平安 {safe}，求助 {need_help}，未确认 {unaccounted_count}，"
    "免答 {excused}",
    "{expected} expected, {walk_ups} walked up: {safe} safe, {need_help} need help,"
    " {unaccounted_count} unaccounted, {excused} excused",
)
AT_CLOSING = Said(
    "结束时：平安 {safe}，求助 {need_help}，未确认 {unaccounted}，免答 {excused}；此后找到 {found}",
    "when it was closed: {safe} safe, {need_help} need help, {unaccounted} unaccounted, {excused}"
    " excused; found since: {found}",
)
PEOPLE = Said("人员", "people")
COLUMNS = {
    "id": Said("编号", "id"),
    "name": Said("姓名", "name"),
    "standing": Said("状态", "stands"),
    "heard": Said("最后消息", "last heard"),
    "venue": Said("地点", "where"),
    "how": Said("途径", "how"),
}
STANDING = {
    "safe": Said("平安", "safe"),
    "need-help": Said("求助", "needs help"),
    "unaccounted": Said("未确认", "unaccounted"),
    "excused": Said("免答", "excused"),
}
CODE_SAYS = Said("二维码内容：{address}", "the code says {address}")
CODE_WRITTEN = Said("二维码已写入 {file}", "the code is in {file}")
CODE_NOT_WRITTEN = Said("无法写入 {file}：{why}", "write the code to {file}: {why}")
