"""Why a document is not taken, in both languages. One entry a reason."""

from typing import Final

from services.weather.cap.model import CapRefused

QUOTE_CHARS_MAX: Final = 80

REFUSALS: Final[dict[str, tuple[str, str]]] = {
    "body-empty": ("the body is empty", "内容为空"),
    "body-too-large": (
        "the body has {size} bytes; at most {limit} are read",
        "内容共 {size} 字节，最多接受 {limit} 字节",
    ),
    "encoding-unknown": (
        "the declared encoding {value} is not one that is read",
        "不支持所声明的编码 {value}",
    ),
    "encoding-broken": (
        "byte {position} is not {encoding}, which is the declared or assumed encoding",
        "第 {position} 字节不符合所声明或默认的编码 {encoding}",
    ),
    "xml-broken": (
        "not well-formed XML: {problem} at line {line}, column {column}",
        "XML 格式错误：第 {line} 行第 {column} 列，{problem}",
    ),
    "dtd-forbidden": (
        "a DOCTYPE is not accepted: it can declare entities and read files",
        "不接受 DOCTYPE：它可以声明实体并读取文件",
    ),
    "nested-too-deep": (
        "elements are nested deeper than {limit}",
        "元素嵌套超过 {limit} 层",
    ),
    "too-many-elements": (
        "more than {limit} elements",
        "元素超过 {limit} 个",
    ),
    "markup-too-long": (
        "one tag or comment has more than {limit} bytes",
        "一个标签或注释超过 {limit} 字节",
    ),
    "attributes-too-long": (
        "the attributes of one element have {size} characters; at most {limit} are read",
        "一个元素的属性共 {size} 个字符，最多接受 {limit} 个",
    ),
    "text-too-long": (
        "the text has more than {limit} characters",
        "文本超过 {limit} 个字符",
    ),
    "too-many": (
        "{count} of them; at most {limit} are read",
        "共 {count} 个，最多接受 {limit} 个",
    ),
    "too-many-points": (
        "the outlines have more than {limit} points",
        "边界点超过 {limit} 个",
    ),
    "feed-not-alert": (
        "this is a feed (<{value}>), not an alert: post the alerts that it lists",
        "这是订阅源（<{value}>），不是预警：请提交其中列出的预警",
    ),
    "format-unknown": (
        "neither CAP nor a feed nor a list of warnings that is known: {value}",
        "既不是 CAP 或订阅源，也不是已知的预警列表：{value}",
    ),
    "format-without-warnings": (
        "no warnings in it: this is {en}",
        "其中没有预警：这是{zh}",
    ),
    "page-without-alerts": (
        "a web page without links to alerts",
        "网页中没有指向预警的链接",
    ),
    "item-unreadable": (
        "an item of the list is not an object with a warning's names",
        "列表中的一项不是预警对象",
    ),
    "json-broken": (
        "not JSON: {problem} at line {line}, column {column}",
        "JSON 格式错误：第 {line} 行第 {column} 列，{problem}",
    ),
    "packed-unknown": (
        "packed as {value}; gzip and zip are opened, one layer deep",
        "压缩格式为 {value}；只打开一层 gzip 或 zip",
    ),
    "packed-broken": (
        "the {value} cannot be opened: {problem}",
        "无法解压 {value}：{problem}",
    ),
    "packed-empty": (
        "the archive has no files in it",
        "压缩包中没有文件",
    ),
    "unpacked-too-large": (
        "unpacked, it has more than {limit} bytes",
        "解压后超过 {limit} 字节",
    ),
    "no-alert": (
        "no CAP alert in it; the document is <{value}>",
        "其中没有 CAP 预警；文档根元素为 <{value}>",
    ),
    "element-missing": (
        "missing, and a warning cannot be used without it",
        "缺少该元素，没有它预警无法使用",
    ),
    "element-empty": (
        "empty, and a warning cannot be used without it",
        "该元素为空，没有它预警无法使用",
    ),
    "element-contradicts-itself": (
        "there more than once, with different values: {values}",
        "该元素出现多次且取值不同：{values}",
    ),
    "signed-but-incomplete": (
        "missing from a signed message; the CAP schema requires it, so it was lost after signing",
        "已签名的消息缺少该元素；CAP 规范要求必须有，说明签名后已丢失",
    ),
    "value-unknown": (
        "{value} is not one of {allowed}",
        "{value} 不是允许的取值：{allowed}",
    ),
    "time-unreadable": (
        "{value} is not a time such as 2022-02-13T09:30:00+08:00",
        "{value} 不是有效时间，正确格式如 2022-02-13T09:30:00+08:00",
    ),
    "polygon-one-point": (
        "{value} is one point; an outline needs at least three",
        "{value} 只有一个点，边界至少需要三个点",
    ),
}


def refuse(code: str, element: str, **values: object) -> CapRefused:
    """The refusal `code` at `element`, its sentences filled with `values`."""
    english, chinese = REFUSALS[code]
    return CapRefused(code, element, english.format(**values), chinese.format(**values))


def quoted(text: str) -> str:
    """`text` as sent, in quotes, short enough for a log line."""
    shown = text if len(text) <= QUOTE_CHARS_MAX else text[: QUOTE_CHARS_MAX - 1] + "…"
    return repr(shown)
