"""What `muster roster` and `muster people` say, in both languages."""

from services.cli.language import Said

COUNTS = Said(
    "新增 {added} 人，变更 {changed} 人，不变 {unchanged} 人；名册中另有 {absent} 人不在文件中；"
    "错误 {errors} 处，提示 {notes} 处",
    "{added} new, {changed} changed, {unchanged} as they were; {absent} more on the roster are not"
    " in the file; {errors} errors, {notes} notes",
)
CHECKED = Said("仅核对，未写入任何内容", "only checked, nothing was written")
ACCEPTED = Said("已写入 {events} 个事件", "{events} events written")
REFUSED = Said("未写入任何内容：请改正错误后重试", "nothing was written: put the errors right")
NOT_TAKEN = Said("{id} 未写入：{why}", "{id} was not taken: {why}")
MORE = Said("另有 {count} 处未列出", "{count} more are not listed")
ERRORS = Said("错误", "errors")
NOTES = Said("提示", "notes")
ABSENT = Said("在名册中而不在文件中：{people}", "on the roster and not in the file: {people}")
EXPORTED = Said("已写入 {file}，{size} 字节", "wrote {file}, {size} bytes")
NOT_WRITTEN = Said("无法写入 {file}：{why}", "write {file}: {why}")
FORMAT = Said("文件名须以 .xlsx 或 .csv 结尾", "the name of the file ends in .xlsx or .csv")
NOT_A_MAPPING = Said(
    "{file} 应为“字段: 列名”的 YAML：{why}", "{file} must be YAML of `field: header`: {why}"
)
NOBODY = Said("没有找到人", "nobody is found")
NEXT = Said("还有更多：--after {after}", "there are more: --after {after}")
COLUMNS = {
    "sheet": Said("工作表", "sheet"),
    "row": Said("行", "row"),
    "column": Said("列", "column"),
    "what": Said("问题", "what"),
    "value": Said("内容", "value"),
    "id": Said("编号", "id"),
    "name": Said("姓名", "name"),
    "latin": Said("拼音", "latin"),
    "role": Said("岗位", "role"),
    "site": Said("站点", "site"),
    "whereabouts": Said("去向", "whereabouts"),
    "venue": Said("场馆", "venue"),
    "age": Said("最近消息", "last heard"),
}
