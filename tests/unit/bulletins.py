"""Contents and commands of bulletins, for tests."""

from typing import Any

from events.bulletin import Content
from events.fact import Text
from events.weather import WarningArea
from tests.moments import NOON, at

YANQING = WarningArea(description="Yanqing", geocodes=(("adcode", "110119"),))
WHO: dict[str, Any] = {"site": "hq", "id": "b1", "at": NOON, "by": "somebody"}

MILD = Content(
    event=Text(zh="道路结冰", en="road icing"),
    headline=Text(zh="延庆道路结冰黄色预警", en="Road icing, yellow, in Yanqing"),
    description=Text(zh="路面有冰。", en="The roads are icy."),
    instruction=Text(zh="请慢行。", en="Drive slowly."),
    category="Met",
    severity="moderate",
    urgency="Expected",
    certainty="Likely",
    colour="yellow",
    response="Prepare",
    onset=NOON,
    expires=at(360),
    area=Text(zh="延庆区", en="Yanqing district"),
    areas=(YANQING,),
)
GRAVE = MILD.model_copy(
    update={
        "headline": Text(zh="延庆暴雪橙色预警", en="Blizzard, orange, in Yanqing"),
        "severity": "severe",
        "colour": "orange",
    }
)
