"""What `muster person` says."""

from services.cli.language import Said

FIELDS = {
    "id": Said("编号", "id"),
    "name": Said("姓名", "name"),
    "latin": Said("拼音", "latin"),
    "site": Said("站点", "site"),
    "role": Said("岗位", "role"),
    "languages": Said("语言", "languages"),
    "lead": Said("组长", "team lead"),
    "leads": Said("负责", "leads"),
    "lanes": Said("条线", "lanes"),
    "phases": Said("阶段", "phases"),
    "helpers": Said("帮扶人", "helpers"),
    "whereabouts": Said("当前", "now"),
    "venue": Said("场馆", "venue"),
    "channels": Said("渠道", "channels"),
    "phone": Said("电话", "phone"),
    "addresses": Said("地址", "addresses"),
    "answer": Said("回答", "answer"),
    "temperature_c": Said("体温（℃）", "temperature (°C)"),
    "text": Said("留言", "words"),
    "state": Said("状态", "state"),
    "body": Said("原文", "what was sent"),
}
"""Of a person and of their details, in the order in which they are shown."""
NONE = Said("没有封存的信息", "there is nothing sealed of this kind")
GONE = Said("无法打开：密钥已销毁", "cannot be opened: the key is destroyed")
SURE = Said(
    "{id} 的联系方式、健康与情绪信息将永远无法读取，且无法恢复。请再次输入编号以确认",
    "contact, health and mood of {id} can then never be read again, by nobody. Type the id again",
)
NOT_SURE = Said("输入的编号不符，未做任何更改", "that is another id: nothing was done")
ERASED = Said("{id} 的个人信息已销毁", "the details of {id} are destroyed")
