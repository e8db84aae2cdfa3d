"""What the commands say, in both languages: the one place where it is written."""

from services.cli.language import Said

# Where Muster is.
NOT_FOUND = Said(
    "找不到正在运行的 Muster：没有 --url，没有 MUSTER_URL，{folder} 中也没有 running.json",
    "find Muster: no --url, no MUSTER_URL, and no running.json in {folder}",
)
NOT_FOUND_HINT = Said(
    "请先启动：muster up --data {folder}；或指明地址：--url http://主机:端口 --token 令牌",
    "start it with muster up --data {folder}, or name it: --url http://HOST:PORT --token TOKEN",
)
ENDED = Said(
    "Muster 已停止：{file} 由进程 {pid} 写下，而该进程已结束",
    "find Muster: {file} was written by process {pid}, which has ended",
)
RUNNING_UNREADABLE = Said(
    "无法读取 {file}：{why}",
    "read {file}: {why}",
)
BAD_URL = Said(
    "地址 {url} 无效：必须以 http:// 或 https:// 开头并写明主机",
    "ask {url}: an address begins with http:// or https:// and names a host",
)
BAD_TOKEN = Said(
    "令牌无效：其中的 {letter} 不可能出现在令牌里",
    "use the token: {letter} cannot be part of one",
)
UNREACHABLE = Said(
    "无法连接 {url}（{method} {path}）：{why}",
    "{method} {path} at {url}: {why}",
)
UNREACHABLE_HINT = Said(
    "请确认 Muster 正在运行且地址正确",
    "see that Muster is running and that the address is right",
)
UNCERTAIN_HINT = Said(
    "请求可能已被执行，也可能没有：请先查看（muster log show），再决定是否重发",
    "it may have been carried out or not: look first (muster log show) before sending it again",
)
NOT_MUSTER = Said(
    "{url} 的回答不是 Muster 的回答（{method} {path}，HTTP {status}）：{begin}",
    "{method} {path} at {url}: HTTP {status} is no answer of Muster: {begin}",
)
UNAVAILABLE = Said(
    "Muster 暂时不能记录（{method} {path}，HTTP {status}）：{why}",
    "{method} {path}: Muster cannot do it now (HTTP {status}): {why}",
)
UNAVAILABLE_HINT = Said(
    "它会自行恢复；请稍后再试",
    "it comes back by itself; try again in a moment",
)
NO_TOKEN = Said(
    "{method} {path} 被拒绝：令牌缺失、未知或已被撤销（{why}）",
    "{method} {path}: the token is missing, unknown or revoked ({why})",
)
NO_TOKEN_HINT = Said(
    "请用 --token 或 MUSTER_TOKEN 给出有效令牌；管理员可用 muster token create 创建",
    "give one with --token or MUSTER_TOKEN; an admin makes them with muster token create",
)
FORBIDDEN = Said(
    "{method} {path} 被拒绝：此令牌无权这样做（{why}）",
    "{method} {path}: this token has no right to do that ({why})",
)
FORBIDDEN_HINT = Said(
    "请使用角色或站点足够的令牌（角色：reporter < responder < commander；monitor；admin）",
    "use a token of a higher role, or of that site"
    " (reporter < responder < commander; monitor; admin)",
)
REFUSED = Said("{method} {path} 被拒绝：{why}", "{method} {path}: {why}")

# How a command is written.
USAGE = Said("{path}：命令写得不对：{why}", "{path}: {why}")
USAGE_HINT = Said("查看用法：{path} --help", "for how it is written: {path} --help")
MISSING_OPTION = Said("缺少 {hint}", "{hint} is missing")
NO_SUCH_OPTION = Said("没有选项 {name}{like}", "there is no option {name}{like}")
NO_SUCH_COMMAND = Said("没有命令 {name}{like}", "there is no command {name}{like}")
DID_YOU_MEAN = Said("，是否想写 {names}？", "; did you mean {names}?")
BAD_VALUE = Said("{hint} 的值不对：{why}", "{hint}: {why}")
NOT_A_CHOICE = Said("{hint} 应为其中之一：{choices}", "{hint} must be one of {choices}")
NOT_A_TIME = Said(
    "{value} 不是时间；请写成 2022-02-13T12:00+08:00（不写时区则按本机时区）",
    "{value} is no time; write it as 2022-02-13T12:00+08:00 (without an offset: this machine's)",
)
NOT_A_TIME_OF_DAY = Said(
    "{value} 不是时刻；请写成 14:30", "{value} is no time of day; write it as 14:30"
)
NOT_A_PLACE = Said(
    "{value} 不是位置；请写成 纬度,经度，例如 40.556,115.808",
    "{value} is no place; write it as LATITUDE,LONGITUDE, for example 40.556,115.808",
)
ONE_OF_THEM = Said("请只给出其中一项：{names}", "give one of these, and only one: {names}")
NEEDS = Said("{name} 需要 {needs}", "{name} needs {needs}")
NO_FILE = Said("无法读取文件 {file}：{why}", "read {file}: {why}")
NOT_TEXT = Said(
    "第 {n} 个参数不是 UTF-8 文本，终端的编码可能不对",
    "read argument {n}: it is not text in UTF-8, see that the terminal's encoding is right",
)
NOT_WRITTEN = Said("无法写出结果：{why}", "write the answer: {why}")
BAD_SETTINGS = Said("设置无效：{why}", "settings: {why}")
STOPPED = Said("已中断", "interrupted")

# Starting.
READY = Said("Muster 已就绪", "Muster is ready")
READY_PAGE = Said("打开页面", "open")
READY_DATA = Said("数据目录", "data folder")
READY_STOP = Said("按 Ctrl-C 停止", "stop with Ctrl-C")
READY_NATS = Said("NATS", "NATS")
READY_MQTT = Said("MQTT", "MQTT")
CANNOT_START = Said("启动失败：{why}", "start: {why}")
PORT_TAKEN_HINT = Said(
    "端口已被其他程序占用：请用 --port 换一个，0 为任意空闲端口",
    "another program listens there: choose another port with --port, 0 is any free one",
)
SURPRISES = Said("意外 {n}", "{n} surprises")
DEMO_DATA = Said(
    "演示数据写入临时目录 {folder}（用 --data 可指定）",
    "the demonstration's data goes into the temporary folder {folder} (name one with --data)",
)

# Reports and commands.
ACCEPTED = Said("已接受，序号 {seq}", "accepted, sequence {seq}")
ACCEPTED_INCIDENT = Said(
    "已接受，序号 {seq}，事件单 {incident}", "accepted, sequence {seq}, incident {incident}"
)
REPEATED = Said("此前已记录，序号 {seq}", "recorded before, sequence {seq}")
REJECTED = Said("被拒绝：{field}{why}", "rejected: {field}{why}")
LINE_REJECTED = Said("第 {line} 行被拒绝：{field}{why}", "line {line} rejected: {field}{why}")
NOT_JSON = Said("不是 JSON：{why}", "is not JSON: {why}")
NOT_A_REPORT = Said(
    "每个报告必须是 JSON 对象，而不是 {kind}", "a report is a JSON object, not {kind}"
)
FILE_DONE = Said("接受 {accepted}，拒绝 {rejected}", "accepted {accepted}, rejected {rejected}")
FILE_CUT = Said(
    "发送 {file} 中断：第 {line} 行起未得到回答（{why}）",
    "send {file}: no answer for line {line} and what follows ({why})",
)
FILE_CUT_HINT = Said(
    "这些报告连同编号已保存到 {unsent}；再次发送不会重复：muster report --file {unsent}",
    "these reports are kept, with their ids, in {unsent};"
    " sending it again repeats nothing: muster report --file {unsent}",
)
SENDING = Said("正在发送报告", "sending reports")
WRONG_COUNT = Said(
    "发送 {file}：{sent} 个报告只得到 {got} 个回答", "send {file}: {got} answers to {sent} reports"
)
ACKNOWLEDGED = Said("已确认 {id}", "acknowledged {id}")
NOT_ACKNOWLEDGED = Said("未能确认 {id}：{why}", "not acknowledged {id}: {why}")
ALERT_CLOSED = Said("警报 {id} 已关闭", "closed alert {id}")
DRILL = Said("【演练】", "DRILL")
NO_ALERTS = Said("没有警报", "no alerts")
FOLLOWING = Said("正在跟踪 {url}，按 Ctrl-C 停止", "following {url}; stop with Ctrl-C")
CUT = Said("连接中断（{why}），正在重连", "the stream was cut ({why}); connecting again")
INCIDENT_DONE = Said(
    "事件单 {id}：已记录 {verb}，序号 {seq}", "incident {id}: {verb} recorded, sequence {seq}"
)
TOKEN_CREATED = Said(
    "令牌 {id}（{role}，{name}）。它只显示这一次：", "token {id} ({role}, {name}), shown this once:"
)
TOKEN_REVOKED = Said("令牌 {id} 已撤销", "revoked token {id}")
ALL_SITES = Said("全部站点", "all sites")
CAP_ACCEPTED = Said(
    "{file}：已接受 {identifier}，预警 {warning}，涉及场馆：{venues}",
    "{file}: accepted {identifier}, warning {warning}, venues: {venues}",
)
CAP_REJECTED = Said("{file}：被拒绝：{field}{why}", "{file}: rejected: {field}{why}")
CAP_ODD = Said("  可疑之处 {code}（{element}）：{detail}", "  odd: {code} ({element}): {detail}")
NONE = Said("无", "none")

# The picture.
PICTURE = Said("{at} 的态势（序号 {seq}）", "the picture at {at} (sequence {seq})")
KNOWN_BY = Said("，仅含 {known_by} 前已知的事实", ", as it was known by {known_by}")
COUNTS = Said(
    "人员 {total}：在岗 {present}，途中 {on_the_way}，休息 {resting}，离开 {left}，"
    "计划中 {planned}，未知 {unknown}，缺岗 {missing}",
    "{total} people: {present} present, {on_the_way} on the way, {resting} resting, {left} left,"
    " {planned} planned, {unknown} unknown, {missing} missing",
)
COUNTS_MORE = Said(
    "待回应警报 {alerts}，生效预警 {warnings}，点名未确认 {unaccounted}，"
    "运行中的预案 {runs}，搁置的报告 {set_aside}",
    "{alerts} alerts unanswered, {warnings} warnings in force,"
    " {unaccounted} people unaccounted for,"
    " {runs} playbooks running, {set_aside} reports set aside",
)
NEED_HELP = Said("需要帮助", "need help")
ALERTS = Said("警报", "alerts")
INCIDENTS = Said("事件", "incidents")
WARNINGS = Said("生效预警", "warnings in force")
COMING = Said("即将生效的预警", "warnings that are coming")
FEEDS = Said("预警数据源", "feeds of warnings")
ROLL_CALLS = Said("点名", "roll calls")
VENUES = Said("场馆", "venues")
COLUMNS = {
    "id": Said("编号", "id"),
    "name": Said("姓名", "name"),
    "venue": Said("场馆", "venue"),
    "since": Said("时长", "for"),
    "severity": Said("等级", "severity"),
    "title": Said("标题", "title"),
    "status": Said("状态", "status"),
    "category": Said("类别", "category"),
    "text": Said("内容", "text"),
    "owner": Said("负责人", "owner"),
    "level": Said("级别", "level"),
    "from": Said("生效", "from"),
    "expires": Said("失效", "expires"),
    "venues": Said("场馆", "venues"),
    "sender": Said("发布者", "sender"),
    "feed": Said("数据源", "feed"),
    "heard": Said("距上次", "heard"),
    "trouble": Said("故障", "trouble"),
    "present": Said("在岗", "present"),
    "expected": Said("应到", "expected"),
    "missing": Said("缺岗", "missing"),
    "on_the_way": Said("途中", "on the way"),
    "warnings": Said("预警", "warnings"),
    "incidents": Said("事件", "incidents"),
    "weather": Said("天气", "weather"),
    "safe": Said("平安", "safe"),
    "need_help": Said("求助", "need help"),
    "unaccounted": Said("未确认", "unaccounted"),
    "role": Said("角色", "role"),
    "sites": Said("站点", "sites"),
    "lanes": Said("条线", "lanes"),
    "person": Said("人员", "person"),
}
SEVERITY = {
    "extreme": Said("特别严重", "extreme"),
    "severe": Said("严重", "severe"),
    "moderate": Said("中等", "moderate"),
    "minor": Said("轻微", "minor"),
    "unknown": Said("未定", "unknown"),
}
STATUS = {
    "raised": Said("待回应", "unanswered"),
    "acknowledged": Said("已确认", "acknowledged"),
    "escalated": Said("已升级", "escalated"),
    "closed": Said("已关闭", "closed"),
    "reported": Said("已报告", "reported"),
    "triaged": Said("已研判", "triaged"),
    "assigned": Said("已指派", "assigned"),
    "accepted": Said("已受理", "accepted"),
    "contained": Said("已控制", "contained"),
    "resolved": Said("已解决", "resolved"),
    "reopened": Said("已重开", "reopened"),
    "merged": Said("已合并", "merged"),
    "open": Said("进行中", "open"),
}
VERB = {
    "triage": Said("研判", "triage"),
    "assign": Said("指派", "assignment"),
    "accept": Said("受理", "acceptance"),
    "contain": Said("控制", "containment"),
    "resolve": Said("解决", "resolution"),
    "close": Said("关闭", "closing"),
    "reopen": Said("重开", "reopening"),
    "merge": Said("合并", "merger"),
    "note": Said("补充", "note"),
}


def word(table: dict[str, Said], key: str) -> str:
    """Return the word for a value of Muster's; a value nobody here knows stands for itself."""
    return str(table[key]) if key in table else key
