"""What may be odd about a message that is taken all the same, in both languages."""

from typing import Final

from services.weather.cap.model import Deviation
from services.weather.cap.refusals import quoted

DEVIATIONS: Final[dict[str, tuple[str, str]]] = {
    # the document
    "encoding-declared-wrong": (
        "the declared encoding is not the real one",
        "声明的编码与实际不符",
    ),
    "text-after-xml": ("there is text behind the document", "文档之后有多余内容"),
    "text-before-xml": ("there is text before the XML declaration", "XML 声明之前有多余内容"),
    "namespace-missing": (
        "the CAP namespace is missing; read as CAP 1.2",
        "缺少 CAP 命名空间，按 1.2 读取",
    ),
    "namespace-unknown": (
        "the namespace is not a CAP one; read as CAP 1.2",
        "命名空间不是 CAP，按 1.2 读取",
    ),
    "encoding-guessed": (
        "not UTF-8, and no encoding is said; read as what it looks like",
        "不是 UTF-8 且未声明编码，按其特征读取",
    ),
    "json-key-repeated": (
        "a key is there twice in one object; the last counts",
        "同一对象中键名重复，以最后一个为准",
    ),
    "no-warnings": ("the list has no warning in it", "列表中没有预警"),
    "value-assumed": (
        "the format does not say it; taken from what it does say",
        "该格式没有写明，由其他内容推定",
    ),
    "wrapped-document": ("the alert came inside another document", "预警嵌在其他文档之中"),
    "sibling-refused": (
        "another alert in the same document was refused",
        "同一文档中的另一条预警被拒绝",
    ),
    "more-deviations": ("there is more that is odd than is listed", "还有更多不规范之处未列出"),
    # elements
    "element-order": ("elements are not in the order of the schema", "元素顺序不符合规范"),
    "element-unknown": ("the element is not part of CAP; left out", "该元素不属于 CAP，已忽略"),
    "element-repeated": ("the element may be there only once", "该元素只应出现一次"),
    "element-missing": ("a required element is missing", "缺少必需的元素"),
    "element-empty": ("a required element is empty", "必需的元素为空"),
    "pair-incomplete": ("a name or its value is missing", "缺少名称或取值"),
    # values
    "value-case": ("the value differs from the standard's spelling", "取值的写法与规范不同"),
    "value-deprecated": ("the value is of an older CAP", "取值属于旧版 CAP"),
    "value-unknown": ("the value is not one the standard knows", "取值不在规范之内"),
    "number-unreadable": ("the number cannot be read; left out", "数值无法读取，已忽略"),
    "identifier-characters": (
        "spaces, commas, < and & may not be in an identifier or sender",
        "标识符或发送者中不应有空格、逗号、< 或 &",
    ),
    "html-in-text": ("the text contains HTML", "文本中含有 HTML"),
    "headline-long": ("the headline is over 160 characters", "标题超过 160 个字符"),
    "text-over-broadcast-length": (
        "the text is longer than a cell broadcast can carry",
        "文本超过小区广播可承载的长度",
    ),
    "resource-content-dropped": ("an embedded file was not kept", "内嵌文件未保留"),
    # times
    "time-without-offset": ("the time has no offset; read as UTC", "时间没有时区，按 UTC 读取"),
    "time-form": ("the time is not written as CAP wants it", "时间的写法不符合 CAP"),
    "time-of-beijing": (
        "the time has no offset; the service means Beijing time",
        "时间没有时区，该机构用北京时间",
    ),
    "time-unreadable": ("the time cannot be read; left out", "时间无法读取，已忽略"),
    "expires-missing": ("it is not said when the warning ends", "没有说明预警何时失效"),
    "expires-not-after-sent": ("it had ended when it was sent", "发出时已经失效"),
    "onset-after-expires": ("it begins after it ends", "开始时间晚于失效时间"),
    "effective-after-expires": ("it takes effect after it ends", "生效时间晚于失效时间"),
    # the message
    "status-not-actual": (
        "not a real warning: exercise, system, test or draft",
        "并非实际预警：演练、系统、测试或草稿",
    ),
    "envelope-not-actual": (
        "the document around it says it is not meant; the stricter of the two counts",
        "外层文档声明并非实际预警，以两者中较严者为准",
    ),
    "scope-not-public": ("the issuer limits who may see this", "发布者限定了可见范围"),
    "not-a-warning": (
        "an acknowledgement or an error message; it warns of nothing",
        "确认或出错消息，不是预警",
    ),
    "info-missing": ("it says nothing about a hazard", "没有说明任何灾害信息"),
    "info-in-cancel": ("a cancellation that still carries a warning", "解除消息中仍带有预警内容"),
    "cancel-sent-as-update": (
        "a cancellation sent as an update or a first warning",
        "以更新或首发形式发出的解除",
    ),
    "event-missing": ("the event is not named; the headline is used", "未写明事件，使用标题代替"),
    "language-repeated": ("several parts are in one language", "同一语言有多个部分"),
    "infos-differ": ("the parts differ in category or event code", "各部分的类别或事件代码不一致"),
    "signature-untrusted": (
        "the signature fits; its signer is not among those trusted",
        "签名相符，但签名者不在受信任之列",
    ),
    "signature-expired": (
        "the signature fits; its certificate did not hold when this was sent",
        "签名相符，但发送时签名证书不在有效期内",
    ),
    "signature-weak": (
        "the signature fits by an algorithm that is no longer safe",
        "签名相符，但所用算法已不再安全",
    ),
    "signature-bad": ("the signature does not fit what is signed", "签名与内容不符"),
    "signature-malformed": ("the signature cannot be a valid one", "签名不可能有效"),
    "identifier-reused": (
        "a message of this name came before and said something else; that one stands",
        "同名消息此前已收到且内容不同，以先收到的为准",
    ),
    "sent-ahead": (
        "it says it was sent more than a day from now; taken as sent when it came",
        "声明的发送时间比现在晚一天以上，以收到的时间为准",
    ),
    # references
    "references-missing": ("it does not say which message it is about", "没有说明针对哪条消息"),
    "references-on-alert": ("a first warning that refers to others", "首发预警引用了其他消息"),
    "reference-malformed": (
        "a reference is not sender,identifier,time",
        "引用格式不是“发送者,标识符,时间”",
    ),
    "reference-to-itself": ("it refers to itself", "引用了自身"),
    "reference-sent-equals-own": (
        "a reference carries the message's own time",
        "引用中的时间等于本消息的时间",
    ),
    "reference-sender-differs": ("a reference names another sender", "引用的发送者不同"),
    "reference-after-sent": ("it refers to a later message", "引用了更晚的消息"),
    "reference-repeated": ("the same message is referred to twice", "重复引用同一消息"),
    # places
    "area-missing": ("it is not said where", "没有说明地点"),
    "area-without-shape": (
        "the place has a name but no shape or code",
        "地点只有名称，没有边界或编码",
    ),
    "polygon-empty": ("an outline is empty; left out", "边界为空，已忽略"),
    "polygon-unreadable": ("an outline cannot be read; left out", "边界无法读取，已忽略"),
    "polygon-separators": ("the points are not written lat,lon lat,lon", "边界点的分隔方式不规范"),
    "polygon-not-closed": ("the outline was not closed; now it is", "边界未闭合，已补上"),
    "polygon-too-few-points": ("the outline has no surface; left out", "边界没有面积，已忽略"),
    "polygon-vertex-repeated": ("an outline passes a point twice", "边界重复经过同一点"),
    "polygon-self-intersecting": ("the outline crosses itself", "边界自相交"),
    "polygon-inside-another": (
        "an outline lies inside another; both count",
        "一个边界在另一个之内，两者都算",
    ),
    "polygon-hole-filled": (
        "an outline had holes; CAP has none, so they count as inside",
        "边界中有空洞；CAP 不支持，按在内计算",
    ),
    "polygon-crosses-antimeridian": ("the outline crosses 180 degrees", "边界跨越 180 度经线"),
    "coordinate-out-of-range": ("a coordinate is not on Earth; left out", "坐标超出范围，已忽略"),
    "coordinate-extra-value": ("a point has more than two values", "坐标点多于两个数值"),
    "lat-lon-swapped": ("latitude and longitude were swapped; put right", "经纬度颠倒，已更正"),
    "longitude-over-180": ("a longitude is counted past 180; put right", "经度超过 180，已更正"),
    "circle-unreadable": ("a circle cannot be read; left out", "圆无法读取，已忽略"),
    "circle-radius-zero": ("a circle has no radius", "圆的半径为零"),
    "ceiling-below-altitude": ("the ceiling is not above the altitude", "上限高度不高于下限高度"),
    "ceiling-without-altitude": ("a ceiling without an altitude", "有上限高度而没有下限高度"),
}


class Notes:
    """Collects deviations while one alert is read: each once, and not without end."""

    def __init__(self, deviations_max: int) -> None:
        self._found: dict[Deviation, None] = {}
        self._max = deviations_max

    def add(self, code: str, element: str, detail: str = "") -> None:
        """Note that `element` deviates as `code` says; `detail` is the value as sent."""
        if code not in DEVIATIONS:
            raise KeyError(code)
        found = Deviation(code, element, quoted(detail)[1:-1] if detail else "")
        if found not in self._found and len(self._found) >= self._max:
            found = Deviation("more-deviations", "alert", "")
        self._found[found] = None

    def all(self) -> tuple[Deviation, ...]:
        """What was noted, in the order of reading."""
        return tuple(self._found)
