"""What `muster weather at` says, in both languages."""

from services.cli.language import Said

HELP = Said(
    "某场馆正在面临与未来 24 小时的天气", "what a venue faces, now and in the 24 hours after"
)
VENUE = Said("场馆编号", "the venue's id")
AT = Said("何时，过去或未来；默认现在", "when, past or to come; now")
TITLE = Said("{name}（{venue}），{at}", "{name} ({venue}) at {at}")
FUTURE = Said(
    "{name}（{venue}），{at}（未来，按目前所知）",
    "{name} ({venue}) at {at}, which is to come: by what is known now",
)
IN_FORCE = Said("生效预警", "warnings in force")
COMING = Said("即将生效", "coming")
AHEAD = Said("其后 24 小时", "the 24 hours after")
CALM = Said("其后 24 小时没有预警", "no warnings in the 24 hours after")
NOT_BEGUN = Said("{severity}（尚未来临）", "{severity} (not there yet)")
MEASURED = Said("Muster 实测，规则 {rule}", "measured by Muster, rule {rule}")
NOT_MEASURED = Said("没有实况观测", "nothing has been measured")
MEASURES_LINE = Said("实况：{parts}（{age}前）", "measured: {parts} ({age} ago)")
MEASURES = {
    "temperature_c": (Said("气温", "temperature"), "°C"),
    "wind_ms": (Said("风速", "wind"), "m/s"),
    "gust_ms": (Said("阵风", "gusts"), "m/s"),
    "visibility_m": (Said("能见度", "visibility"), "m"),
    "snow_depth_cm": (Said("积雪", "snow"), "cm"),
    "snowfall_mm": (Said("降雪", "snowfall"), "mm"),
    "road_c": (Said("路面", "road"), "°C"),
}
FEED = Said("数据源 {name}：{state}，{age}前收到", "feed {name}: {state}, heard {age} ago")
STATE = {
    "ok": Said("正常", "good"),
    "waiting": Said("等待首次收到", "waiting for its first word"),
    "late": Said("迟到", "late"),
    "failed": Said("故障", "failed"),
}
COLOUR = {
    "white": Said("白色", "white"),
    "blue": Said("蓝色", "blue"),
    "yellow": Said("黄色", "yellow"),
    "orange": Said("橙色", "orange"),
    "red": Said("红色", "red"),
}
COLUMNS = {
    "level": Said("信号", "signal"),
    "severity": Said("等级", "severity"),
    "what": Said("预警", "warning"),
    "from": Said("自", "from"),
    "until": Said("至", "until"),
    "sender": Said("发布者", "sender"),
    "n": Said("预警数", "warnings"),
}
