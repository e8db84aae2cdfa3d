"""What the events about the weather say: warnings, measurements, feeds, bulletins."""

from collections.abc import Callable

from events.bulletin import (
    BulletinApproved,
    BulletinDeclined,
    BulletinDrafted,
    BulletinPublished,
)
from events.fact import Text
from events.feed import FeedFailed, FeedHeard, FeedRecovered, FeedRegistered, FeedRemoved
from events.weather import (
    WarningCancelled,
    WarningExpired,
    WarningIssued,
    WarningMessage,
    WarningSuperseded,
    WarningUpdated,
    WeatherObserved,
)
from projections import terms
from projections.moment import iso
from projections.sentence import Sentence, says, text, told
from projections.terms import term


def _message(
    zh: str, en: str
) -> Callable[[WarningIssued | WarningUpdated | WarningCancelled], Text]:
    def sentence(fact: WarningIssued | WarningUpdated | WarningCancelled) -> Text:
        name = _headline(fact.message)
        sender = fact.message.sender
        return text(f"{zh}（{sender}）：{name.zh}", f"{en} by {sender}: {name.en}")

    return sentence


def _headline(message: WarningMessage) -> Text:
    """Return what the sender wrote, in each language or in the one there is."""
    said = {text.language.lower()[:2]: text.headline or text.event for text in message.texts}
    any_language = next(iter(said.values()), message.hazard or message.identifier)
    return text(said.get("zh", any_language), said.get("en", any_language))


def _observed(fact: WeatherObserved) -> Text:
    measured = [
        (value, zh, en, unit)
        for value, zh, en, unit in (
            (fact.temperature_c, "气温", "temperature", "°C"),
            (fact.wind_ms, "风速", "wind", "m/s"),
            (fact.gust_ms, "阵风", "gusts", "m/s"),
            (fact.visibility_m, "能见度", "visibility", "m"),
            (fact.snow_depth_cm, "积雪深度", "snow", "cm"),
            (fact.snowfall_mm, "降雪量", "snowfall", "mm"),
            (fact.road_c, "路面温度", "road", "°C"),
        )
        if value is not None
    ]
    zh = "，".join(["天气实况", *(f"{zh} {value:g} {unit}" for value, zh, _, unit in measured)])
    en = ", ".join(["observed", *(f"{en} {value:g} {unit}" for value, _, en, unit in measured)])
    return told(zh, en, fact.text)


def _updated(fact: WarningUpdated) -> Text:
    said = _message("更新预警", "warning updated")(fact)
    if not fact.changed:
        return said
    changed = [term(terms.CHANGED, name) for name in fact.changed]
    zh, en = "、".join(one.zh for one in changed), ", ".join(one.en for one in changed)
    return text(f"{said.zh}（{zh}有变）", f"{said.en} ({en} changed)")


def _heard(fact: FeedHeard) -> Text:
    return text(
        f"数据源正常：列出 {fact.entries} 条，新收 {fact.taken} 条，拒收 {fact.refused} 条",
        f"feed heard: {fact.entries} listed, {fact.taken} taken, {fact.refused} refused",
    )


def _failed(fact: FeedFailed) -> Text:
    trouble, since = term(terms.TROUBLE, fact.trouble), iso(fact.since)
    return text(
        f"数据源{trouble.zh}（自 {since}）：{fact.reason.zh}",
        f"feed {trouble.en} since {since}: {fact.reason.en}",
    )


def _drafted(fact: BulletinDrafted) -> Text:
    move, title = term(terms.BULLETIN_MOVE, fact.move), fact.content.headline
    zh, en = (
        ("，待第二人批准", ", a second person must approve") if fact.needs_approval else ("", "")
    )
    return text(
        f"拟稿（{move.zh}）：{title.zh}{zh}", f"bulletin drafted ({move.en}): {title.en}{en}"
    )


def _published(fact: BulletinPublished) -> Text:
    move = term(terms.BULLETIN_MOVE, fact.move)
    return text(
        f"公告已对外{move.zh}：{fact.identifier}", f"bulletin out ({move.en}): {fact.identifier}"
    )


WEATHER_SENTENCES: tuple[Sentence, ...] = (
    says(WarningIssued, _message("发布预警", "warning issued")),
    says(WarningUpdated, _updated),
    says(WarningCancelled, _message("解除预警", "warning cancelled")),
    says(
        WarningExpired,
        lambda f: text(f"预警到期失效：{iso(f.expires)}", f"warning expired: {iso(f.expires)}"),
    ),
    says(
        WarningSuperseded,
        lambda f: text(f"由预警 {f.by} 取代", f"superseded by warning {f.by}"),
    ),
    says(WeatherObserved, _observed),
    says(
        FeedRegistered,
        lambda f: text(f"登记数据源：{f.name.zh}", f"feed registered: {f.name.en}"),
    ),
    says(FeedRemoved, lambda f: told("数据源停用", "feed removed", f.reason)),
    says(FeedHeard, _heard),
    says(FeedFailed, _failed),
    says(
        FeedRecovered,
        lambda f: text(
            f"数据源恢复（此前静默自 {iso(f.since)}）",
            f"feed recovered, silent since {iso(f.since)}",
        ),
    ),
    says(BulletinDrafted, _drafted),
    says(
        BulletinApproved,
        lambda f: told(f"{f.by} 批准公告", f"bulletin approved by {f.by}", f.comment),
    ),
    says(
        BulletinDeclined,
        lambda f: told(f"{f.by} 未批准公告", f"bulletin declined by {f.by}", f.reason),
    ),
    says(BulletinPublished, _published),
)
