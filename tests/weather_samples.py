"""One fact of every type about the weather, with every field said."""

from events.bulletin import (
    BulletinApproved,
    BulletinDeclined,
    BulletinDrafted,
    BulletinPublished,
    Content,
)
from events.fact import Fact, Place, Ref, Text
from events.feed import FeedFailed, FeedHeard, FeedRecovered, FeedRegistered, FeedRemoved
from events.weather import (
    Affected,
    WarningArea,
    WarningCancelled,
    WarningExpired,
    WarningIssued,
    WarningMessage,
    WarningSuperseded,
    WarningText,
    WarningUpdated,
    WeatherObserved,
)
from tests.moments import NOON, at

BLIZZARD = Text(zh="暴雪橙色预警", en="Blizzard, orange")
TRACK = Text(zh="国家雪车雪橇中心", en="National Sliding Centre")
HILL = Place(lat=40.5221, lon=115.7856)
STORM = Ref(kind="warning", id="w-cma-1")

MESSAGE = WarningMessage(
    sender="weather@example.org",
    identifier="1.2.156.0.1-202202041130",
    sent=at(-30),
    status="Actual",
    texts=(
        WarningText(
            language="zh-CN",
            event="暴雪",
            headline="延庆区发布暴雪橙色预警",
            description="未来六小时降雪量将达十毫米以上。",
            instruction="请减少外出。",
            sender_name="延庆区气象台",
        ),
    ),
    severity="severe",
    urgency="Expected",
    certainty="Likely",
    colour="orange",
    hazard="blizzard",
    effective=at(-30),
    onset=NOON,
    expires=at(360),
    areas=(
        WarningArea(
            description="延庆区",
            polygons=(((40.4, 115.7), (40.6, 115.7), (40.6, 115.9), (40.4, 115.7)),),
            circles=((40.5, 115.8, 12.5),),
            geocodes=(("areacode", "110119"),),
        ),
    ),
    references=(("weather@example.org", "1.2.156.0.1-202202040900"),),
    venues=("sliding-centre",),
    deviations=("references-without-sent",),
    affected=(
        Affected(
            venue="sliding-centre", cause="polygon", distance_m=250.0, people=2, ids=("p-017",)
        ),
    ),
    scope="Restricted",
    responses=("Shelter",),
    signature="untrusted",
    signer="CN=weather.example.org",
    document="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    feed="cma-yanqing",
    rule="gale",
)

SNOWFALL = Content(
    event=Text(zh="暴雪", en="blizzard"),
    headline=Text(zh="延庆赛区暴雪橙色预警", en="Blizzard, orange, in the Yanqing zone"),
    description=Text(zh="未来六小时降雪量将达十毫米以上。", en="10 mm or more within six hours."),
    instruction=Text(zh="请转入室内。", en="Go indoors."),
    category="Met",
    severity="severe",
    urgency="Expected",
    certainty="Likely",
    colour="orange",
    response="Shelter",
    onset=NOON,
    expires=at(360),
    area=Text(zh="延庆区", en="Yanqing district"),
    venues=("sliding-centre",),
    areas=MESSAGE.areas,
    status="Exercise",
    web="https://example.org/blizzard",
    contact="duty@example.org",
)


WEATHER: tuple[Fact, ...] = (
    WarningIssued(message=MESSAGE),
    WarningUpdated(message=MESSAGE, changed=("level", "times")),
    WarningCancelled(message=MESSAGE),
    WarningExpired(expires=at(360)),
    WarningSuperseded(by="w-cma-2"),
    WeatherObserved(
        temperature_c=-18.5,
        wind_ms=12.0,
        gust_ms=19.5,
        visibility_m=400.0,
        snow_depth_cm=35.0,
        text="吹雪",
        snowfall_mm=4.5,
        snowfall_h=6.0,
        road_c=-4.0,
        dew_point_c=-20.5,
        humidity_pct=84.0,
        pressure_hpa=812.5,
        precipitation="snow",
        station="A1489",
        source="mqtt",
        original='{"t": -18.5}',
    ),
    FeedRegistered(
        name=Text(zh="北京预警", en="Warnings of Beijing"),
        adapter="atom",
        url="https://weather.example.org/cap.atom",
        interval_s=60,
        may_be_empty=True,
        private=True,
        silent_at=at(3),
        pushers=("observatory", "duty office"),
    ),
    FeedRemoved(reason="已换新源"),
    FeedHeard(entries=12, taken=2, refused=1, silent_at=at(3)),
    FeedFailed(
        trouble="broken",
        reason=Text(zh="服务器返回 503", en="the server answers 503"),
        since=at(-4),
    ),
    FeedRecovered(trouble="broken", since=at(-4)),
    BulletinDrafted(
        move="issue", content=SNOWFALL, by="p-017", draft=1, needs_approval=True, about=STORM
    ),
    BulletinApproved(draft=1, by="p-018", comment="同意"),
    BulletinDeclined(draft=2, by="p-018", reason="范围有误"),
    BulletinPublished(
        draft=1,
        move="update",
        sender="muster@example.org",
        identifier="muster-b1-1",
        sent=NOON,
        references=(("muster@example.org", "muster-b1-0", at(-30)),),
        document="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    ),
)
