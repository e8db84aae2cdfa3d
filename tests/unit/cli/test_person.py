"""`muster person`: asking for what is sealed, and making sure before it is destroyed."""

import pytest

from tests.unit.cli.ended import Muster
from tests.unit.cli.fake import Fake, no, ok

WHY = ("--purpose", "follow up")


def test_a_person_is_shown(muster: Muster, fake: Fake) -> None:
    said = {
        "id": "v017",
        "name": "李娜",
        "role": "medical",
        "lanes": [],
        "channels": ["sms", "mail"],
    }
    fake.on("GET /people/v017", ok(said))
    ended = muster("person", "show", "v017")
    assert ended.code == 0
    assert ended.out == "id: v017\nname: 李娜\nrole: medical\nchannels: sms, mail\n"
    assert muster("person", "show", "v017", "--json").json == said


def test_who_stands_behind_a_person_is_named(muster: Muster, fake: Fake) -> None:
    lead = {"id": "v001", "name": "王强", "latin": "Wang Qiang"}
    lane = {"lane": "mental-health", "lane_name": {"zh": "心理", "en": "mental health"}}
    fake.on("GET /people/v017", ok({"id": "v017", "lead": lead, "helpers": [{**lane, **lead}]}))
    ended = muster("person", "show", "v017")
    assert ended.out == ("id: v017\nteam lead: 王强 (v001)\nhelpers: mental health 王强 (v001)\n")


def test_details_are_asked_for_with_a_purpose(muster: Muster, fake: Fake) -> None:
    entry = {"at": "2022-02-04T00:10:00Z", "day": "2022-02-04", "details": {"answer": "talk"}}
    gone = {"at": "2022-02-03T00:10:00Z", "day": "2022-02-03", "details": None}
    fake.on("POST /people/v017/details", ok({"details": [entry, gone]}))
    ended = muster("person", "details", "v017", "--topic", "check-in", *WHY, "--limit", "2")
    assert ended.code == 0
    assert ended.out == (
        "2022-02-04 2022-02-04T00:10:00Z\n  answer: talk\n"
        "2022-02-03 2022-02-03T00:10:00Z\n  cannot be opened: the key is destroyed\n"
    )
    assert fake.asked[0].json == {"topic": "check-in", "purpose": "follow up", "limit": 2}


def test_a_report_that_was_set_aside_is_asked_for_by_its_id(muster: Muster, fake: Fake) -> None:
    fake.on("POST /set-aside/r1/details", ok({"details": [{"details": {"body": "{torn"}}]}))
    ended = muster("person", "details", "r1", "--topic", "set-aside", *WHY)
    assert ended.out == "what was sent: {torn\n"
    assert fake.asked[0].json == {"purpose": "follow up"}


def test_nothing_sealed_is_said(muster: Muster, fake: Fake) -> None:
    fake.on("POST /people/v017/details", ok({"details": []}))
    ended = muster("person", "details", "v017", "--topic", "contact", *WHY)
    assert ended.out == "there is nothing sealed of this kind\n"


def test_a_refusal_ends_with_no_rights(muster: Muster, fake: Fake) -> None:
    fake.on("POST /people/v017/details", no(403, "details-not-allowed", "无权", "no"))
    ended = muster("person", "details", "v017", "--topic", "presence", *WHY)
    assert ended.code == 4


@pytest.mark.parametrize("topic", ["care", "mood", ""])
def test_a_topic_nobody_has(muster: Muster, fake: Fake, topic: str) -> None:
    assert muster("person", "details", "v017", "--topic", topic, *WHY).code == 2
    assert fake.asked == []


def test_to_erase_the_id_is_typed_again(
    muster: Muster, fake: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake.on("POST /people/v017/erase", ok({"status": "accepted", "erased": True}))
    for typed in ("v018", "", "V017"):
        monkeypatch.setattr("typer.prompt", lambda *_, said=typed, **__: said)
        assert muster("person", "erase", "v017", "--reason", "asked for").code == 1
    assert fake.asked == []
    monkeypatch.setattr("typer.prompt", lambda *_, **__: " v017 ")
    ended = muster("person", "erase", "v017", "--reason", "asked for")
    assert ended.out == "the details of v017 are destroyed\n"
    assert fake.asked[0].json == {"reason": "asked for"}


def test_with_yes_nobody_is_asked(
    muster: Muster, fake: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object, **__: object) -> str:
        raise AssertionError("nobody is there to answer")

    monkeypatch.setattr("typer.prompt", never)
    fake.on("POST /people/v017/erase", ok({"status": "accepted", "erased": True}))
    assert muster("person", "erase", "v017", "--reason", "asked for", "--yes").code == 0
