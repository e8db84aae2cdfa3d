"""What `muster weather rules` says, in both languages."""

from services.cli.language import Said

COLON = Said("：", ": ")
UNTIL = Said("，有效至 {at}", ", until {at}")
WARNING = Said("预警", "warning")
STANDING = Said("现状", "where they stand")
NOTHING = Said("目前没有自动预警", "nothing is warned of by a rule now")
LOWERED = Said(
    "低于标准 {minutes} 分钟后降级，{hours} 小时未证实即失效",
    "lowered after {minutes} min below, runs out after {hours} h unconfirmed",
)
OR = Said(" 或 ", " or ")
AND = Said(" 且 ", " and ")
COLOUR = {
    "none": Said("无", "none"),
    "blue": Said("蓝色", "blue"),
    "yellow": Said("黄色", "yellow"),
    "orange": Said("橙色", "orange"),
    "red": Said("红色", "red"),
}
PRECIPITATION = {
    "none": Said("无", "none"),
    "rain": Said("雨", "rain"),
    "snow": Said("雪", "snow"),
    "mixed": Said("雨夹雪", "rain and snow"),
}
