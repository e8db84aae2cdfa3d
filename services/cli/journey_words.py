"""What `muster journey`, `muster help` and `muster take` say."""

from services.cli.language import Said

CALLED = Said(
    "求助已发出，事件单 {incident}，序号 {seq}",
    "the call for help is out: incident {incident}, sequence {seq}",
)
TAKEN = Said("事件单 {incident} 由 {owner} 负责", "incident {incident} is {owner}'s")
PLANNED = Said("行程 {id} 已计划，序号 {seq}", "journey {id} is planned, sequence {seq}")
DONE = {
    "replan": Said("行程 {id} 已更改，序号 {seq}", "journey {id} has a new plan, sequence {seq}"),
    "depart": Said("行程 {id} 已出发，序号 {seq}", "journey {id} has departed, sequence {seq}"),
    "arrive": Said("行程 {id} 已记录抵达，序号 {seq}", "journey {id}: arrival, sequence {seq}"),
    "cancel": Said("行程 {id} 已取消，序号 {seq}", "journey {id} is cancelled, sequence {seq}"),
}
NONE = Said("没有行程", "no journeys")
TITLE = Said("行程", "journeys")
STATUS = {
    "planned": Said("已计划", "planned"),
    "under-way": Said("在途", "under way"),
    "arrived": Said("已抵达", "arrived"),
    "overdue": Said("逾期未到", "overdue"),
    "cancelled": Said("已取消", "cancelled"),
}
COLUMNS = {
    "status": Said("状态", "status"),
    "from": Said("出发地", "from"),
    "to": Said("目的地", "to"),
    "arrives": Said("计划抵达", "arrives"),
    "late": Said("晚", "late"),
    "people": Said("人数", "people"),
    "missing": Said("未到", "missing"),
    "vehicle": Said("车辆", "vehicle"),
    "driver": Said("司机", "driver"),
    "plans": Said("曾改", "changed"),
    "id": Said("编号", "id"),
}
LAST_KNOWN = Said("  最后消息：{said}", "  last known: {said}")
