"""What the commands about feeds say, in both languages."""

from services.cli.language import Said

NONE = Said("没有登记数据源", "no feeds are followed")
STATE = {
    "ok": Said("正常", "ok"),
    "waiting": Said("等待首次内容", "waiting"),
    "late": Said("迟到", "late"),
    "failed": Said("失效", "FAILED"),
}
ADAPTER = {
    "atom": Said("Atom", "atom"),
    "rss": Said("RSS", "rss"),
    "index": Said("索引页", "index"),
    "folder": Said("文件夹", "folder"),
    "push": Said("推送", "push"),
    "cap": Said("单个文件", "cap"),
    "nws": Said("NWS GeoJSON", "nws"),
    "cma": Said("预警列表", "cma"),
}
COLUMNS = {
    "id": Said("编号", "id"),
    "name": Said("名称", "name"),
    "state": Said("状态", "state"),
    "adapter": Said("方式", "how"),
    "interval": Said("周期", "every"),
    "age": Said("距上次", "age"),
    "entries": Said("列出", "lists"),
    "taken": Said("接收", "taken"),
    "refused": Said("拒收", "refused"),
}
TROUBLE = Said(
    "{id}：自 {since} 起{trouble}：{reason}",
    "{id}: {trouble} since {since}: {reason}",
)
OVER = Said(
    "{id}：曾自 {since} 起{trouble}，{until} 恢复：{reason}",
    "{id}: was {trouble} from {since} to {until}: {reason}",
)
TROUBLES = {
    "silent": Said("没有回应", "silent"),
    "empty": Said("内容为空", "empty"),
    "broken": Said("无法读取", "broken"),
}
ADDED = Said("已登记数据源 {id}，序号 {seq}", "feed {id} is followed, sequence {seq}")
REMOVED = Said("已停用数据源 {id}", "feed {id} is followed no longer")
ANSWERED = Said(
    "{id}：列出 {entries} 条，新收 {taken} 条，拒收 {refused} 条",
    "{id}: {entries} listed, {taken} taken, {refused} refused",
)
NOT_ANSWERED = Said("{id}：{trouble}：{reason}", "{id}: {trouble}: {reason}")
ASKED = Said("{id}：已询问，尚无结果", "{id}: asked, nothing has come of it yet")
