"""What a bulletin is made from, how it stands, and what the public feed lists."""

from datetime import datetime, timedelta

import pytest

from events.alert import AlertClosed, AlertRaised, Step
from events.bulletin import (
    BulletinApproved,
    BulletinDeclined,
    BulletinDrafted,
    BulletinMove,
    BulletinPublished,
    Content,
)
from events.envelope import Event
from events.fact import Fact, Place, Ref, Text
from events.place import SiteRegistered, VenueRegistered
from events.weather import WarningArea, WarningCancelled, WarningIssued, WarningMessage, WarningText
from projections.bulletin_drafts import (
    again,
    cancelling,
    from_alert,
    from_warning,
    merged,
    missing,
)
from projections.bulletin_view import show_bulletin, show_line, source_state
from projections.bulletins import LISTED, Bulletins
from projections.grounds import RADIUS_M_MIN, ground, unregistered, with_grounds
from projections.moment import Moment
from projections.picture import Picture
from projections.places import Venue
from services.weather.cap import SEVERITY_OF_COLOUR
from services.weather.publishing.content import HEADLINE_MAX
from tests.moments import NOON, at
from tests.unit.bulletins import GRAVE, MILD

HILL = Place(lat=40.5, lon=115.8)
CORNERS = tuple(
    Place(lat=lat, lon=lon) for lat, lon in ((40.0, 115.0), (40.0, 116.0), (41.0, 116.0))
)
NAME = Text(zh="雪车雪橇中心", en="Sliding Centre")
STORM = Ref(kind="warning", id="w1")
MESSAGE = WarningMessage(
    sender="cma", identifier="m1", sent=NOON, status="Actual", severity="severe", colour="orange",
    texts=(
        WarningText(language="zh-CN", event="暴雪", headline="暴雪橙色预警", description="大雪"),
    ),
    areas=(WarningArea(description="延庆区", geocodes=(("areacode", "110119"),)),),
    venues=("track",), expires=at(360), responses=("Shelter",),
)  # fmt: skip


class Log:
    """Events as they come, with a sequence each."""

    def __init__(self) -> None:
        self.seq = 0
        self.bulletins = Bulletins()
        self.picture = Picture()

    def add(self, kind: str, key: str, fact: Fact, when: datetime = NOON, by: str = "ana") -> None:
        self.seq += 1
        id = f"e{self.seq}"
        event = Event(id, "hq", kind, key, fact, when, when, by, id, id, seq=self.seq)
        self.bulletins.apply(event)
        self.picture.apply(event)

    def draft(
        self,
        content: Content = MILD,
        key: str = "b1",
        number: int = 1,
        move: BulletinMove = "issue",
        *,
        needs: bool = False,
        about: Ref | None = None,
    ) -> None:
        self.add("bulletin", key, BulletinDrafted(
            move=move, content=content, by="ana", draft=number, needs_approval=needs, about=about,
        ))  # fmt: skip

    def publish(
        self, key: str = "b1", number: int = 1, move: BulletinMove = "issue", minutes: float = 1
    ) -> None:
        when = at(minutes)
        self.add("bulletin", key, BulletinPublished(
            draft=number, move=move, sender="m", identifier=f"{key}-{number}", sent=when,
            document="d",
        ), when)  # fmt: skip

    def moment(self, minutes: float = 2) -> Moment:
        return Moment(self.picture, at(minutes))


@pytest.fixture
def log() -> Log:
    log = Log()
    log.add("site", "hq", SiteRegistered(name=Text(zh="总部", en="HQ")))
    log.add("venue", "track", VenueRegistered(name=NAME, place=HILL, adcode="110119"))
    return log


def test_a_bulletin_stands_as_its_last_fact_left_it(log: Log) -> None:
    def status(minutes: float = 2) -> str:
        return log.bulletins.rows["b1"].status(at(minutes))

    log.draft(GRAVE, needs=True)
    assert (status(), status(360)) == ("waiting", "expired")
    log.add("bulletin", "b1", BulletinDeclined(draft=1, by="bo", reason="no"))
    assert status() == "declined"
    log.draft(GRAVE, number=2, needs=True)
    log.add("bulletin", "b1", BulletinApproved(draft=2, by="bo"), by="commander:bo")
    assert status() == "approved"
    log.publish(number=2)
    assert (status(), status(360)) == ("published", "expired")
    log.draft(GRAVE, number=3, move="cancel")
    log.publish(number=3, move="cancel", minutes=3)
    assert status(4) == "cancelled"
    shown = show_bulletin(log.moment(), "b1", log.bulletins.rows["b1"])
    assert shown["drafts"][1]["approved"]["by"] == "commander:bo"
    assert shown["drafts"][0]["declined"]["comment"] == "no"
    assert [row["move"] for row in shown["messages"]] == ["issue", "cancel"]


def test_two_people_stand_for_what_is_grave(log: Log) -> None:
    log.add("bulletin", "b1", BulletinDrafted(
        move="issue", content=GRAVE, by="token-7", draft=1, needs_approval=True,
    ))  # fmt: skip
    for lacks, hand in ((2, "token-8"), (2, "bo"), (1, "bo"), (1, "cy")):
        draft = log.bulletins.rows["b1"].drafts[0]
        assert (draft.lacks, draft.ready_at) == (lacks, None)
        log.add("bulletin", "b1", BulletinApproved(draft=1, by=hand), at(1), by=hand)
    draft = log.bulletins.rows["b1"].drafts[0]
    assert (draft.lacks, draft.ready_at) == (0, at(1))
    shown = show_bulletin(log.moment(), "b1", log.bulletins.rows["b1"])["drafts"][0]
    assert shown["approved"]["by"] == "cy"
    assert [one["by"] for one in shown["approvals"]] == ["token-8", "bo", "bo", "cy"]


def test_the_feed_lists_the_last_and_what_is_in_force(log: Log) -> None:
    log.draft(key="old")
    log.publish("old")
    log.draft(key="over")
    log.publish("over")
    log.draft(key="over", number=2, move="cancel")
    log.publish("over", 2, "cancel", 2)
    for number in range(LISTED):
        log.draft(key=f"b{number}")
        log.publish(f"b{number}", minutes=3)
    listed = [message.identifier for message in log.bulletins.feed(at(10))]
    assert listed[:2] == [f"b{LISTED - 1}-1", f"b{LISTED - 2}-1"]
    assert listed[LISTED:] == ["old-1"]
    later = [message.identifier for message in log.bulletins.feed(at(361))]
    assert "old-1" not in later
    assert len(later) == LISTED


def test_nothing_of_a_bulletin_nobody_knows_is_folded() -> None:
    log = Log()
    log.publish()
    log.add("bulletin", "b1", BulletinApproved(draft=1, by="bo"))
    assert (log.bulletins.rows, log.bulletins.feed(NOON)) == ({}, [])


def test_a_warning_is_told_in_its_own_words_and_asks_for_the_others(log: Log) -> None:
    fields = from_warning(MESSAGE, log.picture.places, NOON)
    assert fields["headline"] == {"zh": "暴雪橙色预警", "en": ""}
    assert fields["area"] == {"zh": "延庆区", "en": "Sliding Centre"}
    assert (fields["severity"], fields["colour"], fields["response"]) == (
        "severe", "orange", "Shelter",
    )  # fmt: skip
    assert missing(fields) == ["event.en", "headline.en", "description.en"]
    said = {"event": {"en": "blizzard"}, "headline": {"en": "Orange"}, "description": {"en": "x"}}
    whole = merged(fields, said)
    assert missing(whole) == []
    assert whole["headline"] == {"zh": "暴雪橙色预警", "en": "Orange"}
    content = with_grounds(Content.model_validate(whole), log.picture.places)
    assert [area.description for area in content.areas] == ["延庆区", f"{NAME.zh} / {NAME.en}"]


def test_a_warning_of_few_words_says_what_it_says(log: Log) -> None:
    bare = MESSAGE.model_copy(
        update={
            "texts": (
                WarningText(language="en", event="Snow"), WarningText(language="zh", event="雪"),
            ),
            "areas": (), "venues": ("track", "gone"), "expires": None, "responses": (),
        }
    )  # fmt: skip
    fields = from_warning(bare, log.picture.places, NOON)
    assert fields["headline"] == fields["description"] == {"zh": "雪", "en": "Snow"}
    assert fields["expires"] == at(360).isoformat()
    assert (fields["venues"], fields["area"]["en"]) == (["track"], "Sliding Centre")
    assert missing(fields) == []


def alert(about: Ref = STORM, venue: str | None = "track") -> AlertRaised:
    return AlertRaised(
        severity="extreme", title=Text(zh="撤离", en="Leave"), body=Text(zh="马上", en="now"),
        venue=venue, about=about, way_up=(Step(to=("bo",), answer_within_s=60),),
    )  # fmt: skip


def test_an_alert_is_told_in_its_own_words(log: Log) -> None:
    log.add("alert", "a1", alert(Ref(kind="incident", id="none")))
    fields = from_alert(log.picture.alerts.rows["a1"], log.picture, NOON)
    assert (fields["headline"], fields["description"]) == (
        {"zh": "撤离", "en": "Leave"}, {"zh": "马上", "en": "now"},
    )  # fmt: skip
    assert (fields["severity"], fields["category"]) == ("extreme", "Safety")
    assert fields["area"] == {"zh": NAME.zh, "en": NAME.en}
    assert missing(fields) == []
    Content.model_validate(fields)


def test_an_alert_about_a_warning_stands_where_the_warning_does(log: Log) -> None:
    log.add("warning", "w1", WarningIssued(message=MESSAGE))
    log.add("alert", "a1", alert(venue=None))
    fields = from_alert(log.picture.alerts.rows["a1"], log.picture, NOON)
    assert fields["headline"] == {"zh": "撤离", "en": "Leave"}
    assert (fields["event"]["zh"], fields["colour"], fields["venues"]) == (
        "暴雪", "orange", ["track"],
    )  # fmt: skip
    assert fields["areas"]


def test_a_cancellation_says_that_it_is_one() -> None:
    fields = cancelling(MILD, at(10), {"zh": "雪停", "en": "it stopped"})
    content = Content.model_validate(fields)
    assert content.headline == Text(
        zh=f"解除：{MILD.headline.zh}", en=f"Cancelled: {MILD.headline.en}"
    )
    assert (content.description.zh, content.response, content.urgency) == (
        "雪停",
        "AllClear",
        "Past",
    )
    assert content.expires == MILD.expires
    long = MILD.model_copy(update={"headline": Text(zh="雪" * HEADLINE_MAX, en="s")})
    late = Content.model_validate(cancelling(long, at(400), None))
    assert (late.headline, late.description) == (long.headline, MILD.description)
    assert late.expires == at(460)
    assert Content.model_validate(again(MILD)) == MILD


def test_the_ground_of_a_venue_is_its_outline_or_a_circle_wide_enough() -> None:
    point = Venue("yanqing", NAME, HILL, "110119")
    assert ground("track", point).circles == ((40.5, 115.8, RADIUS_M_MIN / 1000),)
    wide = ground("track", point._replace(margin_m=2000.0))
    assert wide.circles == ((40.5, 115.8, 2.0),)
    assert wide.geocodes == (("muster:venue", "track"), ("adcode", "110119"))
    outlined = ground("track", point._replace(outline=CORNERS, adcode=""))
    assert (outlined.circles, outlined.geocodes) == ((), (("muster:venue", "track"),))
    [ring] = outlined.polygons
    assert ring[0] == ring[-1]
    assert len(ring) == 4
    assert ground("track", point._replace(outline=CORNERS[:2] * 2)).polygons == ()


def test_grounds_are_those_of_now_however_often_they_are_asked(log: Log) -> None:
    places = log.picture.places
    content = MILD.model_copy(update={"venues": ("track", "nowhere")})
    once = with_grounds(content, places)
    assert with_grounds(once, places) == once
    assert len(once.areas) == 2
    assert unregistered(content.venues, places) == ["nowhere"]
    log.add("venue", "track", VenueRegistered(name=NAME, place=HILL, margin_m=900.0))
    assert with_grounds(once, places).areas[1].circles[0][2] == 0.9
    without = once.model_copy(update={"venues": ()})
    assert with_grounds(without, places).areas == MILD.areas


def test_a_person_is_asked_when_the_source_ended_or_changed(log: Log) -> None:
    log.add("warning", "w1", WarningIssued(message=MESSAGE))
    log.draft(GRAVE, needs=True, about=STORM)

    def stands(minutes: float = 2) -> tuple[str, str | None]:
        row = log.bulletins.rows["b1"]
        ask = show_line(log.moment(minutes), "b1", row)["source"]["ask"]
        return source_state(log.moment(minutes), row), ask and ask["en"]

    assert stands() == ("stands", None)
    red = MESSAGE.model_copy(
        update={"identifier": "m2", "sent": at(1), "severity": "extreme", "colour": "red"}
    )
    log.add("warning", "w1", WarningIssued(message=red), at(1))
    assert stands() == ("changed", "source changed its level: write the draft anew?")
    log.add("bulletin", "b1", BulletinApproved(draft=1, by="bo"))
    log.publish()
    assert stands() == ("changed", "source changed its level: update?")
    gone = red.model_copy(update={"identifier": "m3", "sent": at(2)})
    log.add("warning", "w1", WarningCancelled(message=gone), at(2))
    assert stands(3) == ("ended", "source ended: cancel?")
    log.draft(GRAVE, number=2, move="cancel")
    log.publish(number=2, move="cancel", minutes=4)
    assert stands(5) == ("ended", None)


def test_a_draft_that_was_declined_changes_nothing_of_what_the_public_was_told(log: Log) -> None:
    log.draft(MILD)
    log.publish()
    log.draft(GRAVE, number=2, move="update", needs=True)
    waits = show_line(log.moment(), "b1", log.bulletins.rows["b1"])
    assert (waits["severity"], waits["move"], waits["status"]) == ("severe", "update", "waiting")
    log.add("bulletin", "b1", BulletinDeclined(draft=2, by="bo", reason="no"))
    stands = show_line(log.moment(), "b1", log.bulletins.rows["b1"])
    assert (stands["status"], stands["in_force"]) == ("published", True)
    assert (stands["severity"], stands["colour"]) == (MILD.severity, MILD.colour)
    assert (stands["headline"], stands["move"]) == (MILD.headline.model_dump(), "issue")
    assert stands["draft"] == 2, "what is written next follows the newest draft"


def test_an_alert_that_was_closed_has_ended(log: Log) -> None:
    log.add("alert", "a1", alert())
    extreme = GRAVE.model_copy(update={"severity": "extreme"})
    log.draft(extreme, about=Ref(kind="alert", id="a1"))
    row = log.bulletins.rows["b1"]
    assert source_state(log.moment(), row) == "stands"
    log.add("alert", "a1", AlertClosed(by="bo"))
    assert source_state(log.moment(), row) == "ended"
    log.draft(extreme, key="b2", about=Ref(kind="alert", id="none"))
    assert source_state(log.moment(), log.bulletins.rows["b2"]) == "unknown"


def test_a_warning_that_expired_has_ended(log: Log) -> None:
    log.add("warning", "w1", WarningIssued(message=MESSAGE))
    log.draft(GRAVE, about=STORM)
    after = (at(360) - NOON) // timedelta(minutes=1)
    assert source_state(log.moment(after), log.bulletins.rows["b1"]) == "ended"


def test_the_colours_and_what_they_stand_for_are_of_one_mind() -> None:
    """What is grave by its colour is what the reader takes for severe or extreme."""
    assert {colour for colour, severity in SEVERITY_OF_COLOUR.items() if severity in
            ("Severe", "Extreme")} == {"orange", "red"}  # fmt: skip
