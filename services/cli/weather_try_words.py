"""What `muster weather try` says, in both languages."""

from services.cli.language import Said

HELP = Said(
    "逐个判断文件会被如何读取，不作任何记录，也不需要 Muster 在运行",
    "say what would be made of each file; nothing is recorded, and no Muster need be running",
)
FILES = Said(
    "CAP、订阅源、预警 JSON，或其 gzip、zip；文件夹表示其中所有文件；- 为标准输入；也可以是网址",
    "CAP, a feed, warnings in JSON, or a gzip or zip of them; a folder is all files in it; "
    "- is stdin; an address is fetched",
)
TRUST = Said(
    "受信任的证书（PEM）所在文件夹（或 MUSTER_TRUST）",
    "a folder of trusted certificates as PEM (or MUSTER_TRUST)",
)
JSON = Said("每个文件输出一行 JSON", "one line of JSON for each file")
NO_FILES = Said("{folder} 中没有文件", "judge {folder}: there are no files in it")
BAD_TRUST = Said("无法读取受信任的证书：{why}", "{why}")

TAKEN = Said("可接受", "taken")
REFUSED = Said("拒绝", "refused")
NOT_LIVE = Said("不会生效", "would not be live")
LIVE = Said("会生效", "would be live")
OVER = Said("已于 {at} 失效", "ended {at}")
UNTIL = Said("至 {at}", "until {at}")
NO_END = Said("未说明何时失效", "no end is said")
FROM = Said("自 {at}", "from {at}")
SENT = Said("发布 {at}", "sent {at}")
ELEMENT = Said("位置 {element}", "at {element}")
ENTRIES = Said("{count} 个条目", "{count} entries")
WARNINGS = Said("{count} 条预警", "{count} warnings")
LEFT_OUT = Said("其中 {count} 条被拒绝", "{count} of them refused")
MORE = Said("另有 {count} 项", "and {count} more")
SUMMARY = Said(
    "共 {files} 个文件：可接受 {taken}，拒绝 {refused}",
    "{files} files: {taken} taken, {refused} refused",
)
AREAS = Said(
    "{count} 个区域，{shapes} 个边界，{codes} 个编码",
    "{count} areas, {shapes} outlines, {codes} codes",
)
FOLLOWS = Said("针对 {identifiers}", "follows {identifiers}")
DEVIATIONS = Said("不规范之处", "what is not as it should be")
COLUMNS = {
    "identifier": Said("标识", "identifier"),
    "event": Said("事件", "event"),
    "level": Said("级别", "level"),
    "until": Said("有效期至", "until"),
    "where": Said("地点", "where"),
    "title": Said("标题", "title"),
    "updated": Said("更新时间", "updated"),
    "link": Said("链接", "link"),
}
MOVE = {
    "issue": Said("发布", "issued"),
    "update": Said("更新", "updated"),
    "cancel": Said("解除", "cancelled"),
    None: Said("不是预警", "warns of nothing"),
}
COLOUR = {
    "white": Said("白色", "white"),
    "blue": Said("蓝色", "blue"),
    "yellow": Said("黄色", "yellow"),
    "orange": Said("橙色", "orange"),
    "red": Said("红色", "red"),
}
SEVERITY = {
    "extreme": Said("特别严重", "Extreme"),
    "severe": Said("严重", "Severe"),
    "moderate": Said("较重", "Moderate"),
    "minor": Said("一般", "Minor"),
    "unknown": Said("程度未知", "severity unknown"),
}
SIGNATURE = {
    "good": Said("签名有效：{signer}", "signed by {signer}, who is trusted"),
    "untrusted": Said(
        "签名相符，签名者不受信任：{signer}", "signed by {signer}, who is not trusted here"
    ),
    "weak": Said(
        "签名算法不安全：{signer}", "signed by {signer}, with an algorithm that is not safe"
    ),
    "bad": Said("签名与内容不符", "signed, but the signature does not fit"),
    "malformed": Said("签名无法验证", "signed, but what is there cannot be a signature"),
}
STATUS = {
    "Actual": Said("实际", "actual"),
    "Exercise": Said("演练", "exercise"),
    "System": Said("系统", "system"),
    "Test": Said("测试", "test"),
    "Draft": Said("草稿", "draft"),
}
