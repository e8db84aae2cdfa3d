"""What `muster weather observe` says, in both languages."""

from services.cli.language import Said

HELP = Said(
    "上报实况观测：数值带单位，或标准输入的 METAR",
    "report what was measured: values with units, or METAR on stdin",
)
VENUE = Said(
    "场馆编号；METAR 中的站号已登记时可省略",
    "the venue's id; may be left out for METAR of stations whose venue is known",
)
METAR = Said(
    "METAR 报文文件，每行一份；- 为标准输入", "a file of METAR reports, one a line; - is stdin"
)
AT = Said("何时观测；默认现在", "when it was measured; now if left out")
ID = Said("自定编号；同一编号只记录一次", "an id of yours; one id is recorded once")
TEXT = Said("文字说明", "words about it")
PRECIPITATION = Said("现在降什么", "what falls now")
SNOWFALL = Said(
    "过去若干小时的降雪量（毫米水）：4/6h", "what fell in the last hours, in mm of water: 4/6h"
)
MEASURES = {
    "temperature": Said("气温，默认 °C", "temperature, in °C"),
    "wind": Said("平均风速，默认 m/s；可写 40km/h", "mean wind, in m/s; or 40km/h"),
    "gust": Said("阵风，默认 m/s", "gusts, in m/s"),
    "visibility": Said("能见度，默认 m；可写 2km", "visibility, in m; or 2km"),
    "snow_depth": Said("积雪深度，默认 cm", "snow depth, in cm"),
    "road": Said("路面温度，默认 °C", "temperature of the road, in °C"),
    "dew_point": Said("露点，默认 °C", "dew point, in °C"),
    "humidity": Said("相对湿度，默认 %", "relative humidity, in %"),
    "pressure": Said("气压，默认 hPa", "pressure, in hPa"),
}
NOT_A_MEASURE = Said(
    "{value} 不是数值；请写成 -12 或 40km/h", "{value} is no measurement; write -12 or 40km/h"
)
NOT_SNOWFALL = Said(
    "{value} 不是降雪量；请写成 4/6h（6 小时内 4 毫米）",
    "{value} is no snowfall; write 4/6h for 4 mm in 6 hours",
)
ONE_WAY = Said(
    "--metar 不与其他数值同用", "--metar goes with the venue only, and with no other value"
)
NEEDS_VENUE = Said("请写明场馆", "say at which venue")
ACCEPTED = Said("已接受，序号 {seq}，{venue}", "accepted, sequence {seq}, {venue}")
LEFT_OUT = Said("  其中未采用 {field}：{why}", "  of it {field} was left out: {why}")
