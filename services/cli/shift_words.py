"""What the commands about shifts, swaps, boards and phases say, in both languages."""

from services.cli.language import Said

ASSIGNED = Said(
    "班次 {shift} 已安排给 {person}，序号 {seq}", "shift {shift} is {person}'s, sequence {seq}"
)
CANCELLED = Said(
    "{person} 的班次 {shift} 已取消，序号 {seq}", "cancelled {shift} of {person}, sequence {seq}"
)
MORE = Said("只列出前 {n} 个班次", "these are the first {n} shifts")
NO_SHIFTS = Said("没有班次", "no shifts")
PROPOSED = Said(
    "换班 {id} 已提议；已同意：{agreed}", "swap {id} is proposed; agreed so far: {agreed}"
)
AGREED = Said("换班 {id}：{person} 已同意", "swap {id}: {person} agreed")
DECLINED = Said("换班 {id}：{person} 已拒绝", "swap {id}: {person} declined")
YOU = Said("您", "you")
NOBODY = Said("无", "nobody")
NO_SWAPS = Said("没有换班", "no swaps")
PASSED = Said("{person} 通过培训 {course}，序号 {seq}", "{person} passed {course}, sequence {seq}")
LEAVE_APPROVED = Said(
    "{person} 的离校 {leave} 已批准，序号 {seq}",
    "leave {leave} of {person} is approved, sequence {seq}",
)
LEAVE_WITHDRAWN = Said(
    "{person} 的离校批准 {leave} 已撤销，序号 {seq}",
    "leave {leave} of {person} is withdrawn, sequence {seq}",
)
PHASE_PLANNED = Said("阶段 {id} 已计划，序号 {seq}", "phase {id} is planned, sequence {seq}")
PHASE_REFUSED = Said("阶段 {id} 被拒绝：{why}", "phase {id} rejected: {why}")
NOT_PHASES = Said(
    "{file} 应为一个阶段、阶段列表，或 phases: 下的列表",
    "{file}: a phase, a list of phases, or such a list under phases: is wanted",
)
NOT_YAML = Said("无法读取 {file}：{why}", "read {file}: {why}")
READY = Said(
    "阶段 {phase}：名单 {people} 人，就绪 {ready} 人",
    "phase {phase}: {ready} of {people} are ready",
)
FAILS = Said("{gate}：{n} 人未达到", "{gate}: {n} are not")
BOARD = Said("{name}（{venue}），{at}", "{name} ({venue}), {at}")
NO_BOARD = Said("没有场馆", "no venues")
LATER = Said("此后：{start} 至 {end}，{people} 人", "later: {start} to {end}, {people} people")
LISTS = {
    "on": Said("在岗", "on"),
    "leaving": Said("即将下岗", "leaving soon"),
    "arriving": Said("即将到岗", "arriving soon"),
    "missing": Said("缺岗", "missing"),
    "gone": Said("已离开", "gone"),
    "overdue": Said("应签退未签退", "not checked out"),
}
GATES = {
    "training": Said("培训", "training"),
    "leave": Said("离校审批", "approval to leave campus"),
    "two-channels": Said("两个联系渠道", "two channels"),
}
SWAP_STATUS = {
    "proposed": Said("待同意", "proposed"),
    "declined": Said("已拒绝", "declined"),
    "done": Said("已完成", "done"),
    "failed": Said("未成", "failed"),
}
COLUMNS = {
    "id": Said("编号", "id"),
    "person": Said("人员", "person"),
    "name": Said("姓名", "name"),
    "venue": Said("场馆", "venue"),
    "role": Said("岗位", "role"),
    "from": Said("开始", "from"),
    "to": Said("结束", "to"),
    "against": Said("破例", "against"),
    "list": Said("状态", "list"),
    "evidence": Said("最近消息", "last heard of"),
    "giver": Said("让出", "gives"),
    "taker": Said("接替", "takes"),
    "in_return": Said("换得", "in return"),
    "agreed": Said("已同意", "agreed"),
    "status": Said("状态", "status"),
    "fails": Said("未达到", "lacks"),
    "runs": Said("进行中", "runs"),
    "check_in": Said("打卡", "check-in"),
    "gates": Said("门槛", "gates"),
}
YES, NO = Said("是", "yes"), Said("否", "no")
